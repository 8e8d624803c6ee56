/* link_judge - restored, cloned, forked, or good: a hello that fits the
 * handshake is held against what both sides had said before.
 *
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_JUDGE_H
#define RULES_LINK_JUDGE_H

#include "rules/link_state.h"

/* FRESH: log key of a newer card in the hello, NULL: none. KITH_OK with *ret_good false: the session was
 * refused, and what a person must decide is frozen. */
enum kith_status judge_hello(struct link_call *call,
                             const struct kith_hello *hello,
                             const struct kith_key *fresh, bool *ret_good)
    KITH_MUST_CHECK;

#endif
