/* upgrade - what a new version of kithd does once with the store of an older
 * one.
 *
 * Threads: main thread only, before the loop runs.
 */
#ifndef CORE_UPGRADE_H
#define CORE_UPGRADE_H

#include "kith/status.h"

struct kith_error;
struct store_options;

/* Migrates the store of OPTIONS when it is of an older schema; the log says
 * what is done and how far it is, and systemd is asked for patience. Errors as
 * store_migrate, with ERR; the store is then as it was. */
enum kith_status upgrade_store(const struct store_options *options,
                               struct kith_error *err) KITH_MUST_CHECK;

#endif
