/* agreement_life - see the header.
 *
 * Not here: what an agreement lets through (gate.c), who is told of its end
 * (agreement_watch.c).
 */
#include "rules/agreement_life.h"

#include "kith/fields.h"
#include "rules/cache.h"

bool agreement_has_both(const struct kith_record *record)
{
    return kith_record_field(record, KITH_AGREEMENT_OWN_SIGNATURE) != NULL &&
           kith_record_field(record, KITH_AGREEMENT_PARTNER_SIGNATURE) != NULL;
}

static int32_t sooner(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* The day from which somebody has ended it. */
static int32_t ended_from(const struct kith_record *record)
{
    return sooner(
        kith_record_day(record, KITH_AGREEMENT_ENDED_OWN, AGREEMENT_NO_END),
        kith_record_day(record, KITH_AGREEMENT_ENDED_PARTNER,
                        AGREEMENT_NO_END));
}

enum kith_nda_state agreement_state(const struct rules_cache *cache,
                                    const struct cached_agreement *agreement,
                                    int32_t day)
{
    const struct kith_record *record = &agreement->record;

    (void)cache;
    if (kith_record_field(record, KITH_AGREEMENT_ENDED_OWN) != NULL ||
        ended_from(record) <= day)
        return KITH_NDA_ENDED;
    if (!agreement_has_both(record))
        return kith_record_field(record, KITH_AGREEMENT_OWN_SIGNATURE) != NULL
                   ? KITH_NDA_PROPOSED_BY_US
                   : KITH_NDA_PROPOSED_BY_THEM;
    if (kith_record_day(record, KITH_AGREEMENT_EFFECTIVE, AGREEMENT_NO_END) >
        day)
        return KITH_NDA_NOT_YET;
    return kith_record_day(record, KITH_AGREEMENT_UNTIL, AGREEMENT_NO_END) < day
               ? KITH_NDA_EXPIRED
               : KITH_NDA_IN_FORCE;
}

int32_t agreement_over(const struct rules_cache *cache,
                       const struct cached_agreement *agreement)
{
    const int32_t until = kith_record_day(
        &agreement->record, KITH_AGREEMENT_UNTIL, AGREEMENT_NO_END);

    (void)cache;
    return sooner(ended_from(&agreement->record),
                  until == AGREEMENT_NO_END ? until : until + 1);
}
