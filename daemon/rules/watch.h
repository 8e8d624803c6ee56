/* watch - what people are told by the calendar: agreements that end, oral
 * disclosures that nobody has confirmed.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_WATCH_H
#define RULES_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct act;
struct company;

/* Is there anything to look at on DAY? Once a day, and again whenever the cache
 * was dropped. Cheap, and without a transaction. */
bool watch_is_due(const struct company *company, int32_t day);

/* Queues the notices that are due on act_today(), with an audit row each.
 * *ret_told: there were some, and the transaction is worth its commit. Does
 * nothing while time is in doubt. Errors: of the store. */
enum kith_status watch_tell(struct act *act, bool *ret_told) KITH_MUST_CHECK;

#endif
