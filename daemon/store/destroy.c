/* destroy - destroys slots so that a crash at any step is carried on.
 *
 * 1 commit the intents; 2 write the slot file anew and overwrite the old one
 * (slot_rewrite.c); 3 commit that they are gone. After a crash the intents are
 * still there and 2 is repeated: emptying twice does no harm. A slot that is
 * missing and has an intent counts as destroyed.
 * Not here: who may destroy what, and the certificate (rules).
 */
#include "store/txn.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kith/error.h"

enum {
    GONE_INTENT = 1,
    GONE_DONE = 2,
    DESTROY_TRIES = 3
};

struct slot_list {
    uint64_t *slots; /* owned; ascending, each once */
    size_t n;
};

static int compare_slots(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static struct kv_place gone_place(uint64_t slot)
{
    struct kv_place place = kv_place(KV_SLOT_GONE);

    kv_place_add(&place, slot, 8);
    return place;
}

/* Sets the state of one slot and keeps root.intents right. */
static enum kith_status set_state(struct store_txn *txn, uint64_t slot,
                                  uint8_t state)
{
    struct kv_place place = gone_place(slot);
    struct kith_bytes bytes = {&state, 1};
    uint64_t *intents = &txn->store->root.intents;
    uint8_t old = 0;
    enum kith_status status = row_get(txn, &place, &old, 1);

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (old >= state)
        return KITH_OK;
    status = row_put(txn, &place, 0, bytes);
    if (status != KITH_OK)
        return status;
    if (old == GONE_INTENT)
        *intents -= 1;
    if (state == GONE_INTENT)
        *intents += 1;
    return KITH_OK;
}

static enum kith_status try_states(struct store *store,
                                   const struct slot_list *list, uint8_t state)
{
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(store, true, &txn);

    if (status != KITH_OK)
        return status;
    for (size_t i = 0; i < list->n && status == KITH_OK; i++)
        status = set_state(txn, list->slots[i], state);
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* A full map has been grown by the failure: then it is done again. */
static enum kith_status commit_states(struct store *store,
                                      const struct slot_list *list,
                                      uint8_t state)
{
    enum kith_status status = KITH_FULL;

    for (int i = 0; i < DESTROY_TRIES && status == KITH_FULL; i++)
        status = try_states(store, list, state);
    return status;
}

static enum kith_status carry_out(struct store *store,
                                  const struct slot_list *list)
{
    enum kith_status status =
        slots_empty(store->slots, list->slots, list->n, store->committed.slots);

    return status == KITH_OK ? commit_states(store, list, GONE_DONE) : status;
}

/* Sorts and checks what the caller asks for. */
static enum kith_status copy_list(const struct store *store,
                                  const uint64_t *slots, size_t n,
                                  struct slot_list *ret_list)
{
    uint64_t *copy = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (slots[i] == 0 || slots[i] > store->committed.slots)
            return KITH_INVALID;
    }
    copy = calloc(n, sizeof(*copy));
    if (copy == NULL)
        return KITH_NOMEM;
    memcpy(copy, slots, n * sizeof(*copy));
    qsort(copy, n, sizeof(*copy), compare_slots);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || copy[kept - 1] != copy[i])
            copy[kept++] = copy[i];
    }
    ret_list->slots = copy;
    ret_list->n = kept;
    return KITH_OK;
}

enum kith_status store_slots_destroy(struct store *store, const uint64_t *slots,
                                     size_t n, struct kith_error *err)
{
    struct slot_list list = {NULL, 0};
    enum kith_status status = KITH_OK;

    if (store->txn.open)
        status = KITH_BUSY;
    else if (n > 0)
        status = copy_list(store, slots, n, &list);
    if (status == KITH_OK && list.n > 0)
        status = commit_states(store, &list, GONE_INTENT);
    if (status == KITH_OK && list.n > 0)
        status = carry_out(store, &list);
    free(list.slots);
    if (status != KITH_OK)
        return kith_fail(err, status, "destroy_failed", "kith check",
                         "the destruction of %zu slots did not end", n);
    return KITH_OK;
}

/* Notes each slot of TXN that is empty as gone. */
static enum kith_status note_empty(struct store_txn *txn)
{
    const uint64_t last = txn->store->committed.slots;
    enum kith_status status = KITH_OK;

    for (uint64_t slot = 1; status == KITH_OK && slot <= last; slot++) {
        uint8_t key[SLOT_KEY];

        status = slots_key(txn->store->slots, slot, key);
        if (status == KITH_NOT_FOUND)
            status = set_state(txn, slot, GONE_DONE);
        else if (status == KITH_DAMAGED)
            status = KITH_OK; /* the check names it */
        sodium_memzero(key, sizeof(key));
    }
    return status;
}

enum kith_status store_slots_settle(struct store *store)
{
    struct store_txn *txn = NULL;
    enum kith_status status = KITH_FULL;

    if (store->txn.open)
        return KITH_BUSY;
    for (int i = 0; i < DESTROY_TRIES && status == KITH_FULL; i++) {
        status = store_begin(store, true, &txn);
        if (status != KITH_OK)
            break;
        status = note_empty(txn);
        if (status == KITH_OK)
            status = store_commit(&txn);
        else
            store_abort(&txn);
    }
    return status;
}

/* Collects the slots whose intent stands. */
static enum kith_status read_intents(struct store_txn *txn,
                                     struct slot_list *list, size_t max)
{
    struct kv_place place = gone_place(0);
    enum kith_status status = KITH_OK;

    for (;;) {
        struct kith_bytes sealed = {NULL, 0};
        uint8_t state = 0;

        status = row_seek(txn, KV_FORWARD, &place, 0, &sealed);
        if (status == KITH_NOT_FOUND)
            return list->n == max ? KITH_OK : txn_fail(txn, KITH_DAMAGED);
        if (status == KITH_OK)
            status = row_open(txn, &place, sealed, &state, 1);
        if (status != KITH_OK)
            return status;
        if (state == GONE_INTENT && list->n == max)
            return txn_fail(txn, KITH_DAMAGED);
        if (state == GONE_INTENT)
            list->slots[list->n++] = kv_key_number(&place.key, 0, 8);
        place = gone_place(kv_key_number(&place.key, 0, 8) + 1);
    }
}

enum kith_status destroy_resume(struct store *store)
{
    struct slot_list list = {NULL, 0};
    struct store_txn *txn = NULL;
    size_t max = (size_t)store->committed.intents;
    enum kith_status status = KITH_OK;

    if (max == 0)
        return KITH_OK;
    list.slots = calloc(max, sizeof(*list.slots));
    if (list.slots == NULL)
        return KITH_NOMEM;
    status = store_begin(store, false, &txn);
    if (status == KITH_OK)
        status = read_intents(txn, &list, max);
    store_abort(&txn);
    if (status == KITH_OK)
        status = carry_out(store, &list);
    free(list.slots);
    return status;
}
