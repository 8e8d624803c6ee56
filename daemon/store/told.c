/* told - what each link was told of our records.
 *
 * One row per link and record, replaced with every telling; the item's id
 * leads back to it, by itself when the store has drawn it, else by an index.
 * Not here: what a link should be told (rules); the entries (entries.c).
 */
#include "store/records.h"

#include "store/pack.h"
#include "store/txn.h"

enum {
    TOLD_LEN = KITH_ID_LEN + 4 * 8 + 16 + 4 + 8 + 1
};

static struct kv_place told_place(uint32_t link, uint64_t project,
                                  uint64_t record)
{
    struct kv_place place = kv_place(KV_TOLD);

    kv_place_add(&place, link, 4);
    kv_place_add(&place, project, 8);
    kv_place_add(&place, record, 8);
    return place;
}

static struct kv_place item_place(const struct store_txn *txn, uint32_t link,
                                  const struct kith_id *item)
{
    uint8_t name[4 + KITH_ID_LEN];
    struct pack pack = pack_into(name, sizeof(name));

    pack_u32(&pack, link);
    pack_bytes(&pack, item->b, KITH_ID_LEN);
    return row_hashed(txn, KV_TOLD_ITEM, pack_done(&pack));
}

static struct store_told read_told(const struct kv_key *key,
                                   const uint8_t plain[TOLD_LEN])
{
    struct store_told told = {0};
    struct unpack unpack = unpack_from(plain, TOLD_LEN);

    told.ref.owner = STORE_OWN;
    told.ref.project = kv_key_number(key, 4, 8);
    told.ref.record = kv_key_number(key, 12, 8);
    unpack_bytes(&unpack, told.item.b, KITH_ID_LEN);
    told.item_revision = unpack_u64(&unpack);
    told.revision = unpack_u64(&unpack);
    unpack_bytes(&unpack, told.view, sizeof(told.view));
    told.grant = unpack_u64(&unpack);
    told.slot = unpack_u64(&unpack);
    told.log_number = unpack_u32(&unpack);
    told.index = unpack_u64(&unpack);
    told.withdrawn = unpack_u8(&unpack) != 0;
    return told;
}

static enum kith_status write_told(struct store_txn *txn, uint32_t link,
                                   const struct store_told *told,
                                   unsigned flags)
{
    struct kv_place place =
        told_place(link, told->ref.project, told->ref.record);
    uint8_t plain[TOLD_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_bytes(&pack, told->item.b, KITH_ID_LEN);
    pack_u64(&pack, told->item_revision);
    pack_u64(&pack, told->revision);
    pack_bytes(&pack, told->view, sizeof(told->view));
    pack_u64(&pack, told->grant);
    pack_u64(&pack, told->slot);
    pack_u32(&pack, told->log_number);
    pack_u64(&pack, told->index);
    pack_u8(&pack, told->withdrawn ? 1 : 0);
    if (told->ref.record > txn->store->committed.records) {
        struct fresh *fresh = txn_fresh(txn);

        /* is_untold must hear of it */
        if (fresh == NULL)
            return txn_fail(txn, KITH_NOMEM);
        fresh_add_told(fresh, link, told->ref.record);
    }
    return row_put(txn, &place, flags, pack_done(&pack));
}

static enum kith_status index_item(struct store_txn *txn, uint32_t link,
                                   const struct store_told *told)
{
    struct kv_place place = item_place(txn, link, &told->item);
    uint8_t plain[16];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_u64(&pack, told->ref.project);
    pack_u64(&pack, told->ref.record);
    return row_put(txn, &place, KV_NEW, pack_done(&pack));
}

/* A record of this transaction has no row yet, unless this transaction made
 * one: nothing need be searched. */
static bool is_untold(const struct store_txn *txn, uint32_t link,
                      uint64_t record)
{
    const struct store *store = txn->store;

    return store->fresh != NULL && record > store->committed.records &&
           record <= store->root.records &&
           fresh_is_untold(store->fresh, link, record);
}

enum kith_status store_told_get(struct store_txn *txn, uint32_t link,
                                const struct store_ref *ref,
                                struct store_told *ret_told)
{
    struct kv_place place = told_place(link, ref->project, ref->record);
    uint8_t plain[TOLD_LEN];
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK && is_untold(txn, link, ref->record))
        return KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = row_get(txn, &place, plain, sizeof(plain));
    if (status == KITH_OK)
        *ret_told = read_told(&place.key, plain);
    return status;
}

enum kith_status store_slot_draw(struct store_txn *txn, uint64_t *ret_slot)
{
    enum kith_status status = txn_ready(txn, true);

    return status != KITH_OK ? status : slot_claim(txn, ret_slot);
}

/* True when the id by itself leads to the told row of REF on LINK. */
static bool is_placed(const struct store_txn *txn, uint32_t link,
                      const struct kith_id *item, const struct store_ref *ref)
{
    struct placed_id placed = {link, 0, 0};

    return placed_id_read(&txn->store->seal.id_key, item, &placed) &&
           placed.project == ref->project && placed.record == ref->record;
}

enum kith_status store_told_draw(struct store_txn *txn, uint32_t link,
                                 struct store_told *told)
{
    struct placed_id placed = {link, told->ref.project, told->ref.record};
    struct rowseal *seal = &txn->store->seal;
    enum kith_status status = txn_ready(txn, true);
    uint32_t salt = 0;

    if (status == KITH_OK && told->slot == 0)
        status = slot_claim(txn, &told->slot);
    if (status != KITH_OK || !kith_id_is_none(&told->item))
        return status;
    rowseal_random(seal, &salt, sizeof(salt));
    if (placed_id_make(&seal->id_key, &placed, salt, &told->item) != KITH_OK)
        told->item = kith_id_random();
    return KITH_OK;
}

/* Replaces a row that is there: the index follows a changed item id. */
static enum kith_status replace_told(struct store_txn *txn, uint32_t link,
                                     const struct store_told *told)
{
    struct store_told old;
    struct kv_place place;
    enum kith_status status = store_told_get(txn, link, &told->ref, &old);

    if (status != KITH_OK)
        return status;
    if (!kith_id_equal(&old.item, &told->item)) {
        if (!is_placed(txn, link, &told->item, &told->ref))
            status = index_item(txn, link, told);
        if (status == KITH_OK && !is_placed(txn, link, &old.item, &old.ref)) {
            place = item_place(txn, link, &old.item);
            status = row_del(txn, &place);
            if (status == KITH_NOT_FOUND)
                status = txn_fail(txn, KITH_DAMAGED);
        }
    }
    return status == KITH_OK ? write_told(txn, link, told, 0) : status;
}

enum kith_status store_told_put(struct store_txn *txn, uint32_t link,
                                struct store_told *told)
{
    struct store_told changed = *told;
    enum kith_status status = store_told_draw(txn, link, &changed);

    if (status != KITH_OK)
        return status;
    if (is_placed(txn, link, &changed.item, &changed.ref)) {
        /* Mostly a new row behind all others: then nothing need be read. */
        status = write_told(txn, link, &changed, KV_APPEND | KV_NEW);
        if (status == KITH_CONFLICT)
            status = replace_told(txn, link, &changed);
    } else {
        status = replace_told(txn, link, &changed);
        if (status == KITH_NOT_FOUND)
            status = index_item(txn, link, &changed);
        if (status == KITH_OK)
            status = write_told(txn, link, &changed, KV_APPEND);
    }
    if (status == KITH_OK)
        *told = changed;
    return status;
}

enum kith_status store_told_by_item(struct store_txn *txn, uint32_t link,
                                    const struct kith_id *item,
                                    struct store_told *ret_told)
{
    enum kith_status status = txn_ready(txn, false);
    struct store_told told = {0};
    struct store_ref ref = {STORE_OWN, 0, 0};
    struct placed_id placed = {link, 0, 0};
    struct kv_place place;
    uint8_t plain[16];

    if (status != KITH_OK)
        return status;
    if (placed_id_read(&txn->store->seal.id_key, item, &placed)) {
        ref.project = placed.project;
        ref.record = placed.record;
        status = store_told_get(txn, link, &ref, &told);
        if (status == KITH_OK && kith_id_equal(&told.item, item)) {
            *ret_told = told;
            return KITH_OK;
        }
        if (status != KITH_OK && status != KITH_NOT_FOUND)
            return status;
    }
    place = item_place(txn, link, item);
    status = row_get(txn, &place, plain, sizeof(plain));
    if (status != KITH_OK)
        return status;
    ref.project = kith_be_get64(plain);
    ref.record = kith_be_get64(plain + 8);
    status = store_told_get(txn, link, &ref, &told);
    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK && !kith_id_equal(&told.item, item)))
        return txn_fail(txn, KITH_DAMAGED);
    if (status == KITH_OK)
        *ret_told = told;
    return status;
}

enum kith_status store_told_next(struct store_txn *txn, uint32_t link,
                                 uint64_t project, uint64_t after,
                                 struct store_told *ret_told)
{
    struct kv_place place;
    struct kith_bytes sealed = {NULL, 0};
    uint8_t plain[TOLD_LEN];
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    if (after == UINT64_MAX)
        return KITH_NOT_FOUND;
    place = told_place(link, project, after + 1);
    status = row_seek(txn, KV_FORWARD, &place, 12, &sealed);
    if (status != KITH_OK)
        return status;
    status = row_open(txn, &place, sealed, plain, sizeof(plain));
    if (status == KITH_OK)
        *ret_told = read_told(&place.key, plain);
    return status;
}
