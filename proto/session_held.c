/* session_held - held: what a partner has of the log of the one who asked.
 *
 * Responsible for: its frame and the bounds of its parts.
 * Not here: the push inside (session_log.c); what is done with it (rules).
 */
#include "kith/session.h"

#include "session.pb-c.h"

#include "frame.h"
#include "strict.h"
#include "wire.h"

enum {
    HELD_VALUES_MAX = 7
};

/* A card comes alone; a size and its note come together. */
static enum kith_status check(const struct kith_held *held)
{
    const bool empty = held->log_number == 0 && held->size == 0 &&
                       held->note.len == 0 && held->receipt.len == 0 &&
                       held->next_log == 0 && held->push.len == 0;

    if (held->card.len > KITH_CARD_MAX || held->note.len > KITH_NOTE_MAX ||
        held->receipt.len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    if (held->card.len > 0)
        return empty ? KITH_OK : KITH_INVALID;
    if (held->log_number == 0 || held->size > INT64_MAX ||
        (held->size == 0) != (held->note.len == 0) ||
        (held->size == 0 && (held->receipt.len > 0 || held->push.len > 0)) ||
        (held->next_log != 0 && held->next_log <= held->log_number))
        return KITH_INVALID;
    return KITH_OK;
}

enum kith_status kith_held_encode(const struct kith_held *held,
                                  struct kith_buf *buf)
{
    Kith__Held wire = KITH__HELD__INIT;
    enum kith_status status = check(held);

    if (status != KITH_OK)
        return status;
    wire.has_log_number = held->log_number != 0;
    wire.log_number = held->log_number;
    wire.has_size = held->size != 0;
    wire.size = held->size;
    wire.has_note = held->note.len > 0;
    wire.note = wire_bytes(held->note.data, held->note.len);
    wire.has_receipt = held->receipt.len > 0;
    wire.receipt = wire_bytes(held->receipt.data, held->receipt.len);
    wire.has_next_log = held->next_log != 0;
    wire.next_log = held->next_log;
    wire.has_push = held->push.len > 0;
    wire.push = wire_bytes(held->push.data, held->push.len);
    wire.has_card = held->card.len > 0;
    wire.card = wire_bytes(held->card.data, held->card.len);
    return frame_pack(KITH_FRAME_HELD, &wire.base, buf);
}

enum kith_status kith_held_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_held *ret_held)
{
    struct kith_bytes payload = {0};
    ProtobufCMessage *message = NULL;
    struct kith_held held = {0};
    const Kith__Held *wire;
    enum kith_status status = frame_payload(frame, KITH_FRAME_HELD, &payload);

    if (status == KITH_OK)
        status = frame_unpack(arena, &kith__held__descriptor, payload,
                              HELD_VALUES_MAX, &message);
    if (status != KITH_OK)
        return status;
    wire = (const Kith__Held *)message;
    held.log_number = wire->log_number;
    held.size = wire->size;
    held.note = wire_borrow(wire->note);
    held.receipt = wire_borrow(wire->receipt);
    held.next_log = wire->next_log;
    held.push = wire_borrow(wire->push);
    held.card = wire_borrow(wire->card);
    status = check(&held);
    if (status == KITH_INVALID)
        return KITH_MALFORMED;
    if (status == KITH_OK)
        *ret_held = held;
    return status;
}
