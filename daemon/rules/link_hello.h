/* link_hello - greet and hello: who is there, what each side holds, and which
 * of two sessions stays.
 *
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_HELLO_H
#define RULES_LINK_HELLO_H

#include "rules/link_state.h"

/* Draws a nonce for call->session, notes what the partner may not say less
 * than, and greets. KITH_NOMEM. */
enum kith_status hello_greet(struct link_call *call) KITH_MUST_CHECK;

/* Frames of the partner. Faults of the partner become actions; a status other
 * than KITH_OK is a fault of ours. */
enum kith_status hello_take_greet(struct link_call *call,
                                  struct kith_bytes frame) KITH_MUST_CHECK;
enum kith_status hello_take(struct link_call *call, struct kith_bytes frame)
    KITH_MUST_CHECK;

#endif
