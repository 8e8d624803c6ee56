/* grant - what of a project a partner's persons may see, and until when.
 *
 * Responsible for: the preview and the words of the result.
 * Not here: the gate (daemon/rules).
 */
#include <string.h>

#include "argv.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "disclosure.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

/* The preview has no place for them, so they stand before it and in every
 * other answer. */
static void print_warnings(const struct cli *cli, const struct kith_record *row)
{
    for (size_t i = 0; i < row->n_fields; i++)
        if (row->fields[i].number == KITH_GRANT_ROW_WARNING)
            fprintf(cli->err, "%swarning:%s %.*s\n", cli_color(cli, CLI_YELLOW),
                    cli_plain(cli), (int)row->fields[i].bytes.len,
                    (const char *)row->fields[i].bytes.data);
}

static int run_change(struct cli *cli, const struct command *command,
                      const struct arguments *arguments)
{
    struct reply reply = {0};
    const struct kith_record *row = NULL;
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (command->wire_verb == KITH_VERB_GRANT_ADD && reply.n_records > 0 &&
        reply.records[0].kind == KITH_KIND_GRANT_ROW)
        print_warnings(cli, &reply.records[0]);
    if (cli->dry_run)
        return disclosure_output(cli, command, &reply);
    if (output_is_for_programs(cli) || reply.n_records == 0)
        return output_reply(cli, command, &reply, NULL);
    row = &reply.records[0];
    fprintf(cli->out, "grant %s %s: %s of %s for %s, until %s\n",
            cell_field(cli->arena, row, KITH_GRANT_ROW_ID),
            cell_field(cli->arena, row, KITH_GRANT_ROW_STATE),
            cell_field(cli->arena, row, KITH_GRANT_ROW_KINDS),
            cell_field(cli->arena, row, KITH_GRANT_ROW_PROJECT),
            cell_field(cli->arena, row, KITH_GRANT_ROW_PARTNER),
            cell_field(cli->arena, row, KITH_GRANT_ROW_UNTIL));
    if (command->wire_verb != KITH_VERB_GRANT_ADD)
        fputs("What was sent cannot be recalled by force; the partner is asked "
              "to withdraw it.\n",
              cli->out);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply.warnings ? EXIT_WARNINGS : code;
}

/* Each grant that lasts longer, or would. */
static int run_renew(struct cli *cli, const struct command *command,
                     const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (output_is_for_programs(cli))
        return output_reply(cli, command, &reply, NULL);
    for (size_t i = 0; i < reply.n_records; i++) {
        const struct kith_record *row = &reply.records[i];

        print_warnings(cli, row);
        fprintf(cli->out, "grant %s %s until %s: %s of %s for %s\n",
                cell_field(cli->arena, row, KITH_GRANT_ROW_ID),
                cli->dry_run ? "would last" : "lasts",
                cell_field(cli->arena, row, KITH_GRANT_ROW_UNTIL),
                cell_field(cli->arena, row, KITH_GRANT_ROW_KINDS),
                cell_field(cli->arena, row, KITH_GRANT_ROW_PROJECT),
                cell_field(cli->arena, row, KITH_GRANT_ROW_PARTNER));
    }
    if (cli->dry_run)
        fputs("Nothing was written.\n", cli->out);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply.warnings ? EXIT_WARNINGS : code;
}

const struct command commands_grant[] = {
    {
        .noun = "grant",
        .verb = "add",
        .wire_verb = KITH_VERB_GRANT_ADD,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN,
        .positional = "project partner",
        .options = "purpose! kinds! persons! until! from hide",
        .run = run_change,
        .summary = "let persons of a partner see kinds of records of a project",
        .examples =
            "grant add lumen northwind --purpose \"assembly of Lumen\" --kinds "
            "project,generation,milestone,message --persons jan --until "
            "2027-12-31 --dry-run\n"
            "grant add lumen northwind --purpose \"assembly of Lumen\" --kinds "
            "project,generation,milestone --persons bound --until 2027-12-31 "
            "--hide milestone.build_qty",
        .notes = "--persons bound: all whom the partner has bound to this "
                 "project. Needs an agreement in force.",
    },
    {
        .noun = "grant",
        .verb = "list",
        .wire_verb = KITH_VERB_GRANT_LIST,
        .options = "project partner all",
        .summary = "grants and their state",
        .examples = "grant list\ngrant list --project lumen --all",
    },
    {
        .noun = "grant",
        .verb = "renew",
        .wire_verb = KITH_VERB_GRANT_RENEW,
        .flags = COMMAND_DRY_RUN,
        .positional = "[grant]",
        .options = "until! within project partner",
        .run = run_renew,
        .summary = "let grants last longer: one, or all that end soon",
        .examples = "grant renew --until 2028-06-30 --dry-run\n"
                    "grant renew --until 2028-06-30 --within 60 --partner "
                    "northwind\n"
                    "grant renew 4f2a90c1 --until 2028-06-30",
        .notes = "Without GRANT all live ones that end within 30 days, or as "
                 "--within says, in one go. What is\nnot renewed closes on its "
                 "date; the partner reads the new date.",
    },
    {
        .noun = "grant",
        .verb = "narrow",
        .wire_verb = KITH_VERB_GRANT_NARROW,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "grant",
        .options = "kinds persons hide until",
        .run = run_change,
        .summary =
            "let a grant show less: what it no longer shows is withdrawn",
        .examples = "grant narrow 4f2a90c1 --hide milestone.build_qty "
                    "--dry-run\n"
                    "grant narrow 4f2a90c1 --kinds project,generation --yes",
        .notes =
            "Name the kinds and persons that remain, further fields to "
            "hide, or an earlier last day.\nAnother grant takes its place; "
            "what stays visible is told anew under it.",
    },
    {
        .noun = "grant",
        .verb = "end",
        .wire_verb = KITH_VERB_GRANT_END,
        .flags = COMMAND_ONE | COMMAND_DRY_RUN | COMMAND_CONFIRM,
        .positional = "grant",
        .run = run_change,
        .summary = "end a grant and withdraw what it showed",
        .examples = "grant end 4f2a90c1 --dry-run\ngrant end 4f2a90c1 --yes",
    },
    {.noun = NULL},
};
