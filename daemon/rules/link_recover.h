/* link_recover - our closed logs come back from the partner, before anything
 * goes on; and the other way round.
 *
 * When the next logs are open, each side first asks what the other holds of its
 * own closed ones: wants with own_log, one at a time. Until that has ended
 * nothing of ours is told, and what the partner pushes is left for later, so
 * that neither speaks of what it does not know that it said.
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_RECOVER_H
#define RULES_LINK_RECOVER_H

#include "rules/link_state.h"

/* At the end of a transaction of an open session: begins, goes on or ends.
 * *ret_waiting: nothing else may be told or asked yet. */
enum kith_status recover_flush(struct link_call *call, bool *ret_waiting)
    KITH_MUST_CHECK;

/* The partner's answer. */
enum kith_status recover_take_held(struct link_call *call,
                                   struct kith_bytes frame) KITH_MUST_CHECK;

/* A push that came meanwhile; what it ends at is asked for afterwards. */
enum kith_status recover_put_off(struct link_call *call,
                                 struct kith_bytes frame) KITH_MUST_CHECK;

/* Asks once more for what was not answered. */
enum kith_status recover_ask(struct link_machine *machine,
                             const struct session *session) KITH_MUST_CHECK;

/* Answers a want of the partner for its own log. */
enum kith_status recover_serve(struct link_call *call,
                               const struct kith_want *want) KITH_MUST_CHECK;

#endif
