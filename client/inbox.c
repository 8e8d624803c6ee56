/* inbox - what partners told us, and answers.
 *
 * Responsible for: the listing with what waits for an answer.
 * Not here: notices by other channels (notify.c).
 */
#include <stdlib.h>
#include <time.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/error.h"
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
    static const char *const headings[] = {
        " ", "ID", "FROM", "PROJECT", "KIND", "WHEN", "DUE", "LABEL", "TITLE"};
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
        cells[7] = cell_field(cli->arena, row, KITH_INBOX_ROW_LABEL);
        cells[8] = cell_field(cli->arena, row, KITH_INBOX_ROW_TITLE);
    }
    table_print(&table, &style, cli->out);
}

/* WISH without its field NUMBER. */
static struct kith_record record_without(struct cli *cli,
                                         const struct kith_record *wish,
                                         uint32_t number)
{
    struct build build;

    build_start(&build, cli, wish->kind);
    for (size_t i = 0; i < wish->n_fields; i++)
        if (wish->fields[i].number != number)
            kith_build_field(&build.builder, &wish->fields[i]);
    return build_finish(&build);
}

/* A row and where it stood in the answer. */
struct place {
    struct kith_record row;
    size_t at;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    int64_t left_time = kith_record_value(&left->row, KITH_INBOX_ROW_AT, 0);
    int64_t right_time = kith_record_value(&right->row, KITH_INBOX_ROW_AT, 0);

    if (left_time != right_time)
        return left_time > right_time ? -1 : 1;
    return left->at > right->at ? -1 : left->at < right->at;
}

/* The daemon gives the items of each partner in the order of its log; a
 * person wants the newest first. */
static void sort_newest_first(struct cli *cli, struct reply *reply)
{
    struct place *places =
        memory_take(cli->arena, reply->n_records * sizeof *places);

    for (size_t i = 0; i < reply->n_records; i++)
        places[i] = (struct place){reply->records[i], i};
    qsort(places, reply->n_records, sizeof *places, compare_places);
    for (size_t i = 0; i < reply->n_records; i++)
        reply->records[i] = places[i].row;
}

/* Which are the newest is known only here, so the limit is kept here too. */
static enum kith_status ask_inbox(struct cli *cli,
                                  const struct command *command,
                                  const struct arguments *arguments,
                                  struct reply *ret_reply,
                                  struct kith_error *err)
{
    struct kith_record wish;
    struct kith_record argument;
    int64_t limit = 0;
    enum kith_status status = build_record(cli, command, arguments, &wish, err);

    if (status != KITH_OK)
        return status;
    limit = kith_record_value(&wish, KITH_RECORD_ARGS_LIMIT, INT64_MAX);
    argument = record_without(cli, &wish, KITH_RECORD_ARGS_LIMIT);
    status = connection_ask(cli, command->wire_verb, &argument, ret_reply, err);
    if (status != KITH_OK)
        return status;
    sort_newest_first(cli, ret_reply);
    if (limit >= 0 && (int64_t)ret_reply->n_records > limit)
        ret_reply->n_records = (size_t)limit;
    return KITH_OK;
}

static int run_inbox(struct cli *cli, const struct command *command,
                     const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct reply reply = {0};

    if (ask_inbox(cli, command, arguments, &reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
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
        .flags = COMMAND_DRY_RUN,
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
        .flags = COMMAND_DRY_RUN,
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
