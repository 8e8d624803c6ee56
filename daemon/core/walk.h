/* walk - all heads of one owner: its projects, what is in them, and what
 * belongs to no project.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_WALK_H
#define CORE_WALK_H

#include "kith/status.h"
#include "store/records.h"

struct store_txn;

struct walk {
    uint32_t owner;
    uint64_t project; /* only this one and what is in it; 0: all */
    enum kith_status (*visit)(void *context, const struct store_head *head);
    void *context;
};

/* In the order of first posting, a project before what is in it. A status
 * other than KITH_OK from the visitor ends the walk and is returned. */
enum kith_status walk_heads(struct store_txn *txn, const struct walk *walk)
    KITH_MUST_CHECK;

/* walk_heads for this company and then for each partner that is not removed;
 * walk->owner is set on the way, walk->project must be 0. */
enum kith_status walk_owners(struct store_txn *txn, struct walk *walk)
    KITH_MUST_CHECK;

#endif
