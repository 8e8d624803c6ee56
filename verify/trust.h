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

/* Verifies SIGNATURE over BYTES under a statement key of COMPANY. */
bool trust_statement(const struct loaded_pack *pack, enum teller company,
                     enum kith_statement type, struct kith_bytes bytes,
                     const struct kith_sig *signature);

/* Verifies every note: fills point, time_s and trusted. The entries must have
 * been opened. KITH_UNTRUSTED with words: a note that is signed by none of its
 * company's keys, or of a size for which the key was not good. */
enum kith_status trust_notes(struct loaded_pack *pack, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
