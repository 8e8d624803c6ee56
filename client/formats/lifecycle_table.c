/* lifecycle_table - a table of cycles as records to be posted.
 *
 * Responsible for: the columns of devices.csv and products.csv.
 * Not here: one row's records (lifecycle_plan.c).
 */
#include <string.h>

#include "formats/lifecycle_plan.h"

enum {
    DATES_MAX = 8
};

struct columns {
    size_t product, title, category, cycle, label, codename;
    size_t dates[DATES_MAX]; /* as lifecycle_dates */
};

static enum kith_status find_columns(struct planner *planner,
                                     struct columns *columns)
{
    const struct csv_file *file = planner->source->file;

    columns->product = csv_file_column(file, "product");
    columns->title = csv_file_column(file, "title");
    columns->category = csv_file_column(file, "category");
    columns->cycle = csv_file_column(file, "cycle");
    columns->label = csv_file_column(file, "label");
    columns->codename = csv_file_column(file, "codename");
    for (size_t i = 0; lifecycle_dates[i].column != NULL; i++)
        columns->dates[i] = csv_file_column(file, lifecycle_dates[i].column);
    if (columns->product == CSV_CELLS_MAX || columns->cycle == CSV_CELLS_MAX)
        return planner_fail(planner, 1, "no column product or cycle");
    return KITH_OK;
}

static bool stands_already(const struct planner *planner,
                           struct kith_bytes product, struct kith_bytes cycle,
                           uint32_t type)
{
    const struct lifecycle_source *source = planner->source;

    return source->stands != NULL &&
           source->stands(source->context, product, cycle, type);
}

static enum kith_status add_dates(struct planner *planner,
                                  const struct columns *columns,
                                  const struct csv_row *row)
{
    enum kith_status status = KITH_OK;

    for (size_t i = 0; lifecycle_dates[i].column != NULL && status == KITH_OK;
         i++) {
        struct planner_milestone milestone = {
            .product = csv_row_cell(row, columns->product),
            .cycle = csv_row_cell(row, columns->cycle),
            .type = lifecycle_dates[i].type,
            .value = csv_row_cell(row, columns->dates[i]),
            .line = row->line,
            .column = columns->dates[i] + 1,
            .column_name = lifecycle_dates[i].column,
        };

        if (milestone.value.len == 0 &&
            !stands_already(planner, milestone.product, milestone.cycle,
                            milestone.type))
            continue;
        planner->plan.n_milestones += milestone.value.len > 0;
        status = planner_milestone(planner, &milestone);
    }
    return status;
}

static enum kith_status add_row(struct planner *planner,
                                const struct columns *columns,
                                const struct csv_row *row)
{
    struct kith_bytes product = csv_row_cell(row, columns->product);
    struct kith_bytes label = csv_row_cell(row, columns->label);
    struct kith_bytes codename = csv_row_cell(row, columns->codename);
    struct planner_generation generation = {
        .product = product,
        .cycle = csv_row_cell(row, columns->cycle),
        .title = &label,
        .codename = &codename,
    };
    enum kith_status status = KITH_OK;
    bool fresh = false;

    if (product.len == 0 || generation.cycle.len == 0)
        return planner_fail(planner, row->line, "no product or cycle");
    if (planner_find(planner, product, (struct kith_bytes){NULL, 0}, &fresh) ==
        NULL)
        return KITH_NOMEM;
    if (fresh)
        status =
            planner_project(planner, product, csv_row_cell(row, columns->title),
                            csv_row_cell(row, columns->category));
    if (status == KITH_OK &&
        planner_find(planner, product, generation.cycle, &fresh) == NULL)
        status = KITH_NOMEM;
    if (status == KITH_OK && !fresh)
        return planner_fail(planner, row->line, "the cycle stands twice");
    planner->plan.n_generations++;
    if (status == KITH_OK)
        status = planner_generation(planner, &generation);
    return status == KITH_OK ? add_dates(planner, columns, row) : status;
}

enum kith_status lifecycle_plan_table(struct kith_arena *arena,
                                      const struct lifecycle_source *source,
                                      struct lifecycle_plan *ret_plan,
                                      struct kith_error *err)
{
    struct planner planner;
    struct columns columns;
    enum kith_status status = planner_start(&planner, arena, source, err);

    if (status == KITH_OK)
        status = find_columns(&planner, &columns);
    for (size_t i = 1; i < source->file->n_rows && status == KITH_OK; i++)
        status = add_row(&planner, &columns, &source->file->rows[i]);
    if (status == KITH_OK)
        *ret_plan = planner.plan;
    return status;
}
