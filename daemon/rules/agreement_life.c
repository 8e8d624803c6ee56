/* agreement_life - see the header.
 *
 * Not here: what an agreement lets through (gate.c), who is told of its end
 * (agreement_watch.c).
 */
#include "rules/agreement_life.h"

#include "kith/fields.h"
#include "rules/cache.h"

enum {
    YEAR_MAX = 9999 /* the last one that a day can lie in */
};

bool agreement_has_both(const struct kith_record *record)
{
    return kith_record_field(record, KITH_AGREEMENT_OWN_SIGNATURE) != NULL &&
           kith_record_field(record, KITH_AGREEMENT_PARTNER_SIGNATURE) != NULL;
}

static int32_t sooner(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

const struct cached_agreement *agreement_by_digest(
    const struct rules_cache *cache, uint32_t link,
    const struct kith_hash *digest)
{
    size_t i;

    for (i = 0; i < cache->n_agreements; i++) {
        if (cache->agreements[i].link == link &&
            kith_hash_equal(&cache->agreements[i].digest, digest))
            return &cache->agreements[i];
    }
    return NULL;
}

/* What AGREEMENT amends; NULL. */
static const struct cached_agreement *amended(
    const struct rules_cache *cache, const struct cached_agreement *agreement)
{
    return agreement->is_amendment
               ? agreement_by_digest(cache, agreement->link, &agreement->amends)
               : NULL;
}

const struct cached_agreement *agreement_successor(
    const struct rules_cache *cache, const struct cached_agreement *agreement,
    int32_t day)
{
    size_t i;

    for (i = cache->n_agreements; i-- > 0;) {
        const struct cached_agreement *other = &cache->agreements[i];

        if (other->link == agreement->link && other->is_amendment &&
            kith_hash_equal(&other->amends, &agreement->digest) &&
            agreement_has_both(&other->record) &&
            kith_record_day(&other->record, KITH_AGREEMENT_EFFECTIVE,
                            AGREEMENT_NO_END) <= day)
            return other;
    }
    return NULL;
}

/* The day from which somebody has ended it, or what it amends; *ret_own: we
 * did. A digest cannot be that of terms which name it, so that the way back
 * ends. */
static int32_t ended_from(const struct rules_cache *cache,
                          const struct cached_agreement *agreement,
                          bool *ret_own)
{
    int32_t day = AGREEMENT_NO_END;

    *ret_own = false;
    for (; agreement != NULL; agreement = amended(cache, agreement)) {
        const struct kith_record *record = &agreement->record;

        if (kith_record_field(record, KITH_AGREEMENT_ENDED_OWN) != NULL)
            *ret_own = true;
        day = sooner(day, kith_record_day(record, KITH_AGREEMENT_ENDED_OWN,
                                          AGREEMENT_NO_END));
        day = sooner(day, kith_record_day(record, KITH_AGREEMENT_ENDED_PARTNER,
                                          AGREEMENT_NO_END));
    }
    return day;
}

enum kith_nda_state agreement_state(const struct rules_cache *cache,
                                    const struct cached_agreement *agreement,
                                    int32_t day)
{
    const struct kith_record *record = &agreement->record;
    bool by_us;
    const int32_t ended = ended_from(cache, agreement, &by_us);

    if (by_us || ended <= day)
        return KITH_NDA_ENDED;
    if (!agreement_has_both(record))
        return kith_record_field(record, KITH_AGREEMENT_OWN_SIGNATURE) != NULL
                   ? KITH_NDA_PROPOSED_BY_US
                   : KITH_NDA_PROPOSED_BY_THEM;
    if (agreement_successor(cache, agreement, day) != NULL)
        return KITH_NDA_SUPERSEDED;
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
    bool by_us;

    return sooner(ended_from(cache, agreement, &by_us),
                  until == AGREEMENT_NO_END ? until : until + 1);
}

/* DAY, YEARS later; a 29th of February becomes the 1st of March. */
static int32_t add_years(int32_t day, int64_t years)
{
    int year, month, day_of_month;
    int32_t later;

    kith_day_to_civil(day, &year, &month, &day_of_month);
    if (years > YEAR_MAX - year)
        return AGREEMENT_NO_END;
    if (kith_day_from_civil(year + (int)years, month, day_of_month, &later) ==
            KITH_OK ||
        kith_day_from_civil(year + (int)years, 3, 1, &later) == KITH_OK)
        return later;
    return AGREEMENT_NO_END;
}

int32_t agreement_protect_until(const struct rules_cache *cache,
                                const struct cached_agreement *agreement)
{
    const struct kith_record *terms = &agreement->record;
    const struct cached_agreement *last = agreement, *next;
    int32_t over;

    if (kith_record_field(terms, KITH_AGREEMENT_CONFIDENTIALITY_YEARS) ==
            NULL ||
        kith_record_value(terms, KITH_AGREEMENT_PERPETUAL, 0) != 0)
        return AGREEMENT_NO_END;
    while ((next = agreement_successor(cache, last, AGREEMENT_NO_END - 1)) !=
           NULL)
        last = next;
    over = agreement_over(cache, last);
    return over == AGREEMENT_NO_END
               ? over
               : add_years(over - 1,
                           kith_record_value(
                               terms, KITH_AGREEMENT_CONFIDENTIALITY_YEARS, 0));
}

enum agreement_amend agreement_can_amend(const struct rules_cache *cache,
                                         uint32_t link,
                                         const struct kith_hash *digest,
                                         int32_t day)
{
    const struct cached_agreement *former =
        agreement_by_digest(cache, link, digest);

    if (former == NULL)
        return AGREEMENT_AMEND_UNKNOWN;
    switch (agreement_state(cache, former, day)) {
    case KITH_NDA_ENDED:
    case KITH_NDA_SUPERSEDED:
        return AGREEMENT_AMEND_STALE;
    case KITH_NDA_PROPOSED_BY_US:
    case KITH_NDA_PROPOSED_BY_THEM:
        return AGREEMENT_AMEND_HALF;
    default:
        return AGREEMENT_AMEND_FINE;
    }
}
