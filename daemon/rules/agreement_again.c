/* agreement_again - see the header. Not here: steps of today (agreement.c), the
 * partner's (agreement_take.c).
 */
#include "rules/agreement_again.h"

#include "kith/body.h"
#include "kith/entry.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/cache.h"
#include "rules/outbox.h"
#include "rules/reopen.h"
#include "store/logs.h"

enum {
    /* What is told again comes early in a log; a partner cannot make us walk
     * our closed logs for ever (inv. 7). */
    AGAIN_WITHIN = 4096 /* entries of the partner's log */
};

/* Our step, as the state of the agreement keeps it. */
static enum kith_status step_of(struct act *act,
                                const struct cached_agreement *agreement,
                                struct terms_signed *ret_step)
{
    const struct kith_record *state = &agreement->record;
    struct terms_signed step = {
        .digest = agreement->digest,
        .terms_bytes = kith_record_bytes(state, KITH_AGREEMENT_TERMS),
        .signer = kith_record_bytes(state, KITH_AGREEMENT_OWN_SIGNER),
        .title = kith_record_bytes(state, KITH_AGREEMENT_OWN_SIGNER_TITLE),
        .address = kith_record_bytes(state, KITH_AGREEMENT_OWN_NOTICE_ADDRESS),
        .at = kith_record_value(state, KITH_AGREEMENT_OWN_SIGNED_AT, 0)};
    enum kith_status status = kith_record_octets(
        state, KITH_AGREEMENT_OWN_SIGNATURE, step.signature.b, KITH_SIG_LEN);

    if (status == KITH_OK &&
        kith_record_value(state, KITH_AGREEMENT_PROPOSED_BY_US, 0) == 0)
        status = kith_record_octets(state, KITH_AGREEMENT_PROPOSAL_ITEM,
                                    step.proposal.b, KITH_ID_LEN);
    if (status == KITH_OK)
        status = kith_record_decode(act->arena, step.terms_bytes, &step.terms);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

static enum kith_status tell_one(struct act *act, const struct store_link *link,
                                 const struct cached_agreement *agreement)
{
    const struct kith_record *state = &agreement->record;
    struct kith_record record;
    struct terms_signed step;
    enum kith_status status;

    if (kith_record_field(state, KITH_AGREEMENT_OWN_SIGNATURE) == NULL ||
        kith_record_field(state, KITH_AGREEMENT_ENDED_OWN) != NULL ||
        kith_record_field(state, KITH_AGREEMENT_ENDED_PARTNER) != NULL)
        return KITH_OK;
    status = step_of(act, agreement, &step);
    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_DAMAGED;
    if (kith_record_value(state, KITH_AGREEMENT_PROPOSED_BY_US, 0) != 0)
        status = terms_proposal_record(act, &step, &record);
    else
        status = terms_signature_record(act, &step, &record);
    return status == KITH_OK ? outbox_add(act, link, OUTBOX_RELATION, &record)
                             : status;
}

enum kith_status agreement_tell_again(struct act *act,
                                      const struct store_link *link)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++)
        if (cache->agreements[i].link == link->number)
            status = tell_one(act, link, &cache->agreements[i]);
    return status;
}

/* One walk through our closed logs. */
struct search {
    struct act *act;
    struct store_link link; /* its log number: of the log at hand */
    uint32_t kind;
    const struct kith_hash *digest;
    struct terms_signed *step;
    bool found;
};

/* Is ENTRY the step? Its record lives in the arena then. */
static enum kith_status look_at(struct search *search,
                                const struct store_entry *entry)
{
    struct kith_entry_header header;
    struct reopened opened = {0};
    struct terms_signed step;
    enum kith_status status;

    if (kith_entry_decode(entry->header, &header) != KITH_OK)
        return KITH_DAMAGED;
    if (header.entry_class != KITH_CLASS_RELATION || !entry->has_ek)
        return KITH_OK;
    status =
        reopen_entry(search->act, &search->link, STORE_OUT, entry, &opened);
    if (status == KITH_OK && opened.body.record.kind == search->kind &&
        terms_parse(search->act, &opened.body.record, &step) == KITH_OK &&
        kith_hash_equal(&step.digest, search->digest)) {
        *search->step = step;
        search->found = true;
    }
    reopened_clear(&opened);
    /* a body that does not open or decode is no step */
    return status == KITH_NOMEM || status == KITH_DAMAGED ? status : KITH_OK;
}

static enum kith_status walk_log(struct search *search)
{
    const struct store_log_id log = {search->link.number, STORE_OUT,
                                     search->link.out.number};
    enum kith_status status = KITH_OK;

    for (uint64_t index = 0; status == KITH_OK && !search->found; index++) {
        const struct kith_arena_mark mark = kith_arena_mark(search->act->arena);
        struct store_entry entry;

        status = store_entry_get(search->act->txn, &log, index,
                                 search->act->arena, &entry);
        if (status == KITH_OK)
            status = look_at(search, &entry);
        kith_wipe(&entry.ek, sizeof(entry.ek));
        if (!search->found)
            kith_arena_rewind(search->act->arena, mark);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status agreement_own_step(struct act *act,
                                    const struct store_link *link,
                                    uint32_t kind,
                                    const struct kith_hash *digest,
                                    struct terms_signed *ret_step)
{
    struct search search = {.act = act,
                            .link = *link,
                            .kind = kind,
                            .digest = digest,
                            .step = ret_step};
    struct store_log_id log = {link->number, STORE_OUT, 0};
    enum kith_status status = link->in.tree.size < AGAIN_WITHIN
                                  ? store_log_next(act->txn, &log)
                                  : KITH_NOT_FOUND;

    while (status == KITH_OK && !search.found &&
           log.number < link->out.number) {
        search.link.out.number = log.number;
        status = walk_log(&search);
        if (status == KITH_OK)
            status = store_log_next(act->txn, &log);
    }
    if (search.found)
        return KITH_OK;
    return status == KITH_OK ? KITH_NOT_FOUND : status;
}
