/* logkeys - origins and roots of a link's two logs.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_LOGKEYS_H
#define RULES_LOGKEYS_H

#include "kith/checkpoint.h"
#include "store/logs.h"

struct act;

/* Origin of our log to LINK, or of the partner's to us, by its present
 * number. */
void logkeys_origin(const struct act *act, const struct store_link *link,
                    enum store_side side, struct kith_origin *ret_origin);
/* The store's name of that log. */
struct store_log_id logkeys_id(const struct store_link *link,
                               enum store_side side);
/* Root of the first SIZE entries of that log as we hold it. KITH_LIMIT: it has
 * fewer; else a fault of the store. */
enum kith_status logkeys_root(struct act *act, const struct store_link *link,
                              enum store_side side, uint64_t size,
                              struct kith_hash *ret_root) KITH_MUST_CHECK;
/* The same of any log, one that is closed too, which has SIZE entries. */
enum kith_status logkeys_root_of(struct act *act,
                                 const struct store_log_id *log, uint64_t size,
                                 struct kith_hash *ret_root) KITH_MUST_CHECK;
/* Its tree of the first SIZE entries, to grow. */
enum kith_status logkeys_tree_of(struct act *act,
                                 const struct store_log_id *log, uint64_t size,
                                 struct kith_tree *ret_tree) KITH_MUST_CHECK;
/* Proof that entry INDEX is in the tree of the first SIZE entries of that log.
 * KITH_INVALID: it is not; else a fault of the store. */
enum kith_status logkeys_prove(struct act *act, const struct store_log_id *log,
                               uint64_t index, uint64_t size,
                               struct kith_proof *ret_proof) KITH_MUST_CHECK;

#endif
