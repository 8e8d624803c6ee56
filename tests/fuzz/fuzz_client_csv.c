/* fuzz_client_csv - no file from outside does harm; cells that are written
 * come back as they were; what is planned of a file is well formed.
 */
#include <stdlib.h>

#include "formats/csv_file.h"
#include "formats/lifecycle.h"
#include "kith/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    CEILING = 64 * 1024 * 1024
};

/* Writes ROW and reads it again. */
static void check_row(struct kith_arena *arena, const struct csv_row *row)
{
    struct kith_buf buf = {NULL, 0, 0};
    struct csv_file back = {NULL, 0};
    bool empty = true;

    /* A mark of byte order counts only where a file begins. */
    if (kith_buf_add(&buf, "header\n", 7) != KITH_OK)
        abort();
    for (size_t i = 0; i < row->n_cells; i++) {
        if (i > 0 && kith_buf_add(&buf, ",", 1) != KITH_OK)
            abort();
        if (csv_cell_write(row->cells[i], &buf) != KITH_OK)
            abort();
        empty = empty && row->cells[i].len == 0;
    }
    /* A row of one empty cell is an empty line, and no row. */
    if (empty && row->n_cells == 1) {
        kith_buf_clear(&buf);
        return;
    }
    if (kith_buf_add(&buf, "\n", 1) != KITH_OK ||
        csv_file_read(arena, "again", kith_buf_bytes(&buf), &back, NULL) !=
            KITH_OK ||
        back.n_rows != 2 || back.rows[1].n_cells != row->n_cells)
        abort();
    for (size_t i = 0; i < row->n_cells; i++)
        if (!kith_bytes_equal(back.rows[1].cells[i], row->cells[i]))
            abort();
    kith_buf_clear(&buf);
}

static void check_plan(const struct lifecycle_plan *plan)
{
    for (size_t i = 0; i < plan->n_records; i++) {
        struct kith_buf buf = {NULL, 0, 0};
        enum kith_status status = kith_record_encode(&plan->records[i], &buf);

        if (status == KITH_OK && buf.len == 0)
            abort();
        kith_buf_clear(&buf);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes bytes = {data, size};
    struct kith_arena *arena = NULL;
    struct kith_error error = {.status = KITH_OK};
    struct lifecycle_plan plan = {.n_records = 0};
    struct csv_file file = {NULL, 0};
    struct lifecycle_source source = {.name = "fuzz.csv", .file = &file};

    if (kith_arena_new(CEILING, &arena) != KITH_OK)
        abort();
    if (csv_file_read(arena, "fuzz.csv", bytes, &file, &error) == KITH_OK) {
        for (size_t i = 0; i < file.n_rows; i++)
            check_row(arena, &file.rows[i]);
        if (lifecycle_plan_table(arena, &source, &plan, &error) == KITH_OK)
            check_plan(&plan);
        kith_error_clear(&error);
        source.titles = &file;
        if (lifecycle_plan_history(arena, &source, &plan, &error) == KITH_OK)
            check_plan(&plan);
    }
    kith_arena_destroy(&arena);
    return 0;
}
