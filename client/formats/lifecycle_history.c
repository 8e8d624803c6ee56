/* lifecycle_history - a list of revisions as records to be posted.
 *
 * Responsible for: one record for each row, in file order; what must stand
 * before it (a project, a generation, a generation that starts anew).
 * Not here: one record's fields (lifecycle_plan.c).
 */
#include <stdio.h>
#include <string.h>

#include "formats/lifecycle_plan.h"
#include "kith/limits.h"

enum {
    COLUMNS = 7,
    PLACE_SIZE = KITH_NAME_MAX + 1
};

static const char *const names[COLUMNS] = {
    "product", "cycle", "field", "old", "new", "committed_at", "commit"};

enum column {
    PRODUCT,
    CYCLE,
    FIELD,
    OLD,
    NEW,
    COMMITTED_AT,
    COMMIT
};

struct history {
    struct planner planner;
    size_t columns[COLUMNS];
    char place[PLACE_SIZE];
};

static struct kith_bytes cell(const struct history *history,
                              const struct csv_row *row, enum column column)
{
    return csv_row_cell(row, history->columns[column]);
}

/* "2021-08-17T18:00:44+05:30" or "...Z" as Unix seconds. */
static bool read_time(struct kith_bytes text, int64_t *ret_at)
{
    int part[8] = {0};
    char sign = 'Z';
    int32_t day = 0;
    int used = 0;
    int64_t offset = 0;
    char copy[40];

    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (sscanf(copy, "%4d-%2d-%2dT%2d:%2d:%2d%c%n", &part[0], &part[1],
               &part[2], &part[3], &part[4], &part[5], &sign, &used) != 7)
        return false;
    if (sign != 'Z' && sscanf(copy + used, "%2d:%2d", &part[6], &part[7]) != 2)
        return false;
    if ((sign != 'Z' && sign != '+' && sign != '-') || part[3] > 23 ||
        part[4] > 59 || part[5] > 60 || part[6] > 14 || part[7] > 59 ||
        kith_day_from_civil(part[0], part[1], part[2], &day) != KITH_OK)
        return false;
    offset = (part[6] * 60 + part[7]) * 60;
    *ret_at = (int64_t)day * 86400 + part[3] * 3600 + part[4] * 60 + part[5] -
              (sign == '-' ? -offset : offset);
    return true;
}

/* Sets where the next record comes from: the row itself, its time with the
 * offset as it stands there. */
static enum kith_status enter_row(struct history *history,
                                  const struct csv_row *row)
{
    struct kith_bytes time = cell(history, row, COMMITTED_AT);
    struct planner *planner = &history->planner;

    if (!read_time(time, &planner->at))
        return planner_fail(planner, row->line,
                            "committed_at is no time like "
                            "2021-08-17T18:00:44+05:30");
    snprintf(history->place, sizeof history->place, "%.60s:%zu %.*s",
             planner->source->name, row->line, (int)time.len,
             (const char *)time.data);
    planner->place = history->place;
    planner->ref = cell(history, row, COMMIT);
    return KITH_OK;
}

/* What kith does by itself before a row names the file only. */
static void leave_row(struct history *history)
{
    history->planner.place = history->planner.source->name;
    history->planner.ref = (struct kith_bytes){NULL, 0};
}

static enum kith_status add_project(struct history *history,
                                    struct kith_bytes product)
{
    const struct csv_file *titles = history->planner.source->titles;
    const struct csv_row *found = NULL;
    struct kith_bytes none = {NULL, 0};

    for (size_t i = 1; titles != NULL && i < titles->n_rows; i++) {
        if (kith_bytes_equal(csv_row_cell(&titles->rows[i],
                                          csv_file_column(titles, "product")),
                             product)) {
            found = &titles->rows[i];
            break;
        }
    }
    return planner_project(
        &history->planner, product,
        found != NULL ? csv_row_cell(found, csv_file_column(titles, "title"))
                      : none,
        found != NULL ? csv_row_cell(found, csv_file_column(titles, "category"))
                      : none);
}

/* A cycle that was removed starts with nothing. */
static enum kith_status start_anew(struct history *history,
                                   struct planned *entry)
{
    struct kith_bytes empty = {(const uint8_t *)"", 0};
    struct planner_generation generation = {.product = entry->product,
                                            .cycle = entry->cycle,
                                            .title = &empty,
                                            .codename = &empty};
    enum kith_status status =
        planner_generation(&history->planner, &generation);

    for (size_t i = 0; lifecycle_dates[i].column != NULL && status == KITH_OK;
         i++) {
        struct planner_milestone milestone = {
            .product = entry->product,
            .cycle = entry->cycle,
            .type = lifecycle_dates[i].type,
        };

        if ((entry->dates & 1u << milestone.type) != 0)
            status = planner_milestone(&history->planner, &milestone);
    }
    entry->active = true;
    entry->dates = 0;
    return status;
}

/* Posts what must stand before ROW. */
static enum kith_status prepare(struct history *history,
                                const struct csv_row *row,
                                struct planned **ret_entry)
{
    struct planner *planner = &history->planner;
    struct kith_bytes product = cell(history, row, PRODUCT);
    struct kith_bytes cycle = cell(history, row, CYCLE);
    struct planner_generation generation = {.product = product, .cycle = cycle};
    bool removes = kith_bytes_is(cell(history, row, FIELD), "(removed)");
    struct planned *entry = NULL;
    enum kith_status status = KITH_OK;
    bool fresh = false;

    leave_row(history);
    if (product.len == 0 || cycle.len == 0)
        return planner_fail(planner, row->line, "no product or cycle");
    if (planner_find(planner, product, (struct kith_bytes){NULL, 0}, &fresh) ==
        NULL)
        return KITH_NOMEM;
    if (fresh)
        status = add_project(history, product);
    entry = planner_find(planner, product, cycle, &fresh);
    if (entry == NULL)
        return KITH_NOMEM;
    if (status == KITH_OK && fresh) {
        planner->plan.n_generations++;
        status = planner_generation(planner, &generation);
    } else if (status == KITH_OK && !entry->active && !removes) {
        status = start_anew(history, entry);
    }
    *ret_entry = entry;
    return status;
}

static enum kith_status add_date(struct history *history,
                                 const struct csv_row *row,
                                 struct planned *entry)
{
    struct planner_milestone milestone = {
        .product = entry->product,
        .cycle = entry->cycle,
        .value = cell(history, row, NEW),
        .line = row->line,
        .column = history->columns[NEW] + 1,
        .column_name = names[NEW],
    };
    struct kith_bytes field = cell(history, row, FIELD);

    for (size_t i = 0; lifecycle_dates[i].history != NULL; i++)
        if (kith_bytes_is(field, lifecycle_dates[i].history))
            milestone.type = lifecycle_dates[i].type;
    if (milestone.type == 0)
        return planner_fail(&history->planner, row->line,
                            "the field is not known");
    if ((entry->dates & 1u << milestone.type) == 0)
        history->planner.plan.n_milestones++;
    entry->dates |= 1u << milestone.type;
    return planner_milestone(&history->planner, &milestone);
}

static enum kith_status add_row(struct history *history,
                                const struct csv_row *row)
{
    struct kith_bytes field = cell(history, row, FIELD);
    struct kith_bytes value = cell(history, row, NEW);
    struct planner_generation generation = {
        .product = cell(history, row, PRODUCT),
        .cycle = cell(history, row, CYCLE),
    };
    struct planned *entry = NULL;
    enum kith_status status = prepare(history, row, &entry);

    if (status == KITH_OK)
        status = enter_row(history, row);
    if (status != KITH_OK)
        return status;
    history->planner.plan.n_revisions++;
    if (kith_bytes_is(field, "(removed)")) {
        generation.inactive = true;
        entry->active = false;
        return planner_generation(&history->planner, &generation);
    }
    if (kith_bytes_is(field, "releaseLabel")) {
        generation.title = &value;
        return planner_generation(&history->planner, &generation);
    }
    if (kith_bytes_is(field, "codename")) {
        generation.codename = &value;
        return planner_generation(&history->planner, &generation);
    }
    return add_date(history, row, entry);
}

enum kith_status lifecycle_plan_history(struct kith_arena *arena,
                                        const struct lifecycle_source *source,
                                        struct lifecycle_plan *ret_plan,
                                        struct kith_error *err)
{
    struct history history = {0};
    enum kith_status status =
        planner_start(&history.planner, arena, source, err);

    for (size_t i = 0; i < COLUMNS && status == KITH_OK; i++) {
        history.columns[i] = csv_file_column(source->file, names[i]);
        if (history.columns[i] == CSV_CELLS_MAX && i != OLD)
            status = planner_fail(&history.planner, 1,
                                  "a column of a history is missing: product, "
                                  "cycle, field, new, committed_at, commit");
    }
    for (size_t i = 1; i < source->file->n_rows && status == KITH_OK; i++)
        status = add_row(&history, &source->file->rows[i]);
    if (status == KITH_OK)
        *ret_plan = history.planner.plan;
    return status;
}
