/* link_flow - what an open session carries: pushes, receipts, wants, credit.
 *
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_FLOW_H
#define RULES_LINK_FLOW_H

#include "rules/link_state.h"

/* Frames of the partner. Faults of the partner become actions; a status other
 * than KITH_OK is a fault of ours. */
enum kith_status flow_take_push(struct link_call *call, struct kith_bytes frame)
    KITH_MUST_CHECK;
enum kith_status flow_take_receipt(struct link_call *call,
                                   struct kith_bytes frame) KITH_MUST_CHECK;
enum kith_status flow_take_want(struct link_call *call, struct kith_bytes frame)
    KITH_MUST_CHECK;

/* At the end of a transaction: one receipt, then pushes while credit lasts. */
enum kith_status flow_flush(struct link_call *call) KITH_MUST_CHECK;

/* Asks for flow.want (once more). */
enum kith_status flow_send_want(struct link_machine *machine,
                                const struct session *session) KITH_MUST_CHECK;

#endif
