/* logkeys - see the header. */
#include "rules/logkeys.h"

#include "rules/act.h"

void logkeys_origin(const struct act *act, const struct store_link *link,
                    enum store_side side, struct kith_origin *ret_origin)
{
    if (side == STORE_OUT)
        kith_origin_make(&act->company->id, &link->company, link->out.number,
                         ret_origin);
    else
        kith_origin_make(&link->company, &act->company->id, link->in.number,
                         ret_origin);
}

struct store_log_id logkeys_id(const struct store_link *link,
                               enum store_side side)
{
    return (struct store_log_id){.link = link->number,
                                 .side = side,
                                 .number = side == STORE_OUT ? link->out.number
                                                             : link->in.number};
}

struct node_source {
    struct store_txn *txn;
    struct store_log_id log;
};

static enum kith_status read_node(void *ctx, unsigned level, uint64_t index,
                                  struct kith_hash *ret_hash)
{
    struct node_source *source = ctx;

    return store_tree_node(source->txn, &source->log, level, index, ret_hash);
}

enum kith_status logkeys_tree_of(struct act *act,
                                 const struct store_log_id *log, uint64_t size,
                                 struct kith_tree *ret_tree)
{
    struct node_source node = {act->txn, *log};
    const struct kith_tree_source source = {.node = read_node, .ctx = &node};

    return kith_tree_load(&source, size, ret_tree);
}

enum kith_status logkeys_root_of(struct act *act,
                                 const struct store_log_id *log, uint64_t size,
                                 struct kith_hash *ret_root)
{
    struct kith_tree tree;
    enum kith_status status = logkeys_tree_of(act, log, size, &tree);

    if (status == KITH_OK)
        kith_tree_root(&tree, ret_root);
    return status;
}

enum kith_status logkeys_root(struct act *act, const struct store_link *link,
                              enum store_side side, uint64_t size,
                              struct kith_hash *ret_root)
{
    const struct store_log *log = side == STORE_OUT ? &link->out : &link->in;
    const struct store_log_id id = logkeys_id(link, side);

    if (size > log->tree.size)
        return KITH_LIMIT;
    if (size != log->tree.size)
        return logkeys_root_of(act, &id, size, ret_root);
    kith_tree_root(&log->tree, ret_root);
    return KITH_OK;
}

enum kith_status logkeys_prove(struct act *act, const struct store_log_id *log,
                               uint64_t index, uint64_t size,
                               struct kith_proof *ret_proof)
{
    struct node_source node = {act->txn, *log};
    const struct kith_tree_source source = {.node = read_node, .ctx = &node};

    return kith_inclusion_prove(&source, index, size, ret_proof);
}
