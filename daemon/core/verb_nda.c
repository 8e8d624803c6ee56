/* verb_nda - agreements: proposed, countersigned, listed, ended.
 *
 * Not here: what is signed (rules/agreement.c). The text travels outside; the
 * client has made its digest.
 */
#include "core/verbs.h"

#include <stdio.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules/agreement_terms.h"
#include "rules/cache.h"
#include "rules/grant.h"
#include "rules/resolve.h"
#include "store/logs.h"

static void copy_field(struct kith_record_builder *row, uint32_t to,
                       const struct kith_record *record, uint32_t from)
{
    const struct kith_field *field = kith_record_field(record, from);

    if (field != NULL) {
        struct kith_field copy = *field;

        copy.number = to;
        kith_build_field(row, &copy);
    }
}

static void put_next(struct call *call, enum kith_nda_state state,
                     const char *alias)
{
    char next[200];

    if (state == KITH_NDA_PROPOSED_BY_THEM)
        (void)snprintf(next, sizeof(next), "kith nda sign %s FILE", alias);
    else if (state == KITH_NDA_PROPOSED_BY_US)
        (void)snprintf(next, sizeof(next), "%s signs: kith nda sign", alias);
    else
        return;
    call_put_text(call, KITH_NDA_ROW_NEXT, next);
}

static enum kith_status add_row(struct call *call,
                                const struct rules_cache *cache,
                                const struct cached_agreement *agreement)
{
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
        {KITH_NDA_ROW_PARTNER_SIGNER, KITH_AGREEMENT_PARTNER_SIGNER},
        {KITH_NDA_ROW_PARTNER_SIGNED_AT, KITH_AGREEMENT_PARTNER_SIGNED_AT},
        {KITH_NDA_ROW_ENDED, KITH_AGREEMENT_ENDED_OWN},
    };
    const struct kith_record *record = &agreement->record;
    const enum kith_nda_state state =
        agreement_state(cache, agreement, act_today(&call->act));
    struct store_link link;
    enum kith_status status =
        store_link_get(call->act.txn, agreement->link, &link);

    if (status != KITH_OK)
        return status;
    call_row_start(call);
    call_put_text(call, KITH_NDA_ROW_PARTNER, link.alias);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        copy_field(&call->builder, fields[i].to, record, fields[i].from);
    /* the partner ended it and we did not */
    if (kith_record_field(record, KITH_AGREEMENT_ENDED_OWN) == NULL)
        copy_field(&call->builder, KITH_NDA_ROW_ENDED, record,
                   KITH_AGREEMENT_ENDED_PARTNER);
    kith_build_choice(&call->builder, KITH_NDA_ROW_STATE, state);
    put_next(call, state, link.alias);
    call_row_end(call);
    return call->status;
}

/* The row of agreement NUMBER, and the link hears of it. */
static enum kith_status finish(struct daemon *daemon, struct call *call,
                               const struct store_link *link, uint64_t number,
                               enum kith_status status)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache = NULL;

    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status != KITH_OK)
        return status;
    agreement = cache_agreement(cache, number);
    if (agreement == NULL)
        return KITH_NOT_FOUND;
    links_mark(daemon, link->number);
    return add_row(call, cache, agreement);
}

static enum kith_status find_partner(struct call *call,
                                     struct store_link *ret_link)
{
    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith nda list",
                         "name the partner");
    return resolve_partner(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_NDA_ARGS_PARTNER),
        ret_link);
}

/* Who signs for us: the name given, else the person's own. */
static enum kith_status find_signer(struct call *call,
                                    struct agreement_signer *ret_signer)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    const struct cached_person *person;
    enum kith_status status = KITH_OK;

    ret_signer->name = kith_record_bytes(argument, KITH_NDA_ARGS_SIGNER);
    ret_signer->title = kith_record_bytes(argument, KITH_NDA_ARGS_SIGNER_TITLE);
    if (ret_signer->name.len > 0)
        return KITH_OK;
    status = cache_get(&call->act, &cache);
    if (status != KITH_OK)
        return status;
    person = cache_person(cache, call->person.number);
    if (person == NULL)
        return KITH_NOT_FOUND;
    /* the cache may be dropped while the agreement is made */
    ret_signer->name = kith_arena_copy(
        call->act.arena,
        kith_record_bytes(&person->record, KITH_PERSON_STATE_NAME));
    return ret_signer->name.data == NULL ? KITH_NOMEM : KITH_OK;
}

/* The terms as the proposal has them, fields 1 to 9. */
static enum kith_status read_terms(struct call *call,
                                   struct kith_record *ret_terms)
{
    static const struct {
        uint32_t to, from;
    } fields[] = {
        {KITH_NDA_DOCUMENT, KITH_NDA_ARGS_DOCUMENT},
        {KITH_NDA_DOCUMENT_NAME, KITH_NDA_ARGS_DOCUMENT_NAME},
        {KITH_NDA_PURPOSE, KITH_NDA_ARGS_PURPOSE},
        {KITH_NDA_EFFECTIVE, KITH_NDA_ARGS_FROM},
        {KITH_NDA_UNTIL, KITH_NDA_ARGS_UNTIL},
        {KITH_NDA_CONFIDENTIALITY_YEARS, KITH_NDA_ARGS_YEARS},
        {KITH_NDA_GOVERNING_LAW, KITH_NDA_ARGS_GOVERNING_LAW},
        {KITH_NDA_JURISDICTION, KITH_NDA_ARGS_JURISDICTION},
        {KITH_NDA_RETURN_OR_DESTROY, KITH_NDA_ARGS_RETURN_OR_DESTROY},
    };
    const struct kith_record *argument = call_argument(call);
    struct kith_record_builder builder;

    kith_build_start(&builder, call->act.arena);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        copy_field(&builder, fields[i].to, argument, fields[i].from);
    if (kith_record_field(argument, KITH_NDA_ARGS_FROM) == NULL) {
        int32_t today = act_today(&call->act);
        struct kith_when when = {KITH_WHEN_DATE, today, 0, {NULL, 0}};

        kith_build_when(&builder, KITH_NDA_EFFECTIVE, &when);
    }
    if (kith_record_bytes(argument, KITH_NDA_ARGS_PURPOSE).len == 0)
        return call_fail(call, KITH_INVALID, "purpose_missing",
                         "--purpose \"assembly of Lumen\"",
                         "an agreement says what it is for");
    memset(ret_terms, 0, sizeof(*ret_terms));
    ret_terms->kind = KITH_KIND_NDA_PROPOSAL;
    return kith_build_finish(&builder, ret_terms);
}

enum kith_status verb_nda_propose(struct daemon *daemon, struct call *call)
{
    struct agreement_signer signer;
    struct kith_record terms;
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = find_signer(call, &signer);
    if (status == KITH_OK)
        status = read_terms(call, &terms);
    if (status == KITH_OK)
        status = agreement_propose(&call->act, &link, &terms, &signer, &number);
    return finish(daemon, call, &link, number, status);
}

/* Is there a proposal of LINK's partner that waits for us? */
static bool waits(const struct rules_cache *cache, uint32_t link, int32_t day)
{
    for (size_t i = 0; i < cache->n_agreements; i++) {
        if (cache->agreements[i].link == link &&
            agreement_state(cache, &cache->agreements[i], day) ==
                KITH_NDA_PROPOSED_BY_THEM)
            return true;
    }
    return false;
}

enum kith_status verb_nda_sign(struct daemon *daemon, struct call *call)
{
    struct agreement_signer signer;
    const struct rules_cache *cache = NULL;
    struct kith_hash document;
    struct agreement_wanted wanted = {.document = &document};
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = find_signer(call, &signer);
    if (status == KITH_OK &&
        kith_record_octets(call_argument(call), KITH_NDA_ARGS_DOCUMENT,
                           document.b, KITH_HASH_LEN) != KITH_OK)
        status = call_fail(call, KITH_INVALID, "arguments",
                           "kith nda sign PARTNER FILE",
                           "give the file that is signed");
    if (status == KITH_OK)
        wanted.terms =
            kith_record_bytes(call_argument(call), KITH_NDA_ARGS_AGREEMENT);
    if (status == KITH_OK)
        status = agreement_sign(&call->act, &link, &wanted, &signer, &number);
    if (status == KITH_OK)
        status = grant_settle(&call->act, &link);
    if (status == KITH_NOT_FOUND && cache_get(&call->act, &cache) == KITH_OK &&
        waits(cache, link.number, act_today(&call->act))) {
        kith_error_clear(&call->error);
        status =
            call_fail(call, KITH_UNTRUSTED, "digest_differs",
                      "compare the files with them",
                      "your file is not the one that %s proposed", link.alias);
    }
    return finish(daemon, call, &link, number, status);
}

enum kith_status verb_nda_list(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    struct kith_bytes partner = {NULL, 0};
    struct kith_bytes prefix = {NULL, 0};
    struct store_link link = {0};
    enum kith_status status = KITH_OK;

    (void)daemon;
    if (argument != NULL) {
        partner = kith_record_bytes(argument, KITH_NDA_ARGS_PARTNER);
        prefix = kith_record_bytes(argument, KITH_NDA_ARGS_AGREEMENT);
    }
    if (partner.len > 0)
        status = resolve_partner(&call->act, partner, &link);
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        const struct cached_agreement *agreement = &cache->agreements[i];

        if ((link.number == 0 || agreement->link == link.number) &&
            agreement_fits(&agreement->record, prefix))
            status = add_row(call, cache, agreement);
    }
    return status;
}

/* The one agreement with LINK that can still be ended. */
static enum kith_status find_agreement(struct call *call,
                                       const struct store_link *link,
                                       uint64_t *ret_number)
{
    struct kith_bytes prefix =
        kith_record_bytes(call_argument(call), KITH_NDA_ARGS_AGREEMENT);
    const struct rules_cache *cache = NULL;
    size_t found = 0;
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        const struct cached_agreement *agreement = &cache->agreements[i];

        if (agreement->link != link->number ||
            !agreement_fits(&agreement->record, prefix) ||
            agreement_state(cache, agreement, act_today(&call->act)) ==
                KITH_NDA_ENDED)
            continue;
        *ret_number = agreement->number;
        found++;
    }
    if (status == KITH_OK && found == 0)
        status =
            call_fail(call, KITH_NOT_FOUND, "no_agreement", "kith nda list",
                      "there is no agreement with %s to end", link->alias);
    if (status == KITH_OK && found > 1)
        status = call_fail(call, KITH_CONFLICT, "unclear", "kith nda list",
                           "there are %zu agreements with %s: name one", found,
                           link->alias);
    return status;
}

enum kith_status verb_nda_end(struct daemon *daemon, struct call *call)
{
    struct agreement_signer signer;
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = find_agreement(call, &link, &number);
    if (status == KITH_OK)
        status = find_signer(call, &signer);
    if (status != KITH_OK)
        return status;
    status = agreement_end(&call->act, &link, number, &signer);
    return finish(daemon, call, &link, number, status);
}
