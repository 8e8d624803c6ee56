/* cell - a field of a record as text for a person or a script.
 *
 * Threads: one.
 */
#ifndef CLIENT_CELL_H
#define CLIENT_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/bytes.h"

struct kith_arena;
struct kith_field;
struct kith_field_info;
struct kith_record;

struct cell_style {
    bool utc;        /* instants in UTC, else in local time */
    bool exact;      /* whole ids and digests, instants as RFC 3339 in UTC */
    bool whole;      /* whole ids and digests, the rest as for a person */
    bool keep_lines; /* text keeps its lines */
};

/* Shown digits of an id: enough that two items of one company seldom share
 * them, and the daemon says so when they do. */
enum {
    CELL_ID_DIGITS = 8,
    CELL_DIGEST_DIGITS = 16
};

/* All values of field INFO of RECORD, joined by ", "; "" when absent. Clean
 * for a terminal, in ARENA. */
const char *cell_text(struct kith_arena *arena,
                      const struct kith_record *record,
                      const struct kith_field_info *info,
                      const struct cell_style *style);
/* One value. */
const char *cell_value(struct kith_arena *arena, const struct kith_field *field,
                       const struct kith_field_info *info,
                       const struct cell_style *style);
/* Field NUMBER of RECORD by the table of its kind. */
const char *cell_field(struct kith_arena *arena,
                       const struct kith_record *record, uint32_t number);

/* An instant (Unix seconds) as text. */
const char *cell_instant(struct kith_arena *arena, int64_t instant,
                         const struct cell_style *style);
/* "4 s ago", "2 d ago", "never" for 0. */
const char *cell_ago(struct kith_arena *arena, int64_t instant, int64_t now);
/* "12d", "3h", "5min": a length of time in seconds. */
const char *cell_span(struct kith_arena *arena, int64_t seconds);
/* A day as YYYY-MM-DD. */
const char *cell_day(struct kith_arena *arena, int32_t day);
/* BYTES clean, on one line. */
const char *cell_clean(struct kith_arena *arena, struct kith_bytes bytes);

#endif
