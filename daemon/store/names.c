/* names - natural keys of records, looked up by a keyed hash.
 *
 * The hash hides the name from whoever holds the file (inv. 9).
 * Not here: which record bears a name (rules).
 */
#include "store/records.h"

#include "store/pack.h"
#include "store/txn.h"

enum {
    NAME_LEN = 4 + 8 + 8,
    NAME_HEAD = 4 + 4 + 8
};

static enum kith_status find_place(struct store_txn *txn,
                                   const struct store_name *name,
                                   struct kv_place *ret_place)
{
    struct kith_buf *scratch = &txn->store->scratch;
    uint8_t head[NAME_HEAD];
    struct pack pack = pack_into(head, sizeof(head));
    enum kith_status status = KITH_OK;

    pack_u32(&pack, name->owner);
    pack_u32(&pack, name->kind);
    pack_u64(&pack, name->parent);
    scratch->len = 0;
    status = kith_buf_add(scratch, head, sizeof(head));
    if (status == KITH_OK && name->key.len > 0)
        status = kith_buf_add(scratch, name->key.data, name->key.len);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    *ret_place = row_hashed(txn, KV_NAME, kith_buf_bytes(scratch));
    return KITH_OK;
}

enum kith_status store_name_put(struct store_txn *txn,
                                const struct store_name *name,
                                const struct store_ref *ref)
{
    enum kith_status status = txn_ready(txn, true);
    struct kv_place place;
    uint8_t plain[NAME_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));

    if (status == KITH_OK)
        status = find_place(txn, name, &place);
    if (status != KITH_OK)
        return status;
    pack_u32(&pack, ref->owner);
    pack_u64(&pack, ref->project);
    pack_u64(&pack, ref->record);
    return row_put(txn, &place, 0, pack_done(&pack));
}

enum kith_status store_name_drop(struct store_txn *txn,
                                 const struct store_name *name)
{
    enum kith_status status = txn_ready(txn, true);
    struct kv_place place;

    if (status == KITH_OK)
        status = find_place(txn, name, &place);
    return status != KITH_OK ? status : row_del(txn, &place);
}

enum kith_status store_name_get(struct store_txn *txn,
                                const struct store_name *name,
                                struct store_ref *ret_ref)
{
    enum kith_status status = txn_ready(txn, false);
    struct kv_place place;
    uint8_t plain[NAME_LEN];
    struct unpack unpack;

    if (status == KITH_OK)
        status = find_place(txn, name, &place);
    if (status == KITH_OK)
        status = row_get(txn, &place, plain, sizeof(plain));
    if (status != KITH_OK)
        return status;
    unpack = unpack_from(plain, sizeof(plain));
    ret_ref->owner = unpack_u32(&unpack);
    ret_ref->project = unpack_u64(&unpack);
    ret_ref->record = unpack_u64(&unpack);
    return KITH_OK;
}
