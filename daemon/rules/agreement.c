/* agreement - our own steps, and whether one is in force.
 *
 * Not here: the partner's steps (agreement_take.c), the bytes that are signed
 * (agreement_terms.c), what an agreement lets through (gate.c).
 */
#include "rules/agreement.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_life.h"
#include "rules/agreement_terms.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/outbox.h"
#include "store/logs.h"
#include "store/state.h"

/* What AGREEMENT, of its own, makes of the gate TODAY. */
static enum gate_reason judge(const struct rules_cache *cache,
                              const struct cached_agreement *agreement,
                              int32_t today)
{
    if (!agreement_has_both(&agreement->record))
        return GATE_NO_AGREEMENT;
    return agreement_state(cache, agreement, today) == KITH_NDA_IN_FORCE
               ? GATE_OPEN
               : GATE_AGREEMENT_DATE;
}

enum kith_status agreement_in_force(struct act *act, uint32_t link,
                                    enum gate_reason *ret_reason,
                                    struct kith_hash *ret_digest)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    if (status != KITH_OK)
        return status;
    *ret_reason = act->time_doubted ? GATE_CLOCK : GATE_NO_AGREEMENT;
    if (act->time_doubted)
        return KITH_OK;
    for (i = cache->n_agreements; i-- > 0;) {
        enum gate_reason reason;

        if (cache->agreements[i].link != link)
            continue;
        reason = judge(cache, &cache->agreements[i], act_today(act));
        if (reason == GATE_OPEN) {
            *ret_reason = reason;
            *ret_digest = cache->agreements[i].digest;
            return KITH_OK;
        }
        if (reason == GATE_AGREEMENT_DATE)
            *ret_reason = reason;
    }
    return KITH_OK;
}

bool agreement_fits(const struct kith_record *record, struct kith_bytes prefix)
{
    struct kith_hash digest;
    char hex[2 * KITH_HASH_LEN + 1];

    if (prefix.len == 0)
        return true;
    if (kith_record_octets(record, KITH_AGREEMENT_TERMS_DIGEST, digest.b,
                           KITH_HASH_LEN) != KITH_OK ||
        prefix.len > 2 * KITH_HASH_LEN)
        return false;
    kith_hex(digest.b, KITH_HASH_LEN, hex);
    return memcmp(hex, prefix.data, prefix.len) == 0;
}

/* The newest agreement of LINK that fits WANTED and that we may sign; when
 * there is none, the newest that fits at all. *ret_waiting: how many we may
 * sign. */
static const struct cached_agreement *find_proposal(
    const struct rules_cache *cache, uint32_t link,
    const struct agreement_wanted *wanted, size_t *ret_waiting)
{
    const struct kith_bytes document = {wanted->document->b, KITH_HASH_LEN};
    const struct cached_agreement *first = NULL, *fits = NULL;
    size_t i;

    *ret_waiting = 0;
    for (i = cache->n_agreements; i-- > 0;) {
        const struct kith_record *record = &cache->agreements[i].record;

        if (cache->agreements[i].link != link ||
            !kith_bytes_equal(
                kith_record_bytes(record, KITH_AGREEMENT_DOCUMENT), document) ||
            !agreement_fits(record, wanted->terms))
            continue;
        if (fits == NULL)
            fits = &cache->agreements[i];
        if (kith_record_field(record, KITH_AGREEMENT_OWN_SIGNATURE) != NULL ||
            kith_record_field(record, KITH_AGREEMENT_ENDED_PARTNER) != NULL)
            continue;
        if (first == NULL)
            first = &cache->agreements[i];
        (*ret_waiting)++;
    }
    return first != NULL ? first : fits;
}

enum kith_status agreement_is_signed(struct act *act, uint32_t link,
                                     const struct kith_hash *digest,
                                     bool *ret_signed)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    agreement = agreement_by_digest(cache, link, digest);
    *ret_signed = agreement != NULL && agreement_has_both(&agreement->record);
    return KITH_OK;
}

static enum kith_status note(struct act *act, const struct store_link *link,
                             const char *what, const struct kith_hash *digest)
{
    char hex[2 * KITH_HASH_LEN + 1];

    kith_hex(digest->b, KITH_HASH_LEN, hex);
    return audit_add(act, &(struct audit_line){
                              .what = what, .link = link->number, .text = hex});
}

/* Stores RECORD as agreement *NUMBER (0: a new one). */
static enum kith_status put(struct act *act, uint64_t *number,
                            const struct kith_record *record)
{
    enum kith_status status =
        store_state_put(act->txn, KITH_KIND_AGREEMENT, number, record);

    cache_drop(act->company);
    return status;
}

/* What is amended must be signed by both and rule still. AMENDS: its digest. */
static enum kith_status check_amends(struct act *act,
                                     const struct store_link *link,
                                     const struct kith_hash *amends)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    switch (agreement_can_amend(cache, link->number, amends, act_today(act))) {
    case AGREEMENT_AMEND_UNKNOWN:
        return kith_fail(
            act->err, KITH_NOT_FOUND, "nda_unknown", "kith nda list",
            "there is no such agreement with %s to amend", link->alias);
    case AGREEMENT_AMEND_HALF:
        return kith_fail(act->err, KITH_CONFLICT, "nda_half_signed",
                         "have it signed first: kith nda list",
                         "what would be amended is not signed by both");
    case AGREEMENT_AMEND_STALE:
        return kith_fail(act->err, KITH_CONFLICT, "nda_stale",
                         "kith nda list, then kith nda amend or propose",
                         "what would be amended was ended, or amended "
                         "already");
    case AGREEMENT_AMEND_FINE:
        break;
    }
    return KITH_OK;
}

enum kith_status agreement_propose(struct act *act, struct store_link *link,
                                   const struct kith_record *terms,
                                   const struct agreement_signer *signer,
                                   uint64_t *ret_number)
{
    struct kith_record proposal, state;
    const struct rules_cache *cache;
    struct terms_signed step;
    struct kith_hash amends;
    uint64_t number = 0;
    enum kith_status status = act_certain(act);

    if (status != KITH_OK)
        return status;
    if (link->removed || !link->verified)
        return gate_refuse(act, link->removed ? GATE_REMOVED : GATE_UNVERIFIED,
                           link);
    if (kith_record_octets(terms, KITH_NDA_AMENDS, amends.b, KITH_HASH_LEN) ==
        KITH_OK)
        status = check_amends(act, link, &amends);
    if (status == KITH_OK)
        status = terms_propose(act, link, terms, signer, &step);
    if (status == KITH_OK)
        status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    if (agreement_by_digest(cache, link->number, &step.digest) != NULL)
        return kith_fail(act->err, KITH_CONFLICT, "nda_exists", "kith nda list",
                         "an agreement with %s under exactly these terms is "
                         "there already",
                         link->alias);
    status = terms_proposal_record(act, &step, &proposal);
    if (status == KITH_OK)
        status = terms_state_record(act, link->number, &step, &state);
    if (status == KITH_OK)
        status = put(act, &number, &state);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_RELATION, &proposal);
    if (status == KITH_OK)
        status = note(act, link, "nda_proposed", &step.digest);
    if (status == KITH_OK)
        *ret_number = number;
    return status;
}

/* The proposal that is to be signed, or why it cannot be. */
static enum kith_status choose(struct act *act, const struct store_link *link,
                               const struct agreement_wanted *wanted,
                               const struct cached_agreement **ret_agreement)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    size_t waiting = 0;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    agreement = find_proposal(cache, link->number, wanted, &waiting);
    if (agreement == NULL)
        return kith_fail(act->err, KITH_NOT_FOUND, "nda_not_proposed",
                         "compare the text's digest with: kith nda list",
                         "%s has proposed no agreement over this document",
                         link->alias);
    if (waiting > 1)
        return kith_fail(act->err, KITH_CONFLICT, "nda_unclear",
                         "name one: --agreement DIGEST, as kith nda list shows",
                         "%s has proposed %zu agreements over this document, "
                         "with other terms",
                         link->alias, waiting);
    if (kith_record_field(&agreement->record, KITH_AGREEMENT_OWN_SIGNATURE) !=
        NULL)
        return kith_fail(act->err, KITH_CONFLICT, "nda_signed", "kith nda list",
                         "we have signed this agreement with %s already",
                         link->alias);
    if (kith_record_field(&agreement->record, KITH_AGREEMENT_ENDED_PARTNER) !=
        NULL)
        return kith_fail(act->err, KITH_CONFLICT, "nda_ended", "kith nda list",
                         "%s has ended this agreement", link->alias);
    *ret_agreement = agreement;
    return agreement->is_amendment ? check_amends(act, link, &agreement->amends)
                                   : KITH_OK;
}

enum kith_status agreement_sign(struct act *act, struct store_link *link,
                                const struct agreement_wanted *wanted,
                                const struct agreement_signer *signer,
                                uint64_t *ret_number)
{
    const struct cached_agreement *agreement = NULL;
    struct kith_record signature, state;
    struct terms_signed step;
    uint64_t number;
    enum kith_status status = act_certain(act);

    if (status != KITH_OK)
        return status;
    if (link->removed || !link->verified)
        return gate_refuse(act, link->removed ? GATE_REMOVED : GATE_UNVERIFIED,
                           link);
    status = choose(act, link, wanted, &agreement);
    if (status != KITH_OK)
        return status;
    number = agreement->number;
    status = terms_countersign(act, agreement, signer, &step);
    if (status == KITH_OK)
        status = terms_signature_record(act, &step, &signature);
    if (status == KITH_OK)
        status = terms_state_signed(act, &agreement->record, &step, &state);
    if (status == KITH_OK)
        status = put(act, &number, &state);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_RELATION, &signature);
    if (status == KITH_OK)
        status = outbox_step_back(act, link->number);
    if (status == KITH_OK)
        status = note(act, link, "nda_signed", &step.digest);
    if (status == KITH_OK)
        *ret_number = number;
    return status;
}

enum kith_status agreement_end(struct act *act, struct store_link *link,
                               uint64_t number,
                               const struct agreement_signer *signer)
{
    struct kith_record former, state, end;
    struct terms_signed step;
    enum kith_status status = act_certain(act);

    if (status != KITH_OK)
        return status;
    status = store_state_get(act->txn, KITH_KIND_AGREEMENT, number, act->arena,
                             &former);
    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK &&
         kith_record_value(&former, KITH_AGREEMENT_PARTNER, 0) != link->number))
        return kith_fail(act->err, KITH_NOT_FOUND, "nda_unknown",
                         "kith nda list", "there is no such agreement with %s",
                         link->alias);
    if (status != KITH_OK)
        return status;
    if (kith_record_field(&former, KITH_AGREEMENT_ENDED_OWN) != NULL)
        return kith_fail(act->err, KITH_CONFLICT, "nda_ended", "kith nda list",
                         "we have ended it already");
    status = terms_end(act, &former, signer, &step);
    if (status == KITH_OK)
        status = terms_end_record(act, &step, &end);
    if (status == KITH_OK)
        status = terms_state_ended(act, &former, &step, true, &state);
    if (status == KITH_OK)
        status = put(act, &number, &state);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_RELATION, &end);
    if (status == KITH_OK)
        status = note(act, link, "nda_ended", &step.digest);
    return status;
}
