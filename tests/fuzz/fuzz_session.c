/* fuzz_session - no frame from a partner does harm, and those accepted are
 * the one form in which they can be written.
 *
 * The type byte that opens every frame picks the decoder.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kith/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each decodes FRAME and writes it anew; another status than KITH_OK means
 * that it was refused. */
typedef enum kith_status round_trip(struct kith_arena *arena,
                                    struct kith_bytes frame,
                                    struct kith_buf *again);

static enum kith_status greet(struct kith_arena *arena, struct kith_bytes frame,
                              struct kith_buf *again)
{
    struct kith_greet message;
    enum kith_status status = kith_greet_decode(frame, &message);

    (void)arena;
    return status == KITH_OK ? kith_greet_encode(&message, again) : status;
}

static enum kith_status hello(struct kith_arena *arena, struct kith_bytes frame,
                              struct kith_buf *again)
{
    struct kith_hello message;
    struct kith_bytes text;
    struct kith_sig signature;
    struct kith_buf signed_bytes = {0};
    enum kith_status status =
        kith_hello_decode(arena, frame, &message, &text, &signature);

    if (status != KITH_OK)
        return status;
    if (kith_hello_signed_bytes(&message, &signed_bytes) != KITH_OK ||
        !kith_bytes_equal(text, kith_buf_bytes(&signed_bytes)))
        abort();
    status =
        kith_hello_encode(kith_buf_bytes(&signed_bytes), &signature, again);
    kith_buf_clear(&signed_bytes);
    return status;
}

static enum kith_status push(struct kith_arena *arena, struct kith_bytes frame,
                             struct kith_buf *again)
{
    struct kith_push message;
    enum kith_status status = kith_push_decode(arena, frame, &message);

    return status == KITH_OK ? kith_push_encode(&message, again) : status;
}

static enum kith_status receipt(struct kith_arena *arena,
                                struct kith_bytes frame, struct kith_buf *again)
{
    struct kith_receipt message;
    enum kith_status status = kith_receipt_decode(arena, frame, &message);

    return status == KITH_OK ? kith_receipt_encode(&message, again) : status;
}

static enum kith_status want(struct kith_arena *arena, struct kith_bytes frame,
                             struct kith_buf *again)
{
    struct kith_want message;
    enum kith_status status = kith_want_decode(arena, frame, &message);

    return status == KITH_OK ? kith_want_encode(&message, again) : status;
}

static enum kith_status refuse(struct kith_arena *arena,
                               struct kith_bytes frame, struct kith_buf *again)
{
    struct kith_refuse message;
    enum kith_status status = kith_refuse_decode(frame, &message);

    (void)arena;
    return status == KITH_OK ? kith_refuse_encode(&message, again) : status;
}

static enum kith_status ping(struct kith_arena *arena, struct kith_bytes frame,
                             struct kith_buf *again)
{
    uint64_t token = 0;
    enum kith_status status = kith_ping_decode(frame, &token);

    (void)arena;
    return status == KITH_OK ? kith_ping_encode(frame.data[0], token, again)
                             : status;
}

static enum kith_status held(struct kith_arena *arena, struct kith_bytes frame,
                             struct kith_buf *again)
{
    struct kith_held message;
    enum kith_status status = kith_held_decode(arena, frame, &message);

    return status == KITH_OK ? kith_held_encode(&message, again) : status;
}

static round_trip *const trips[] = {
    [KITH_FRAME_GREET] = greet, [KITH_FRAME_HELLO] = hello,
    [KITH_FRAME_PUSH] = push,   [KITH_FRAME_RECEIPT] = receipt,
    [KITH_FRAME_WANT] = want,   [KITH_FRAME_REFUSE] = refuse,
    [KITH_FRAME_PING] = ping,   [KITH_FRAME_PONG] = ping,
    [KITH_FRAME_HELD] = held,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kith_bytes frame = {data, size};
    struct kith_arena *arena = NULL;
    struct kith_buf again = {0};
    uint8_t type = 0;

    if (kith_frame_type(frame, &type) != KITH_OK || type == 0 ||
        type >= sizeof(trips) / sizeof(trips[0]))
        return 0;
    if (kith_arena_new(KITH_ARENA_FRAME_MAX, &arena) != KITH_OK)
        return 0;
    switch (trips[type](arena, frame, &again)) {
    case KITH_OK:
        if (!kith_bytes_equal(frame, kith_buf_bytes(&again)))
            abort();
        break;
    case KITH_INVALID: /* accepted, but no encoder of ours would write it */
        abort();
    default:
        break;
    }
    kith_buf_clear(&again);
    kith_arena_destroy(&arena);
    return 0;
}
