/* project - projects: new, list, show, and who sees what.
 *
 * Responsible for: the words of `project who`.
 * Not here: who may see what (daemon/rules).
 */
#include <stddef.h>

#include "argv.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "listing.h"
#include "nouns.h"
#include "output.h"
#include "posting.h"

static const char *field(struct cli *cli, const struct kith_record *row,
                         uint32_t number)
{
    return cell_field(cli->arena, row, number);
}

static void print_who(struct cli *cli, const struct kith_record *row)
{
    bool sees = kith_record_value(row, KITH_WHO_ROW_SEES, 1) != 0;
    const char *partner = field(cli, row, KITH_WHO_ROW_PARTNER);
    const char *role = field(cli, row, KITH_WHO_ROW_ROLE);
    const char *hidden = field(cli, row, KITH_WHO_ROW_HIDDEN);
    const char *purpose = field(cli, row, KITH_WHO_ROW_PURPOSE);
    const char *until = field(cli, row, KITH_WHO_ROW_UNTIL);

    fprintf(cli->out, "%s%s%s  %s%s%s%s  %s %s\n", cli_color(cli, CLI_BOLD),
            partner[0] != '\0' ? partner : "self", cli_plain(cli),
            field(cli, row, KITH_WHO_ROW_PERSON), role[0] != '\0' ? " (" : "",
            role, role[0] != '\0' ? ")" : "", sees ? "sees" : "does not see",
            field(cli, row, KITH_WHO_ROW_KINDS));
    if (hidden[0] != '\0')
        fprintf(cli->out, "    not: %s\n", hidden);
    if (purpose[0] != '\0')
        fprintf(cli->out, "    for: %s%s%s\n", purpose,
                until[0] != '\0' ? ", until " : "", until);
    fprintf(cli->out, "    why: %s\n", field(cli, row, KITH_WHO_ROW_WHY));
}

static int run_who(struct cli *cli, const struct command *command,
                   const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE || output_is_for_programs(cli))
        return code != EXIT_DONE ? code
                                 : output_reply(cli, command, &reply, NULL);
    for (size_t i = 0; i < reply.n_records; i++)
        print_who(cli, &reply.records[i]);
    return cli_finish(cli);
}

const struct command commands_project[] = {
    {
        .noun = "project",
        .verb = "new",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_PROJECT,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "name",
        .options = "title category family market note",
        .run = posting_run,
        .summary = "start a project, or change one of that name",
        .examples = "project new lumen --title \"Lumen lamp\"",
    },
    {
        .noun = "project",
        .verb = "list",
        .wire_verb = KITH_VERB_LIST,
        .options = "partner all",
        .run = listing_run,
        .summary = "projects, ours and those partners told us of",
        .examples = "project list\nproject list --partner acme",
    },
    {
        .noun = "project",
        .verb = "show",
        .wire_verb = KITH_VERB_SHOW,
        .flags = COMMAND_ONE,
        .positional = "project=path",
        .run = listing_show,
        .summary = "everything about one project",
        .examples = "project show lumen\nproject show acme:lumen",
    },
    {
        .noun = "project",
        .verb = "who",
        .wire_verb = KITH_VERB_WHO,
        .positional = "project",
        .run = run_who,
        .summary = "who sees what of a project, and why",
        .examples = "project who lumen",
    },
    {.noun = NULL},
};
