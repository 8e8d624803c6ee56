/* session_log - push, receipt and want: what travels of the logs.
 *
 * Responsible for: their frames and the bounds of their parts.
 * Not here: headers, seals and notes inside them (entry.h, seal.h, note.h);
 * when each is sent and what it does (rules).
 */
#include "kith/session.h"

#include "session.pb-c.h"

#include "kith/entry.h"
#include "kith/seal.h"
#include "frame.h"
#include "scratch.h"
#include "strict.h"
#include "wire.h"

enum {
    PUSH_VALUES_MAX = 4 + 3 * KITH_PUSH_ENTRIES_MAX,
    RECEIPT_VALUES_MAX = 3,
    WANT_VALUES_MAX = 2 + 3 * KITH_RANGES_MAX
};

/* A decoder answers for bytes, an encoder for values. */
static enum kith_status as_theirs(enum kith_status status)
{
    return status == KITH_INVALID ? KITH_MALFORMED : status;
}

static enum kith_status check_entries(const struct kith_push *push)
{
    size_t bodies = 0;

    for (size_t i = 0; i < push->n_entries; i++) {
        if (push->entries[i].header.len != KITH_ENTRY_HEADER_LEN)
            return KITH_INVALID;
        if (push->entries[i].sealed.len > KITH_SEALED_MAX)
            return KITH_LIMIT;
        bodies += push->entries[i].sealed.len > 0;
    }
    if ((bodies > 0) != (push->keys.len > 0))
        return KITH_INVALID;
    return KITH_OK;
}

static enum kith_status check_push(const struct kith_push *push)
{
    if (push->n_entries > KITH_PUSH_ENTRIES_MAX ||
        push->checkpoint.len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    if (push->log_number == 0 || push->n_entries == 0 ||
        push->checkpoint.len == 0 || push->first > INT64_MAX - push->n_entries)
        return KITH_INVALID;
    return check_entries(push);
}

enum kith_status kith_push_encode(const struct kith_push *push,
                                  struct kith_buf *buf)
{
    Kith__Push wire = KITH__PUSH__INIT;
    Kith__PushEntry *entries = NULL;
    struct scratch scratch = {0};
    enum kith_status status = check_push(push);

    if (status != KITH_OK)
        return status;
    if (!scratch_open(&scratch,
                      scratch_room(push->n_entries, sizeof(*entries)) +
                          scratch_room(push->n_entries, sizeof(entries))))
        return KITH_NOMEM;
    entries = scratch_take(&scratch, push->n_entries, sizeof(*entries));
    wire.entries = scratch_take(&scratch, push->n_entries, sizeof(entries));
    wire.n_entries = push->n_entries;
    for (size_t i = 0; i < push->n_entries; i++) {
        const struct kith_push_entry *entry = &push->entries[i];

        kith__push_entry__init(&entries[i]);
        entries[i].header = wire_bytes(entry->header.data, entry->header.len);
        entries[i].has_sealed = entry->sealed.len > 0;
        entries[i].sealed = wire_bytes(entry->sealed.data, entry->sealed.len);
        wire.entries[i] = &entries[i];
    }
    wire.log_number = push->log_number;
    wire.first = push->first;
    wire.checkpoint = wire_bytes(push->checkpoint.data, push->checkpoint.len);
    wire.has_keys = push->keys.len > 0;
    wire.keys = wire_bytes(push->keys.data, push->keys.len);
    status = frame_pack(KITH_FRAME_PUSH, &wire.base, buf);
    scratch_close(&scratch);
    return status;
}

static enum kith_status push_from_wire(struct kith_arena *arena,
                                       const Kith__Push *wire,
                                       struct kith_push *push)
{
    struct kith_push_entry *entries = NULL;

    push->log_number = wire->log_number;
    push->first = wire->first;
    push->checkpoint = wire_borrow(wire->checkpoint);
    push->keys = wire_borrow(wire->keys);
    push->n_entries = wire->n_entries;
    if (wire->n_entries == 0)
        return KITH_MALFORMED;
    if (wire->n_entries > KITH_PUSH_ENTRIES_MAX)
        return KITH_LIMIT;
    entries = kith_arena_alloc(arena, wire->n_entries * sizeof(*entries));
    if (entries == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < wire->n_entries; i++) {
        entries[i].header = wire_borrow(wire->entries[i]->header);
        entries[i].sealed = wire_borrow(wire->entries[i]->sealed);
    }
    push->entries = entries;
    return as_theirs(check_push(push));
}

enum kith_status kith_push_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_push *ret_push)
{
    struct kith_bytes payload = {0};
    ProtobufCMessage *message = NULL;
    struct kith_push push = {0};
    enum kith_status status = frame_payload(frame, KITH_FRAME_PUSH, &payload);

    if (status == KITH_OK)
        status = frame_unpack(arena, &kith__push__descriptor, payload,
                              PUSH_VALUES_MAX, &message);
    if (status == KITH_OK)
        status = push_from_wire(arena, (const Kith__Push *)message, &push);
    if (status == KITH_OK)
        *ret_push = push;
    return status;
}

static enum kith_status check_receipt(const struct kith_receipt *receipt)
{
    if (receipt->note.len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    if (receipt->log_number == 0 || receipt->processed > INT64_MAX)
        return KITH_INVALID;
    return KITH_OK;
}

enum kith_status kith_receipt_encode(const struct kith_receipt *receipt,
                                     struct kith_buf *buf)
{
    Kith__Receipt wire = KITH__RECEIPT__INIT;
    enum kith_status status = check_receipt(receipt);

    if (status != KITH_OK)
        return status;
    wire.log_number = receipt->log_number;
    wire.processed = receipt->processed;
    wire.has_note = receipt->note.len > 0;
    wire.note = wire_bytes(receipt->note.data, receipt->note.len);
    return frame_pack(KITH_FRAME_RECEIPT, &wire.base, buf);
}

enum kith_status kith_receipt_decode(struct kith_arena *arena,
                                     struct kith_bytes frame,
                                     struct kith_receipt *ret_receipt)
{
    struct kith_bytes payload = {0};
    ProtobufCMessage *message = NULL;
    struct kith_receipt receipt = {0};
    enum kith_status status =
        frame_payload(frame, KITH_FRAME_RECEIPT, &payload);

    if (status == KITH_OK)
        status = frame_unpack(arena, &kith__receipt__descriptor, payload,
                              RECEIPT_VALUES_MAX, &message);
    if (status != KITH_OK)
        return status;
    receipt.log_number = ((const Kith__Receipt *)message)->log_number;
    receipt.processed = ((const Kith__Receipt *)message)->processed;
    receipt.note = wire_borrow(((const Kith__Receipt *)message)->note);
    status = as_theirs(check_receipt(&receipt));
    if (status == KITH_OK)
        *ret_receipt = receipt;
    return status;
}

static enum kith_status check_want(const struct kith_want *want)
{
    uint64_t free_from = 0;

    if (want->n_ranges > KITH_RANGES_MAX)
        return KITH_LIMIT;
    if (want->log_number == 0 || want->n_ranges == 0)
        return KITH_INVALID;
    for (size_t i = 0; i < want->n_ranges; i++) {
        const struct kith_range *range = &want->ranges[i];

        /* Ranges that touch are one range. */
        if (range->count == 0 || range->from > INT64_MAX ||
            range->count > INT64_MAX - range->from || range->from < free_from)
            return KITH_INVALID;
        free_from = range->from + range->count + 1;
    }
    return KITH_OK;
}

enum kith_status kith_want_encode(const struct kith_want *want,
                                  struct kith_buf *buf)
{
    Kith__Want wire = KITH__WANT__INIT;
    Kith__Range ranges[KITH_RANGES_MAX];
    Kith__Range *pointers[KITH_RANGES_MAX];
    enum kith_status status = check_want(want);

    if (status != KITH_OK)
        return status;
    for (size_t i = 0; i < want->n_ranges; i++) {
        kith__range__init(&ranges[i]);
        ranges[i].from = want->ranges[i].from;
        ranges[i].count = want->ranges[i].count;
        pointers[i] = &ranges[i];
    }
    wire.has_own_log = want->own_log;
    wire.own_log = want->own_log;
    wire.log_number = want->log_number;
    wire.n_ranges = want->n_ranges;
    wire.ranges = pointers;
    return frame_pack(KITH_FRAME_WANT, &wire.base, buf);
}

static enum kith_status want_from_wire(struct kith_arena *arena,
                                       const Kith__Want *wire,
                                       struct kith_want *want)
{
    struct kith_range *ranges = NULL;

    want->own_log = wire->own_log;
    want->log_number = wire->log_number;
    want->n_ranges = wire->n_ranges;
    if (wire->n_ranges == 0)
        return KITH_MALFORMED;
    if (wire->n_ranges > KITH_RANGES_MAX)
        return KITH_LIMIT;
    ranges = kith_arena_alloc(arena, wire->n_ranges * sizeof(*ranges));
    if (ranges == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < wire->n_ranges; i++) {
        ranges[i].from = wire->ranges[i]->from;
        ranges[i].count = wire->ranges[i]->count;
    }
    want->ranges = ranges;
    return as_theirs(check_want(want));
}

enum kith_status kith_want_decode(struct kith_arena *arena,
                                  struct kith_bytes frame,
                                  struct kith_want *ret_want)
{
    struct kith_bytes payload = {0};
    ProtobufCMessage *message = NULL;
    struct kith_want want = {0};
    enum kith_status status = frame_payload(frame, KITH_FRAME_WANT, &payload);

    if (status == KITH_OK)
        status = frame_unpack(arena, &kith__want__descriptor, payload,
                              WANT_VALUES_MAX, &message);
    if (status == KITH_OK)
        status = want_from_wire(arena, (const Kith__Want *)message, &want);
    if (status == KITH_OK)
        *ret_want = want;
    return status;
}
