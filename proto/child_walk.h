/* child_walk - one pass over the members of a child frame (libkith's own).
 *
 * Writing appends to `out` what the member holds; reading fills the member
 * from `in`. The first fault stays in `status` and makes every further step
 * do nothing: KITH_LIMIT when writing, KITH_MALFORMED when reading, and
 * KITH_NOMEM. Bytes that were read are borrowed, lists live in the arena.
 * Threads: one owner at a time.
 */
#ifndef PROTO_CHILD_WALK_H
#define PROTO_CHILD_WALK_H

#include "kith/bytes.h"

struct walk {
    struct kith_buf *out; /* writing; NULL when reading */
    struct kith_bytes in; /* reading: what is left */
    struct kith_arena *arena;
    enum kith_status status;
};

/* A value is out of its range. */
void walk_fault(struct walk *walk);

/* Big-endian integers. */
void walk_u8(struct walk *walk, uint8_t *value);
void walk_u16(struct walk *walk, uint16_t *value);
void walk_u32(struct walk *walk, uint32_t *value);
void walk_u64(struct walk *walk, uint64_t *value);
/* One byte from 1 to END - 1. */
void walk_enum(struct walk *walk, uint8_t *value, int end);
/* One byte, 0 or 1. */
void walk_flag(struct walk *walk, bool *value);
/* LEN bytes as they are. */
void walk_fixed(struct walk *walk, uint8_t *data, size_t len);
/* LEN_WIDTH bytes of length, at most MAX, and the bytes. */
void walk_bytes(struct walk *walk, struct kith_bytes *bytes, size_t len_width,
                size_t max);
/* UTF-8 without control characters, behind a 2-byte length. */
void walk_line(struct walk *walk, struct kith_bytes *line, size_t max);
/* UTF-8 with LF and tab, behind a 4-byte length. */
void walk_text(struct walk *walk, struct kith_bytes *text, size_t max);
/* 2-byte number of elements, at most MAX. When reading, gives zeroed room for
 * them, each ELEMENT_LEN bytes; NULL when writing, empty or failed. */
void *walk_count(struct walk *walk, size_t *count, size_t max,
                 size_t element_len);
/* A list of at most MAX_COUNT lines of at most MAX bytes. */
void walk_lines(struct walk *walk, const struct kith_bytes **lines,
                size_t *count, size_t max_count, size_t max);

#endif
