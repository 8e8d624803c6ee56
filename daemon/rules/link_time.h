/* link_time - handshakes that take too long, pings, partners that went away.
 *
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_TIME_H
#define RULES_LINK_TIME_H

#include "rules/link_state.h"

/* See link_tick. */
enum kith_status time_tick(struct link_call *call, int64_t now_ms,
                           int64_t *ret_next_ms) KITH_MUST_CHECK;

/* Answers a ping; takes a pong as the measure of the round trip. */
enum kith_status time_take_ping(struct link_call *call, struct kith_bytes frame)
    KITH_MUST_CHECK;
enum kith_status time_take_pong(struct link_call *call, struct kith_bytes frame)
    KITH_MUST_CHECK;

#endif
