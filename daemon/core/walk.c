/* walk - heads by owner and project.
 */
#include "core/walk.h"

#include "kith/kinds.h"
#include "store/logs.h"

static enum kith_status walk_project(struct store_txn *txn,
                                     const struct walk *walk, uint64_t project)
{
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status;

    for (;;) {
        status = store_head_next(txn, walk->owner, project, after, &head);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status != KITH_OK)
            return status;
        after = head.ref.record;
        status = walk->visit(walk->context, &head);
        if (status != KITH_OK)
            return status;
    }
}

enum kith_status walk_heads(struct store_txn *txn, const struct walk *walk)
{
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status;

    for (;;) {
        status = store_head_next(txn, walk->owner, 0, after, &head);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status != KITH_OK)
            return status;
        after = head.ref.record;
        if (walk->project != 0 && head.ref.record != walk->project)
            continue;
        status = walk->visit(walk->context, &head);
        if (status == KITH_OK && head.kind == KITH_KIND_PROJECT)
            status = walk_project(txn, walk, head.ref.record);
        if (status != KITH_OK)
            return status;
    }
}

enum kith_status walk_owners(struct store_txn *txn, struct walk *walk)
{
    struct store_link link = {0};
    enum kith_status status;

    walk->owner = STORE_OWN;
    status = walk_heads(txn, walk);
    while (status == KITH_OK) {
        status = store_link_next(txn, link.number, &link);
        if (status != KITH_OK || link.removed)
            continue;
        walk->owner = link.number;
        status = walk_heads(txn, walk);
        if (status == KITH_NOT_FOUND)
            status = KITH_OK;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
