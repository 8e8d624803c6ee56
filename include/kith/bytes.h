/* bytes - borrowed byte strings, an owned growable buffer, and the arena.
 *
 * kith_bytes points at memory somebody else owns. kith_buf owns its memory.
 * kith_arena is where decoders put what they decode: it has a hard ceiling,
 * so that a hostile message cannot make memory grow past it (inv. 7), and one
 * reset frees everything a frame or request brought.
 * Threads: one owner at a time.
 */
#ifndef KITH_BYTES_H
#define KITH_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/status.h"

struct kith_arena;

struct kith_bytes {
    const uint8_t *data; /* may be NULL when len is 0 */
    size_t len;          /* bytes */
};

struct kith_buf {
    uint8_t *data; /* owned, NULL when empty */
    size_t len;    /* bytes in use */
    size_t cap;    /* bytes allocated */
};

/* Bytes of a C string, without its NUL. */
struct kith_bytes kith_bytes_of(const char *text);
bool kith_bytes_equal(struct kith_bytes a, struct kith_bytes b);
/* True when A holds exactly the characters of TEXT. */
bool kith_bytes_is(struct kith_bytes a, const char *text);
/* Whole, shortest-form UTF-8 without NUL, surrogates or numbers over 10FFFF?
 * (RFC 3629) */
bool kith_bytes_is_utf8(struct kith_bytes bytes);
struct kith_bytes kith_buf_bytes(const struct kith_buf *buf);

/* Appends; KITH_NOMEM leaves BUF as it was. A zeroed kith_buf is empty. */
enum kith_status kith_buf_add(struct kith_buf *buf, const void *data,
                              size_t len) KITH_MUST_CHECK;
/* Makes room for LEN more bytes behind buf->len without using them. */
enum kith_status kith_buf_reserve(struct kith_buf *buf, size_t len)
    KITH_MUST_CHECK;
/* Frees the memory; BUF is empty and usable afterwards. NULL-safe. */
void kith_buf_clear(struct kith_buf *buf);

/* A new arena that never holds more than CEILING bytes. */
enum kith_status kith_arena_new(size_t ceiling, struct kith_arena **ret_arena)
    KITH_MUST_CHECK;
/* LEN zeroed bytes, aligned for any type; NULL when the ceiling or memory is
 * reached. They live until the arena is reset or destroyed. */
void *kith_arena_alloc(struct kith_arena *arena, size_t len);
/* A copy of BYTES with a NUL behind it (not counted); {NULL, 0} on failure. */
struct kith_bytes kith_arena_copy(struct kith_arena *arena,
                                  struct kith_bytes bytes);
/* A place in an arena, so that a loop can give back what one turn took. */
struct kith_arena_mark {
    const void *block; /* newest block then; NULL: the arena was empty */
    size_t used;       /* bytes handed out of it */
};
struct kith_arena_mark kith_arena_mark(const struct kith_arena *arena);
/* Forgets what was handed out after MARK was taken of the same arena. */
void kith_arena_rewind(struct kith_arena *arena, struct kith_arena_mark mark);
/* Forgets everything handed out; keeps its first block for reuse. */
void kith_arena_reset(struct kith_arena *arena);
void kith_arena_destroy(struct kith_arena **arena);

#endif
