/* revisions - the migration's hand in the texts of our records.
 *
 * Included by the files of this folder only; the verbs are in records.h.
 * Threads: as the transaction.
 */
#ifndef STORE_REVISIONS_H
#define STORE_REVISIONS_H

#include "store/txn.h"

/* Writes SEALED, the value at PLACE of the store of FROM, to the same place of
 * the store of TO, under the same slot and sealed anew. KITH_DAMAGED: it does
 * not open. */
enum kith_status revision_reseal(struct store_txn *from, struct store_txn *to,
                                 const struct kv_place *place,
                                 struct kith_bytes sealed) KITH_MUST_CHECK;

#endif
