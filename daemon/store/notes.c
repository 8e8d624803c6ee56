/* notes - checkpoints and receipts of the logs, one of each size, ever.
 *
 * Not here: what a note says, who signed it.
 */
#include "store/logs.h"

#include "store/txn.h"

enum {
    NOTE_PREFIX = 10,
    SIDE_PREFIX = 5
};

static struct kv_place note_place(const struct store_log_id *log,
                                  enum store_note kind, uint64_t size)
{
    struct kv_place place = kv_place(KV_NOTE);

    kv_place_add(&place, log->link, 4);
    kv_place_add(&place, (uint64_t)log->side, 1);
    kv_place_add(&place, log->number, 4);
    kv_place_add(&place, (uint64_t)kind, 1);
    kv_place_add(&place, size, 8);
    return place;
}

/* Holds NOTE against the one that stands at PLACE. */
static enum kith_status compare_note(struct store_txn *txn,
                                     const struct kv_place *place,
                                     struct kith_bytes note)
{
    struct kv *kv = txn->store->kv;
    struct kith_bytes sealed = {NULL, 0};
    uint8_t plain[KITH_NOTE_MAX];
    struct kith_bytes there = {plain, 0};
    enum kith_status status = kv->ops->get(kv, place, &sealed);

    if (status != KITH_OK)
        return txn_fail(txn, status);
    if (sealed.len != note.len + ROWSEAL_OVERHEAD)
        return KITH_FORK;
    there.len = note.len;
    status = row_open(txn, place, sealed, plain, there.len);
    if (status == KITH_OK && !kith_bytes_equal(there, note))
        return KITH_FORK;
    return status;
}

enum kith_status store_note_put(struct store_txn *txn,
                                const struct store_log_id *log,
                                enum store_note kind, uint64_t size,
                                struct kith_bytes note)
{
    struct kv_place place = note_place(log, kind, size);
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && note.len > KITH_NOTE_MAX)
        status = KITH_LIMIT;
    if (status != KITH_OK)
        return status;
    status = row_put(txn, &place, KV_APPEND | KV_NEW, note);
    return status == KITH_CONFLICT ? compare_note(txn, &place, note) : status;
}

enum kith_status store_note_renew(struct store_txn *txn,
                                  const struct store_log_id *log,
                                  enum store_note kind, uint64_t size,
                                  struct kith_bytes note)
{
    struct kv_place place = note_place(log, kind, size);
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && note.len > KITH_NOTE_MAX)
        status = KITH_LIMIT;
    return status == KITH_OK ? row_put(txn, &place, 0, note) : status;
}

/* Moves *place_inout to the nearest note of the same log and kind. */
static enum kith_status find_note(struct store_txn *txn,
                                  enum kv_direction direction,
                                  struct kv_place *place_inout,
                                  struct kith_arena *arena,
                                  struct kith_bytes *ret_note)
{
    struct kv_place found = *place_inout;
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK)
        status = row_seek(txn, direction, &found, NOTE_PREFIX, &sealed);
    if (status != KITH_OK)
        return status;
    status = row_open_arena(txn, &found, sealed, arena, ret_note);
    if (status == KITH_OK)
        *place_inout = found;
    return status;
}

enum kith_status store_note_at(struct store_txn *txn,
                               const struct store_log_id *log,
                               enum store_note kind, uint64_t *size_inout,
                               struct kith_arena *arena,
                               struct kith_bytes *ret_note)
{
    struct kv_place place = note_place(log, kind, *size_inout);
    enum kith_status status = find_note(txn, KV_BACK, &place, arena, ret_note);

    if (status == KITH_OK)
        *size_inout = kv_key_number(&place.key, NOTE_PREFIX, 8);
    return status;
}

enum kith_status store_note_from(struct store_txn *txn,
                                 const struct store_log_id *log,
                                 enum store_note kind, uint64_t *size_inout,
                                 struct kith_arena *arena,
                                 struct kith_bytes *ret_note)
{
    struct kv_place place = note_place(log, kind, *size_inout);
    enum kith_status status =
        find_note(txn, KV_FORWARD, &place, arena, ret_note);

    if (status == KITH_OK)
        *size_inout = kv_key_number(&place.key, NOTE_PREFIX, 8);
    return status;
}

enum kith_status store_log_next(struct store_txn *txn,
                                struct store_log_id *log_inout)
{
    struct store_log_id above = *log_inout;
    struct kith_bytes sealed = {NULL, 0};
    struct kv_place place;
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    if (above.number == UINT32_MAX)
        return KITH_NOT_FOUND;
    above.number++;
    place = note_place(&above, (enum store_note)0, 0);
    status = row_seek(txn, KV_FORWARD, &place, SIDE_PREFIX, &sealed);
    if (status == KITH_OK)
        log_inout->number = (uint32_t)kv_key_number(&place.key, SIDE_PREFIX, 4);
    return status;
}
