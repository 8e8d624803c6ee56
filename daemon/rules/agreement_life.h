/* agreement_life - how far an agreement has come: its state on a day, the day
 * on which it is over, how long the duty outlives it. Computed from what both signed, never stored.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_LIFE_H
#define RULES_AGREEMENT_LIFE_H

#include <stdint.h>

#include "kith/record.h"
#include "kith/rows.h"

struct cached_agreement;
struct rules_cache;

enum {
    AGREEMENT_NO_END = INT32_MAX /* a day that never comes */
};

/* Does RECORD, an agreement's state, hold the signatures of both sides? */
bool agreement_has_both(const struct kith_record *record);

/* The agreement of LINK with that terms DIGEST; NULL. */
const struct cached_agreement *agreement_by_digest(
    const struct rules_cache *cache, uint32_t link,
    const struct kith_hash *digest);

/* What rules in its place on DAY: an amendment of it that both have signed and
 * that has begun, the newest; NULL. */
const struct cached_agreement *agreement_successor(
    const struct rules_cache *cache, const struct cached_agreement *agreement,
    int32_t day);

/* AGREEMENT's state on DAY. An end of ours binds at once, one of the partner
 * from its day on; what ends an agreement ends its amendments with it, for they
 * are of it. */
enum kith_nda_state agreement_state(const struct rules_cache *cache,
                                    const struct cached_agreement *agreement,
                                    int32_t day);

/* The first day on which it is in force no more, by its term or by an end that
 * somebody gave it; AGREEMENT_NO_END. */
int32_t agreement_over(const struct rules_cache *cache,
                       const struct cached_agreement *agreement);

/* The last day of the duty of confidence for what was told under AGREEMENT, by
 * its own terms, counted from the end of its last amendment;
 * AGREEMENT_NO_END. */
int32_t agreement_protect_until(const struct rules_cache *cache,
                                const struct cached_agreement *agreement);

/* Can the agreement with DIGEST be amended on DAY? */
enum agreement_amend {
    AGREEMENT_AMEND_FINE = 1,
    AGREEMENT_AMEND_UNKNOWN, /* there is none with that digest */
    AGREEMENT_AMEND_HALF,    /* not both have signed it */
    AGREEMENT_AMEND_STALE    /* ended, or superseded by another amendment */
};
enum agreement_amend agreement_can_amend(const struct rules_cache *cache,
                                         uint32_t link,
                                         const struct kith_hash *digest,
                                         int32_t day);

#endif
