/* agreement_terms - the bytes that are signed in an agreement, and the records
 * that carry and keep them.
 *
 * Terms = the encoded nda_proposal record that holds fields 1..11 and 13..18
 * alone and an empty head; its SHA-256 is what both sides sign. A signature is
 * over the encoded nda_signature record that holds fields 20..23 and 26 alone
 * (an end: the nda_end record with 25 besides).
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_TERMS_H
#define RULES_AGREEMENT_TERMS_H

#include "kith/record.h"

struct act;
struct cached_agreement;
struct store_link;

/* The person who signs for us. */
struct agreement_signer {
    struct kith_bytes name, title; /* title may be empty */
    struct kith_bytes address;     /* where notices go; may be empty */
};

/* One signed step; texts live in act->arena. */
struct terms_signed {
    struct kith_record terms;      /* fields 1..11, 13..18 */
    struct kith_bytes terms_bytes; /* their encoding, what digest is of */
    struct kith_hash digest;
    struct kith_bytes signer, title, address;
    int64_t at; /* Unix seconds */
    struct kith_sig signature;
    struct kith_id proposal; /* item id of the proposal, none for ours */
    bool has_end_day;        /* of an end: false, it ends at once */
    int32_t end_day;         /* INT32_MIN when there is none */
};

/* Dates in order, and each length said once. KITH_INVALID, words in act->err. */
enum kith_status terms_check(struct act *act, const struct kith_record *terms)
    KITH_MUST_CHECK;

/* Completes TERMS with both companies, checks them, signs. KITH_INVALID. */
enum kith_status terms_propose(struct act *act, const struct store_link *link,
                               const struct kith_record *terms,
                               const struct agreement_signer *signer,
                               struct terms_signed *ret_step) KITH_MUST_CHECK;
enum kith_status terms_countersign(struct act *act,
                                   const struct cached_agreement *agreement,
                                   const struct agreement_signer *signer,
                                   struct terms_signed *ret_step)
    KITH_MUST_CHECK;
/* FORMER: the agreement's state. The end is today. */
enum kith_status terms_end(struct act *act, const struct kith_record *former,
                           const struct agreement_signer *signer,
                           struct terms_signed *ret_step) KITH_MUST_CHECK;

/* The records that travel. */
enum kith_status terms_proposal_record(struct act *act,
                                       const struct terms_signed *step,
                                       struct kith_record *ret_record)
    KITH_MUST_CHECK;
enum kith_status terms_signature_record(struct act *act,
                                        const struct terms_signed *step,
                                        struct kith_record *ret_record)
    KITH_MUST_CHECK;
enum kith_status terms_end_record(struct act *act,
                                  const struct terms_signed *step,
                                  struct kith_record *ret_record)
    KITH_MUST_CHECK;

/* What RECORD, a step, says, whoever signed it; of a proposal the terms too.
 * Texts are copied into the arena. KITH_MALFORMED, KITH_UNTRUSTED: the digest
 * is not of the terms. */
enum kith_status terms_parse(struct act *act, const struct kith_record *record,
                             struct terms_signed *ret_step) KITH_MUST_CHECK;

/* Reads and verifies a partner's step under its statement key: signature, and
 * for a proposal that the digest is of its terms and names both companies in
 * their places. KITH_UNTRUSTED, KITH_MALFORMED. */
enum kith_status terms_read(struct act *act, const struct store_link *link,
                            const struct kith_record *record,
                            struct terms_signed *ret_step) KITH_MUST_CHECK;

/* The state that keeps them. _record: a new one, proposed by us when the
 * terms name us as proposer. _signed adds the other signature, ours when the
 * state holds the partner's. _ended adds the day and who ended it. */
enum kith_status terms_state_record(struct act *act, uint32_t link,
                                    const struct terms_signed *step,
                                    struct kith_record *ret_record)
    KITH_MUST_CHECK;
enum kith_status terms_state_signed(struct act *act,
                                    const struct kith_record *former,
                                    const struct terms_signed *step,
                                    struct kith_record *ret_record)
    KITH_MUST_CHECK;
enum kith_status terms_state_ended(struct act *act,
                                   const struct kith_record *former,
                                   const struct terms_signed *end, bool by_us,
                                   struct kith_record *ret_record)
    KITH_MUST_CHECK;

#endif
