/* audit - the company's own log of what was done, append-only.
 *
 * A leaf of its tree is H(0x00 || the row's plain bytes). The compact tree is
 * in the root row, so each commit carries it.
 * Not here: what is written down and when (rules).
 */
#include "store/state.h"

#include "store/txn.h"

static struct kv_place audit_place(uint64_t index)
{
    struct kv_place place = kv_place(KV_AUDIT);

    kv_place_add(&place, index, 8);
    return place;
}

enum kith_status store_audit_append(struct store_txn *txn,
                                    const struct kith_record *record)
{
    struct kith_buf *encoded = &txn->store->encoded;
    struct kith_tree *tree = &txn->store->root.audit;
    struct kv_place place = audit_place(tree->size);
    struct kith_hash leaf;
    enum kith_status status = txn_ready(txn, true);

    if (status != KITH_OK)
        return status;
    encoded->len = 0;
    status = kith_record_encode(record, encoded);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    status = row_put(txn, &place, KV_APPEND | KV_NEW, kith_buf_bytes(encoded));
    if (status == KITH_CONFLICT)
        return txn_fail(txn, KITH_DAMAGED);
    if (status != KITH_OK)
        return status;
    kith_tree_leaf_hash(encoded->data, encoded->len, &leaf);
    return kith_tree_append(tree, &leaf);
}

enum kith_status store_audit_head(struct store_txn *txn, uint64_t *ret_size,
                                  struct kith_hash *ret_root)
{
    const struct kith_tree *tree = &txn->store->committed.audit;
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    *ret_size = tree->size;
    kith_tree_root(tree, ret_root);
    return KITH_OK;
}

enum kith_status store_audit_read(struct store_txn *txn, uint64_t index,
                                  struct kith_arena *arena,
                                  struct kith_record *ret_record,
                                  struct kith_hash *ret_leaf)
{
    struct kv_place place = audit_place(index);
    struct kith_bytes plain = {NULL, 0};
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK)
        status = row_get_arena(txn, &place, arena, &plain);
    if (status == KITH_NOT_FOUND && index < txn->store->root.audit.size)
        status = txn_fail(txn, KITH_DAMAGED);
    if (status != KITH_OK)
        return status;
    status = kith_record_decode(arena, plain, ret_record);
    if (status != KITH_OK && status != KITH_NOMEM)
        status = txn_fail(txn, KITH_DAMAGED);
    if (status == KITH_OK)
        kith_tree_leaf_hash(plain.data, plain.len, ret_leaf);
    return status;
}

enum kith_status store_audit_get(struct store_txn *txn, uint64_t index,
                                 struct kith_arena *arena,
                                 struct kith_record *ret_record)
{
    struct kith_hash leaf;

    return store_audit_read(txn, index, arena, ret_record, &leaf);
}

uint64_t store_audit_size(struct store_txn *txn)
{
    return txn->store->root.audit.size;
}
