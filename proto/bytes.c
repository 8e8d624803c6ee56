/* bytes.c - comparing borrowed bytes, the growable buffer, the arena.
 *
 * Responsible for: memory of decoders and encoders, with the ceiling that
 * keeps a hostile message from growing us (inv. 7).
 * Not here: what the bytes mean; memory of secrets beyond plain buffers.
 */
#include "kith/bytes.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_CAP ((size_t)256)         /* bytes of the first allocation */
#define BLOCK_LEN     ((size_t)(16 * 1024)) /* usual bytes of an arena block */

struct block {
    struct block *next; /* older block, owned */
    size_t cap;         /* bytes in data */
    size_t used;        /* bytes handed out */
    alignas(max_align_t) uint8_t data[];
};

struct kith_arena {
    size_t ceiling;       /* bytes of all blocks together, at most */
    size_t held;          /* bytes of all blocks together */
    struct block *newest; /* owned, with all behind it; NULL at first */
};

struct kith_bytes kith_bytes_of(const char *text)
{
    return (struct kith_bytes){(const uint8_t *)text, strlen(text)};
}

bool kith_bytes_equal(struct kith_bytes a, struct kith_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool kith_bytes_is(struct kith_bytes a, const char *text)
{
    return kith_bytes_equal(a, kith_bytes_of(text));
}

/* Length of the UTF-8 character at P with LEFT bytes to go, 0 when bad. */
static size_t measure_character(const uint8_t *p, size_t left)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t point;
    size_t len;

    if (p[0] < 0x80)
        return p[0] == 0 ? 0 : 1;
    if (p[0] >= 0xc2 && p[0] < 0xe0)
        len = 2;
    else if (p[0] >= 0xe0 && p[0] < 0xf0)
        len = 3;
    else if (p[0] >= 0xf0 && p[0] < 0xf5)
        len = 4;
    else
        return 0;
    if (left < len)
        return 0;
    point = p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (p[i] & 0x3fu);
    }
    if (point < least[len] || point > 0x10ffff ||
        (point >= 0xd800 && point <= 0xdfff))
        return 0;
    return len;
}

bool kith_bytes_is_utf8(struct kith_bytes bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        size_t len = measure_character(bytes.data + at, bytes.len - at);

        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

struct kith_bytes kith_buf_bytes(const struct kith_buf *buf)
{
    return (struct kith_bytes){buf->data, buf->len};
}

enum kith_status kith_buf_reserve(struct kith_buf *buf, size_t len)
{
    size_t cap = buf->cap == 0 ? BUF_FIRST_CAP : buf->cap;
    uint8_t *data = NULL;

    if (len > SIZE_MAX / 2 || buf->len > SIZE_MAX / 2 - len)
        return KITH_NOMEM;
    if (buf->len + len <= buf->cap)
        return KITH_OK;
    while (cap < buf->len + len)
        cap *= 2;
    data = realloc(buf->data, cap);
    if (data == NULL)
        return KITH_NOMEM;
    buf->data = data;
    buf->cap = cap;
    return KITH_OK;
}

enum kith_status kith_buf_add(struct kith_buf *buf, const void *data,
                              size_t len)
{
    enum kith_status status;

    if (len == 0)
        return KITH_OK;
    status = kith_buf_reserve(buf, len);
    if (status != KITH_OK)
        return status;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    return KITH_OK;
}

void kith_buf_clear(struct kith_buf *buf)
{
    if (buf == NULL)
        return;
    free(buf->data);
    *buf = (struct kith_buf){NULL, 0, 0};
}

enum kith_status kith_arena_new(size_t ceiling, struct kith_arena **ret_arena)
{
    struct kith_arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL)
        return KITH_NOMEM;
    arena->ceiling = ceiling;
    *ret_arena = arena;
    return KITH_OK;
}

/* A new block with room for LEN bytes; NULL when ceiling or memory ends. */
static struct block *add_block(struct kith_arena *arena, size_t len)
{
    size_t left = arena->ceiling - arena->held;
    size_t cap = len > BLOCK_LEN ? len : BLOCK_LEN;
    struct block *block = NULL;

    if (len > left)
        return NULL;
    if (cap > left)
        cap = left;
    if (cap > SIZE_MAX - sizeof(*block))
        return NULL;
    block = malloc(sizeof(*block) + cap);
    if (block == NULL)
        return NULL;
    block->cap = cap;
    block->used = 0;
    block->next = arena->newest;
    arena->newest = block;
    arena->held += cap;
    return block;
}

void *kith_arena_alloc(struct kith_arena *arena, size_t len)
{
    const size_t step = alignof(max_align_t);
    struct block *block = arena->newest;
    uint8_t *p = NULL;

    if (len > SIZE_MAX - step)
        return NULL;
    len = len == 0 ? step : (len + step - 1) / step * step;
    if (block == NULL || block->cap - block->used < len)
        block = add_block(arena, len);
    if (block == NULL)
        return NULL;
    p = block->data + block->used;
    block->used += len;
    memset(p, 0, len);
    return p;
}

struct kith_bytes kith_arena_copy(struct kith_arena *arena,
                                  struct kith_bytes bytes)
{
    uint8_t *p = NULL;

    if (bytes.len < SIZE_MAX)
        p = kith_arena_alloc(arena, bytes.len + 1);
    if (p == NULL)
        return (struct kith_bytes){NULL, 0};
    if (bytes.len > 0)
        memcpy(p, bytes.data, bytes.len);
    return (struct kith_bytes){p, bytes.len};
}

struct kith_arena_mark kith_arena_mark(const struct kith_arena *arena)
{
    const struct block *block = arena->newest;

    return (struct kith_arena_mark){block, block != NULL ? block->used : 0};
}

void kith_arena_rewind(struct kith_arena *arena, struct kith_arena_mark mark)
{
    if (mark.block == NULL) {
        kith_arena_reset(arena);
        return;
    }
    while (arena->newest != mark.block) {
        struct block *block = arena->newest;

        arena->newest = block->next;
        arena->held -= block->cap;
        free(block);
    }
    arena->newest->used = mark.used;
}

void kith_arena_reset(struct kith_arena *arena)
{
    struct block *block = arena->newest;

    /* The oldest block is the one of usual size, unless the very first wish
     * was a large one: then it goes too, so that no arena stays large. */
    while (block != NULL && (block->next != NULL || block->cap > BLOCK_LEN)) {
        arena->newest = block->next;
        arena->held -= block->cap;
        free(block);
        block = arena->newest;
    }
    if (block != NULL)
        block->used = 0;
}

void kith_arena_destroy(struct kith_arena **arena)
{
    if (arena == NULL || *arena == NULL)
        return;
    while ((*arena)->newest != NULL) {
        struct block *block = (*arena)->newest;

        (*arena)->newest = block->next;
        free(block);
    }
    free(*arena);
    *arena = NULL;
}
