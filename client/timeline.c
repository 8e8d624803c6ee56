/* timeline - milestones in time and revisions, as text.
 *
 * Responsible for: grouping by owner, project and generation; what changed
 * between two revisions.
 * Not here: which milestones a person may see (the daemon).
 */
#include "timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/ids.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "names.h"
#include "output.h"
#include "table.h"

static int compare_bytes(struct kith_bytes a, struct kith_bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.data, b.data, len) : 0;

    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static int64_t planned_day(const struct kith_record *row)
{
    const struct kith_field *planned =
        kith_record_field(row, KITH_TIMELINE_ROW_PLANNED);

    if (planned == NULL || (planned->when.kind != KITH_WHEN_DATE &&
                            planned->when.kind != KITH_WHEN_WINDOW))
        return INT64_MAX;
    return planned->when.from_day;
}

/* By owner, project, generation, then by planned day, then by name. */
static int compare_rows(const void *a, const void *b)
{
    static const uint32_t keys[] = {KITH_TIMELINE_ROW_OWNER,
                                    KITH_TIMELINE_ROW_PROJECT,
                                    KITH_TIMELINE_ROW_GENERATION};
    const struct kith_record *left = a;
    const struct kith_record *right = b;
    int64_t left_day = planned_day(left);
    int64_t right_day = planned_day(right);

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        int order = compare_bytes(kith_record_bytes(left, keys[i]),
                                  kith_record_bytes(right, keys[i]));

        if (order != 0)
            return order;
    }
    if (left_day != right_day)
        return left_day < right_day ? -1 : 1;
    return compare_bytes(kith_record_bytes(left, KITH_TIMELINE_ROW_MILESTONE),
                         kith_record_bytes(right, KITH_TIMELINE_ROW_MILESTONE));
}

static bool is_same(const struct kith_record *a, const struct kith_record *b,
                    uint32_t number)
{
    return a != NULL && kith_bytes_equal(kith_record_bytes(a, number),
                                         kith_record_bytes(b, number));
}

static const char *slip_cell(struct cli *cli, const struct kith_record *row)
{
    int64_t slip = kith_record_value(row, KITH_TIMELINE_ROW_SLIP, 0);

    return slip == 0 ? "" : memory_format(cli->arena, "%+" PRId64 " d", slip);
}

/* Its title, or its type when it has none. */
static const char *name_cell(struct cli *cli, const struct kith_record *row)
{
    const char *title =
        cell_field(cli->arena, row, KITH_TIMELINE_ROW_MILESTONE);

    return title[0] != '\0'
               ? title
               : cell_field(cli->arena, row, KITH_TIMELINE_ROW_TYPE);
}

static void fill_milestone(struct cli *cli, const struct kith_record *row,
                           const char **cells)
{
    const char *actual = cell_field(cli->arena, row, KITH_TIMELINE_ROW_ACTUAL);
    bool inactive = kith_record_value(row, KITH_TIMELINE_ROW_INACTIVE, 0) != 0;

    cells[0] = memory_format(cli->arena, "    %s", name_cell(cli, row));
    cells[1] = cell_field(cli->arena, row, KITH_TIMELINE_ROW_PLANNED);
    cells[2] = slip_cell(cli, row);
    cells[3] = inactive ? "inactive"
                        : cell_field(cli->arena, row, KITH_TIMELINE_ROW_STATE);
    if (actual[0] != '\0')
        cells[3] = memory_format(cli->arena, "%s %s", cells[3], actual);
    cells[4] = cell_field(cli->arena, row, KITH_TIMELINE_ROW_CONFIDENCE);
    cells[5] = cell_field(cli->arena, row, KITH_TIMELINE_ROW_LABEL);
}

/* "lumen" or "acme:lumen", then "  g1", where they differ from LAST. */
static void add_headings(struct cli *cli, struct table *table,
                         const struct kith_record *last,
                         const struct kith_record *row)
{
    const char *owner = cell_field(cli->arena, row, KITH_TIMELINE_ROW_OWNER);
    bool same_project = is_same(last, row, KITH_TIMELINE_ROW_OWNER) &&
                        is_same(last, row, KITH_TIMELINE_ROW_PROJECT);

    if (!same_project)
        table_row(table)[0] = memory_format(
            cli->arena, "%s%s%s", owner, owner[0] != '\0' ? ":" : "",
            cell_field(cli->arena, row, KITH_TIMELINE_ROW_PROJECT));
    if (!same_project || !is_same(last, row, KITH_TIMELINE_ROW_GENERATION))
        table_row(table)[0] = memory_format(
            cli->arena, "  %s",
            cell_field(cli->arena, row, KITH_TIMELINE_ROW_GENERATION));
}

void timeline_print(struct cli *cli, const struct reply *reply)
{
    static const char *const headings[] = {"MILESTONE", "PLANNED",    "SLIP",
                                           "STATE",     "CONFIDENCE", "LABEL"};
    struct table_style style = {.width = cli->width,
                                .heading_start = cli_color(cli, CLI_BOLD),
                                .heading_end = cli_plain(cli)};
    const struct kith_record *last = NULL;
    struct table table;

    table_init(&table, cli->arena);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        table_column(&table, headings[i]);
    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];

        add_headings(cli, &table, last, row);
        if (name_cell(cli, row)[0] != '\0')
            fill_milestone(cli, row, table_row(&table));
        last = row;
    }
    table_print(&table, &style, cli->out);
}

int timeline_run(struct cli *cli, const struct command *command,
                 const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    if (reply.n_records > 1)
        qsort(reply.records, reply.n_records, sizeof *reply.records,
              compare_rows);
    if (output_is_for_programs(cli))
        return output_reply(cli, command, &reply, NULL);
    timeline_print(cli, &reply);
    return cli_finish(cli);
}

/* ---- revisions ---- */

static bool is_same_field(const struct kith_record *a,
                          const struct kith_record *b,
                          const struct kith_field_info *info, struct cli *cli)
{
    struct cell_style exact = {.exact = true};

    return strcmp(cell_text(cli->arena, a, info, &exact),
                  cell_text(cli->arena, b, info, &exact)) == 0;
}

static const char *value(struct cli *cli, const struct kith_record *record,
                         const struct kith_field_info *info,
                         const struct names *names)
{
    const struct kith_field *field = kith_record_field(record, info->number);
    struct cell_style style = {.utc = cli->utc};

    if (field == NULL)
        return "-";
    if (info->type == KITH_FIELD_REF)
        return output_value(cli, field, info, names);
    return cell_text(cli->arena, record, info, &style);
}

/* "planned 2027-03-01 -> 2027-03-15", a line for each field that differs. */
static void print_changes(struct cli *cli, const struct kith_record *before,
                          const struct kith_record *record,
                          const struct names *names)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    static const struct kith_record nothing;

    if (before != NULL && before->inactive != record->inactive)
        fprintf(cli->out, "    %s\n",
                record->inactive ? "made inactive" : "made active again");
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct kith_field_info *info = &kind->fields[i];
        bool source = info->number >= KITH_SOURCE_FORMAT &&
                      info->number <= KITH_SOURCE_PLACE;

        if (is_same_field(before != NULL ? before : &nothing, record, info,
                          cli) ||
            (source && !cli->verbose))
            continue;
        if (before == NULL)
            fprintf(cli->out, "    %s %s\n", info->name,
                    value(cli, record, info, names));
        else
            fprintf(cli->out, "    %s %s -> %s\n", info->name,
                    value(cli, before, info, names),
                    value(cli, record, info, names));
    }
}

/* Index of the last revision of the record of RECORDS[AT] before it, or
 * AT. */
static size_t find_before(const struct kith_record *records, size_t at)
{
    for (size_t i = at; i-- > 0;)
        if (kith_id_equal(&records[i].id, &records[at].id))
            return i;
    return at;
}

static void print_revision(struct cli *cli, const struct reply *reply,
                           size_t at, const struct names *names)
{
    const struct kith_record *record = &reply->records[at];
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    struct cell_style style = {.utc = cli->utc};
    size_t before = find_before(reply->records, at);
    char id[2 * KITH_ID_LEN + 1];
    const char *label;

    kith_hex(record->id.b, KITH_ID_LEN, id);
    id[CELL_ID_DIGITS] = '\0';
    label = kith_choice_name(kith_labels, record->label);
    fprintf(cli->out, "%s%s%s  %s %s, revision %" PRIu64 "  %s\n",
            cli_color(cli, CLI_BOLD),
            cell_instant(cli->arena, record->changed_at, &style),
            cli_plain(cli), kind != NULL ? kind->name : "?", id,
            record->revision, label != NULL ? label : "");
    if (kind != NULL)
        print_changes(cli, before != at ? &reply->records[before] : NULL,
                      record, names);
}

/* A path without a slash is a project, whose whole history is meant; when
 * there is none of that name it is an id. */
static enum kith_status ask_history(struct cli *cli,
                                    const struct arguments *arguments,
                                    struct reply *reply, struct kith_error *err)
{
    const char *path = arguments_value(arguments, "path");
    bool project = path != NULL && strchr(path, '/') == NULL;
    enum kith_status status = KITH_NOT_FOUND;

    for (int i = project ? 0 : 1; i < 2 && status == KITH_NOT_FOUND; i++) {
        struct kith_record record;
        struct build build;

        kith_error_clear(err);
        build_start(&build, cli, KITH_KIND_RECORD_ARGS);
        for (size_t k = 0; k < arguments->count; k++) {
            const struct argument *one = &arguments->given[k];
            const struct parameter *parameter = one->parameter;
            bool is_path = parameter->info->number == KITH_RECORD_ARGS_PATH;

            if (is_path && i == 0)
                build_text(&build, KITH_RECORD_ARGS_PROJECT, one->value);
            else if (build_value(&build, parameter->info, parameter->name,
                                 one->value, err) != KITH_OK)
                return err->status;
        }
        record = build_finish(&build);
        status = connection_ask(cli, KITH_VERB_HISTORY, &record, reply, err);
    }
    return status;
}

int timeline_log(struct cli *cli, const struct command *command,
                 const struct arguments *arguments)
{
    struct kith_error error = {0};
    struct reply reply = {0};
    struct names names = {0};

    if (ask_history(cli, arguments, &reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (output_is_for_programs(cli))
        return output_reply(cli, command, &reply, NULL);
    if (names_load(cli, &names, &error) != KITH_OK)
        return cli_fail(cli, &error);
    for (size_t i = 0; i < reply.n_records; i++)
        print_revision(cli, &reply, i, &names);
    return cli_finish(cli);
}
