/* nda - agreements: propose, sign, amend, list, show, end.
 *
 * Responsible for: the digest of the text, which stays on this machine.
 * Not here: what a signature covers (libkith), when one is in force (rules).
 */
#include <string.h>
#include <sys/stat.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "file.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

static void print_state(struct cli *cli, const struct kith_record *row)
{
    int64_t state = kith_record_value(row, KITH_NDA_ROW_STATE, 0);
    const char *partner = cell_field(cli->arena, row, KITH_NDA_ROW_PARTNER);
    const char *digest = cell_field(cli->arena, row, KITH_NDA_ROW_AGREEMENT);
    const char *until = cell_field(cli->arena, row, KITH_NDA_ROW_UNTIL);

    if (state == KITH_NDA_IN_FORCE)
        fprintf(cli->out,
                "Both hold both signatures: in force %s%s (terms %s).\n",
                until[0] != '\0' ? "until " : "until somebody ends it", until,
                digest);
    else if (state == KITH_NDA_PROPOSED_BY_US)
        fprintf(cli->out,
                "Proposed to %s (terms %s). Send them the text by mail; they "
                "sign with: kith nda sign US FILE\n",
                partner, digest);
    else if (state == KITH_NDA_NOT_YET)
        fprintf(cli->out, "Signed; in force from %s%s%s (terms %s).\n",
                cell_field(cli->arena, row, KITH_NDA_ROW_FROM),
                until[0] != '\0' ? " to " : "", until, digest);
    else
        fprintf(cli->out, "%s: %s (terms %s).\n", partner,
                cell_field(cli->arena, row, KITH_NDA_ROW_STATE), digest);
}

/* Proposing and signing name a file, of which only the digest goes on. */
static int run_with_file(struct cli *cli, const struct command *command,
                         const struct arguments *arguments)
{
    const char *path = arguments_value(arguments, "file");
    struct kith_error error = {0};
    struct kith_hash digest;
    struct kith_record record;
    struct reply reply = {0};
    struct build build;
    struct stat info;

    build_start(&build, cli, KITH_KIND_NDA_ARGS);
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0)
        return cli_usage(cli, NULL, "%s is empty", path);
    if (file_digest(path, &digest, &error) != KITH_OK ||
        build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    kith_build_octets(&build.builder, KITH_NDA_ARGS_DOCUMENT, digest.b,
                      sizeof digest.b);
    if (strlen(file_name(path)) <= KITH_NAME_MAX)
        build_text(&build, KITH_NDA_ARGS_DOCUMENT_NAME, file_name(path));
    record = build_finish(&build);
    if (connection_ask(cli, command->wire_verb, &record, &reply, &error) !=
        KITH_OK)
        return cli_fail(cli, &error);
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    output_dry_run(cli);
    print_state(cli, &reply.records[0]);
    return cli_finish(cli);
}

const struct command commands_nda[] = {
    {
        .noun = "nda",
        .verb = "propose",
        .wire_verb = KITH_VERB_NDA_PROPOSE,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "partner",
        .options = "@file! purpose! from! until until_terminated years "
                   "perpetual trade_secrets reads governing_law jurisdiction "
                   "return_or_destroy modifications marking_days signer "
                   "signer_title notice_address",
        .run = run_with_file,
        .summary = "propose an agreement and sign it for us",
        .examples = "nda propose northwind --file nda.txt --purpose \"assembly "
                    "of Lumen\" --from 2026-11-01 --until 2028-10-31",
        .notes = "Sends the digest of the file and the terms, never the file: "
                 "send that by mail. Give\n--until or --until-terminated; "
                 "--years says how long the duty of confidence outlives the "
                 "end,\n--perpetual that it has none. What is told orally is "
                 "confirmed within --marking-days, 20 when\nleft out.",
    },
    {
        .noun = "nda",
        .verb = "amend",
        .wire_verb = KITH_VERB_NDA_AMEND,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "partner",
        .options = "@file! agreement purpose from until until_terminated years "
                   "perpetual trade_secrets reads governing_law jurisdiction "
                   "return_or_destroy modifications marking_days signer "
                   "signer_title notice_address",
        .run = run_with_file,
        .summary = "propose other terms for an agreement that is signed",
        .examples = "nda amend northwind --file amendment.txt --until "
                    "2030-12-31",
        .notes = "What is not given stays as it is. Until the partner has "
                 "signed it, nothing changes; then the\namendment rules from "
                 "its first day, today when --from is left out, and the former "
                 "one is\nsuperseded. What was told under that one keeps its "
                 "duty and its evidence.",
    },
    {
        .noun = "nda",
        .verb = "sign",
        .wire_verb = KITH_VERB_NDA_SIGN,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "partner @file",
        .options = "agreement signer signer_title notice_address",
        .run = run_with_file,
        .summary = "sign what a partner proposed, if our copy is the same",
        .examples = "nda sign acme nda.txt --dry-run\n"
                    "nda sign acme nda.txt --agreement 4f2a90c1",
        .notes = "The digest of FILE must equal the one proposed: exit code 10 "
                 "when it differs. --agreement says\nhow the digest of the "
                 "terms begins, of which several may have been proposed over "
                 "one text.",
    },
    {
        .noun = "nda",
        .verb = "list",
        .wire_verb = KITH_VERB_NDA_LIST,
        .positional = "[partner]",
        .summary = "agreements and their state",
        .examples = "nda list\nnda list northwind",
    },
    {
        .noun = "nda",
        .verb = "show",
        .wire_verb = KITH_VERB_NDA_LIST,
        .flags = COMMAND_ONE,
        .positional = "partner",
        .options = "agreement",
        .summary = "everything about an agreement",
        .examples = "nda show northwind",
    },
    {
        .noun = "nda",
        .verb = "end",
        .wire_verb = KITH_VERB_NDA_END,
        .flags =
            COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_BRIEF | COMMAND_CONFIRM,
        .positional = "partner",
        .options = "agreement signer signer_title notice_address",
        .summary = "end an agreement today; for us it binds at once",
        .examples = "nda end northwind --yes",
    },
    {.noun = NULL},
};
