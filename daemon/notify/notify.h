/* notify - the loop of kith-notify: frames of kithd in, outcomes back.
 *
 * Threads: one.
 */
#ifndef NOTIFY_NOTIFY_H
#define NOTIFY_NOTIFY_H

#include "kith/status.h"

/* Serves kithd on FD until it closes its end or says STOP. KITH_IO, KITH_NOMEM,
 * KITH_MALFORMED: this process is of no use any more. */
enum kith_status notify_run(int fd) KITH_MUST_CHECK;

#endif
