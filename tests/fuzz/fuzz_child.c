/* fuzz_child - no stream of bytes from the other process does harm, and what
 * is accepted is the one form in which it can be written.
 *
 * The first byte picks the way, the rest is the stream.
 */
#include <stdlib.h>

#include "kith/child.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Decodes one payload; an accepted one must encode to the same bytes. */
static void check(struct kith_arena *arena, enum kith_child_way way,
                  struct kith_bytes payload)
{
    struct kith_child_frame frame;
    struct kith_buf again = {NULL, 0, 0};
    struct kith_bytes back = {NULL, 0};

    if (kith_child_decode(arena, way, payload, &frame) != KITH_OK)
        return;
    if (kith_child_encode(&frame, &again) != KITH_OK)
        abort();
    back.data = again.data + KITH_CHILD_HEAD_LEN;
    back.len = again.len - KITH_CHILD_HEAD_LEN;
    if (!kith_bytes_equal(payload, back))
        abort();
    kith_buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes stream = {data + 1, size - 1};
    struct kith_bytes payload = {NULL, 0};
    struct kith_arena *arena = NULL;
    size_t used = 0;

    if (size == 0)
        return 0;
    if (kith_arena_new(KITH_CHILD_ARENA_MAX, &arena) != KITH_OK)
        return 0;
    while (kith_child_next(stream, &payload, &used) == KITH_OK) {
        check(arena, (enum kith_child_way)(data[0] & 3), payload);
        stream.data += used;
        stream.len -= used;
        kith_arena_reset(arena);
    }
    kith_arena_destroy(&arena);
    return 0;
}
