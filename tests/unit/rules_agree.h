/* rules_agree - steps of agreements as persons of two companies take them, for
 * the tests of what becomes of them. The signer is always Ana.
 *
 * Threads: one.
 */
#ifndef TESTS_RULES_AGREE_H
#define TESTS_RULES_AGREE_H

#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules_world.h"

/* What is proposed. */
struct agree_wish {
    const char *text;           /* the document */
    int32_t from, until;        /* days; until 0: until somebody ends it */
    const struct kith_hash *of; /* amends it; NULL: nothing */
    int64_t years;              /* 0: not said */
    bool perpetual;
    bool reads; /* each tells the other who has read what */
};

/* Each commits when it is done, and changes nothing else. */
enum kith_status agree_propose(struct world_company *company,
                               const struct agree_wish *wish);
enum kith_status agree_sign(struct world_company *company, const char *text);
enum kith_status agree_end(struct world_company *company, uint64_t number);

/* Agreement number NUMBER of COMPANY, from 1 on; its state on DAY into
 * *ret_state, the last day of its duty into *ret_duty unless NULL. Returns its
 * digest. */
struct kith_hash agree_look(struct world_company *company, size_t number,
                            int32_t day, enum kith_nda_state *ret_state,
                            int32_t *ret_duty);
enum kith_nda_state agree_state(struct world_company *company, size_t number,
                                int32_t day);
/* What rules at NOW (Unix seconds), and its digest. */
enum gate_reason agree_in_force(struct world_company *company, int64_t now,
                                struct kith_hash *ret_digest);

#endif
