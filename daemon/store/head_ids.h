/* head_ids - the index from ids that were brought along to heads.
 *
 * Included by the files of this folder only.
 * Threads: as the transaction.
 */
#ifndef STORE_HEAD_IDS_H
#define STORE_HEAD_IDS_H

#include "store/txn.h"

/* Adds where ID leads. KITH_CONFLICT: OWNER has it already. */
enum kith_status head_ids_add(struct store_txn *txn, const struct kith_id *id,
                              const struct store_ref *ref) KITH_MUST_CHECK;
/* Where OWNER's ID leads. KITH_NOT_FOUND. */
enum kith_status head_ids_find(struct store_txn *txn, uint32_t owner,
                               const struct kith_id *id,
                               struct store_ref *ret_ref) KITH_MUST_CHECK;
/* Reads the rows of those that came lately into memory: when a store is
 * opened. KITH_DAMAGED, KITH_NOMEM. */
enum kith_status head_ids_load(struct store_txn *txn) KITH_MUST_CHECK;

#endif
