/* revisions - the texts of our own records, one row a revision.
 *
 * A row is a sealed head (whose it is, the row before) and the encoded record
 * sealed under the record's slot, so that emptying the slot destroys every
 * revision of the text while the rows stay countable.
 * Not here: texts of partners' items: they stay in their entries.
 */
#include "store/records.h"

#include <sodium.h>

#include "store/pack.h"
#include "store/txn.h"

enum {
    REVISION_HEAD = 4 * 8, /* slot, project, record, row before */
    REVISION_SEALED_HEAD = REVISION_HEAD + ROWSEAL_OVERHEAD
};

struct revision {
    uint64_t slot, project, record, previous;
    struct kith_bytes text; /* sealed; borrowed from the table */
};

static struct kv_place revision_place(uint64_t number)
{
    struct kv_place place = kv_place(KV_REVISION);

    kv_place_add(&place, number, 8);
    return place;
}

static enum kith_status write_row(struct store_txn *txn, uint64_t number,
                                  const struct store_head *head,
                                  struct kith_bytes record)
{
    struct store *store = txn->store;
    struct kv_place place = revision_place(number);
    uint8_t ad[ROWSEAL_AD_MAX], plain[REVISION_HEAD], key[SLOT_KEY];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(&place, ad)};
    struct pack pack = pack_into(plain, sizeof(plain));
    uint8_t *space = NULL;
    enum kith_status status = slot_key(txn, head->slot, key);

    if (status != KITH_OK)
        return status;
    pack_u64(&pack, head->slot);
    pack_u64(&pack, head->ref.project);
    pack_u64(&pack, head->ref.record);
    pack_u64(&pack, head->newest);
    status = store->kv->ops->put(
        store->kv, &place, KV_APPEND,
        REVISION_SEALED_HEAD + record.len + ROWSEAL_OVERHEAD, &space);
    if (status == KITH_OK) {
        txn->changed = true;
        rowseal_seal(&store->seal, store->seal.row_key, ad_bytes,
                     pack_done(&pack), space);
        rowseal_seal(&store->seal, key, ad_bytes, record,
                     space + REVISION_SEALED_HEAD);
    }
    sodium_memzero(key, sizeof(key));
    return txn_fail(txn, status);
}

enum kith_status store_revision_add(struct store_txn *txn,
                                    struct store_head *head,
                                    struct kith_bytes record)
{
    enum kith_status status = txn_ready(txn, true);
    uint64_t number = txn->store->root.revisions + 1;
    struct store_head changed = *head;

    if (status == KITH_OK && head->ref.owner != STORE_OWN)
        status = KITH_INVALID;
    if (status == KITH_OK)
        status = write_row(txn, number, head, record);
    if (status != KITH_OK)
        return status;
    txn->store->root.revisions = number;
    changed.newest = number;
    status = store_head_put(txn, &changed);
    if (status == KITH_OK)
        *head = changed;
    return status;
}

/* A number that a head gave must lead to a row of that head. */
static enum kith_status read_row(struct store_txn *txn,
                                 const struct store_head *head, uint64_t number,
                                 struct revision *ret)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = revision_place(number);
    struct kith_bytes sealed = {NULL, 0};
    uint8_t plain[REVISION_HEAD];
    struct unpack unpack;
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    status = kv->ops->get(kv, &place, &sealed);
    if (status == KITH_NOT_FOUND && number > 0 &&
        number <= txn->store->root.revisions)
        status = KITH_DAMAGED;
    if (status == KITH_OK &&
        sealed.len < REVISION_SEALED_HEAD + ROWSEAL_OVERHEAD)
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return txn_fail(txn, status);
    ret->text.data = sealed.data + REVISION_SEALED_HEAD;
    ret->text.len = sealed.len - REVISION_SEALED_HEAD;
    sealed.len = REVISION_SEALED_HEAD;
    status = row_open(txn, &place, sealed, plain, sizeof(plain));
    if (status != KITH_OK)
        return status;
    unpack = unpack_from(plain, sizeof(plain));
    ret->slot = unpack_u64(&unpack);
    ret->project = unpack_u64(&unpack);
    ret->record = unpack_u64(&unpack);
    ret->previous = unpack_u64(&unpack);
    if (ret->project != head->ref.project || ret->record != head->ref.record)
        return KITH_NOT_FOUND;
    return KITH_OK;
}

enum kith_status store_revision_get(struct store_txn *txn,
                                    const struct store_head *head,
                                    uint64_t number, struct kith_arena *arena,
                                    struct kith_bytes *ret_record)
{
    struct revision row = {0};
    struct kv_place place = revision_place(number);
    uint8_t ad[ROWSEAL_AD_MAX], key[SLOT_KEY];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(&place, ad)};
    uint8_t *plain = NULL;
    enum kith_status status = read_row(txn, head, number, &row);

    if (status == KITH_OK)
        status = slot_key(txn, row.slot, key);
    if (status != KITH_OK)
        return status;
    plain = kith_arena_alloc(arena, row.text.len - ROWSEAL_OVERHEAD + 1);
    if (plain == NULL)
        status = KITH_NOMEM;
    else if (!rowseal_open(key, ad_bytes, row.text, plain))
        status = txn_fail(txn, KITH_DAMAGED);
    sodium_memzero(key, sizeof(key));
    if (status != KITH_OK)
        return status;
    ret_record->data = plain;
    ret_record->len = row.text.len - ROWSEAL_OVERHEAD;
    return KITH_OK;
}

enum kith_status store_revision_before(struct store_txn *txn,
                                       const struct store_head *head,
                                       uint64_t number, uint64_t *ret_previous)
{
    struct revision row = {0};
    enum kith_status status = read_row(txn, head, number, &row);

    if (status == KITH_OK)
        *ret_previous = row.previous;
    return status;
}
