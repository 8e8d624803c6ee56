/* child_walk - one pass over the members of a child frame.
 *
 * The same step writes or reads a member, so that an encoder and its strict
 * decoder cannot disagree. Which members a type has stands in child.c.
 */
#include "child_walk.h"

#include <string.h>

#include "kith/be.h"

/* A value is out of its range: ours when writing, theirs when reading. */
void walk_fault(struct walk *walk)
{
    if (walk->status == KITH_OK)
        walk->status = walk->out != NULL ? KITH_LIMIT : KITH_MALFORMED;
}

/* Takes LEN bytes off the input; NULL when they are not there. */
static const uint8_t *take(struct walk *walk, size_t len)
{
    const uint8_t *data = walk->in.data;

    if (walk->status == KITH_OK && walk->in.len < len)
        walk_fault(walk);
    if (walk->status != KITH_OK)
        return NULL;
    walk->in.data += len;
    walk->in.len -= len;
    return data;
}

static void put(struct walk *walk, const void *data, size_t len)
{
    if (walk->status == KITH_OK)
        walk->status = kith_buf_add(walk->out, data, len);
}

static uint64_t walk_number(struct walk *walk, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    const uint8_t *read = NULL;

    if (walk->out != NULL) {
        kith_be_put(bytes, value, width);
        put(walk, bytes, width);
        return value;
    }
    read = take(walk, width);
    return read != NULL ? kith_be_get(read, width) : 0;
}

void walk_u8(struct walk *walk, uint8_t *value)
{
    *value = (uint8_t)walk_number(walk, *value, 1);
}

void walk_u16(struct walk *walk, uint16_t *value)
{
    *value = (uint16_t)walk_number(walk, *value, 2);
}

void walk_u32(struct walk *walk, uint32_t *value)
{
    *value = (uint32_t)walk_number(walk, *value, 4);
}

void walk_u64(struct walk *walk, uint64_t *value)
{
    *value = walk_number(walk, *value, 8);
}

/* One byte from 1 to END - 1. */
void walk_enum(struct walk *walk, uint8_t *value, int end)
{
    walk_u8(walk, value);
    if (*value == 0 || *value >= end)
        walk_fault(walk);
}

void walk_flag(struct walk *walk, bool *value)
{
    uint64_t number = walk_number(walk, *value ? 1 : 0, 1);

    if (number > 1)
        walk_fault(walk);
    *value = number == 1;
}

void walk_fixed(struct walk *walk, uint8_t *data, size_t len)
{
    const uint8_t *read = NULL;

    if (walk->out != NULL) {
        put(walk, data, len);
        return;
    }
    read = take(walk, len);
    if (read != NULL)
        memcpy(data, read, len);
}

/* LEN_WIDTH bytes of length, at most MAX, and the bytes, borrowed. */
void walk_bytes(struct walk *walk, struct kith_bytes *bytes, size_t len_width,
                size_t max)
{
    size_t len = 0;

    if (walk->out != NULL && bytes->len > max) {
        walk_fault(walk);
        return;
    }
    len = (size_t)walk_number(walk, bytes->len, len_width);
    if (len > max)
        walk_fault(walk);
    if (walk->out != NULL) {
        put(walk, bytes->data, len);
        return;
    }
    bytes->data = take(walk, len);
    bytes->len = bytes->data != NULL ? len : 0;
}

/* Text without control characters, but for those in ALLOWED. */
static void check_text(struct walk *walk, struct kith_bytes text,
                       const char *allowed)
{
    if (walk->status != KITH_OK)
        return;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];

        if ((byte < 0x20 && (byte == 0 || strchr(allowed, byte) == NULL)) ||
            byte == 0x7f)
            walk_fault(walk);
    }
    if (!kith_bytes_is_utf8(text))
        walk_fault(walk);
}

void walk_line(struct walk *walk, struct kith_bytes *line, size_t max)
{
    walk_bytes(walk, line, 2, max);
    check_text(walk, *line, "");
}

void walk_text(struct walk *walk, struct kith_bytes *text, size_t max)
{
    walk_bytes(walk, text, 4, max);
    check_text(walk, *text, "\n\t");
}

/* Number of elements of a list, at most MAX, and room for them. */
void *walk_count(struct walk *walk, size_t *count, size_t max,
                 size_t element_len)
{
    void *list = NULL;

    if (walk->out != NULL && *count > max)
        walk_fault(walk);
    *count = (size_t)walk_number(walk, *count, 2);
    if (*count > max)
        walk_fault(walk);
    if (walk->status != KITH_OK) {
        *count = 0;
        return NULL;
    }
    if (walk->out != NULL || *count == 0)
        return NULL;
    list = kith_arena_alloc(walk->arena, *count * element_len);
    if (list == NULL) {
        walk->status = KITH_NOMEM;
        *count = 0;
    }
    return list;
}

void walk_lines(struct walk *walk, const struct kith_bytes **lines,
                size_t *count, size_t max_count, size_t max)
{
    struct kith_bytes *fresh =
        walk_count(walk, count, max_count, sizeof(struct kith_bytes));

    for (size_t i = 0; i < *count && walk->status == KITH_OK; i++) {
        struct kith_bytes line = {NULL, 0};

        if (walk->out != NULL)
            line = (*lines)[i];
        walk_line(walk, &line, max);
        if (fresh != NULL)
            fresh[i] = line;
    }
    if (walk->out == NULL)
        *lines = fresh;
}
