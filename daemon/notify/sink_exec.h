/* sink_exec - a notice given to a program on its standard input.
 *
 * Fixed arguments, empty environment, no shell, limits, a deadline.
 * Threads: loop thread only.
 */
#ifndef NOTIFY_SINK_EXEC_H
#define NOTIFY_SINK_EXEC_H

#include "notify/channels.h"
#include "notify/job.h"

/* Starts the hook of CHANNEL for NOTICE. KITH_BUSY: too many run; KITH_IO,
 * KITH_NOMEM. NOW_MS: boot clock. */
enum kith_status sink_exec(struct jobs *jobs,
                           const struct notify_channel *channel,
                           const struct kith_notify_deliver *notice,
                           int64_t now_ms) KITH_MUST_CHECK;

#endif
