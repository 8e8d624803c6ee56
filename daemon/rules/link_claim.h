/* link_claim - what a hello says of both logs, made and judged.
 *
 * A claim about a log counts only with the signature of the log's owner on it
 * (PROTOCOL.md 5.3): nobody can make a partner believe that it was restored by
 * merely saying so.
 * Internal to the link machine. Threads: loop thread only.
 */
#ifndef RULES_LINK_CLAIM_H
#define RULES_LINK_CLAIM_H

#include "rules/link_state.h"

/* Fills both claims of ours; notes live in act->arena. */
enum kith_status claim_make(struct link_call *call, struct kith_hello *hello)
    KITH_MUST_CHECK;

enum claim_verdict {
    CLAIM_GOOD = 0,
    CLAIM_FAULT,         /* does not hold together: refuse the frame */
    CLAIM_UNTRUSTED,     /* a note is not signed as it must be */
    CLAIM_WE_ARE_BACK,   /* we have lost what the partner proves we signed */
    CLAIM_THEY_ARE_BACK, /* they have lost what they had told us */
    CLAIM_FORK           /* they signed two histories of their log */
};

/* Judges the claims in HELLO; FRESH: log key of a newer card in the hello,
 * NULL: none.
 * KITH_OK with ret_verdict; else a fault of ours. */
enum kith_status claim_judge(struct link_call *call,
                             const struct kith_hello *hello,
                             const struct kith_key *fresh,
                             enum claim_verdict *ret_verdict) KITH_MUST_CHECK;

#endif
