/* csv_file - a CSV file as rows of cells that know their line.
 *
 * Responsible for: lines, bounds, UTF-8, formulas. libcsv does the quoting.
 * Not here: what columns mean (lifecycle.c).
 */
#include "formats/csv_file.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "kith/error.h"

struct reader {
    struct kith_arena *arena;
    const char *name; /* of the file */
    struct kith_error *err;
    enum kith_status status;
    size_t line;     /* that is being read */
    size_t row_line; /* where the row began */
    struct kith_bytes cells[CSV_CELLS_MAX];
    size_t n_cells;
    struct csv_file file;
    size_t cap; /* rows that fit */
};

static bool is_utf8(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t point = data[i];
        size_t more = point < 0x80             ? 0
                      : (point & 0xE0) == 0xC0 ? 1
                      : (point & 0xF0) == 0xE0 ? 2
                      : (point & 0xF8) == 0xF0 ? 3
                                               : SIZE_MAX;

        if (more == SIZE_MAX || len - i <= more)
            return false;
        point &= more == 0 ? 0x7Fu : 0x3Fu >> more;
        for (size_t k = 1; k <= more; k++) {
            if ((data[i + k] & 0xC0) != 0x80)
                return false;
            point = point << 6 | (data[i + k] & 0x3F);
        }
        if ((more == 1 && point < 0x80) || (more == 2 && point < 0x800) ||
            (more == 3 && (point < 0x10000 || point > 0x10FFFF)) ||
            (point >= 0xD800 && point <= 0xDFFF))
            return false;
        i += more + 1;
    }
    return true;
}

/* True for "=1+1", and for "'=1+1" and so on: what kith writes with one more
 * quote in front. */
static bool is_formula(const uint8_t *data, size_t len)
{
    size_t i = 0;

    while (i < len && data[i] == '\'')
        i++;
    return i < len && memchr("=+-@\t\r", data[i], 6) != NULL;
}

static void refuse(struct reader *reader, const char *what)
{
    if (reader->status == KITH_OK)
        reader->status =
            kith_fail(reader->err, KITH_INVALID, "csv", "", "%s:%zu: %s",
                      reader->name, reader->line, what);
}

/* Called by libcsv at the end of each cell. */
static void take_cell(void *data, size_t len, void *context)
{
    struct reader *reader = context;
    struct kith_bytes cell = {data, len};

    if (reader->status != KITH_OK)
        return;
    if (reader->n_cells == CSV_CELLS_MAX) {
        refuse(reader, "the row has too many cells");
        return;
    }
    if (len > CSV_CELL_MAX || !is_utf8(data, len)) {
        refuse(reader, len > CSV_CELL_MAX ? "a cell is too long"
                                          : "a cell is not UTF-8 text");
        return;
    }
    if (len > 1 && cell.data[0] == '\'' && is_formula(cell.data + 1, len - 1)) {
        cell.data++;
        cell.len--;
    }
    cell = kith_arena_copy(reader->arena, cell);
    if (cell.data == NULL && len > 0)
        reader->status = KITH_NOMEM;
    reader->cells[reader->n_cells++] = cell;
}

static bool has_room(struct reader *reader)
{
    size_t cap = reader->cap == 0 ? 256 : 2 * reader->cap;
    struct csv_row *rows = NULL;

    if (reader->file.n_rows < reader->cap)
        return true;
    rows = kith_arena_alloc(reader->arena, cap * sizeof *rows);
    if (rows == NULL)
        return false;
    if (reader->file.n_rows > 0)
        memcpy(rows, reader->file.rows, reader->file.n_rows * sizeof *rows);
    reader->file.rows = rows;
    reader->cap = cap;
    return true;
}

/* Called by libcsv at the end of each row. */
static void take_row(int last, void *context)
{
    struct reader *reader = context;
    struct kith_bytes *cells = NULL;

    (void)last;
    if (reader->status == KITH_OK && reader->n_cells > 0) {
        cells =
            kith_arena_alloc(reader->arena, reader->n_cells * sizeof *cells);
        if (cells == NULL || !has_room(reader)) {
            reader->status = KITH_NOMEM;
            return;
        }
        memcpy(cells, reader->cells, reader->n_cells * sizeof *cells);
        reader->file.rows[reader->file.n_rows++] =
            (struct csv_row){reader->row_line, reader->n_cells, cells};
    }
    reader->n_cells = 0;
    reader->row_line = reader->line + 1;
}

/* Blanks are part of a cell (RFC 4180, 2.4); libcsv would drop them. */
static int is_no_space(unsigned char character)
{
    (void)character;
    return 0;
}

/* Gives libcsv one physical line at a time, so that rows know theirs. */
static void feed(struct reader *reader, struct csv_parser *parser,
                 struct kith_bytes bytes)
{
    size_t at = 0;

    while (at < bytes.len && reader->status == KITH_OK) {
        const uint8_t *start = bytes.data + at;
        const uint8_t *end = memchr(start, '\n', bytes.len - at);
        size_t len = end != NULL ? (size_t)(end - start) + 1 : bytes.len - at;

        if (csv_parse(parser, start, len, take_cell, take_row, reader) != len)
            refuse(reader, csv_strerror(csv_error(parser)));
        at += len;
        reader->line++;
    }
    if (reader->status == KITH_OK &&
        csv_fini(parser, take_cell, take_row, reader) != 0)
        refuse(reader, "a quote does not end");
}

enum kith_status csv_file_read(struct kith_arena *arena, const char *name,
                               struct kith_bytes bytes,
                               struct csv_file *ret_file,
                               struct kith_error *err)
{
    struct reader *reader = calloc(1, sizeof *reader);
    struct csv_parser parser;
    enum kith_status status = KITH_NOMEM;

    if (reader == NULL)
        return KITH_NOMEM;
    reader->arena = arena;
    reader->name = name;
    reader->err = err;
    reader->line = 1;
    reader->row_line = 1;
    if (bytes.len >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0) {
        bytes.data += 3;
        bytes.len -= 3;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) ==
        0) {
        csv_set_space_func(&parser, is_no_space);
        feed(reader, &parser, bytes);
        csv_free(&parser);
        if (reader->status == KITH_OK && reader->file.n_rows == 0)
            refuse(reader, "there is no header");
        status = reader->status;
    }
    if (status == KITH_OK)
        *ret_file = reader->file;
    free(reader);
    return status;
}

size_t csv_file_column(const struct csv_file *file, const char *name)
{
    for (size_t i = 0; i < file->rows[0].n_cells; i++)
        if (kith_bytes_is(file->rows[0].cells[i], name))
            return i;
    return CSV_CELLS_MAX;
}

struct kith_bytes csv_row_cell(const struct csv_row *row, size_t at)
{
    return at < row->n_cells ? row->cells[at] : (struct kith_bytes){NULL, 0};
}

enum kith_status csv_cell_write(struct kith_bytes cell, struct kith_buf *buf)
{
    bool quoted = false;
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < cell.len; i++)
        if (memchr(",\"\r\n", cell.data[i], 4) != NULL)
            quoted = true;
    if (quoted)
        status = kith_buf_add(buf, "\"", 1);
    if (status == KITH_OK && is_formula(cell.data, cell.len))
        status = kith_buf_add(buf, "'", 1);
    for (size_t i = 0; i < cell.len && status == KITH_OK; i++) {
        if (cell.data[i] == '"')
            status = kith_buf_add(buf, "\"", 1);
        if (status == KITH_OK)
            status = kith_buf_add(buf, cell.data + i, 1);
    }
    if (status == KITH_OK && quoted)
        status = kith_buf_add(buf, "\"", 1);
    return status;
}
