/* csv_file - a CSV file as rows of cells that know their line.
 *
 * RFC 4180: quotes, doubled quotes, line ends within quotes; a byte-order mark
 * is passed over. Formulas: a cell written by kith has "'" in front of what a
 * spreadsheet would run (= + - @ TAB CR, also behind more "'"), and reading
 * takes it away again, so that values come back as they were.
 * Threads: any.
 */
#ifndef FORMATS_CSV_FILE_H
#define FORMATS_CSV_FILE_H

#include "kith/bytes.h"

struct kith_error;

enum {
    CSV_CELLS_MAX = 64,
    CSV_CELL_MAX = 16 * 1024
};

struct csv_row {
    size_t line; /* of its first byte, from 1 */
    size_t n_cells;
    const struct kith_bytes *cells; /* ended by a NUL that is not counted */
};

struct csv_file {
    struct csv_row *rows; /* the first is the header */
    size_t n_rows;
};

/* Reads BYTES of the file called NAME. KITH_INVALID: not UTF-8, a row with too
 * many cells, a cell too long, a quote that never ends, no header; ERR names
 * the line. KITH_NOMEM: the arena is full. */
enum kith_status csv_file_read(struct kith_arena *arena, const char *name,
                               struct kith_bytes bytes,
                               struct csv_file *ret_file,
                               struct kith_error *err) KITH_MUST_CHECK;

/* Index of the column called NAME, or CSV_CELLS_MAX. */
size_t csv_file_column(const struct csv_file *file, const char *name);
/* Cell AT of ROW, empty when the row is shorter. */
struct kith_bytes csv_row_cell(const struct csv_row *row, size_t at);

/* Appends one cell, quoted where it must be and safe for spreadsheets. */
enum kith_status csv_cell_write(struct kith_bytes cell, struct kith_buf *buf)
    KITH_MUST_CHECK;

#endif
