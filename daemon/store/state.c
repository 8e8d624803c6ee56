/* state - objects of local kinds and single values, one sealed row each.
 *
 * The last number drawn of a kind stands under number 0, so that a dropped
 * object's number never comes back.
 * Not here: what the objects mean (rules).
 */
#include "store/state.h"

#include "store/txn.h"

enum {
    VALUE_MAX = 16 * 1024
};

static struct kv_place state_place(uint32_t kind, uint64_t number)
{
    struct kv_place place = kv_place(KV_STATE);

    kv_place_add(&place, kind, 4);
    kv_place_add(&place, number, 8);
    return place;
}

/* Raises the last number of KIND to at least *number_inout, or draws it. */
static enum kith_status draw_number(struct store_txn *txn, uint32_t kind,
                                    uint64_t *number_inout)
{
    struct kv_place place = state_place(kind, 0);
    uint8_t plain[8] = {0};
    struct kith_bytes bytes = {plain, sizeof(plain)};
    uint64_t last = 0;
    enum kith_status status = row_get(txn, &place, plain, sizeof(plain));

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    last = kith_be_get64(plain);
    if (*number_inout != 0 && *number_inout <= last)
        return KITH_OK;
    if (*number_inout == 0)
        *number_inout = last + 1;
    kith_be_put64(plain, *number_inout);
    return row_put(txn, &place, 0, bytes);
}

enum kith_status store_state_put(struct store_txn *txn, uint32_t kind,
                                 uint64_t *number_inout,
                                 const struct kith_record *record)
{
    struct kith_buf *encoded = &txn->store->encoded;
    uint64_t number = *number_inout;
    struct kv_place place;
    enum kith_status status = txn_ready(txn, true);

    if (status != KITH_OK)
        return status;
    encoded->len = 0;
    status = kith_record_encode(record, encoded);
    if (status == KITH_OK)
        status = draw_number(txn, kind, &number);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    place = state_place(kind, number);
    status = row_put(txn, &place, 0, kith_buf_bytes(encoded));
    if (status == KITH_OK)
        *number_inout = number;
    return status;
}

/* Our own encoding, authenticated: a decoding fault is damage. */
static enum kith_status decode_record(struct store_txn *txn,
                                      struct kith_arena *arena,
                                      struct kith_bytes bytes,
                                      struct kith_record *ret_record)
{
    enum kith_status status = kith_record_decode(arena, bytes, ret_record);

    if (status == KITH_OK || status == KITH_NOMEM)
        return status;
    return txn_fail(txn, KITH_DAMAGED);
}

enum kith_status store_state_get(struct store_txn *txn, uint32_t kind,
                                 uint64_t number, struct kith_arena *arena,
                                 struct kith_record *ret_record)
{
    struct kv_place place = state_place(kind, number);
    struct kith_bytes plain = {NULL, 0};
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK && number == 0)
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = row_get_arena(txn, &place, arena, &plain);
    if (status != KITH_OK)
        return status;
    return decode_record(txn, arena, plain, ret_record);
}

enum kith_status store_state_next(struct store_txn *txn, uint32_t kind,
                                  uint64_t *number_inout,
                                  struct kith_arena *arena,
                                  struct kith_record *ret_record)
{
    struct kv_place place;
    struct kith_bytes sealed = {NULL, 0}, plain = {NULL, 0};
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK && *number_inout == UINT64_MAX)
        status = KITH_NOT_FOUND;
    if (status != KITH_OK)
        return status;
    place = state_place(kind, *number_inout + 1);
    status = row_seek(txn, KV_FORWARD, &place, 4, &sealed);
    if (status != KITH_OK)
        return status;
    status = row_open_arena(txn, &place, sealed, arena, &plain);
    if (status == KITH_OK)
        status = decode_record(txn, arena, plain, ret_record);
    if (status == KITH_OK)
        *number_inout = kv_key_number(&place.key, 4, 8);
    return status;
}

enum kith_status store_state_drop(struct store_txn *txn, uint32_t kind,
                                  uint64_t number)
{
    struct kv_place place = state_place(kind, number);
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && number == 0)
        status = KITH_NOT_FOUND;
    return status != KITH_OK ? status : row_del(txn, &place);
}

enum kith_status store_value_put(struct store_txn *txn, uint32_t which,
                                 struct kith_bytes value)
{
    struct kv_place place = kv_place(KV_VALUE);
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && value.len > VALUE_MAX)
        status = KITH_LIMIT;
    if (status != KITH_OK)
        return status;
    kv_place_add(&place, which, 4);
    return row_put(txn, &place, 0, value);
}

enum kith_status store_value_get(struct store_txn *txn, uint32_t which,
                                 struct kith_arena *arena,
                                 struct kith_bytes *ret_value)
{
    struct kv_place place = kv_place(KV_VALUE);
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    kv_place_add(&place, which, 4);
    return row_get_arena(txn, &place, arena, ret_value);
}
