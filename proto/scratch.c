/* scratch - memory of an encoder (scratch.h).
 *
 * Responsible for: one allocation, aligned pieces, one free.
 * Not here: what is decoded; that lives in a kith_arena.
 */
#include "scratch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGN = 16
};

size_t scratch_room(size_t count, size_t size)
{
    return (count * size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

bool scratch_open(struct scratch *scratch, size_t cap)
{
    scratch->len = 0;
    scratch->cap = cap;
    scratch->data = malloc(cap == 0 ? 1 : cap);
    return scratch->data != NULL;
}

void *scratch_take(struct scratch *scratch, size_t count, size_t size)
{
    size_t room = scratch_room(count, size);
    void *taken = scratch->data + scratch->len;

    assert(room <= scratch->cap - scratch->len);
    memset(taken, 0, room);
    scratch->len += room;
    return taken;
}

char *scratch_text(struct scratch *scratch, struct kith_bytes text)
{
    char *copy = scratch_take(scratch, text.len + 1, 1);

    if (text.len > 0)
        memcpy(copy, text.data, text.len);
    return copy;
}

void scratch_close(struct scratch *scratch)
{
    free(scratch->data);
    *scratch = (struct scratch){0};
}
