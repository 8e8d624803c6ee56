/* table - rows in columns that fit the terminal, or tab lines.
 *
 * Responsible for: widths, cutting, separators.
 * Not here: what stands in the cells (cell.c).
 */
#include "table.h"

#include <string.h>

#include "memory.h"
#include "terminal.h"

enum {
    GAP = 2,
    CUT_LEAST = 8
};

void table_init(struct table *table, struct kith_arena *arena)
{
    memset(table, 0, sizeof *table);
    table->arena = arena;
}

void table_column(struct table *table, const char *heading)
{
    if (table->n_columns < TABLE_COLUMNS_MAX)
        table->headings[table->n_columns++] = heading;
}

void table_keep(struct table *table)
{
    if (table->n_columns > 0)
        table->kept[table->n_columns - 1] = true;
}

const char **table_row(struct table *table)
{
    const char **row = NULL;

    if (table->n_rows == table->rows_cap) {
        size_t cap = table->rows_cap == 0 ? 16 : 2 * table->rows_cap;
        const char **cells =
            memory_take(table->arena, cap * table->n_columns * sizeof *cells);

        if (table->n_rows > 0)
            memcpy(cells, table->cells,
                   table->n_rows * table->n_columns * sizeof *cells);
        table->cells = cells;
        table->rows_cap = cap;
    }
    row = table->cells + table->n_rows++ * table->n_columns;
    for (size_t i = 0; i < table->n_columns; i++)
        row[i] = "";
    return row;
}

/* Width of column I; 0 when no row has anything in it. */
static size_t column_width(const struct table *table, size_t i, bool headings)
{
    size_t width = 0;

    for (size_t r = 0; r < table->n_rows; r++) {
        size_t cell = terminal_width(table->cells[r * table->n_columns + i]);

        if (cell > width)
            width = cell;
    }
    if (width > 0 && headings && terminal_width(table->headings[i]) > width)
        width = terminal_width(table->headings[i]);
    return width;
}

static size_t total_width(const size_t *widths, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0)
            total += widths[i] + (total > 0 ? GAP : 0);
    return total;
}

/* Takes columns off the widest that may be cut, until all fit; none gets below
 * CUT_LEAST. */
static void fit_widths(const struct table *table, size_t *widths, size_t bound)
{
    size_t count = table->n_columns;

    while (bound > 0 && total_width(widths, count) > bound) {
        size_t widest = count;

        for (size_t i = 0; i < count; i++)
            if (!table->kept[i] &&
                (widest == count || widths[i] > widths[widest]))
                widest = i;
        if (widest == count || widths[widest] <= CUT_LEAST)
            return;
        widths[widest]--;
    }
}

static void print_cell(const char *text, size_t width, FILE *out)
{
    size_t own = terminal_width(text);

    if (own > width) {
        size_t len = terminal_fit(text, width - 1);

        fprintf(out, "%.*s\xE2\x80\xA6", (int)len, text);
        return;
    }
    fputs(text, out);
}

static void print_line(const struct table *table, const char **cells,
                       const size_t *widths, FILE *out)
{
    size_t owed = 0; /* blanks before the next cell that is not empty */

    for (size_t i = 0; i < table->n_columns; i++) {
        size_t own = terminal_width(cells[i]);

        if (widths[i] == 0)
            continue;
        if (own > 0) {
            fprintf(out, "%*s", (int)owed, "");
            print_cell(cells[i], widths[i], out);
            owed = 0;
        }
        owed += widths[i] - (own > widths[i] ? widths[i] : own) + GAP;
    }
}

void table_print(const struct table *table, const struct table_style *style,
                 FILE *out)
{
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    const char *indent = style->indent != NULL ? style->indent : "";
    size_t bound = style->width;

    if (table->n_rows == 0)
        return;
    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = column_width(table, i, style->heading_start != NULL);
    if (bound > 0)
        bound = bound > strlen(indent) ? bound - strlen(indent) : 1;
    fit_widths(table, widths, bound);
    if (style->heading_start != NULL) {
        fprintf(out, "%s%s", indent, style->heading_start);
        print_line(table, (const char **)table->headings, widths, out);
        fprintf(out, "%s\n", style->heading_end);
    }
    for (size_t r = 0; r < table->n_rows; r++) {
        fputs(indent, out);
        print_line(table, table->cells + r * table->n_columns, widths, out);
        fputc('\n', out);
    }
}

void table_print_plain(const struct table *table, FILE *out)
{
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t i = 0; i < table->n_columns; i++)
            fprintf(out, "%s%s", i > 0 ? "\t" : "",
                    table->cells[r * table->n_columns + i]);
        fputc('\n', out);
    }
}
