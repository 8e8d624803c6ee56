/* agreement - NDAs between this company and a partner (PROTOCOL.md 7.4).
 *
 * Propose, countersign, end; each step is signed by the company's statement
 * key and names the person who signs. In force for us when we hold both
 * signatures over the same terms and the dates fit; computed, never latched.
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_H
#define RULES_AGREEMENT_H

#include "kith/record.h"
#include "rules/agreement_terms.h"
#include "rules/reason.h"

struct act;
struct store_link;

/* Sets ret_reason to GATE_OPEN and the digest when an agreement with LINK is
 * in force on the day of act->now; else to the reason why not. With several,
 * the newest rules. */
enum kith_status agreement_in_force(struct act *act, uint32_t link,
                                    enum gate_reason *ret_reason,
                                    struct kith_hash *ret_digest)
    KITH_MUST_CHECK;

/* Do we hold both signatures over DIGEST with LINK, whatever the dates? */
enum kith_status agreement_is_signed(struct act *act, uint32_t link,
                                     const struct kith_hash *digest,
                                     bool *ret_signed) KITH_MUST_CHECK;

/* Proposes TERMS (a record with fields 1..9 of KITH_KIND_NDA_PROPOSAL; the
 * two companies are filled in here), signed for us by SIGNER, and queues the
 * proposal. ret_number: its state number.
 * KITH_DENIED: the partner is not verified by us; KITH_INVALID: terms that
 * make no sense, act->err names the field; KITH_CONFLICT: the same terms are there. */
enum kith_status agreement_propose(struct act *act, struct store_link *link,
                                   const struct kith_record *terms,
                                   const struct agreement_signer *signer,
                                   uint64_t *ret_number) KITH_MUST_CHECK;

/* Does the terms digest of an agreement's RECORD begin with PREFIX (hex
 * digits)? An empty PREFIX fits every one. */
bool agreement_fits(const struct kith_record *record, struct kith_bytes prefix);

/* Which proposal is signed. */
struct agreement_wanted {
    const struct kith_hash *document; /* digest of the text */
    struct kith_bytes terms; /* how its terms digest begins, hex; may be empty
                                when one proposal alone has that text */
};
/* Countersigns the partner's proposal that WANTED names, and queues our
 * signature. KITH_NOT_FOUND: no such proposal; KITH_CONFLICT: signed already,
 * ended by the partner, or several proposals over one text and none named. */
enum kith_status agreement_sign(struct act *act, struct store_link *link,
                                const struct agreement_wanted *wanted,
                                const struct agreement_signer *signer,
                                uint64_t *ret_number) KITH_MUST_CHECK;

/* Ends agreement NUMBER for us at once and tells the partner. What was told
 * stays under the duty; disclosure stops by itself. */
enum kith_status agreement_end(struct act *act, struct store_link *link,
                               uint64_t number,
                               const struct agreement_signer *signer)
    KITH_MUST_CHECK;

/* Takes in the partner's step (nda_proposal, nda_signature, nda_end).
 * KITH_INVALID with a verdict's code in *ret_code: it cannot be used. */
enum kith_status agreement_take(struct act *act, struct store_link *link,
                                const struct kith_record *step,
                                const char **ret_code) KITH_MUST_CHECK;

/* The partner could not use entry INDEX of our log of now, and says WHY. When it
 * is a step of an agreement that we hold, that remembers it; nothing else
 * changes. */
enum kith_status agreement_refused(struct act *act,
                                   const struct store_link *link,
                                   uint64_t index, struct kith_bytes why)
    KITH_MUST_CHECK;

#endif
