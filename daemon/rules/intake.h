/* intake - takes a partner's entries in: verify, open, process, once, in order.
 *
 * Faults of frame, tree, signature or commitment end the session and change
 * nothing. A well-formed entry that cannot be used gets a verdict and never
 * blocks the log (inv. 5).
 * Threads: loop thread only.
 */
#ifndef RULES_INTAKE_H
#define RULES_INTAKE_H

#include "rules/quota.h"
#include "store/logs.h"

struct act;

struct intake_result {
    enum quota_bound over; /* KITH_DENIED: this bound */
    int64_t newest_time; /* in the headers that are new, Unix seconds; 0 none */
    uint64_t fresh;      /* entries processed for the first time */
    uint64_t want_from;  /* KITH_GAP: ask from here ... */
    uint64_t want_count; /* ... so many entries */
};

/* Takes one Push frame of LINK's partner. LINK is updated and put. USE: what
 * the partner used up of its quota, counted on.
 * KITH_OK         also when all was known already (harmless)
 * KITH_GAP        entries before it are missing: result names them
 * KITH_MALFORMED, KITH_LIMIT, KITH_UNTRUSTED   end the session
 * KITH_FORK       two notes of one size or inconsistent history: both notes
 *                 are kept, the log is frozen; commit this transaction
 * KITH_CONFLICT   the log was closed by a person here
 * KITH_DENIED     it would break a bound of the quota, which the result names;
 *                 nothing of it counts
 */
enum kith_status intake_push(struct act *act, struct store_link *link,
                             struct kith_bytes frame, struct quota_use *use,
                             struct intake_result *ret_result) KITH_MUST_CHECK;

/* Cosigns what is processed and not yet receipted, and appends the Receipt
 * frame; also when only «processed up to» moved. Commit before sending.
 * KITH_NOT_FOUND: nothing to say. */
enum kith_status intake_receipt(struct act *act, struct store_link *link,
                                struct kith_buf *frame) KITH_MUST_CHECK;

#endif
