/* openness - how far this company is open to a partner.
 *
 * Responsible for: the words of a change.
 * Not here: what a level covers (the daemon).
 */
#include "argv.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "disclosure.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "nouns.h"
#include "output.h"

static int run_change(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    struct reply reply = {0};
    const struct kith_record *row = NULL;
    const char *asked, *project;
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    output_dry_run(cli);
    row = &reply.records[0];
    asked = cell_field(cli->arena, row, KITH_OPENNESS_ROW_ASKED);
    project = cell_field(cli->arena, row, KITH_OPENNESS_ROW_PROJECT);
    fprintf(cli->out, "%s%s%s: %s, labels up to %s\n",
            cell_field(cli->arena, row, KITH_OPENNESS_ROW_PARTNER),
            project[0] != '\0' ? " in " : "", project,
            cell_field(cli->arena, row, KITH_OPENNESS_ROW_NOW),
            cell_field(cli->arena, row, KITH_OPENNESS_ROW_LABEL));
    if (asked[0] != '\0')
        fprintf(cli->out,
                "%s is asked for. It counts when another officer types the "
                "same within 14 days.\n",
                asked);
    if (cli->dry_run)
        (void)disclosure_print(cli, &reply);
    return cli_finish(cli);
}

const struct command commands_openness[] = {
    {
        .noun = "openness",
        .verb = "show",
        .wire_verb = KITH_VERB_OPENNESS_SHOW,
        .positional = "[partner]",
        .summary = "how far we are open to partners, whatever grants say",
        .examples = "openness show\nopenness show northwind",
        .notes = "closed: nothing. outline: projects and generations, up to "
                 "internal. plan: milestones and messages\ntoo, no quantities. "
                 "full: all kinds up to confidential, where nothing else was "
                 "set. strict: also\nwhat is strictly confidential.",
    },
    {
        .noun = "openness",
        .verb = "lower",
        .wire_verb = KITH_VERB_OPENNESS_LOWER,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "partner",
        .options = "level! project",
        .run = run_change,
        .summary = "be less open at once; what is not covered is withdrawn",
        .examples = "openness lower northwind --level outline --yes\n"
                    "openness lower northwind --level plan --project lumen "
                    "--yes",
    },
    {
        .noun = "openness",
        .verb = "raise",
        .wire_verb = KITH_VERB_OPENNESS_RAISE,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "partner",
        .options = "level! project",
        .run = run_change,
        .summary = "be more open, when two officers ask for it",
        .examples = "openness raise northwind --level full\n"
                    "openness raise northwind --level strict --project lumen",
        .notes = "Needs an agreement in force, and no destruction that is "
                 "overdue. What grants show and the new\nlevel covers is told "
                 "then.",
    },
    {.noun = NULL},
};
