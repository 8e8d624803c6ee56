/* fuzz_control - no payload on the control socket does harm, and those
 * accepted are the one form in which they can be written.
 *
 * The first byte picks the decoder: even a request, odd an answer.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kith/control.h"
#include "kith/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum kith_status request(struct kith_arena *arena,
                                struct kith_bytes payload,
                                struct kith_buf *again)
{
    struct kith_control_request message;
    enum kith_status status =
        kith_control_request_decode(arena, payload, &message);

    return status == KITH_OK ? kith_control_request_encode(&message, again)
                             : KITH_MALFORMED;
}

static enum kith_status answer(struct kith_arena *arena,
                               struct kith_bytes payload,
                               struct kith_buf *again)
{
    struct kith_control_answer message;
    enum kith_status status =
        kith_control_answer_decode(arena, payload, &message);

    return status == KITH_OK ? kith_control_answer_encode(&message, again)
                             : KITH_MALFORMED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes payload = {data + 1, size - 1};
    struct kith_arena *arena = NULL;
    struct kith_buf again = {0};
    enum kith_status status;

    if (size == 0)
        return 0;
    if (kith_arena_new(KITH_ARENA_CONTROL_MAX, &arena) != KITH_OK)
        return 0;
    status = (data[0] & 1) == 0 ? request(arena, payload, &again)
                                : answer(arena, payload, &again);
    if (status == KITH_OK && !kith_bytes_equal(payload, kith_buf_bytes(&again)))
        abort();
    if (status == KITH_INVALID) /* accepted, but no encoder would write it */
        abort();
    kith_buf_clear(&again);
    kith_arena_destroy(&arena);
    return 0;
}
