/* agreement_watch - tells people that an agreement ends, before it does (F8).
 *
 * Each agreement has three days: 90, 30 and 0 days before its end. What was
 * told is kept with the agreement, so that each is told once, and also when
 * the daemon was not running on the day. Days that had passed when both had
 * signed are left out.
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_WATCH_H
#define RULES_AGREEMENT_WATCH_H

#include <stdbool.h>

#include "kith/status.h"

struct act;

/* Queues the notices that are due on act_today() and writes an audit row for
 * each; *ret_told is set when there was one, else left. The cache still holds
 * what was before. Errors: of the store. */
enum kith_status agreement_watch(struct act *act, bool *ret_told)
    KITH_MUST_CHECK;

#endif
