/* post - messages to whom a project is granted to.
 *
 * Responsible for: the default type of a message.
 * Not here: sending (posting.c).
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

static int run_post(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct kith_record record;
    struct build build;

    build_start(&build, cli, KITH_KIND_MESSAGE);
    if (build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (!arguments_has(arguments, "kind"))
        kith_build_choice(&build.builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
    record = build_finish(&build);
    if (arguments_has(arguments, "to") &&
        posting_reach(cli, arguments_value(arguments, "to"), &record, &error) !=
            KITH_OK)
        return cli_fail(cli, &error);
    return posting_send(cli, command, &record, 1);
}

const struct command commands_post[] = {
    {
        .noun = "post",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MESSAGE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "about",
        .options = "message=text/m! kind=type due note @to",
        .run = run_post,
        .summary = "tell, ask, or warn about a project, generation, "
                   "milestone or item",
        .examples = "post lumen -m \"PCB moves to 8 layers, need your "
                    "stack-up\" --kind ask --due 2026-12-04\n"
                    "post lumen/g1 -m - < note.txt",
    },
    {.noun = NULL},
};
