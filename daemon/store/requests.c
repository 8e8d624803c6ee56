/* requests - results of control writes, so that a repeat gets the first one.
 *
 * Each result has a sequence; a second table finds the oldest ones, of which
 * only REQUESTS_KEPT stay.
 * Not here: reads of persons (reads.c).
 */
#include "store/state.h"

#include "store/txn.h"

enum {
    REQUESTS_KEPT = 10000
};

static struct kv_place age_place(uint64_t sequence)
{
    struct kv_place place = kv_place(KV_REQUEST_AGE);

    kv_place_add(&place, sequence, 8);
    return place;
}

static struct kv_place request_place(const struct store_txn *txn,
                                     const struct kith_id *id)
{
    struct kith_bytes name = {id->b, KITH_ID_LEN};

    return row_hashed(txn, KV_REQUEST, name);
}

static enum kith_status forget_oldest(struct store_txn *txn)
{
    struct store_root *root = &txn->store->root;
    struct kv_place age = age_place(root->oldest_request);
    struct kv_place place = kv_place(KV_REQUEST);
    enum kith_status status = KITH_OK;

    status = row_get(txn, &age, place.key.b, ROWSEAL_HASH);
    place.key.len = ROWSEAL_HASH;
    if (status == KITH_OK)
        status = row_del(txn, &place);
    if (status == KITH_OK)
        status = row_del(txn, &age);
    if (status == KITH_NOT_FOUND)
        status = txn_fail(txn, KITH_DAMAGED);
    if (status == KITH_OK)
        root->oldest_request++;
    return status;
}

enum kith_status store_request_put(struct store_txn *txn,
                                   const struct kith_id *id,
                                   struct kith_bytes answer)
{
    struct store_root *root = &txn->store->root;
    enum kith_status status = txn_ready(txn, true);
    struct kv_place place, age;
    struct kith_bytes hash;

    if (status != KITH_OK)
        return status;
    place = request_place(txn, id);
    age = age_place(root->requests + 1);
    hash = (struct kith_bytes){place.key.b, ROWSEAL_HASH};
    status = row_put(txn, &place, KV_NEW, answer);
    if (status == KITH_OK)
        status = row_put(txn, &age, KV_APPEND, hash);
    if (status != KITH_OK)
        return status;
    root->requests++;
    if (root->requests - root->oldest_request >= REQUESTS_KEPT)
        status = forget_oldest(txn);
    return status;
}

enum kith_status store_request_get(struct store_txn *txn,
                                   const struct kith_id *id,
                                   struct kith_arena *arena,
                                   struct kith_bytes *ret_answer)
{
    enum kith_status status = txn_ready(txn, false);
    struct kv_place place;

    if (status != KITH_OK)
        return status;
    place = request_place(txn, id);
    return row_get_arena(txn, &place, arena, ret_answer);
}
