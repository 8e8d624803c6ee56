/* recover - takes back what a partner holds of our own closed logs.
 *
 * Nothing counts that we have not signed: headers must make the root of a
 * checkpoint of ours, bodies their commitments. What comes back keeps its log,
 * its index and its receipts; nothing is ever told again under a number that
 * was used (inv. 8). Revisions that come back are marked recovered by their
 * source. What a partner had withdrawn from it stays withdrawn, and the grants
 * under which it had been told are ended: why is not in the log.
 * Threads: loop thread only.
 */
#ifndef RULES_RECOVER_H
#define RULES_RECOVER_H

#include <stdbool.h>

#include "rules/recover_entry.h"

struct kith_held;

/* How many entries of our LOG_NUMBER to LINK are here. */
enum kith_status recover_size(struct act *act, const struct store_link *link,
                              uint32_t log_number, uint64_t *ret_size)
    KITH_MUST_CHECK;

/* Takes in HELD, the answer about recovery->log_number; moves RECOVERY on.
 * *ret_more false: it was the last. KITH_MALFORMED, KITH_UNTRUSTED and what
 * else is the partner's fault: nothing counts. */
enum kith_status recover_take(struct act *act, const struct store_link *link,
                              const struct kith_held *held,
                              struct recovery *recovery, bool *ret_more)
    KITH_MUST_CHECK;

/* Ends it: draws a log number that was never used, queues anew what the partner
 * should see, notes it in the audit log. LINK is put. */
enum kith_status recover_finish(struct act *act, struct store_link *link,
                                const struct recovery *recovery)
    KITH_MUST_CHECK;

#endif
