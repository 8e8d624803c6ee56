/* identity - id show, card show.
 *
 * Responsible for: writing a card to a file or as a QR code.
 * Not here: making cards (libkith).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "argv.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/ids.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"
#include "qr.h"

static int run_id(struct cli *cli, const struct command *command,
                  const struct arguments *arguments)
{
    char hex[KITH_COMPANY_HEX_SIZE];
    struct kith_company_id id;
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (reply.n_records > 0 && arguments_has(arguments, "qr") &&
        kith_record_octets(&reply.records[0], KITH_IDENTITY_ROW_COMPANY_ID,
                           id.b, sizeof id.b) == KITH_OK) {
        kith_company_id_hex(&id, hex);
        return qr_print(cli, hex);
    }
    return output_reply(cli, command, &reply, NULL);
}

static int write_file(struct cli *cli, const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    struct kith_error error = {0};
    bool written = file != NULL && fputs(text, file) >= 0;

    if (file == NULL || fclose(file) != 0 || !written) {
        (void)kith_fail(&error, KITH_IO, "file", "", "%s cannot be written: %s",
                        path, strerror(errno));
        return cli_fail(cli, &error);
    }
    return EXIT_DONE;
}

static int run_card(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    const char *path = arguments_value(arguments, "file");
    struct reply reply = {0};
    const char *card = NULL;
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (reply.n_records == 0 || cli->json)
        return output_reply(cli, command, &reply, NULL);
    card = memory_text(
        cli->arena, kith_record_bytes(&reply.records[0], KITH_CARD_ROW_CARD));
    if (path != NULL) {
        code = write_file(cli, path, card);
        if (code == EXIT_DONE)
            cli_say(cli,
                    "wrote %s: send it to a partner, and put theirs in "
                    "by kith partner add",
                    path);
        return code;
    }
    if (arguments_has(arguments, "qr"))
        return qr_print(cli, card);
    fputs(card, cli->out);
    return cli_finish(cli);
}

const struct command commands_identity[] = {
    {
        .noun = "id",
        .verb = "show",
        .wire_verb = KITH_VERB_ID_SHOW,
        .flags = COMMAND_ONE,
        .options = "@qr",
        .run = run_id,
        .summary = "who this company is",
        .examples = "id show\nid show --qr",
    },
    {
        .noun = "card",
        .verb = "show",
        .wire_verb = KITH_VERB_CARD_SHOW,
        .flags = COMMAND_ONE,
        .options = "@file @qr @text",
        .run = run_card,
        .summary = "this company's card, to be given to partners",
        .examples = "card show --file acme.card\ncard show --qr\ncard show",
        .notes = "The card holds name, public keys, addresses and the "
                 "company's own signature; it holds\nno secret. Who gets it "
                 "must still verify you by phone (kith partner verify).",
    },
    {.noun = NULL},
};
