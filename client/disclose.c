/* disclose - what was told by word of mouth is written down for the partner.
 *
 * Responsible for: the memo of an oral disclosure, and which are confirmed.
 * Not here: the deadline (the daemon knows the agreement), sending (posting.c).
 */
#include "argv.h"
#include "build.h"
#include "cli.h"
#include "command.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/verbs.h"
#include "nouns.h"
#include "posting.h"

static int run_disclose(struct cli *cli, const struct command *command,
                        const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct kith_record record;
    struct build build;

    build_start(&build, cli, KITH_KIND_MESSAGE);
    if (build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    kith_build_choice(&build.builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_ORAL);
    record = build_finish(&build);
    if (posting_reach(cli, arguments_value(arguments, "partner"), &record,
                      &error) != KITH_OK)
        return cli_fail(cli, &error);
    return posting_send(cli, command, &record, 1);
}

const struct command commands_disclose[] = {
    {
        .noun = "disclose",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MESSAGE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "@partner about",
        .options = "@oral! message=text/m! said_to! said_on note",
        .run = run_disclose,
        .summary = "write down what was told by word of mouth",
        .examples = "disclose northwind lumen --oral -m \"the stack-up has 8 "
                    "layers\" --said-to \"Jan de Vries\" --said-on 2026-11-20",
        .notes = "The memo goes to this partner alone, under the grant of the "
                 "project like any record. The partner\nconfirms it with `kith "
                 "answer ID accept` within the days that the agreement gives, "
                 "20 when it names\nnone; after them status, doctor and a "
                 "notice say that it is overdue. Without --said-on it was "
                 "today.",
    },
    {
        .noun = "disclose",
        .verb = "list",
        .wire_verb = KITH_VERB_ORAL_LIST,
        .options = "partner",
        .summary = "oral disclosures: confirmed, open or overdue",
        .examples = "disclose list\ndisclose list --partner northwind",
    },
    {.noun = NULL},
};
