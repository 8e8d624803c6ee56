/* link_push - our entries on their way to the partner, within its credit.
 *
 * When credit is used up, or the partner's quota is full, duty entries still
 * go, with bare headers of what stands before them in the log: the receiver
 * passes these over as pending, and their bodies are owed until there is room
 * again (PROTOCOL.md 5.4, 9).
 * Internal to the link machine.
 * Threads: loop thread only.
 */
#ifndef RULES_LINK_PUSH_H
#define RULES_LINK_PUSH_H

#include "rules/link_state.h"
#include "rules/pump.h"

/* The partner has processed our log up to PROCESSED: that frees credit. */
void push_processed(struct flow *flow, uint64_t processed);

/* One frame that starts at span->from. ret_next: index after it; ret_bytes:
 * its length. Errors as pump_frame. */
enum kith_status push_frame(struct link_call *call,
                            const struct session *session,
                            const struct pump_span *span, uint64_t *ret_next,
                            uint64_t *ret_bytes) KITH_MUST_CHECK;

/* Sends what is owed and what is in the log, then makes more of what is
 * queued, while credit lasts; then duty entries out of the reserve. */
enum kith_status push_all(struct link_call *call, const struct session *session)
    KITH_MUST_CHECK;

/* Counts BYTES against what may be sent again today because the partner
 * asked; false when that is used up. */
bool push_spend(struct link_call *call, uint64_t bytes);
/* Refuses the session for it. */
enum kith_status push_over_budget(struct link_call *call) KITH_MUST_CHECK;

/* The partner asks for bodies of FROM..END, whose headers it has. */
void push_owe(struct link_machine *machine, uint64_t from, uint64_t end);

/* Ends a hold that lasted long enough: *next_ms becomes NOW_MS then, for a
 * flush, else not later than the end of the hold. */
void push_tick(struct link_machine *machine, int64_t now_ms, int64_t *next_ms);

#endif
