/* rows - one row in and out: sealed on the way in, opened on the way out.
 *
 * Values are sealed straight into the space that the table gives, and opened
 * straight from it: no copy between.
 * Not here: layouts of rows.
 */
#include "store/txn.h"

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
    struct kith_bytes ad_bytes = {ad, rowseal_ad(place, ad)};
    uint8_t *space = NULL;
    enum kith_status status = KITH_OK;

    status = store->kv->ops->put(store->kv, place, flags,
                                 plain.len + ROWSEAL_OVERHEAD, &space);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    txn->changed = true;
    rowseal_seal(&store->seal, store->seal.row_key, ad_bytes, plain, space);
    return KITH_OK;
}

enum kith_status row_open(struct store_txn *txn, const struct kv_place *place,
                          struct kith_bytes sealed, void *ret_plain, size_t len)
{
    uint8_t ad[ROWSEAL_AD_MAX];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(place, ad)};

    if (sealed.len != len + ROWSEAL_OVERHEAD ||
        !rowseal_open(txn->store->seal.row_key, ad_bytes, sealed, ret_plain))
        return txn_fail(txn, KITH_DAMAGED);
    return KITH_OK;
}

enum kith_status row_get(struct store_txn *txn, const struct kv_place *place,
                         void *ret_plain, size_t len)
{
    struct kv *kv = txn->store->kv;
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = kv->ops->get(kv, place, &sealed);

    if (status != KITH_OK)
        return txn_fail(txn, status);
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
    struct kv *kv = txn->store->kv;
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = kv->ops->get(kv, place, &sealed);

    if (status != KITH_OK)
        return txn_fail(txn, status);
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

enum kith_status row_seek(struct store_txn *txn, enum kv_direction direction,
                          struct kv_place *place_inout,
                          struct kith_bytes *ret_sealed)
{
    struct kv *kv = txn->store->kv;

    return txn_fail(txn, kv->ops->seek(kv, direction, place_inout, ret_sealed));
}
