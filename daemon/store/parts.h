/* parts - the files of one store, opened and held against each other.
 *
 * Included by the files of this folder only.
 * Threads: one.
 */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "store/disk.h"
#include "store/txn.h"

enum parts_use {
    PARTS_WRITE,
    PARTS_READ, /* changes no file */
    PARTS_OLD   /* the same, of an older schema too: store->seal.schema */
};

/* Opens what stands in FOLDER into STORE: LMDB's two meta pages fit each
 * other and the root row, no table has lost rows, every claimed slot has been
 * drawn, and the mark is not ahead. Errors as store_open. */
enum kith_status parts_open(struct store *store,
                            const struct store_options *options,
                            const char *folder, enum parts_use use,
                            struct kith_error *err) KITH_MUST_CHECK;
/* Fills the new FOLDER with an empty store, synced. SLOTS_OF: the folder whose
 * slot file it shares, by a second name of each file; NULL: a new one. */
enum kith_status parts_create(const struct store_options *options,
                              const char *folder, const char *slots_of,
                              struct kith_error *err) KITH_MUST_CHECK;
/* Closes what is open in STORE and wipes its keys. */
void parts_close(struct store *store);

#endif
