/* agreement_take - the partner's steps of an agreement.
 *
 * A step that does not fit changes nothing and gets a verdict; it never
 * blocks the log (inv. 5). Not here: our own steps (agreement.c).
 */
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/agreement_again.h"
#include "rules/agreement_life.h"
#include "rules/agreement_terms.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    /* Proposals of one partner that may wait for our signature: each is held
     * in memory by the cache. */
    OPEN_MAX = 32,
    SECONDS_A_DAY = 24 * 60 * 60
};

static enum kith_status reject(const char *code, const char **ret_code)
{
    *ret_code = code;
    return KITH_INVALID;
}

/* A step that verified, and what we hold of its terms. */
struct taken {
    uint32_t kind;
    uint32_t link;
    const struct store_link *on;
    struct terms_signed step;
    const struct cached_agreement *former; /* NULL: unknown terms */
};

/* Proposals of LINK's partner that none of us has signed yet. */
static size_t count_open(const struct rules_cache *cache, uint32_t link)
{
    size_t i, count = 0;

    for (i = 0; i < cache->n_agreements; i++)
        count += cache->agreements[i].link == link &&
                 kith_record_field(&cache->agreements[i].record,
                                   KITH_AGREEMENT_OWN_SIGNATURE) == NULL;
    return count;
}

/* We had countersigned it before our store was lost: our own log says so. */
static enum kith_status sign_again(struct act *act, const struct taken *taken,
                                   struct kith_record *state)
{
    const struct kith_record proposed = *state;
    struct terms_signed own;
    enum kith_status status = agreement_own_step(
        act, taken->on, KITH_KIND_NDA_SIGNATURE, &taken->step.digest, &own);

    if (status == KITH_NOT_FOUND)
        return KITH_OK;
    return status == KITH_OK ? terms_state_signed(act, &proposed, &own, state)
                             : status;
}

/* The partner's signature on terms that we had proposed before our store was
 * lost: our own log has them. KITH_NOT_FOUND: it has not. */
static enum kith_status propose_again(struct act *act,
                                      const struct taken *taken,
                                      struct kith_record *state)
{
    struct kith_record proposed;
    struct terms_signed own;
    enum kith_status status = agreement_own_step(
        act, taken->on, KITH_KIND_NDA_PROPOSAL, &taken->step.digest, &own);

    if (status == KITH_OK)
        status = terms_state_record(act, taken->link, &own, &proposed);
    if (status == KITH_OK)
        status = terms_state_signed(act, &proposed, &taken->step, state);
    return status;
}

/* Is it the step that we hold already, told again in another log? */
static bool is_held(const struct taken *taken)
{
    const struct kith_record *held = &taken->former->record;
    struct kith_sig signature;

    return taken->kind != KITH_KIND_NDA_END &&
           kith_record_octets(held, KITH_AGREEMENT_PARTNER_SIGNATURE,
                              signature.b, KITH_SIG_LEN) == KITH_OK &&
           memcmp(signature.b, taken->step.signature.b, KITH_SIG_LEN) == 0;
}

/* A proposal that our store still had unsigned, told again after our own log
 * brought our signature back. KITH_NOT_FOUND: nothing changes. */
static enum kith_status sign_held(struct act *act, const struct taken *taken,
                                  struct kith_record *state)
{
    const struct kith_record *held = &taken->former->record;
    struct terms_signed own;
    enum kith_status status;

    if (taken->kind != KITH_KIND_NDA_PROPOSAL ||
        kith_record_field(held, KITH_AGREEMENT_OWN_SIGNATURE) != NULL)
        return KITH_NOT_FOUND;
    status = agreement_own_step(act, taken->on, KITH_KIND_NDA_SIGNATURE,
                                &taken->step.digest, &own);
    return status == KITH_OK ? terms_state_signed(act, held, &own, state)
                             : status;
}

/* A new agreement, when its terms are what our table of them says and not too
 * many wait already (inv. 7). */
static enum kith_status propose(struct act *act, const struct taken *taken,
                                struct kith_record *state,
                                const char **ret_code)
{
    const struct rules_cache *cache;
    struct kith_hash amends;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    if (count_open(cache, taken->link) >= OPEN_MAX)
        return reject("nda_too_many", ret_code);
    if (kith_record_octets(&taken->step.terms, KITH_NDA_AMENDS, amends.b,
                           KITH_HASH_LEN) == KITH_OK) {
        /* half-signed will do: a side that lost its store gets its own
         * signature back later than this, and cannot sign before */
        switch (
            agreement_can_amend(cache, taken->link, &amends, act_today(act))) {
        case AGREEMENT_AMEND_UNKNOWN:
            return reject("nda_unknown", ret_code);
        case AGREEMENT_AMEND_STALE:
            return reject("nda_stale", ret_code);
        default:
            break;
        }
    }
    status = terms_state_record(act, taken->link, &taken->step, state);
    if (status == KITH_OK)
        status = kith_record_check(state, false, NULL);
    if (status == KITH_INVALID || status == KITH_NOT_UNDERSTOOD)
        return reject("nda_malformed", ret_code);
    return status == KITH_OK ? sign_again(act, taken, state) : status;
}

/* What the step makes of it. */
static enum kith_status follow(struct act *act, const struct taken *taken,
                               struct kith_record *state, const char **ret_code)
{
    const struct cached_agreement *former = taken->former;
    enum kith_status status = KITH_NOT_FOUND;

    if (taken->kind == KITH_KIND_NDA_PROPOSAL)
        return former != NULL ? reject("nda_exists", ret_code)
                              : propose(act, taken, state, ret_code);
    if (former == NULL && taken->kind == KITH_KIND_NDA_SIGNATURE)
        status = propose_again(act, taken, state);
    if (former == NULL)
        return status == KITH_NOT_FOUND ? reject("nda_unknown", ret_code)
                                        : status;
    if (kith_record_field(&former->record, KITH_AGREEMENT_ENDED_PARTNER) !=
        NULL)
        return reject("nda_ended", ret_code);
    if (taken->kind == KITH_KIND_NDA_END)
        return terms_state_ended(act, &former->record, &taken->step, false,
                                 state);
    if (kith_record_field(&former->record, KITH_AGREEMENT_PARTNER_SIGNATURE) !=
        NULL)
        return reject("nda_signed", ret_code);
    return terms_state_signed(act, &former->record, &taken->step, state);
}

/* An end binds us from its day on, and not before it is processed: a day that
 * lies behind must not shorten the duty, whose years count from the end. While
 * the clock is in doubt only what was signed tells a day. */
static int32_t end_day(const struct act *act, const struct terms_signed *step)
{
    const int32_t today = act_today(act);

    if (!act->time_doubted)
        return step->end_day > today ? step->end_day : today;
    if (step->has_end_day)
        return step->end_day;
    if (step->at < 0)
        return 0;
    return step->at / SECONDS_A_DAY < today
               ? (int32_t)(step->at / SECONDS_A_DAY)
               : today;
}

static const char *name_of(uint32_t kind)
{
    return kind == KITH_KIND_NDA_PROPOSAL    ? "nda_proposal_received"
           : kind == KITH_KIND_NDA_SIGNATURE ? "nda_signature_received"
                                             : "nda_end_received";
}

enum kith_status agreement_take(struct act *act, struct store_link *link,
                                const struct kith_record *step,
                                const char **ret_code)
{
    struct taken taken = {.kind = step->kind, .link = link->number, .on = link};
    const struct rules_cache *cache;
    char hex[2 * KITH_HASH_LEN + 1];
    struct kith_record state;
    enum kith_status status;
    uint64_t number;

    status = terms_read(act, link, step, &taken.step);
    if (status == KITH_UNTRUSTED || status == KITH_MALFORMED ||
        status == KITH_INVALID || status == KITH_LIMIT)
        return reject(status == KITH_UNTRUSTED ? "nda_signature_bad"
                                               : "nda_malformed",
                      ret_code);
    if (status == KITH_OK)
        status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    taken.former = agreement_by_digest(cache, link->number, &taken.step.digest);
    number = taken.former != NULL ? taken.former->number : 0;
    taken.step.end_day = end_day(act, &taken.step);
    if (taken.former != NULL && is_held(&taken)) {
        status = sign_held(act, &taken, &state);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
    } else
        status = follow(act, &taken, &state, ret_code);
    if (status != KITH_OK)
        return status;
    status = store_state_put(act->txn, KITH_KIND_AGREEMENT, &number, &state);
    cache_drop(act->company);
    if (status != KITH_OK)
        return status;
    kith_hex(taken.step.digest.b, KITH_HASH_LEN, hex);
    return audit_add(act, &(struct audit_line){.what = name_of(step->kind),
                                               .link = link->number,
                                               .text = hex});
}
