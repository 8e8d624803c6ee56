/* inbox - what partners told us, and answers.
 *
 * Responsible for: the listing with what waits for an answer.
 * Not here: notices by other channels (notify.c).
 */
#include <string.h>
#include <time.h>

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
#include "memory.h"
#include "nouns.h"
#include "output.h"
#include "posting.h"
#include "table.h"

enum {
    SECONDS_A_DAY = 86400,
    DUE_SOON_DAYS = 3
};

static const char *due_cell(struct cli *cli, const struct kith_record *row,
                            int64_t now)
{
    const struct kith_field *due = kith_record_field(row, KITH_INBOX_ROW_DUE);
    const char *answered = cell_field(cli->arena, row, KITH_INBOX_ROW_ANSWERED);

    if (answered[0] != '\0')
        return memory_format(cli->arena, "%sed", answered);
    if (due == NULL || due->when.kind != KITH_WHEN_DATE)
        return "";
    return memory_format(
        cli->arena, "%s%s", cell_day(cli->arena, due->when.from_day),
        due->when.from_day <= now / SECONDS_A_DAY + DUE_SOON_DAYS ? " !" : "");
}

static void print_inbox(struct cli *cli, const struct reply *reply)
{
    static const char *const headings[] = {" ",    "ID",   "FROM", "PROJECT",
                                           "KIND", "WHEN", "DUE",  "TITLE"};
    struct table_style style = {.width = cli->width,
                                .heading_start = cli_color(cli, CLI_BOLD),
                                .heading_end = cli_plain(cli)};
    int64_t now = (int64_t)time(NULL);
    struct table table;

    table_init(&table, cli->arena);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        table_column(&table, headings[i]);
    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];
        const char **cells = table_row(&table);
        int64_t at = kith_record_value(row, KITH_INBOX_ROW_AT, 0);

        cells[0] =
            kith_record_value(row, KITH_INBOX_ROW_UNREAD, 0) != 0 ? "*" : "";
        cells[1] = cell_field(cli->arena, row, KITH_INBOX_ROW_ID);
        cells[2] = cell_field(cli->arena, row, KITH_INBOX_ROW_FROM);
        cells[3] = cell_field(cli->arena, row, KITH_INBOX_ROW_PROJECT);
        cells[4] = cell_field(cli->arena, row, KITH_INBOX_ROW_KIND);
        cells[5] = cell_span(cli->arena, at < now ? now - at : 0);
        cells[6] = due_cell(cli, row, now);
        cells[7] = cell_field(cli->arena, row, KITH_INBOX_ROW_TITLE);
    }
    table_print(&table, &style, cli->out);
}

static int run_inbox(struct cli *cli, const struct command *command,
                     const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (output_is_for_programs(cli))
        return output_reply(cli, command, &reply, NULL);
    print_inbox(cli, &reply);
    return cli_finish(cli);
}

const struct command commands_inbox[] = {
    {
        .noun = "inbox",
        .wire_verb = KITH_VERB_INBOX,
        .options = "unread project partner limit",
        .run = run_inbox,
        .summary = "what partners told us, newest first",
        .examples = "inbox\ninbox --unread\ninbox --partner acme",
    },
    {
        .noun = "inbox",
        .verb = "show",
        .wire_verb = KITH_VERB_SHOW,
        .flags = COMMAND_ONE,
        .positional = "id=path",
        .run = listing_show,
        .summary = "read an item or record; that is logged",
        .examples = "inbox show 4f2a90c1",
    },
    {
        .noun = "inbox",
        .verb = "ack",
        .wire_verb = KITH_VERB_ACK,
        .positional = "id=path",
        .options = "message=text/m",
        .summary = "an item is dealt with: no longer unread",
        .examples = "inbox ack 4f2a90c1",
    },
    {
        .noun = "inbox",
        .verb = "answer",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_ANSWER,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "id=to verdict",
        .options = "message=text/m due note",
        .run = posting_run,
        .summary = "answer an item; the answer goes to its owner alone",
        .examples = "inbox answer 4f2a90c1 accept -m \"stack-up by Wed\"\n"
                    "inbox answer 4f2a90c1 amend -m \"only from March\" --due "
                    "2027-03-01",
    },
    {
        .noun = "show",
        .wire_verb = KITH_VERB_SHOW,
        .flags = COMMAND_ONE,
        .positional = "id=path",
        .run = listing_show,
        .summary = "read an item or record; that is logged",
        .examples = "show 4f2a90c1\nshow lumen/g1/evt",
    },
    {
        .noun = "ack",
        .wire_verb = KITH_VERB_ACK,
        .positional = "id=path",
        .options = "message=text/m",
        .summary = "an item is dealt with: no longer unread",
        .examples = "ack 4f2a90c1",
    },
    {
        .noun = "answer",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_ANSWER,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "id=to verdict",
        .options = "message=text/m due note",
        .run = posting_run,
        .summary = "answer an item; the answer goes to its owner alone",
        .examples = "answer 4f2a90c1 accept -m \"stack-up by Wed\"\n"
                    "answer 4f2a90c1 amend -m \"only from March\" --due "
                    "2027-03-01",
    },
    {.noun = NULL},
};
