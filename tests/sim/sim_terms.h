/* sim_terms - agreements and grants as people of simulated companies make them.
 *
 * Days are wide enough for every jump of a clock: gates that close by date are
 * for unit tests.
 * Threads: one.
 */
#ifndef SIM_TERMS_H
#define SIM_TERMS_H

#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"
#include "sim/sim_world.h"

struct act;
struct grant_wish;
struct store_link;

enum {
    SIM_FIRST_DAY = SIM_EPOCH_S / 86400 - 5000,
    SIM_LAST_DAY = SIM_EPOCH_S / 86400 + 5000
};

/* Proposes an agreement with LINK over the text of DIGEST. */
enum kith_status sim_terms_propose(struct act *act, struct store_link *link,
                                   const struct kith_hash *digest)
    KITH_MUST_CHECK;
/* Proposes that this text rules in place of the agreement in force.
 * KITH_DENIED: there is none. */
enum kith_status sim_terms_amend(struct act *act, struct store_link *link,
                                 const struct kith_hash *digest)
    KITH_MUST_CHECK;
/* Countersigns the partner's proposal over that text, and tells what waited. */
enum kith_status sim_terms_sign(struct act *act, struct store_link *link,
                                const struct kith_hash *digest) KITH_MUST_CHECK;
/* Ends every agreement with LINK that nobody has ended. KITH_NOT_FOUND: none. */
enum kith_status sim_terms_end(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;
/* A grant of KINDS (bit k: kind k) on PROJECT, a record of ours; nothing is
 * hidden yet. KITH_NOT_FOUND: there is no such record. */
enum kith_status sim_terms_wish(struct act *act, uint64_t project,
                                uint64_t kinds, struct grant_wish *ret_wish)
    KITH_MUST_CHECK;

#endif
