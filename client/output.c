/* output - rows of an answer as a table, tab lines, JSON, or one by one.
 *
 * Responsible for: which columns, which form, the way of a plain command.
 * Not here: special renderings (the nouns), widths (table.c), JSON (json.c).
 */
#include "output.h"

#include <inttypes.h>
#include <string.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "json.h"
#include "kith/error.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "memory.h"
#include "names.h"
#include "table.h"

bool output_is_for_programs(const struct cli *cli)
{
    return cli->json || cli->plain;
}

void output_dry_run(const struct cli *cli)
{
    if (cli->dry_run && !output_is_for_programs(cli))
        fputs("Dry run, nothing was written. It would be:\n", cli->out);
}

static bool is_shown(const struct cli *cli, const struct kith_field_info *info)
{
    return cli->verbose || (info->flags & KITH_F_WIDE) == 0;
}

const char *output_value(struct cli *cli, const struct kith_field *field,
                         const struct kith_field_info *info,
                         const struct names *names)
{
    struct cell_style style = {.utc = cli->utc, .exact = cli->plain};

    if (info->type == KITH_FIELD_REF && field->type == KITH_VALUE_OCTETS &&
        names != NULL && !cli->plain) {
        const struct name_entry *entry = names_find(names, field->bytes);

        if (entry != NULL)
            return entry->path;
    }
    return cell_value(cli->arena, field, info, &style);
}

static const char *field_cell(struct cli *cli, const struct kith_record *record,
                              const struct kith_field_info *info,
                              const struct names *names)
{
    const struct kith_field *field = kith_record_field(record, info->number);
    struct cell_style style = {.utc = cli->utc, .exact = cli->plain};

    if (field != NULL && info->type == KITH_FIELD_REF &&
        (info->flags & KITH_F_LIST) == 0)
        return output_value(cli, field, info, names);
    return cell_text(cli->arena, record, info, &style);
}

static const char *heading(struct cli *cli, const char *name)
{
    char *text = memory_copy(cli->arena, name);

    for (char *c = text; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (*c == '_')
            *c = ' ';
    }
    return text;
}

/* Records of business kinds have a head that is worth columns. */
static bool has_head(const struct kith_kind_info *kind)
{
    return kind->family != KITH_FAMILY_LOCAL;
}

static void fill_row(struct cli *cli, const struct kith_record *record,
                     const struct names *names, const char **cells)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    size_t at = 0;

    if (has_head(kind)) {
        char hex[KITH_ID_TEXT_SIZE];

        kith_hex(record->id.b, KITH_ID_LEN, hex);
        if (cli->plain)
            kith_id_text(&record->id, hex);
        else
            hex[CELL_ID_DIGITS] = '\0';
        cells[at++] = memory_copy(cli->arena, hex);
    }
    for (size_t i = 0; i < kind->n_fields; i++)
        if (is_shown(cli, &kind->fields[i]))
            cells[at++] = field_cell(cli, record, &kind->fields[i], names);
    if (has_head(kind)) {
        const char *label =
            kith_choice_name(kith_labels, (int64_t)record->label);

        cells[at++] = memory_format(cli->arena, "%" PRIu64, record->revision);
        cells[at++] = label != NULL ? label : "";
        cells[at] = record->inactive ? "inactive" : "";
    }
}

/* Half a date, number or word of a closed list says something false. */
static void add_column(struct cli *cli, struct table *table,
                       const struct kith_field_info *info)
{
    table_column(table, heading(cli, info->name));
    if (info->type != KITH_FIELD_NAME && info->type != KITH_FIELD_TEXT &&
        info->type != KITH_FIELD_REF && (info->flags & KITH_F_LIST) == 0)
        table_keep(table);
}

void output_table(struct cli *cli, const struct kith_record *records,
                  size_t count, const struct names *names)
{
    const struct kith_kind_info *kind =
        count > 0 ? kith_kind_info(records[0].kind) : NULL;
    struct table_style style = {
        .width = cli->width,
        .heading_start = cli_color(cli, CLI_BOLD),
        .heading_end = cli_plain(cli),
    };
    struct table table;

    if (kind == NULL)
        return;
    table_init(&table, cli->arena);
    if (has_head(kind)) {
        table_column(&table, "ID");
        table_keep(&table);
    }
    for (size_t i = 0; i < kind->n_fields; i++)
        if (is_shown(cli, &kind->fields[i]))
            add_column(cli, &table, &kind->fields[i]);
    if (has_head(kind)) {
        table_column(&table, "REVISION");
        table_column(&table, "LABEL");
        table_column(&table, "STATE");
    }
    for (size_t i = 0; i < count; i++)
        fill_row(cli, &records[i], names, table_row(&table));
    if (cli->plain)
        table_print_plain(&table, cli->out);
    else
        table_print(&table, &style, cli->out);
}

void output_details(struct cli *cli, const struct kith_record *record,
                    const struct names *names)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    struct cell_style style = {
        .utc = cli->utc, .whole = true, .keep_lines = true};

    if (kind == NULL)
        return;
    if (has_head(kind)) {
        const char *label =
            kith_choice_name(kith_labels, (int64_t)record->label);
        char id[KITH_ID_TEXT_SIZE];

        kith_id_text(&record->id, id);
        fprintf(cli->out, "%s%s%s  %s, revision %" PRIu64 "%s\n",
                cli_color(cli, CLI_BOLD), kind->name, cli_plain(cli), id,
                record->revision, record->inactive ? ", inactive" : "");
        fprintf(cli->out, "%-20s %s\n", "label",
                label != NULL ? label : "none");
        fprintf(cli->out, "%-20s %s\n", "changed",
                cell_instant(cli->arena, record->changed_at, &style));
    }
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct kith_field_info *info = &kind->fields[i];
        const struct kith_field *field =
            kith_record_field(record, info->number);
        const char *text = "";

        if (field != NULL)
            text = info->type == KITH_FIELD_REF
                       ? output_value(cli, field, info, names)
                       : cell_text(cli->arena, record, info, &style);
        if (text[0] != '\0')
            fprintf(cli->out, "%-20s %s\n", info->name, text);
    }
}

static void print_tables(struct cli *cli, const struct reply *reply,
                         const struct names *names)
{
    size_t start = 0;

    for (size_t i = 1; i <= reply->n_records; i++) {
        if (i < reply->n_records &&
            reply->records[i].kind == reply->records[start].kind)
            continue;
        if (start > 0 && !cli->plain)
            fputc('\n', cli->out);
        output_table(cli, reply->records + start, i - start, names);
        start = i;
    }
}

static void print_json(struct cli *cli, const struct command *command,
                       const struct reply *reply)
{
    char name[48];
    json_t *data = NULL;

    command_name(command, name);
    if ((command->flags & COMMAND_ONE) != 0) {
        data = reply->n_records > 0 ? json_record(&reply->records[0])
                                    : json_null();
    } else {
        data = json_array();
        for (size_t i = 0; i < reply->n_records; i++)
            if (json_array_append_new(data, json_record(&reply->records[i])))
                memory_exhausted();
    }
    json_print(cli, name, data);
}

int output_reply(struct cli *cli, const struct command *command,
                 const struct reply *reply, const struct names *names)
{
    int code = 0;

    output_dry_run(cli);
    if (cli->json)
        print_json(cli, command, reply);
    else if ((command->flags & COMMAND_ONE) != 0 && !cli->plain &&
             (command->flags & COMMAND_BRIEF) == 0)
        for (size_t i = 0; i < reply->n_records; i++)
            output_details(cli, &reply->records[i], names);
    else
        print_tables(cli, reply, names);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply->warnings ? EXIT_WARNINGS : code;
}

bool output_confirm(const struct cli *cli, const char *question)
{
    char answer[16];

    if (cli->yes)
        return true;
    if (!cli->interactive || cli->no_input)
        return false;
    fprintf(cli->err, "%s [y/N] ", question);
    fflush(cli->err);
    if (fgets(answer, sizeof answer, stdin) == NULL)
        return false;
    return answer[0] == 'y' || answer[0] == 'Y';
}

/* Asks before a command that cannot be taken back. */
static int confirm(struct cli *cli, const struct command *command)
{
    const char *question = memory_format(
        cli->arena, "%s %s: %s. Go on?", command->noun,
        command->verb != NULL ? command->verb : "", command->summary);

    if ((command->flags & COMMAND_CONFIRM) == 0 || cli->dry_run ||
        output_confirm(cli, question))
        return EXIT_DONE;
    return cli_usage(cli, "add --yes", "%s %s was not confirmed", command->noun,
                     command->verb != NULL ? command->verb : "");
}

int output_ask(struct cli *cli, const struct command *command,
               const struct arguments *arguments, struct reply *ret_reply)
{
    uint32_t kind = command_kind(command);
    const struct kith_kind_info *table =
        kind != 0 ? kith_kind_info(kind) : NULL;
    const struct kith_field_info *sure =
        table != NULL ? kith_field_by_name(table, "confirm") : NULL;
    struct kith_error error = {0};
    struct kith_record record;
    struct build build;
    int code = confirm(cli, command);

    if (code != EXIT_DONE)
        return code;
    if (kind != 0) {
        build_start(&build, cli, kind);
        if (build_arguments(&build, arguments, &error) != KITH_OK)
            return cli_fail(cli, &error);
        if (sure != NULL && (command->flags & COMMAND_CONFIRM) != 0)
            kith_build_number(&build.builder, sure->number, 1);
        record = build_finish(&build);
    }
    if (connection_ask(cli, command->wire_verb, kind != 0 ? &record : NULL,
                       ret_reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
    return EXIT_DONE;
}

int output_send(struct cli *cli, const struct command *command,
                const struct arguments *arguments)
{
    struct reply reply = {0};
    int code = output_ask(cli, command, arguments, &reply);

    if (code != EXIT_DONE)
        return code;
    return output_reply(cli, command, &reply, NULL);
}
