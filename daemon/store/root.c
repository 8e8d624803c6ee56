/* root - the row that changes with every commit.
 *
 * It names its own transaction and the rows of every table, so that a file
 * that shows an older state, or lost a branch, does not pass for whole.
 * Not here: comparing it with the file's pages (open.c, check.c).
 */
#include "store/txn.h"

#include "store/pack.h"

enum {
    ROOT_FIXED = 9 * 8 + 8 * KV_TABLES,
    ROOT_MAX = ROOT_FIXED + KITH_TREE_ENCODED_MAX,
    ROOT_KEY = 2 /* in KV_META; 1 is the check row */
};

static struct kv_place root_place(void)
{
    struct kv_place place = kv_place(KV_META);

    kv_place_add(&place, ROOT_KEY, 1);
    return place;
}

static enum kith_status count_rows(struct store_txn *txn)
{
    struct kv *kv = txn->store->kv;
    enum kith_status status = KITH_OK;

    for (int i = 0; i < KV_TABLES && status == KITH_OK; i++)
        status = kv->ops->rows(kv, (enum kv_table)i, &txn->store->root.rows[i]);
    return txn_fail(txn, status);
}

enum kith_status root_write(struct store_txn *txn)
{
    struct store_root *root = &txn->store->root;
    struct kv_place place = root_place();
    uint8_t tree[KITH_TREE_ENCODED_MAX];
    uint8_t plain[ROOT_MAX];
    struct pack pack = pack_into(plain, sizeof(plain));
    enum kith_status status = count_rows(txn);

    if (status != KITH_OK)
        return status;
    pack_u64(&pack, root->number);
    pack_u64(&pack, root->records);
    pack_u64(&pack, root->revisions);
    pack_u64(&pack, root->slots);
    pack_u64(&pack, root->links);
    pack_u64(&pack, root->queued);
    pack_u64(&pack, root->requests);
    pack_u64(&pack, root->oldest_request);
    pack_u64(&pack, root->intents);
    for (size_t i = 0; i < KV_TABLES; i++)
        pack_u64(&pack, root->rows[i]);
    pack_bytes(&pack, tree, kith_tree_encode(&root->audit, tree));
    return row_put(txn, &place, 0, pack_done(&pack));
}

enum kith_status root_read(struct store_txn *txn, struct store_root *ret_root)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = root_place();
    struct kith_bytes sealed = {NULL, 0};
    uint8_t plain[ROOT_MAX];
    struct unpack unpack;
    enum kith_status status = kv->ops->get(kv, &place, &sealed);

    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK && (sealed.len < ROOT_FIXED + ROWSEAL_OVERHEAD ||
                               sealed.len > ROOT_MAX + ROWSEAL_OVERHEAD)))
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return txn_fail(txn, status);
    status =
        row_open(txn, &place, sealed, plain, sealed.len - ROWSEAL_OVERHEAD);
    if (status != KITH_OK)
        return status;
    unpack = unpack_from(plain, sealed.len - ROWSEAL_OVERHEAD);
    ret_root->number = unpack_u64(&unpack);
    ret_root->records = unpack_u64(&unpack);
    ret_root->revisions = unpack_u64(&unpack);
    ret_root->slots = unpack_u64(&unpack);
    ret_root->links = unpack_u64(&unpack);
    ret_root->queued = unpack_u64(&unpack);
    ret_root->requests = unpack_u64(&unpack);
    ret_root->oldest_request = unpack_u64(&unpack);
    ret_root->intents = unpack_u64(&unpack);
    for (size_t i = 0; i < KV_TABLES; i++)
        ret_root->rows[i] = unpack_u64(&unpack);
    if (kith_tree_decode(unpack_rest(&unpack), &ret_root->audit) != KITH_OK)
        return txn_fail(txn, KITH_DAMAGED);
    return KITH_OK;
}
