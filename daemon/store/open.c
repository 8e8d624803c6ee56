/* open - opens and closes a store.
 *
 * Not here: transactions (txn.c), the walk of everything (check.c).
 */
#include "store/txn.h"

#include <stdlib.h>

#include "kith/error.h"

void store_close(struct store **store_ptr)
{
    struct store *store = store_ptr != NULL ? *store_ptr : NULL;

    if (store == NULL)
        return;
    if (store->kv != NULL)
        store->kv->ops->close(store->kv);
    slots_close(&store->slots);
    kith_buf_clear(&store->scratch);
    kith_buf_clear(&store->encoded);
    rowseal_clear(&store->seal);
    free(store);
    *store_ptr = NULL;
}

enum kith_status store_open(const struct store_options *options,
                            struct store **ret_store, struct kith_error *err)
{
    struct store *store = calloc(1, sizeof(*store));
    enum kith_status status = KITH_NOMEM;

    if (store == NULL)
        goto out;
    store->lock_fd = -1;
    rowseal_init(&store->seal, options->store_key);
    if (options->dir != NULL)
        status = KITH_INVALID;
    else
        status = kv_ram_new(&store->kv);
    if (status == KITH_OK)
        status = slots_new_ram(&store->slots);
    if (status != KITH_OK)
        goto out;
    store->root.oldest_request = 1;
    store->committed = store->root;
    *ret_store = store;
    store = NULL;
out:
    store_close(&store);
    if (status != KITH_OK)
        return kith_fail(err, status, "store_open", "",
                         "the store could not be opened");
    return KITH_OK;
}

enum kith_status store_size(struct store *store, struct store_size *ret_size)
{
    struct kv_size size = {0, 0};
    enum kith_status status = store->kv->ops->size(store->kv, &size);

    if (status != KITH_OK)
        return status;
    ret_size->used_bytes = size.used_bytes;
    ret_size->map_bytes = size.map_bytes;
    ret_size->slot_bytes = slots_bytes(store->slots);
    return KITH_OK;
}

enum kith_status store_tend(struct store *store)
{
    uint64_t claimed = store->committed.slots;

    if (store->txn.open)
        return KITH_BUSY;
    if (slots_drawn(store->slots) < claimed + SLOT_BLOCK) {
        enum kith_status status =
            slots_draw(store->slots, claimed, claimed + SLOT_BLOCK);

        if (status != KITH_OK)
            return status;
    }
    return store->kv->ops->tend(store->kv);
}
