/* nodes - the stored part of a log's Merkle tree.
 *
 * Only roots of complete subtrees of 256 leaves and more are stored: what is
 * below is computed from at most 256 headers. The run since the last of them
 * is kept at hand for the logs written last, so that appending reads nothing.
 * Not here: the compact tree of the whole log: that is in the link.
 */
#include "store/entries.h"

#include "store/pack.h"

static struct kv_place node_place(const struct store_log_id *log,
                                  unsigned level, uint64_t index)
{
    struct kv_place place = kv_place(KV_NODE);

    kv_place_add(&place, log->link, 4);
    kv_place_add(&place, (uint64_t)log->side, 1);
    kv_place_add(&place, log->number, 4);
    kv_place_add(&place, level, 1);
    kv_place_add(&place, index, 8);
    return place;
}

static bool same_log(const struct store_log_id *a, const struct store_log_id *b)
{
    return a->link == b->link && a->side == b->side && a->number == b->number;
}

/* The kept run that entry INDEX continues, or NULL. */
static struct store_run *find_run(struct store *store,
                                  const struct store_log_id *log,
                                  uint64_t index)
{
    for (size_t i = 0; i < STORE_RUNS; i++) {
        struct store_run *run = &store->runs[i];

        if (run->log.link != 0 && same_log(&run->log, log) &&
            run->base + run->tree.size == index) {
            run->used = ++store->run_clock;
            return run;
        }
    }
    return NULL;
}

/* The run to give up for LOG: its own, a free one, or the oldest. */
static struct store_run *take_run(struct store *store,
                                  const struct store_log_id *log, uint64_t base)
{
    struct store_run *oldest = &store->runs[0];

    for (size_t i = 0; i < STORE_RUNS; i++) {
        struct store_run *run = &store->runs[i];

        if (run->log.link == 0 || same_log(&run->log, log)) {
            oldest = run;
            break;
        }
        if (run->used < oldest->used)
            oldest = run;
    }
    oldest->log = *log;
    oldest->base = base;
    oldest->used = ++store->run_clock;
    kith_tree_init(&oldest->tree);
    return oldest;
}

/* Adds the leaves of the headers [first, end) to TREE. */
static enum kith_status add_headers(struct store_txn *txn,
                                    const struct store_log_id *log,
                                    uint64_t first, uint64_t end,
                                    struct kith_tree *tree)
{
    enum kith_status status = KITH_OK;

    for (uint64_t i = first; i < end && status == KITH_OK; i++) {
        struct kith_bytes header = {NULL, 0};
        struct kith_hash leaf;

        status = store_entry_header(txn, log, i, &header);
        if (status != KITH_OK)
            break;
        kith_tree_leaf_hash(header.data, header.len, &leaf);
        status = kith_tree_append(tree, &leaf);
    }
    return status;
}

enum kith_status nodes_expect(struct store_txn *txn,
                              const struct store_log_id *log, uint64_t index)
{
    struct store *store = txn->store;
    struct store_run *run = find_run(store, log, index);
    uint64_t base = index - index % STORE_RUN;
    struct kith_bytes header = {NULL, 0};
    enum kith_status status = KITH_OK;

    if (run != NULL && run->tree.size < STORE_RUN)
        return KITH_OK;
    if (index > 0) {
        status = store_entry_header(txn, log, index - 1, &header);
        if (status == KITH_NOT_FOUND)
            return KITH_GAP;
    }
    if (status != KITH_OK)
        return status;
    run = take_run(store, log, base);
    status = add_headers(txn, log, base, index, &run->tree);
    if (status != KITH_OK)
        run->log.link = 0;
    return status;
}

static enum kith_status put_node(struct store_txn *txn,
                                 const struct store_log_id *log, unsigned level,
                                 uint64_t index, const struct kith_hash *hash)
{
    struct kv_place place = node_place(log, level, index);
    struct kith_bytes plain = {hash->b, KITH_HASH_LEN};

    return row_put(txn, &place, 0, plain);
}

/* Stores the root of a full run and of all subtrees that it completes. */
static enum kith_status complete_run(struct store_txn *txn,
                                     const struct store_log_id *log,
                                     const struct store_run *run)
{
    struct kith_hash hash, left;
    uint64_t index = run->base / STORE_RUN;
    unsigned level = STORE_RUN_LEVEL;
    enum kith_status status = KITH_OK;

    kith_tree_root(&run->tree, &hash);
    status = put_node(txn, log, level, index, &hash);
    while (status == KITH_OK && index % 2 == 1) {
        status = store_tree_node(txn, log, level, index - 1, &left);
        if (status != KITH_OK)
            break;
        kith_tree_node_hash(&left, &hash, &hash);
        index /= 2;
        level++;
        status = put_node(txn, log, level, index, &hash);
    }
    return status;
}

enum kith_status nodes_append(struct store_txn *txn,
                              const struct store_log_id *log, uint64_t index,
                              const struct store_entry *entry)
{
    struct store_run *run = find_run(txn->store, log, index);
    struct kith_hash leaf;
    enum kith_status status = KITH_OK;

    if (run == NULL)
        return KITH_INVALID;
    if (entry->leaf != NULL)
        leaf = *entry->leaf;
    else
        kith_tree_leaf_hash(entry->header.data, entry->header.len, &leaf);
    status = kith_tree_append(&run->tree, &leaf);
    if (status == KITH_OK && run->tree.size == STORE_RUN)
        status = complete_run(txn, log, run);
    return status;
}

enum kith_status store_tree_node(struct store_txn *txn,
                                 const struct store_log_id *log, unsigned level,
                                 uint64_t index, struct kith_hash *ret_hash)
{
    struct kv_place place = node_place(log, level, index);
    struct kith_hash hash;
    struct kith_tree tree;
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK &&
        (level >= KITH_TREE_LEVELS || index > KITH_TREE_SIZE_MAX >> level))
        status = KITH_INVALID;
    if (status != KITH_OK)
        return status;
    if (level >= STORE_RUN_LEVEL) {
        status = row_get(txn, &place, hash.b, sizeof(hash.b));
    } else {
        kith_tree_init(&tree);
        status =
            add_headers(txn, log, index << level, (index + 1) << level, &tree);
        if (status == KITH_OK)
            kith_tree_root(&tree, &hash);
    }
    if (status == KITH_OK)
        *ret_hash = hash;
    return status;
}
