/* reload - takes a changed configuration in, or keeps the old one.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_RELOAD_H
#define CORE_RELOAD_H

#include <stddef.h>

#include "kith/status.h"

struct daemon;
struct kith_error;

/* Reads the file anew. On failure nothing changes. ret_restart: names of
 * changed settings that only a restart applies, "" when there are none. */
enum kith_status reload_config(struct daemon *daemon, char *ret_restart,
                               size_t size, struct kith_error *err)
    KITH_MUST_CHECK;
/* The same for a signal, with its row in the audit log: no row, no reload. What
 * fails is in the daemon's log. */
void reload_by_signal(struct daemon *daemon);

#endif
