/* import - a file of the outside world becomes records.
 *
 * Responsible for: reading the file as the person, preview, batches, progress,
 * findings.
 * Not here: formats (formats/), export (data.c).
 */
#include "import.h"

#include <string.h>

#include "argv.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "file.h"
#include "formats/lifecycle.h"
#include "json.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "standing.h"

enum {
    FILE_BYTES_MAX = 64 * 1024 * 1024,
    BATCH_RECORDS = 1000, /* of one request */
    BATCH_BYTES = 2 * 1024 * 1024,
    BAR_COLUMNS = 30
};

struct import {
    struct cli *cli;
    const char *name; /* of the file, without folders */
    struct lifecycle_plan plan;
    size_t stored, unchanged;
    bool warnings;
};

static enum kith_status read_csv(struct cli *cli, const char *path,
                                 struct csv_file *file, struct kith_error *err)
{
    struct kith_bytes bytes = {0};
    enum kith_status status = file_take(cli, path, FILE_BYTES_MAX, &bytes, err);

    if (status != KITH_OK)
        return status;
    return csv_file_read(cli->arena, file_name(path), bytes, file, err);
}

static enum kith_status plan_import(struct import *import,
                                    const struct arguments *arguments,
                                    struct kith_error *err)
{
    struct cli *cli = import->cli;
    bool history = arguments_has(arguments, "history");
    const char *titles = arguments_value(arguments, "titles");
    const char *label = arguments_value(arguments, "label");
    struct standings standings = {0};
    struct csv_file file = {0};
    struct csv_file title_file = {0};
    struct lifecycle_source source = {.name = import->name, .file = &file};
    enum kith_status status =
        read_csv(cli, arguments_value(arguments, "file"), &file, err);

    if (status == KITH_OK && titles != NULL) {
        status = read_csv(cli, titles, &title_file, err);
        source.titles = &title_file;
    }
    if (status == KITH_OK && label != NULL) {
        source.label = (enum kith_label)kith_choice_number(
            kith_labels, kith_bytes_of(label));
        if (source.label == KITH_LABEL_NONE)
            status = kith_fail(err, KITH_INVALID, "usage", "",
                               "'%s' is no label", label);
    }
    if (status == KITH_OK && history)
        return lifecycle_plan_history(cli->arena, &source, &import->plan, err);
    /* A preview needs no daemon. */
    if (status == KITH_OK && !cli->dry_run)
        status = standing_load(cli, &standings, err);
    source.stands = standing_has;
    source.context = &standings;
    return status == KITH_OK
               ? lifecycle_plan_table(cli->arena, &source, &import->plan, err)
               : status;
}

static void show_progress(const struct import *import, size_t done)
{
    const struct cli *cli = import->cli;
    size_t total = import->plan.n_records;
    size_t filled = total > 0 ? done * BAR_COLUMNS / total : BAR_COLUMNS;

    if (!cli->interactive || cli->quiet)
        return;
    fprintf(cli->err, "\r%s [", import->name);
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        fputc(i < filled ? '#' : '.', cli->err);
    fprintf(cli->err, "] %zu of %zu%s", done, total, done == total ? "\n" : "");
    fflush(cli->err);
}

/* Records of a request, within its bounds in number and bytes. */
static enum kith_status batch_size(const struct lifecycle_plan *plan,
                                   size_t from, size_t *ret_count)
{
    struct kith_buf buf = {0};
    enum kith_status status = KITH_OK;
    size_t count = 0;

    while (from + count < plan->n_records && count < BATCH_RECORDS &&
           status == KITH_OK) {
        status = kith_record_encode(&plan->records[from + count], &buf);
        if (buf.len > BATCH_BYTES && count > 0)
            break;
        count++;
    }
    kith_buf_clear(&buf);
    *ret_count = count;
    return status;
}

static void count_posted(struct import *import, const struct reply *reply)
{
    for (size_t i = 0; i < reply->n_records; i++) {
        if (reply->records[i].kind != KITH_KIND_POSTED_ROW)
            continue;
        if (kith_bytes_is(
                kith_record_bytes(&reply->records[i], KITH_POSTED_ROW_STATE),
                "unchanged"))
            import->unchanged++;
        else
            import->stored++;
    }
    import->warnings = import->warnings || reply->warnings;
}

static enum kith_status post_all(struct import *import, struct kith_error *err)
{
    enum kith_status status = KITH_OK;
    size_t done = 0;

    while (done < import->plan.n_records && status == KITH_OK) {
        struct reply reply = {0};
        struct call call = {.verb = KITH_VERB_POST,
                            .records = import->plan.records + done};

        show_progress(import, done);
        status = batch_size(&import->plan, done, &call.n_records);
        if (status == KITH_OK)
            status = connection_call(import->cli, &call, &reply, err);
        if (status == KITH_OK) {
            count_posted(import, &reply);
            done += call.n_records;
        }
    }
    if (status == KITH_OK)
        show_progress(import, done);
    else if (import->stored > 0)
        cli_warn(import->cli,
                 "%zu of %zu records stand; the rest was not "
                 "posted",
                 done, import->plan.n_records);
    return status;
}

static void report_findings(struct import *import)
{
    for (size_t i = 0; i < import->plan.n_findings; i++) {
        const struct lifecycle_finding *finding = &import->plan.findings[i];

        cli_warn(import->cli,
                 "%s:%zu: column %zu (%s): '%s' is no date; kept as it stands",
                 import->name, finding->line, finding->column,
                 finding->column_name,
                 cell_clean(import->cli->arena, finding->value));
    }
}

static json_t *findings_json(const struct import *import)
{
    json_t *list = json_array();

    for (size_t i = 0; i < import->plan.n_findings; i++) {
        const struct lifecycle_finding *finding = &import->plan.findings[i];
        json_t *one = json_pack(
            "{s:s,s:I,s:I,s:s,s:s%}", "file", import->name, "line",
            (json_int_t)finding->line, "column", (json_int_t)finding->column,
            "name", finding->column_name, "value",
            (const char *)finding->value.data, finding->value.len);

        if (one == NULL || json_array_append_new(list, one) != 0)
            memory_exhausted();
    }
    return list;
}

static void print_import(const struct import *import)
{
    const struct lifecycle_plan *plan = &import->plan;
    struct cli *cli = import->cli;

    if (cli->json) {
        json_print(cli, "import_lifecycle",
                   json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "file",
                             import->name, "projects",
                             (json_int_t)plan->n_projects, "generations",
                             (json_int_t)plan->n_generations, "milestones",
                             (json_int_t)plan->n_milestones, "revisions",
                             (json_int_t)plan->n_revisions, "records",
                             (json_int_t)plan->n_records, "stored",
                             (json_int_t)import->stored, "unchanged",
                             (json_int_t)import->unchanged, "findings",
                             findings_json(import)));
        return;
    }
    fprintf(cli->out, "%s has %zu projects, %zu generations, %zu milestones",
            import->name, plan->n_projects, plan->n_generations,
            plan->n_milestones);
    if (plan->n_revisions > 0)
        fprintf(cli->out, ", %zu revisions", plan->n_revisions);
    fprintf(cli->out, "; %zu finding%s\n", plan->n_findings,
            plan->n_findings == 1 ? "" : "s");
    if (cli->dry_run)
        fprintf(cli->out, "%zu records would be posted. Nothing was written.\n",
                plan->n_records);
    else
        fprintf(cli->out, "%zu records posted: %zu stored, %zu unchanged\n",
                plan->n_records, import->stored, import->unchanged);
}

int import_lifecycle(struct cli *cli, const struct command *command,
                     const struct arguments *arguments)
{
    struct import import = {
        .cli = cli, .name = file_name(arguments_value(arguments, "file"))};
    struct kith_error error = {0};
    int code = EXIT_DONE;

    (void)command;
    if (plan_import(&import, arguments, &error) != KITH_OK ||
        (!cli->dry_run && post_all(&import, &error) != KITH_OK)) {
        if (error.status == KITH_OK)
            (void)kith_fail(&error, KITH_NOMEM, "nomem", "", "out of memory");
        code = cli_fail(cli, &error);
        (void)cli_finish(cli);
        return code;
    }
    report_findings(&import);
    print_import(&import);
    code = cli_finish(cli);
    return code == EXIT_DONE && import.warnings ? EXIT_WARNINGS : code;
}
