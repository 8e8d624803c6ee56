/* recover_proof - signatures on what comes back of our own logs, and the proof
 * of a fork when it is another history.
 *
 * Internal to the taking back. Threads: loop thread only.
 */
#ifndef RULES_RECOVER_PROOF_H
#define RULES_RECOVER_PROOF_H

#include "kith/checkpoint.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "rules/recover_entry.h"

/* One answer; lives in the arena. */
struct taking {
    struct act *act;
    const struct store_link *link;
    struct recovery *recovery;
    struct store_log_id log;
    struct kith_origin origin;
    struct kith_push push;
    struct kith_checkpoint checkpoint; /* of the push */
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX];
};

/* A former card of ours: kept, so that its keys verify what they signed.
 * KITH_UNTRUSTED: it is none. */
enum kith_status proof_take_card(struct act *act, struct kith_bytes bytes,
                                 struct recovery *recovery) KITH_MUST_CHECK;

/* Verifies NOTE as a checkpoint of ours, by whatever key was ours once. */
enum kith_status proof_verify_note(const struct taking *taking,
                                   struct kith_bytes note,
                                   struct kith_checkpoint *ret_checkpoint)
    KITH_MUST_CHECK;

/* The partner has another history of our log, with our signature on it: this
 * store or another one is a copy. Keeps NOTE beside what is here. */
enum kith_status proof_keep_fork(struct taking *taking, struct kith_bytes note,
                                 uint64_t size) KITH_MUST_CHECK;

/* Holds SHOWN (from NOTE), of which all entries are here, against them. */
enum kith_status proof_compare(struct taking *taking,
                               const struct kith_checkpoint *shown,
                               struct kith_bytes note) KITH_MUST_CHECK;

/* Keeps the partner's receipt once its entries are here; one that does not
 * verify is passed over. */
enum kith_status proof_keep_receipt(struct taking *taking,
                                    struct kith_bytes note) KITH_MUST_CHECK;

#endif
