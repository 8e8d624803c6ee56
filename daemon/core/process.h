/* process - what kithd does to itself before it opens anything: no core dumps,
 * narrow umask, limits; and what it tells systemd.
 *
 * Threads: main thread.
 */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

/* Cores off, not traceable, no new privileges, umask 077, descriptors 0 to 2
 * open. KITH_IO. */
enum kith_status process_harden(void) KITH_MUST_CHECK;
/* Raises the soft limit of descriptors to WANTED or the hard limit. */
void process_descriptors(uint64_t wanted);
/* One warning when the user is root and this is no test (KITH_TEST). */
void process_warn_root(void);
/* Logs a warning when no more memory can be locked; call when the keys are
 * open. */
void process_warn_unlocked(void);

/* Sends TEXT ("READY=1") to systemd's socket; nothing happens without one. */
void process_tell_systemd(const char *text);
/* How often systemd wants to hear WATCHDOG=1, half of its limit, in
 * milliseconds; 0: never. */
int64_t process_watchdog_ms(void);

#endif
