/* snapshot - a consistent copy of a store, also of one that is in use.
 *
 * A file-level copy of a store in use is a mixture of states; this one is what
 * some commit left. Rows stay sealed as they are.
 * Not here: proving that the copy is good (store_check), sealing it into a
 * backup (core/backup.c).
 * Threads: one.
 */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "kith/status.h"

struct kith_error;

/* Copies the store of data folder DIR to FOLDER/store, which must not exist:
 * slots first, then LMDB's file as its newest commit left it. A slot that was
 * destroyed between the two makes a copy that store_check refuses: then copy
 * again. KITH_NOT_FOUND no store; KITH_CONFLICT FOLDER/store is there;
 * KITH_FULL, KITH_IO, KITH_DAMAGED with ERR; what was made stays for the caller
 * to remove. */
enum kith_status store_snapshot(const char *dir, const char *folder,
                                struct kith_error *err) KITH_MUST_CHECK;

#endif
