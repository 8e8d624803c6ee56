/* rows - one row in and out: sealed on the way in, opened on the way out.
 *
 * Values are sealed straight into the space that the table gives, and opened
 * straight from it: no copy between. A seal says nothing of a row that is not
 * found; there the rows beside it are looked at: a bad key or branch cannot
 * hide a row without one of them being out of order or not opening.
 * Not here: layouts of rows.
 */
#include "store/txn.h"

enum {
    SOUND_MAX = 16 * 1024
};

struct kv_place row_hashed(const struct store_txn *txn, enum kv_table table,
                           struct kith_bytes name)
{
    return rowseal_place(&txn->store->seal, table, name);
}

enum kith_status row_put(struct store_txn *txn, const struct kv_place *place,
                         unsigned flags, struct kith_bytes plain)
{
    struct store *store = txn->store;
    uint8_t ad[ROWSEAL_AD_MAX];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(&store->seal, place, ad)};
    uint8_t *space = NULL;
    enum kith_status status = KITH_OK;

    status = store->kv->ops->put(store->kv, place, flags,
                                 plain.len + ROWSEAL_OVERHEAD, &space);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    txn->changed = true;
    rowseal_seal(&store->seal, ad_bytes, plain, space);
    return KITH_OK;
}

enum kith_status row_open(struct store_txn *txn, const struct kv_place *place,
                          struct kith_bytes sealed, void *ret_plain, size_t len)
{
    uint8_t ad[ROWSEAL_AD_MAX];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(&txn->store->seal, place, ad)};

    if (sealed.len != len + ROWSEAL_OVERHEAD ||
        !rowseal_open(&txn->store->seal, ad_bytes, sealed, ret_plain))
        return txn_fail(txn, KITH_DAMAGED);
    return KITH_OK;
}

/* The sealed bytes at PLACE, borrowed until the next write. */
static enum kith_status fetch(struct store_txn *txn,
                              const struct kv_place *place,
                              struct kith_bytes *ret_sealed)
{
    struct kv *kv = txn->store->kv;
    enum kith_status status = kv->ops->get(kv, place, ret_sealed);

    if (status == KITH_NOT_FOUND)
        return row_missing(txn, place);
    return status == KITH_OK ? KITH_OK : txn_fail(txn, status);
}

enum kith_status row_get(struct store_txn *txn, const struct kv_place *place,
                         void *ret_plain, size_t len)
{
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = fetch(txn, place, &sealed);

    if (status != KITH_OK)
        return status;
    return row_open(txn, place, sealed, ret_plain, len);
}

enum kith_status row_open_arena(struct store_txn *txn,
                                const struct kv_place *place,
                                struct kith_bytes sealed,
                                struct kith_arena *arena,
                                struct kith_bytes *ret_plain)
{
    uint8_t *plain = NULL;
    enum kith_status status = KITH_OK;

    if (sealed.len < ROWSEAL_OVERHEAD)
        return txn_fail(txn, KITH_DAMAGED);
    /* One byte more, so that an empty value has an address too. */
    plain = kith_arena_alloc(arena, sealed.len - ROWSEAL_OVERHEAD + 1);
    if (plain == NULL)
        return KITH_NOMEM;
    status = row_open(txn, place, sealed, plain, sealed.len - ROWSEAL_OVERHEAD);
    if (status == KITH_OK) {
        ret_plain->data = plain;
        ret_plain->len = sealed.len - ROWSEAL_OVERHEAD;
    }
    return status;
}

enum kith_status row_get_arena(struct store_txn *txn,
                               const struct kv_place *place,
                               struct kith_arena *arena,
                               struct kith_bytes *ret_plain)
{
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = fetch(txn, place, &sealed);

    if (status != KITH_OK)
        return status;
    return row_open_arena(txn, place, sealed, arena, ret_plain);
}

enum kith_status row_del(struct store_txn *txn, const struct kv_place *place)
{
    struct kv *kv = txn->store->kv;
    enum kith_status status = kv->ops->del(kv, place);

    if (status == KITH_OK)
        txn->changed = true;
    return txn_fail(txn, status);
}

/* True when ROW of TABLE opens at its own key. Entries have another seal and
 * are held against their link (entries.c); META has one unsealed row; what is
 * large is not worth its time. */
static bool is_sound(struct store_txn *txn, enum kv_table table,
                     const struct kv_row *row)
{
    struct kith_buf *room = &txn->store->opened;
    struct kv_place place = {table, row->key};
    uint8_t ad[ROWSEAL_AD_MAX];
    struct kith_bytes ad_bytes = {ad, 0};

    if (row->key.len == 0 || table == KV_META || table == KV_ENTRY_OUT ||
        table == KV_ENTRY_IN || row->value.len > SOUND_MAX)
        return true;
    room->len = 0;
    if (kith_buf_reserve(room, row->value.len) != KITH_OK)
        return true;
    ad_bytes.len = rowseal_ad(&txn->store->seal, &place, ad);
    return rowseal_open(&txn->store->seal, ad_bytes, row->value, room->data);
}

/* True when KEY is one more than FORMER: who asks for it holds FORMER. */
static bool is_next(const struct kv_key *former, const struct kv_key *key)
{
    struct kv_key next = *former;
    size_t i = next.len;

    if (next.len == 0 || next.len != key->len)
        return false;
    while (i > 0 && ++next.b[i - 1] == 0)
        i--;
    return kv_key_compare(&next, key) == 0;
}

/* Finds what is around PLACE and holds it to the order of a sound table. */
static enum kith_status look_around(struct store_txn *txn,
                                    const struct kv_place *place,
                                    struct kv_around *ret_around)
{
    struct kv *kv = txn->store->kv;
    enum kith_status status = kv->ops->around(kv, place, ret_around);
    const struct kv_row *below = &ret_around->below;
    const struct kv_row *above = &ret_around->above;

    if (status == KITH_OK &&
        ((below->key.len > 0 &&
          kv_key_compare(&below->key, &place->key) >= 0) ||
         (above->key.len > 0 && kv_key_compare(&above->key, &place->key) < 0)))
        status = KITH_DAMAGED;
    return txn_fail(txn, status);
}

enum kith_status row_missing(struct store_txn *txn,
                             const struct kv_place *place)
{
    struct kv_around around;
    enum kith_status status = KITH_OK;

    if (!txn->store->kv->damageable)
        return KITH_NOT_FOUND;
    status = look_around(txn, place, &around);
    if (status != KITH_OK)
        return status;
    if ((around.above.key.len > 0 &&
         kv_key_compare(&around.above.key, &place->key) == 0) ||
        !is_sound(txn, place->table, &around.above) ||
        !is_sound(txn, place->table, &around.below))
        return txn_fail(txn, KITH_DAMAGED);
    return KITH_NOT_FOUND;
}

enum kith_status row_seek(struct store_txn *txn, enum kv_direction direction,
                          struct kv_place *place_inout, size_t under,
                          struct kith_bytes *ret_sealed)
{
    struct kv_key wanted = place_inout->key;
    struct kv_around around;
    const struct kv_row *found = &around.above, *beside = &around.below;
    enum kv_table table = place_inout->table;
    bool sound = !txn->store->kv->damageable;
    enum kith_status status = look_around(txn, place_inout, &around);

    if (status != KITH_OK)
        return status;
    if (direction == KV_BACK &&
        (found->key.len == 0 || kv_key_compare(&found->key, &wanted) != 0)) {
        found = &around.below;
        beside = &around.above;
    }
    if (!sound && !is_next(&beside->key, &wanted) &&
        !is_sound(txn, table, beside))
        return txn_fail(txn, KITH_DAMAGED);
    if (found->key.len > 0 &&
        kv_key_under(&found->key, &wanted, under, wanted.len)) {
        place_inout->key = found->key;
        *ret_sealed = found->value;
        return KITH_OK;
    }
    if (!sound && !is_sound(txn, table, found))
        return txn_fail(txn, KITH_DAMAGED);
    return KITH_NOT_FOUND;
}
