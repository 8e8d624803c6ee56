/* migrate - brings a store of an older schema to STORE_SCHEMA.
 *
 * The store is copied row by row to a folder beside it, the copy is walked as
 * `kith check` does, and only then do the two folders change their names, at
 * once. Killed anywhere, the old store or the new one stands, whole; the next
 * call begins anew or clears away what is left. The old store is removed, its
 * slot file goes over as it is. Needs as much room again as the store has.
 * Threads: one; no other process has the store open.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/store.h"

struct store_migrate_hooks {
    void (*begun)(void *context, uint32_t from, uint64_t rows);
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

/* Does it when it is needed. *ret_from: the schema that was found; STORE_SCHEMA
 * means that nothing had to be done. HOOKS and what is in it may be NULL.
 * KITH_NOT_FOUND no store; KITH_NOT_UNDERSTOOD a newer schema; KITH_DAMAGED it
 * is not good enough to be copied; KITH_INVALID the file system cannot exchange
 * folders; KITH_BUSY, KITH_UNTRUSTED, KITH_FULL, KITH_NOMEM, KITH_IO; always
 * with ERR, and the store is as it was. */
enum kith_status store_migrate(const struct store_options *options,
                               const struct store_migrate_hooks *hooks,
                               uint32_t *ret_from, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
