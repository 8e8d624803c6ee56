/* lifecycle_write - records as a table of cycles.
 *
 * Responsible for: one row for each active generation, sorted.
 * Not here: which records (data.c), quoting (csv_file.c).
 */
#include <stdlib.h>
#include <string.h>

#include "formats/lifecycle.h"
#include "kith/fields.h"
#include "kith/kinds.h"

/* A generation's row while it is put together; borrowed from the records. */
struct line {
    const struct kith_record *generation, *project;
    const struct kith_record *dates[KITH_MILESTONE_OTHER + 1];
};

struct table {
    const struct kith_record **projects; /* by id */
    size_t n_projects;
    struct line *lines; /* by id of the generation, then by name */
    size_t n_lines;
};

static int compare_projects(const void *a, const void *b)
{
    const struct kith_record *const *left = a;
    const struct kith_record *const *right = b;

    return memcmp((*left)->id.b, (*right)->id.b, KITH_ID_LEN);
}

static int compare_ids(const void *a, const void *b)
{
    const struct line *left = a;
    const struct line *right = b;

    return memcmp(left->generation->id.b, right->generation->id.b, KITH_ID_LEN);
}

static int compare_bytes(struct kith_bytes a, struct kith_bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.data, b.data, len) : 0;

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* By product, then by cycle, byte by byte. */
static int compare_names(const void *a, const void *b)
{
    const struct line *left = a;
    const struct line *right = b;
    int order =
        compare_bytes(kith_record_bytes(left->project, KITH_PROJECT_NAME),
                      kith_record_bytes(right->project, KITH_PROJECT_NAME));

    if (order != 0)
        return order;
    return compare_bytes(
        kith_record_bytes(left->generation, KITH_GENERATION_NAME),
        kith_record_bytes(right->generation, KITH_GENERATION_NAME));
}

static const struct kith_record *find_project(const struct table *table,
                                              struct kith_bytes id)
{
    struct kith_record wanted = {0};
    const struct kith_record *key = &wanted;
    const struct kith_record **found = NULL;

    if (id.len != KITH_ID_LEN || table->n_projects == 0)
        return NULL;
    memcpy(wanted.id.b, id.data, KITH_ID_LEN);
    found = bsearch(&key, table->projects, table->n_projects, sizeof key,
                    compare_projects);
    return found != NULL ? *found : NULL;
}

static struct line *find_line(const struct table *table, struct kith_bytes id)
{
    struct kith_record wanted = {0};
    struct line key = {.generation = &wanted};

    if (id.len != KITH_ID_LEN || table->n_lines == 0)
        return NULL;
    memcpy(wanted.id.b, id.data, KITH_ID_LEN);
    return bsearch(&key, table->lines, table->n_lines, sizeof key, compare_ids);
}

/* Three passes: projects, generations of them, dates of those. */
static enum kith_status collect(struct kith_arena *arena,
                                const struct kith_record *records, size_t count,
                                struct table *table)
{
    table->projects =
        kith_arena_alloc(arena, (count + 1) * sizeof(struct kith_record *));
    table->lines = kith_arena_alloc(arena, (count + 1) * sizeof(struct line));
    if (table->projects == NULL || table->lines == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < count; i++)
        if (records[i].kind == KITH_KIND_PROJECT && !records[i].inactive)
            table->projects[table->n_projects++] = &records[i];
    qsort(table->projects, table->n_projects, sizeof *table->projects,
          compare_projects);
    for (size_t i = 0; i < count; i++) {
        const struct kith_record *project = find_project(
            table, kith_record_bytes(&records[i], KITH_GENERATION_PROJECT));

        if (records[i].kind == KITH_KIND_GENERATION && !records[i].inactive &&
            project != NULL)
            table->lines[table->n_lines++] =
                (struct line){.generation = &records[i], .project = project};
    }
    qsort(table->lines, table->n_lines, sizeof *table->lines, compare_ids);
    for (size_t i = 0; i < count; i++) {
        struct line *line = find_line(
            table, kith_record_bytes(&records[i], KITH_MILESTONE_GENERATION));
        int64_t type = kith_record_value(&records[i], KITH_MILESTONE_TYPE, 0);

        if (records[i].kind == KITH_KIND_MILESTONE && !records[i].inactive &&
            line != NULL && type > 0 && type <= KITH_MILESTONE_OTHER &&
            kith_record_bytes(&records[i], KITH_MILESTONE_TITLE).len == 0)
            line->dates[type] = &records[i];
    }
    qsort(table->lines, table->n_lines, sizeof *table->lines, compare_names);
    return KITH_OK;
}

static enum kith_status write_cell(struct kith_bytes cell, bool first,
                                   struct kith_buf *buf)
{
    enum kith_status status = first ? KITH_OK : kith_buf_add(buf, ",", 1);

    return status == KITH_OK ? csv_cell_write(cell, buf) : status;
}

static enum kith_status write_date(const struct kith_record *milestone,
                                   struct kith_buf *buf)
{
    const struct kith_field *planned =
        milestone != NULL ? kith_record_field(milestone, KITH_MILESTONE_PLANNED)
                          : NULL;
    struct kith_buf text = {0};
    enum kith_status status = KITH_OK;

    if (planned == NULL || planned->when.kind == KITH_WHEN_UNKNOWN)
        return write_cell((struct kith_bytes){NULL, 0}, false, buf);
    if (planned->when.kind == KITH_WHEN_PASSED)
        return write_cell(kith_bytes_of("true"), false, buf);
    if (planned->when.kind == KITH_WHEN_NOT_ANNOUNCED)
        return write_cell(kith_bytes_of("false"), false, buf);
    status = kith_when_text(&planned->when, &text);
    if (status == KITH_OK)
        status = write_cell(kith_buf_bytes(&text), false, buf);
    kith_buf_clear(&text);
    return status;
}

/* The strictest label of what stands in LINE (F38). */
static struct kith_bytes marking(const struct line *line)
{
    enum kith_label label = line->project->label;
    const char *name;

    if (line->generation->label > label)
        label = line->generation->label;
    for (size_t i = 0; lifecycle_dates[i].column != NULL; i++) {
        const struct kith_record *date = line->dates[lifecycle_dates[i].type];

        if (date != NULL && date->label > label)
            label = date->label;
    }
    name = kith_choice_name(kith_labels, label);
    return kith_bytes_of(name != NULL ? name : "");
}

static enum kith_status write_line(const struct line *line,
                                   struct kith_buf *buf)
{
    const struct {
        const struct kith_record *record;
        uint32_t field;
    } texts[] = {
        {line->project, KITH_PROJECT_NAME},
        {line->project, KITH_PROJECT_TITLE},
        {line->project, KITH_PROJECT_CATEGORY},
        {line->generation, KITH_GENERATION_NAME},
        {line->generation, KITH_GENERATION_TITLE},
        {line->generation, KITH_GENERATION_CODENAME},
    };
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == KITH_OK;
         i++)
        status = write_cell(kith_record_bytes(texts[i].record, texts[i].field),
                            i == 0, buf);
    for (size_t i = 0; lifecycle_dates[i].column != NULL && status == KITH_OK;
         i++)
        status = write_date(line->dates[lifecycle_dates[i].type], buf);
    if (status == KITH_OK)
        status = write_cell(marking(line), false, buf);
    return status == KITH_OK ? kith_buf_add(buf, "\n", 1) : status;
}

enum kith_status lifecycle_write(struct kith_arena *arena,
                                 const struct kith_record *records,
                                 size_t n_records, struct kith_buf *buf)
{
    static const char header[] = "product,title,category,cycle,label,codename,"
                                 "release_date,eoas,eol,eoes,discontinued,"
                                 "lts,marking\n";
    struct table table = {0};
    enum kith_status status = collect(arena, records, n_records, &table);

    if (status == KITH_OK)
        status = kith_buf_add(buf, header, sizeof header - 1);
    for (size_t i = 0; i < table.n_lines && status == KITH_OK; i++)
        status = write_line(&table.lines[i], buf);
    return status;
}
