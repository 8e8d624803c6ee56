/* agreement_state - the record in which we keep an agreement.
 *
 * Not here: the records that travel (agreement_terms.c).
 */
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_terms.h"

/* Where a term of the proposal stands in our state. */
static const struct {
    uint32_t term, state;
} kept[] = {
    {KITH_NDA_DOCUMENT, KITH_AGREEMENT_DOCUMENT},
    {KITH_NDA_DOCUMENT_NAME, KITH_AGREEMENT_DOCUMENT_NAME},
    {KITH_NDA_PURPOSE, KITH_AGREEMENT_PURPOSE},
    {KITH_NDA_EFFECTIVE, KITH_AGREEMENT_EFFECTIVE},
    {KITH_NDA_UNTIL, KITH_AGREEMENT_UNTIL},
    {KITH_NDA_CONFIDENTIALITY_YEARS, KITH_AGREEMENT_CONFIDENTIALITY_YEARS},
    {KITH_NDA_GOVERNING_LAW, KITH_AGREEMENT_GOVERNING_LAW},
    {KITH_NDA_JURISDICTION, KITH_AGREEMENT_JURISDICTION},
    {KITH_NDA_RETURN_OR_DESTROY, KITH_AGREEMENT_RETURN_OR_DESTROY},
    {KITH_NDA_AMENDS, KITH_AGREEMENT_AMENDS},
    {KITH_NDA_TRADE_SECRETS, KITH_AGREEMENT_TRADE_SECRETS},
    {KITH_NDA_PERPETUAL, KITH_AGREEMENT_PERPETUAL},
    {KITH_NDA_UNTIL_TERMINATED, KITH_AGREEMENT_UNTIL_TERMINATED},
    {KITH_NDA_MODIFICATIONS, KITH_AGREEMENT_MODIFICATIONS},
    {KITH_NDA_MARKING_DAYS, KITH_AGREEMENT_MARKING_DAYS},
    {KITH_NDA_READS, KITH_AGREEMENT_READS},
};

static void build_own(struct kith_record_builder *builder,
                      const struct terms_signed *step)
{
    kith_build_text(builder, KITH_AGREEMENT_OWN_SIGNER, step->signer);
    kith_build_number(builder, KITH_AGREEMENT_OWN_SIGNED_AT, step->at);
    kith_build_octets(builder, KITH_AGREEMENT_OWN_SIGNATURE, step->signature.b,
                      KITH_SIG_LEN);
    if (step->title.len != 0)
        kith_build_text(builder, KITH_AGREEMENT_OWN_SIGNER_TITLE, step->title);
    if (step->address.len != 0)
        kith_build_text(builder, KITH_AGREEMENT_OWN_NOTICE_ADDRESS,
                        step->address);
}

static void build_partner(struct kith_record_builder *builder,
                          const struct terms_signed *step)
{
    kith_build_text(builder, KITH_AGREEMENT_PARTNER_SIGNER, step->signer);
    kith_build_number(builder, KITH_AGREEMENT_PARTNER_SIGNED_AT, step->at);
    kith_build_octets(builder, KITH_AGREEMENT_PARTNER_SIGNATURE,
                      step->signature.b, KITH_SIG_LEN);
    if (step->title.len != 0)
        kith_build_text(builder, KITH_AGREEMENT_PARTNER_SIGNER_TITLE,
                        step->title);
    if (step->address.len != 0)
        kith_build_text(builder, KITH_AGREEMENT_PARTNER_NOTICE_ADDRESS,
                        step->address);
}

static bool is_ours(const struct act *act, const struct terms_signed *step)
{
    struct kith_company_id proposer;

    return kith_record_octets(&step->terms, KITH_NDA_PROPOSER, proposer.b,
                              KITH_COMPANY_ID_LEN) == KITH_OK &&
           kith_company_id_equal(&proposer, &act->company->id);
}

enum kith_status terms_state_record(struct act *act, uint32_t link,
                                    const struct terms_signed *step,
                                    struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_AGREEMENT};
    const bool ours = is_ours(act, step);
    struct kith_record_builder builder;
    enum kith_status status;
    size_t i;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_AGREEMENT_PARTNER, link);
    kith_build_octets(&builder, KITH_AGREEMENT_TERMS, step->terms_bytes.data,
                      step->terms_bytes.len);
    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        const struct kith_field *term =
            kith_record_field(&step->terms, kept[i].term);

        if (term != NULL) {
            struct kith_field field = *term;

            field.number = kept[i].state;
            kith_build_field(&builder, &field);
        }
    }
    kith_build_octets(&builder, KITH_AGREEMENT_TERMS_DIGEST, step->digest.b,
                      KITH_HASH_LEN);
    if (ours)
        build_own(&builder, step);
    else
        build_partner(&builder, step);
    if (ours)
        kith_build_number(&builder, KITH_AGREEMENT_PROPOSED_BY_US, 1);
    else
        kith_build_octets(&builder, KITH_AGREEMENT_PROPOSAL_ITEM,
                          step->proposal.b, KITH_ID_LEN);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

/* Notices of the end that would have come before DAY are not missed. */
static void build_watch(struct kith_record_builder *builder, int32_t day)
{
    kith_build_when(
        builder, KITH_AGREEMENT_WATCH_FROM,
        &(struct kith_when){.kind = KITH_WHEN_DATE, .from_day = day});
}

enum kith_status terms_state_signed(struct act *act,
                                    const struct kith_record *former,
                                    const struct terms_signed *step,
                                    struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_AGREEMENT};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_from(&builder, act->arena, former, 0);
    if (kith_record_field(former, KITH_AGREEMENT_PARTNER_SIGNATURE) != NULL)
        build_own(&builder, step);
    else
        build_partner(&builder, step);
    if (!act->time_doubted)
        build_watch(&builder, act_today(act));
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

/* Who ended it, by name and title. */
static void build_ender(struct kith_record_builder *builder,
                        const struct terms_signed *end, bool by_us)
{
    if (end->signer.len != 0)
        kith_build_text(builder,
                        by_us ? KITH_AGREEMENT_ENDED_OWN_SIGNER
                              : KITH_AGREEMENT_ENDED_PARTNER_SIGNER,
                        end->signer);
    if (end->title.len != 0)
        kith_build_text(builder,
                        by_us ? KITH_AGREEMENT_ENDED_OWN_TITLE
                              : KITH_AGREEMENT_ENDED_PARTNER_TITLE,
                        end->title);
}

enum kith_status terms_state_ended(struct act *act,
                                   const struct kith_record *former,
                                   const struct terms_signed *end, bool by_us,
                                   struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_AGREEMENT};
    struct kith_record_builder builder;
    const int32_t today = act_today(act);
    enum kith_status status;

    kith_build_from(&builder, act->arena, former, KITH_AGREEMENT_WATCH_FROM);
    /* an end that lies behind is told of all the same */
    build_watch(&builder, end->end_day < today || act->time_doubted
                              ? end->end_day
                              : today);
    kith_build_day(&builder,
                   by_us ? KITH_AGREEMENT_ENDED_OWN
                         : KITH_AGREEMENT_ENDED_PARTNER,
                   end->end_day);
    build_ender(&builder, end, by_us);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}
