/* nda_row - see the header.
 *
 * Not here: what an agreement's state is (rules/agreement_life.c).
 */
#include "core/nda_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/call.h"
#include "kith/fields.h"
#include "kith/rows.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"
#include "store/logs.h"

enum {
    WORDS_SIZE = 300
};

static const struct {
    uint32_t to, from;
} fields[] = {
    {KITH_NDA_ROW_AGREEMENT, KITH_AGREEMENT_TERMS_DIGEST},
    {KITH_NDA_ROW_DOCUMENT, KITH_AGREEMENT_DOCUMENT},
    {KITH_NDA_ROW_DOCUMENT_NAME, KITH_AGREEMENT_DOCUMENT_NAME},
    {KITH_NDA_ROW_PURPOSE, KITH_AGREEMENT_PURPOSE},
    {KITH_NDA_ROW_FROM, KITH_AGREEMENT_EFFECTIVE},
    {KITH_NDA_ROW_UNTIL, KITH_AGREEMENT_UNTIL},
    {KITH_NDA_ROW_YEARS, KITH_AGREEMENT_CONFIDENTIALITY_YEARS},
    {KITH_NDA_ROW_GOVERNING_LAW, KITH_AGREEMENT_GOVERNING_LAW},
    {KITH_NDA_ROW_JURISDICTION, KITH_AGREEMENT_JURISDICTION},
    {KITH_NDA_ROW_RETURN_OR_DESTROY, KITH_AGREEMENT_RETURN_OR_DESTROY},
    {KITH_NDA_ROW_OWN_SIGNER, KITH_AGREEMENT_OWN_SIGNER},
    {KITH_NDA_ROW_OWN_SIGNED_AT, KITH_AGREEMENT_OWN_SIGNED_AT},
    {KITH_NDA_ROW_OWN_TITLE, KITH_AGREEMENT_OWN_SIGNER_TITLE},
    {KITH_NDA_ROW_OWN_ADDRESS, KITH_AGREEMENT_OWN_NOTICE_ADDRESS},
    {KITH_NDA_ROW_PARTNER_SIGNER, KITH_AGREEMENT_PARTNER_SIGNER},
    {KITH_NDA_ROW_PARTNER_SIGNED_AT, KITH_AGREEMENT_PARTNER_SIGNED_AT},
    {KITH_NDA_ROW_PARTNER_TITLE, KITH_AGREEMENT_PARTNER_SIGNER_TITLE},
    {KITH_NDA_ROW_PARTNER_ADDRESS, KITH_AGREEMENT_PARTNER_NOTICE_ADDRESS},
    {KITH_NDA_ROW_ENDED, KITH_AGREEMENT_ENDED_OWN},
    {KITH_NDA_ROW_AMENDS, KITH_AGREEMENT_AMENDS},
    {KITH_NDA_ROW_PERPETUAL, KITH_AGREEMENT_PERPETUAL},
    {KITH_NDA_ROW_TRADE_SECRETS, KITH_AGREEMENT_TRADE_SECRETS},
    {KITH_NDA_ROW_UNTIL_TERMINATED, KITH_AGREEMENT_UNTIL_TERMINATED},
    {KITH_NDA_ROW_MODIFICATIONS, KITH_AGREEMENT_MODIFICATIONS},
    {KITH_NDA_ROW_MARKING_DAYS, KITH_AGREEMENT_MARKING_DAYS},
    {KITH_NDA_ROW_READS, KITH_AGREEMENT_READS},
    {KITH_NDA_ROW_REFUSED, KITH_AGREEMENT_REFUSED},
};

void nda_row_copy(struct kith_record_builder *builder, uint32_t to,
                  const struct kith_record *record, uint32_t from)
{
    const struct kith_field *field = kith_record_field(record, from);

    if (field != NULL) {
        struct kith_field copy = *field;

        copy.number = to;
        kith_build_field(builder, &copy);
    }
}

static void put_next(struct call *call,
                     const struct cached_agreement *agreement,
                     enum kith_nda_state state, const char *alias)
{
    char next[WORDS_SIZE];

    if (state == KITH_NDA_PROPOSED_BY_THEM)
        (void)snprintf(next, sizeof(next), "kith nda sign %s FILE", alias);
    else if (state == KITH_NDA_PROPOSED_BY_US &&
             kith_record_field(&agreement->record, KITH_AGREEMENT_REFUSED) !=
                 NULL)
        (void)snprintf(next, sizeof(next),
                       "%s could not use it: kith nda show %s", alias, alias);
    else if (state == KITH_NDA_PROPOSED_BY_US)
        (void)snprintf(next, sizeof(next), "%s signs: kith nda sign", alias);
    else if (state == KITH_NDA_EXPIRED &&
             agreement_has_both(&agreement->record))
        (void)snprintf(next, sizeof(next), "kith nda propose %s", alias);
    else
        return;
    call_put_text(call, KITH_NDA_ROW_NEXT, next);
}

/* "jan, head of sourcing": the partner's end, or ours when we ended it. */
static void put_end(struct call *call, const struct kith_record *record)
{
    const bool ours =
        kith_record_field(record, KITH_AGREEMENT_ENDED_OWN) != NULL;
    const struct kith_bytes name =
        kith_record_bytes(record, ours ? KITH_AGREEMENT_ENDED_OWN_SIGNER
                                       : KITH_AGREEMENT_ENDED_PARTNER_SIGNER);
    const struct kith_bytes title =
        kith_record_bytes(record, ours ? KITH_AGREEMENT_ENDED_OWN_TITLE
                                       : KITH_AGREEMENT_ENDED_PARTNER_TITLE);
    char words[WORDS_SIZE];

    /* the partner ended it and we did not */
    if (!ours)
        nda_row_copy(&call->builder, KITH_NDA_ROW_ENDED, record,
                     KITH_AGREEMENT_ENDED_PARTNER);
    if (name.len == 0)
        return;
    (void)snprintf(words, sizeof(words), "%.*s%s%.*s", (int)name.len,
                   (const char *)name.data, title.len != 0 ? ", " : "",
                   (int)title.len,
                   title.data == NULL ? "" : (const char *)title.data);
    call_put_text(call, KITH_NDA_ROW_ENDED_BY, words);
}

void nda_row_put_duty(struct call *call, const struct rules_cache *cache,
                      const struct cached_agreement *agreement,
                      const struct nda_row_fields *to)
{
    const struct kith_record *terms = &agreement->record;
    const int32_t until = agreement_protect_until(cache, agreement);
    const int64_t years =
        kith_record_value(terms, KITH_AGREEMENT_CONFIDENTIALITY_YEARS, 0);
    char words[WORDS_SIZE], day[60];

    if (!agreement_has_both(terms))
        return;
    if (until != AGREEMENT_NO_END) {
        char last[KITH_DAY_TEXT_SIZE];

        kith_day_text(until, last);
        (void)snprintf(day, sizeof(day), "until %s", last);
        kith_build_day(&call->builder, to->until, until);
    } else if (kith_record_field(terms, KITH_AGREEMENT_CONFIDENTIALITY_YEARS) !=
                   NULL &&
               kith_record_value(terms, KITH_AGREEMENT_PERPETUAL, 0) == 0) {
        (void)snprintf(day, sizeof(day), "%" PRId64 " years from its end",
                       years);
    } else {
        (void)snprintf(day, sizeof(day), "without end");
    }
    (void)snprintf(words, sizeof(words), "%s%s", day,
                   kith_record_value(terms, KITH_AGREEMENT_TRADE_SECRETS, 0) !=
                           0
                       ? "; trade secrets as long as they are such"
                       : "");
    call_put_text(call, to->words, words);
}

enum kith_status nda_row_add(struct call *call, const struct rules_cache *cache,
                             const struct cached_agreement *agreement)
{
    const struct kith_record *record = &agreement->record;
    const int32_t today = act_today(&call->act);
    const enum kith_nda_state state = agreement_state(cache, agreement, today);
    const struct cached_agreement *successor =
        agreement_successor(cache, agreement, today);
    const struct nda_row_fields duty = {KITH_NDA_ROW_PROTECT_UNTIL,
                                        KITH_NDA_ROW_DUTY};
    struct store_link link;
    enum kith_status status =
        store_link_get(call->act.txn, agreement->link, &link);

    if (status != KITH_OK)
        return status;
    call_row_start(call);
    call_put_text(call, KITH_NDA_ROW_PARTNER, link.alias);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        nda_row_copy(&call->builder, fields[i].to, record, fields[i].from);
    put_end(call, record);
    nda_row_put_duty(call, cache, agreement, &duty);
    if (successor != NULL)
        kith_build_octets(&call->builder, KITH_NDA_ROW_AMENDED_BY,
                          successor->digest.b, KITH_HASH_LEN);
    kith_build_choice(&call->builder, KITH_NDA_ROW_STATE, state);
    put_next(call, agreement, state, link.alias);
    call_row_end(call);
    return call->status;
}
