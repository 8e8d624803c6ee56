/* agreement_refused - what the partner says of a step of ours that it could not
 * use.
 *
 * Not here: verdicts of other entries (apply.c).
 */
#include "kith/kinds.h"
#include "kith/fields.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules/agreement_terms.h"
#include "rules/cache.h"
#include "rules/reopen.h"
#include "store/logs.h"
#include "store/state.h"

/* Is RECORD a step? Then *RET_DIGEST is that of the terms it is about. */
static bool is_step(struct act *act, const struct kith_record *record,
                    struct kith_hash *ret_digest)
{
    struct terms_signed step;

    if ((record->kind != KITH_KIND_NDA_PROPOSAL &&
         record->kind != KITH_KIND_NDA_SIGNATURE &&
         record->kind != KITH_KIND_NDA_END) ||
        terms_parse(act, record, &step) != KITH_OK)
        return false;
    *ret_digest = step.digest;
    return true;
}

static enum kith_status remember(struct act *act,
                                 const struct cached_agreement *agreement,
                                 struct kith_bytes why)
{
    struct kith_record state = {.kind = KITH_KIND_AGREEMENT};
    struct kith_record_builder builder;
    uint64_t number = agreement->number;
    enum kith_status status;

    kith_build_from(&builder, act->arena, &agreement->record,
                    KITH_AGREEMENT_REFUSED);
    kith_build_text(&builder, KITH_AGREEMENT_REFUSED, why);
    status = kith_build_finish(&builder, &state);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_AGREEMENT, &number, &state);
    cache_drop(act->company);
    return status;
}

enum kith_status agreement_refused(struct act *act,
                                   const struct store_link *link,
                                   uint64_t index, struct kith_bytes why)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    struct reopened opened = {0};
    struct kith_hash digest;
    bool step = false;
    enum kith_status status = reopen_at(
        act, link, &(struct reopen_place){STORE_OUT, index}, NULL, &opened);

    if (status == KITH_OK)
        step = is_step(act, &opened.body.record, &digest);
    reopened_clear(&opened);
    /* what does not open any more was no step: those are kept */
    if (!step || why.len == 0)
        return status == KITH_NOMEM || status == KITH_DAMAGED ? status
                                                              : KITH_OK;
    status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    agreement = agreement_by_digest(cache, link->number, &digest);
    return agreement != NULL ? remember(act, agreement, why) : KITH_OK;
}
