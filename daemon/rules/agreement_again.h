/* agreement_again - signed steps of before in the next log of a link.
 *
 * Each side tells its own steps again, so that a side that lost its store holds
 * both signatures once its own step has come back (recover.h).
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_AGAIN_H
#define RULES_AGREEMENT_AGAIN_H

#include "rules/agreement_terms.h"

/* Queues for LINK our step of each agreement that nobody has ended. */
enum kith_status agreement_tell_again(struct act *act,
                                      const struct store_link *link)
    KITH_MUST_CHECK;

/* Our own step of KIND (nda_proposal or nda_signature) over the terms DIGEST,
 * in the closed logs to LINK. KITH_NOT_FOUND. */
enum kith_status agreement_own_step(struct act *act,
                                    const struct store_link *link,
                                    uint32_t kind,
                                    const struct kith_hash *digest,
                                    struct terms_signed *ret_step)
    KITH_MUST_CHECK;

#endif
