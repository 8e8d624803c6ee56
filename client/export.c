/* export - evidence packs for others, written to a file.
 *
 * Not here: what goes in (daemon/rules), verifying one (kith-verify).
 */
#include "argv.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "file.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

/* Puts the pieces of REPLY together; returns the row that counts. */
static const struct kith_record *put_together(const struct reply *reply,
                                              struct kith_buf *pack)
{
    const struct kith_record *counts = NULL;

    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];
        struct kith_bytes piece = kith_record_bytes(row, KITH_PACK_ROW_BYTES);

        buffer_add(pack, piece.data, piece.len);
        if (kith_record_field(row, KITH_PACK_ROW_ENTRIES) != NULL)
            counts = row;
    }
    return counts;
}

static void say_counts(struct cli *cli, const struct kith_record *counts,
                       const char *path)
{
    const int64_t entries = kith_record_value(counts, KITH_PACK_ROW_ENTRIES, 0);
    const int64_t gone = kith_record_value(counts, KITH_PACK_ROW_GONE, 0);
    const int64_t closed = kith_record_value(counts, KITH_PACK_ROW_CLOSED, 0);

    cli_say(cli,
            "wrote %s: %lld entries, with what they say in the clear. Whoever "
            "has the file can read it.",
            path, (long long)entries);
    if (gone > 0)
        cli_say(cli,
                "%lld of them are not held here any more: their text was "
                "withdrawn, destroyed or never sent.",
                (long long)gone);
    if (closed > 0)
        cli_say(cli, "%lld of them are not opened: you may not read them.",
                (long long)closed);
    cli_say(cli, "Anybody verifies it, without kith running: kith-verify %s",
            path);
}

static int run_export(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    const char *path = arguments_value(arguments, "file");
    const struct kith_record *counts = NULL;
    struct kith_error error = {0};
    struct reply reply = {0};
    struct kith_buf pack = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    counts = put_together(&reply, &pack);
    if (counts == NULL ||
        file_replace(cli, path, kith_buf_bytes(&pack), &error) != KITH_OK) {
        kith_buf_clear(&pack);
        return cli_fail(cli, &error);
    }
    kith_buf_clear(&pack);
    if (cli->json)
        return output_reply(
            cli, command,
            &(struct reply){.records = reply.records + (reply.n_records - 1),
                            .n_records = 1},
            NULL);
    say_counts(cli, counts, path);
    return cli_finish(cli);
}

const struct command commands_export[] = {
    {
        .noun = "evidence",
        .verb = "export",
        .wire_verb = KITH_VERB_EVIDENCE_EXPORT,
        .flags = COMMAND_ONE,
        .positional = "partner",
        .options = "@file! project since until",
        .run = run_export,
        .summary = "a file that proves to others what was told",
        .examples = "evidence export northwind --file northwind.evidence\n"
                    "evidence export northwind --project lumen --since "
                    "2026-01-01 --file lumen.evidence",
        .notes =
            "The file holds the cards, the agreement, and each entry "
            "between the two companies with its\nproof: of a project "
            "alone when one is named. It is not sealed: give it to those "
            "who are to read\nit. kith-verify says what it proves. A project "
            "of a partner that was destroyed here is\nnamed by its id, "
            "which kith destroy list shows.",
    },
    {.noun = NULL},
};
