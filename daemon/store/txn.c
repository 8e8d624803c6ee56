/* txn - begins and ends the one transaction; its sticky error; slots in it.
 *
 * Not here: opening (open.c), rows (rows.c), what they mean.
 */
#include "store/txn.h"

#include "store/mark.h"
#include "store/recent.h"

static bool is_ours(enum kith_status status)
{
    return status == KITH_NOMEM || status == KITH_IO || status == KITH_FULL ||
           status == KITH_DAMAGED;
}

enum kith_status txn_fail(struct store_txn *txn, enum kith_status status)
{
    if (is_ours(status) && txn->status == KITH_OK)
        txn->status = status;
    return status;
}

enum kith_status txn_ready(const struct store_txn *txn, bool write)
{
    if (txn->status != KITH_OK)
        return txn->status;
    if (!txn->open || (write && !txn->write))
        return KITH_INVALID;
    return KITH_OK;
}

enum kith_status store_status(const struct store_txn *txn)
{
    return txn->status;
}

enum kith_status store_begin(struct store *store, bool write,
                             struct store_txn **ret_txn)
{
    struct store_txn *txn = &store->txn;
    enum kith_status status = KITH_OK;

    if (txn->open)
        return KITH_BUSY;
    status = store->kv->ops->begin(store->kv, write);
    if (status != KITH_OK)
        return status;
    txn->store = store;
    txn->open = true;
    txn->write = write;
    txn->changed = false;
    txn->status = KITH_OK;
    store->root.number = store->kv->ops->number(store->kv);
    if (write)
        rowseal_renew(&store->seal);
    *ret_txn = txn;
    return KITH_OK;
}

/* What was kept at hand may tell of rows that never came to be. */
static void forget_changes(struct store *store)
{
    store->root = store->committed;
    for (size_t i = 0; i < STORE_RUNS; i++)
        store->runs[i].log.link = 0;
    for (size_t i = 0; i < STORE_LENGTHS; i++)
        store->lengths[i].link = 0;
}

struct fresh *txn_fresh(struct store_txn *txn)
{
    struct store *store = txn->store;

    if (store->fresh == NULL)
        store->fresh = fresh_new();
    return store->fresh;
}

static void end_without(struct store *store)
{
    fresh_forget(store->fresh);
    recent_drop(store->recent);
    store->kv->ops->abort(store->kv);
    if (store->txn.write && store->txn.changed)
        forget_changes(store);
    store->txn.open = false;
    (void)store->kv->ops->grow(store->kv);
}

void store_abort(struct store_txn **txn)
{
    if (txn == NULL || *txn == NULL)
        return;
    end_without((*txn)->store);
    *txn = NULL;
}

enum kith_status store_commit(struct store_txn **txn_ptr)
{
    struct store_txn *txn = *txn_ptr;
    struct store *store = txn->store;
    bool moved = false;
    enum kith_status status = txn->status;

    *txn_ptr = NULL;
    if (status == KITH_OK && txn->write && txn->changed) {
        status = heads_flush(txn);
        if (status == KITH_OK)
            status = queue_flush(txn);
        if (status == KITH_OK)
            status = head_ids_settle(txn, &moved);
        if (status == KITH_OK)
            status = root_write(txn);
    }
    if (status != KITH_OK || !txn->write || !txn->changed) {
        end_without(store);
        return status;
    }
    status = store->kv->ops->commit(store->kv);
    fresh_forget(store->fresh);
    txn->open = false;
    if (status != KITH_OK) {
        forget_changes(store);
        recent_drop(store->recent);
        (void)store->kv->ops->grow(store->kv);
        return status;
    }
    store->committed = store->root;
    if (moved)
        recent_clear(store->recent);
    recent_keep(store->recent);
    if (store->mark != NULL)
        mark_write(store->mark, store->root.number);
    return KITH_OK;
}

enum kith_status slot_claim(struct store_txn *txn, uint64_t *ret_slot)
{
    struct store *store = txn->store;
    uint64_t slot = store->root.slots + 1;
    enum kith_status status = KITH_OK;

    /* The first slot of a block is where a torn one is noticed. */
    if (slot % SLOT_BLOCK == 1 || slot > slots_drawn(store->slots)) {
        status = slots_draw(store->slots, slot - 1, slot);
        if (status != KITH_OK)
            return txn_fail(txn, status);
    }
    store->root.slots = slot;
    txn->changed = true;
    *ret_slot = slot;
    return KITH_OK;
}

enum kith_status slot_key(struct store_txn *txn, uint64_t slot,
                          uint8_t ret_key[SLOT_KEY])
{
    struct store *store = txn->store;
    enum kith_status status = slots_key(store->slots, slot, ret_key);
    struct kv_place place = kv_place(KV_SLOT_GONE);
    uint8_t state = 0;

    if (status != KITH_NOT_FOUND)
        return txn_fail(txn, status);
    kv_place_add(&place, slot, 8);
    status = row_get(txn, &place, &state, sizeof(state));
    if (status == KITH_NOT_FOUND)
        return txn_fail(txn, KITH_DAMAGED);
    return status == KITH_OK ? KITH_UNREADABLE : status;
}
