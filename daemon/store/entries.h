/* entries - what the entry rows and the nodes of their tree share.
 *
 * Included by the files of this folder only.
 * Threads: as the transaction.
 */
#ifndef STORE_ENTRIES_H
#define STORE_ENTRIES_H

#include "store/txn.h"

/* Where the row of entry INDEX stands. */
struct kv_place entry_place(const struct store_log_id *log, uint64_t index);

/* Migration: writes ROW, the value at PLACE of the store of FROM, to the same
 * place of the store of TO, sealed anew. KITH_DAMAGED: it does not open. */
enum kith_status entry_reseal(struct store_txn *from, struct store_txn *to,
                              const struct kv_place *place,
                              struct kith_bytes row) KITH_MUST_CHECK;

/* nodes.c. KITH_GAP: the entry before INDEX is missing. */
enum kith_status nodes_expect(struct store_txn *txn,
                              const struct store_log_id *log, uint64_t index)
    KITH_MUST_CHECK;
/* Takes the leaf of the entry just appended into the log's tree; stores the
 * nodes that it completes. */
enum kith_status nodes_append(struct store_txn *txn,
                              const struct store_log_id *log, uint64_t index,
                              const struct store_entry *entry) KITH_MUST_CHECK;

#endif
