/* migrate_steps - what changed in the rows from one schema to the next.
 *
 * A step knows the layout that it converts by itself: code that reads today's
 * rows may change without touching it. How a step is added stands in
 * docs/ARCHITECTURE.md.
 * Included by the files of this folder only.
 * Threads: as the transaction.
 */
#ifndef STORE_MIGRATE_STEPS_H
#define STORE_MIGRATE_STEPS_H

#include "store/txn.h"

/* Brings PLAIN, the opened value at PLACE, from the schema of the store of
 * FROM to STORE_SCHEMA. Entries, texts of revisions, check and root row never
 * come here: no step has touched them yet. KITH_DAMAGED: it has not the layout
 * of its schema. KITH_NOMEM. */
enum kith_status migrate_row(struct store_txn *from,
                             const struct kv_place *place,
                             struct kith_buf *plain) KITH_MUST_CHECK;

#endif
