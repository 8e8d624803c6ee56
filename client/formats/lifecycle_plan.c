/* lifecycle_plan - what tables and histories have in common.
 *
 * Responsible for: building the records, reading a date, findings.
 * Not here: the order of rows (lifecycle_table.c, lifecycle_history.c).
 */
#include "formats/lifecycle_plan.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"

enum {
    DATE_LEN = 10
};

const struct lifecycle_date lifecycle_dates[] = {
    {"release_date", "releaseDate", KITH_MILESTONE_RELEASED},
    {"eoas", "eoas", KITH_MILESTONE_EOAS},
    {"eol", "eol", KITH_MILESTONE_EOL},
    {"eoes", "eoes", KITH_MILESTONE_EOES},
    {"discontinued", "discontinued", KITH_MILESTONE_DISCONTINUED},
    {"lts", "lts", KITH_MILESTONE_LTS},
    {NULL, NULL, 0},
};

enum kith_status planner_start(struct planner *planner,
                               struct kith_arena *arena,
                               const struct lifecycle_source *source,
                               struct kith_error *err)
{
    memset(planner, 0, sizeof *planner);
    planner->arena = arena;
    planner->source = source;
    planner->err = err;
    planner->place = source->name;
    planner->buckets =
        kith_arena_alloc(arena, PLANNED_BUCKETS * sizeof(struct planned *));
    return planner->buckets != NULL ? KITH_OK : KITH_NOMEM;
}

enum kith_status planner_fail(struct planner *planner, size_t line,
                              const char *text)
{
    return kith_fail(planner->err, KITH_INVALID, "lifecycle", "", "%s:%zu: %s",
                     planner->source->name, line, text);
}

static size_t hash_bytes(size_t hash, struct kith_bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.data[i]) * 1099511628211u;
    return hash;
}

struct planned *planner_find(struct planner *planner, struct kith_bytes product,
                             struct kith_bytes cycle, bool *ret_new)
{
    size_t hash =
        hash_bytes(hash_bytes(14695981039346656037u, product) ^ '/', cycle);
    struct planned **bucket = &planner->buckets[hash % PLANNED_BUCKETS];
    struct planned *entry = *bucket;

    *ret_new = false;
    for (; entry != NULL; entry = entry->next)
        if (kith_bytes_equal(entry->product, product) &&
            kith_bytes_equal(entry->cycle, cycle))
            return entry;
    entry = kith_arena_alloc(planner->arena, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->product = product;
    entry->cycle = cycle;
    entry->active = true;
    entry->next = *bucket;
    *bucket = entry;
    *ret_new = true;
    return entry;
}

/* Room for one more of SIZE bytes behind COUNT; the old block stays behind in
 * the arena. */
static void *grow(struct planner *planner, const void *old, size_t count,
                  size_t *cap, size_t size)
{
    size_t more = *cap == 0 ? 256 : 2 * *cap;
    void *block = NULL;

    if (count < *cap)
        return (void *)(uintptr_t)old;
    block = kith_arena_alloc(planner->arena, more * size);
    if (block != NULL && count > 0)
        memcpy(block, old, count * size);
    if (block != NULL)
        *cap = more;
    return block;
}

enum kith_status planner_add(struct planner *planner,
                             struct kith_record *record,
                             struct kith_record_builder *builder)
{
    struct lifecycle_plan *plan = &planner->plan;
    struct kith_record *records = grow(planner, plan->records, plan->n_records,
                                       &planner->records_cap, sizeof *records);
    enum kith_status status = KITH_OK;

    if (records == NULL)
        return KITH_NOMEM;
    plan->records = records;
    kith_build_text(builder, KITH_SOURCE_FORMAT, kith_bytes_of("lifecycle"));
    kith_build_text(builder, KITH_SOURCE_PLACE, kith_bytes_of(planner->place));
    if (planner->ref.len > 0) {
        kith_build_text(builder, KITH_SOURCE_REF, planner->ref);
        kith_build_number(builder, KITH_SOURCE_AT, planner->at);
    }
    record->label = planner->source->label;
    status = kith_build_finish(builder, record);
    if (status == KITH_OK)
        plan->records[plan->n_records++] = *record;
    return status;
}

enum kith_status planner_project(struct planner *planner,
                                 struct kith_bytes name,
                                 struct kith_bytes title,
                                 struct kith_bytes category)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT};
    struct kith_record_builder builder;

    planner->plan.n_projects++;
    kith_build_start(&builder, planner->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, name);
    if (title.len > 0)
        kith_build_text(&builder, KITH_PROJECT_TITLE, title);
    if (category.len > 0)
        kith_build_text(&builder, KITH_PROJECT_CATEGORY, category);
    return planner_add(planner, &record, &builder);
}

enum kith_status planner_generation(struct planner *planner,
                                    const struct planner_generation *generation)
{
    struct kith_record record = {.kind = KITH_KIND_GENERATION,
                                 .inactive = generation->inactive};
    struct kith_record_builder builder;

    kith_build_start(&builder, planner->arena);
    kith_build_text(&builder, KITH_GENERATION_PROJECT, generation->product);
    kith_build_text(&builder, KITH_GENERATION_NAME, generation->cycle);
    if (generation->title != NULL)
        kith_build_text(&builder, KITH_GENERATION_TITLE, *generation->title);
    if (generation->codename != NULL)
        kith_build_text(&builder, KITH_GENERATION_CODENAME,
                        *generation->codename);
    return planner_add(planner, &record, &builder);
}

/* "product/cycle", the path of a generation. */
static struct kith_bytes generation_path(struct planner *planner,
                                         struct kith_bytes product,
                                         struct kith_bytes cycle)
{
    size_t len = product.len + 1 + cycle.len;
    uint8_t *path = kith_arena_alloc(planner->arena, len + 1);

    if (path == NULL)
        return (struct kith_bytes){NULL, 0};
    if (product.len > 0)
        memcpy(path, product.data, product.len);
    path[product.len] = '/';
    if (cycle.len > 0)
        memcpy(path + product.len + 1, cycle.data, cycle.len);
    return (struct kith_bytes){path, len};
}

static enum kith_status add_finding(struct planner *planner,
                                    const struct planner_milestone *milestone)
{
    struct lifecycle_plan *plan = &planner->plan;
    struct lifecycle_finding *findings =
        grow(planner, plan->findings, plan->n_findings, &planner->findings_cap,
             sizeof *findings);

    if (findings == NULL)
        return KITH_NOMEM;
    plan->findings = findings;
    plan->findings[plan->n_findings++] =
        (struct lifecycle_finding){milestone->line, milestone->column,
                                   milestone->column_name, milestone->value};
    return KITH_OK;
}

/* The date that stands in a cell; what is none is kept as it stands. Only the
 * form that comes back byte for byte counts as a date. */
static struct kith_when read_date(struct kith_bytes value)
{
    struct kith_when when = {.kind = KITH_WHEN_VERBATIM};

    if (value.len == 0)
        return (struct kith_when){.kind = KITH_WHEN_UNKNOWN};
    if (kith_bytes_is(value, "true"))
        return (struct kith_when){.kind = KITH_WHEN_PASSED};
    if (kith_bytes_is(value, "false"))
        return (struct kith_when){.kind = KITH_WHEN_NOT_ANNOUNCED};
    if (value.len == DATE_LEN && kith_when_parse(value, &when) == KITH_OK &&
        when.kind == KITH_WHEN_DATE)
        return when;
    return (struct kith_when){.kind = KITH_WHEN_VERBATIM, .text = value};
}

enum kith_status planner_milestone(struct planner *planner,
                                   const struct planner_milestone *milestone)
{
    struct kith_record record = {.kind = KITH_KIND_MILESTONE,
                                 .inactive = milestone->value.len == 0};
    struct kith_when when = read_date(milestone->value);
    struct kith_bytes path =
        generation_path(planner, milestone->product, milestone->cycle);
    struct kith_record_builder builder;
    enum kith_status status = KITH_OK;

    if (path.data == NULL)
        return KITH_NOMEM;
    if (when.kind == KITH_WHEN_VERBATIM && when.text.len > KITH_NAME_MAX)
        return planner_fail(planner, milestone->line, "a date is too long");
    if (when.kind == KITH_WHEN_VERBATIM && milestone->line > 0)
        status = add_finding(planner, milestone);
    kith_build_start(&builder, planner->arena);
    kith_build_text(&builder, KITH_MILESTONE_GENERATION, path);
    kith_build_choice(&builder, KITH_MILESTONE_TYPE, milestone->type);
    kith_build_when(&builder, KITH_MILESTONE_PLANNED, &when);
    kith_build_choice(&builder, KITH_MILESTONE_STATE,
                      when.kind == KITH_WHEN_PASSED ? KITH_STATE_ACTUAL
                                                    : KITH_STATE_EXPECTED);
    if (status != KITH_OK)
        return status;
    return planner_add(planner, &record, &builder);
}
