/* table - rows in columns that fit the terminal, or tab lines.
 *
 * Cells are clean text (terminal.h) that outlives the table.
 * Threads: one.
 */
#ifndef CLIENT_TABLE_H
#define CLIENT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct kith_arena;

enum {
    TABLE_COLUMNS_MAX = 40
};

struct table {
    struct kith_arena *arena;
    size_t n_columns;
    const char *headings[TABLE_COLUMNS_MAX];
    bool kept[TABLE_COLUMNS_MAX]; /* is never cut */
    const char **cells;           /* n_rows times n_columns */
    size_t n_rows, rows_cap;
};

/* An empty table whose cells live in ARENA. */
void table_init(struct table *table, struct kith_arena *arena);
/* Adds a column; before the first row. */
void table_column(struct table *table, const char *heading);
/* The last column added is never cut: half a date says something false. */
void table_keep(struct table *table);
/* Adds a row of empty cells and returns them, n_columns of them. */
const char **table_row(struct table *table);

/* Columns two blanks apart, empty columns left out; when they are wider than
 * WIDTH (0: no bound) the widest that may be are cut, marked by "…". HEADING_START and _END
 * go around the headings; no headings when START is NULL. */
struct table_style {
    size_t width;
    const char *heading_start, *heading_end;
    const char *indent; /* before each line */
};
void table_print(const struct table *table, const struct table_style *style,
                 FILE *out);
/* One line a row, cells separated by tabs, nothing left out. */
void table_print_plain(const struct table *table, FILE *out);

#endif
