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
#include <stdint.h>

#include "kith/status.h"

struct company;
struct act;

/* Is there anything to look at on DAY since the last agreement_watch? Cheap, and
 * without a transaction. */
bool agreement_watch_due(const struct company *company, int32_t day);

/* Queues the notices that are due on act_today() and writes an audit row for
 * each. Does nothing while time is in doubt. Errors: of the store. */
enum kith_status agreement_watch(struct act *act) KITH_MUST_CHECK;

#endif
