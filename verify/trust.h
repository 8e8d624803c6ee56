/* trust - which key of which company was good for a note or a statement.
 *
 * Keys come from the cards in the pack, whose chain begins at the company ids;
 * how long one was good from the signed key notices in it (PROTOCOL.md 8.3).
 * Threads: one.
 */
#ifndef VERIFY_TRUST_H
#define VERIFY_TRUST_H

#include "kith/sign.h"
#include "load.h"

/* A signature that is said to be by a statement key of COMPANY. */
struct trust_claim {
    enum teller company;
    enum kith_statement type;
    struct kith_bytes bytes;
    struct kith_sig signature;
    const struct loaded_entry *place; /* of COMPANY, where it stands; NULL:
                                         behind all entries */
};

/* Does a statement key of CLAIM's company verify it, one that it had not given
 * up as compromised in an entry before the claim's place? */
bool trust_statement(const struct loaded_pack *pack,
                     const struct trust_claim *claim);

/* Fills given_up of every card. Only notices in entries that are proven count,
 * so that nobody but the key's owner says when it was lost. */
void trust_keys(struct loaded_pack *pack);

/* Is the pack signed by its maker, under a key that it has not given up?
 * KITH_UNTRUSTED with words. */
enum kith_status trust_maker(const struct loaded_pack *pack,
                             struct kith_error *err) KITH_MUST_CHECK;

/* Verifies every note: fills point, time_s and trusted. The entries must have
 * been opened. KITH_UNTRUSTED with words: a note that is signed by none of its
 * company's keys, or of a size for which the key was not good. */
enum kith_status trust_notes(struct loaded_pack *pack, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
