/* sign_anew - notes that a compromised key made above its last good size, made
 * again under the key in its place.
 *
 * They say the same as before, of the log as it stands here: no second note of
 * a size with another root. Without them there would be sizes for which no key
 * is good.
 * Threads: loop thread only.
 */
#ifndef RULES_SIGN_ANEW_H
#define RULES_SIGN_ANEW_H

#include <stdint.h>

#include "kith/status.h"

struct act;
struct store_link;

/* Our checkpoints for the log to LINK of sizes above LAST_GOOD, under the log
 * key of act->company. *ret_count: how many. Faults of the store. */
enum kith_status sign_anew_checkpoints(struct act *act,
                                       const struct store_link *link,
                                       uint64_t last_good, uint64_t *ret_count)
    KITH_MUST_CHECK;
/* Our receipts for the partner's log, under the receipt key of act->company,
 * with the time of now; keeps LINK when there were any. */
enum kith_status sign_anew_receipts(struct act *act, struct store_link *link,
                                    uint64_t last_good, uint64_t *ret_count)
    KITH_MUST_CHECK;

#endif
