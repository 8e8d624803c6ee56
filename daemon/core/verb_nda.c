/* verb_nda - agreements: proposed, countersigned, amended, listed, ended.
 *
 * Not here: what is signed (rules/agreement.c), rows (nda_row.c). The text travels outside; the
 * client has made its digest.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/nda_row.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules/agreement_terms.h"
#include "rules/cache.h"
#include "rules/grant_told.h"
#include "rules/resolve.h"

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
    return nda_row_add(call, cache, agreement);
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
    ret_signer->address =
        kith_record_bytes(argument, KITH_NDA_ARGS_NOTICE_ADDRESS);
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

/* Terms that a person gives, and the arguments that give them. */
static const struct {
    uint32_t to, from;
} given[] = {
    {KITH_NDA_DOCUMENT, KITH_NDA_ARGS_DOCUMENT},
    {KITH_NDA_DOCUMENT_NAME, KITH_NDA_ARGS_DOCUMENT_NAME},
    {KITH_NDA_PURPOSE, KITH_NDA_ARGS_PURPOSE},
    {KITH_NDA_EFFECTIVE, KITH_NDA_ARGS_FROM},
    {KITH_NDA_UNTIL, KITH_NDA_ARGS_UNTIL},
    {KITH_NDA_CONFIDENTIALITY_YEARS, KITH_NDA_ARGS_YEARS},
    {KITH_NDA_GOVERNING_LAW, KITH_NDA_ARGS_GOVERNING_LAW},
    {KITH_NDA_JURISDICTION, KITH_NDA_ARGS_JURISDICTION},
    {KITH_NDA_RETURN_OR_DESTROY, KITH_NDA_ARGS_RETURN_OR_DESTROY},
    {KITH_NDA_TRADE_SECRETS, KITH_NDA_ARGS_TRADE_SECRETS},
    {KITH_NDA_PERPETUAL, KITH_NDA_ARGS_PERPETUAL},
    {KITH_NDA_UNTIL_TERMINATED, KITH_NDA_ARGS_UNTIL_TERMINATED},
    {KITH_NDA_MODIFICATIONS, KITH_NDA_ARGS_MODIFICATIONS},
    {KITH_NDA_MARKING_DAYS, KITH_NDA_ARGS_MARKING_DAYS},
    {KITH_NDA_READS, KITH_NDA_ARGS_READS},
};
enum {
    N_GIVEN = sizeof(given) / sizeof(given[0])
};

static void build_given(struct call *call, struct kith_record_builder *builder)
{
    const struct kith_record *argument = call_argument(call);

    for (size_t i = 0; i < N_GIVEN; i++)
        nda_row_copy(builder, given[i].to, argument, given[i].from);
    if (kith_record_field(argument, KITH_NDA_ARGS_FROM) == NULL) {
        int32_t today = act_today(&call->act);

        kith_build_day(builder, KITH_NDA_EFFECTIVE, today);
    }
}

/* The terms as the arguments have them. */
static enum kith_status read_terms(struct call *call,
                                   struct kith_record *ret_terms)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_record_builder builder;

    if (kith_record_bytes(argument, KITH_NDA_ARGS_PURPOSE).len == 0)
        return call_fail(call, KITH_INVALID, "purpose_missing",
                         "--purpose \"assembly of Lumen\"",
                         "an agreement says what it is for");
    if (kith_record_field(argument, KITH_NDA_ARGS_UNTIL) == NULL &&
        kith_record_value(argument, KITH_NDA_ARGS_UNTIL_TERMINATED, 0) == 0)
        return call_fail(call, KITH_INVALID, "nda_term_missing",
                         "--until DAY, or --until-terminated",
                         "an agreement says how long it is in force");
    kith_build_start(&builder, call->act.arena);
    build_given(call, &builder);
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
            status = nda_row_add(call, cache, agreement);
    }
    return status;
}

/* Is term NUMBER of the former agreement to be replaced? By what is given, or
 * because its counterpart is given: a last day, or none. */
static bool is_replaced(const struct kith_record *argument, uint32_t number)
{
    static const uint32_t counterparts[][2] = {
        {KITH_NDA_UNTIL, KITH_NDA_ARGS_UNTIL_TERMINATED},
        {KITH_NDA_UNTIL_TERMINATED, KITH_NDA_ARGS_UNTIL},
        {KITH_NDA_CONFIDENTIALITY_YEARS, KITH_NDA_ARGS_PERPETUAL},
        {KITH_NDA_PERPETUAL, KITH_NDA_ARGS_YEARS}};

    for (size_t i = 0; i < N_GIVEN; i++) {
        if (given[i].to == number &&
            kith_record_field(argument, given[i].from) != NULL)
            return true;
    }
    for (size_t i = 0; i < sizeof(counterparts) / sizeof(counterparts[0]);
         i++) {
        if (counterparts[i][0] == number &&
            kith_record_field(argument, counterparts[i][1]) != NULL)
            return true;
    }
    return number == KITH_NDA_DOCUMENT_NAME || number == KITH_NDA_EFFECTIVE ||
           number == KITH_NDA_AMENDS;
}

/* The terms of FORMER with what is given in their place. */
static enum kith_status amend_terms(struct call *call,
                                    const struct cached_agreement *former,
                                    struct kith_record *ret_terms)
{
    const struct kith_bytes bytes =
        kith_record_bytes(&former->record, KITH_AGREEMENT_TERMS);
    struct kith_record_builder builder;
    struct kith_record terms;
    enum kith_status status =
        kith_record_decode(call->act.arena, bytes, &terms);

    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_DAMAGED;
    kith_build_start(&builder, call->act.arena);
    for (size_t i = 0; i < terms.n_fields; i++) {
        if (!is_replaced(call_argument(call), terms.fields[i].number))
            kith_build_field(&builder, &terms.fields[i]);
    }
    build_given(call, &builder);
    kith_build_octets(&builder, KITH_NDA_AMENDS, former->digest.b,
                      KITH_HASH_LEN);
    memset(ret_terms, 0, sizeof(*ret_terms));
    ret_terms->kind = KITH_KIND_NDA_PROPOSAL;
    return kith_build_finish(&builder, ret_terms);
}

/* The one agreement with LINK that TO_DO, "end" or "amend", can be done to. */
static enum kith_status find_agreement(struct call *call,
                                       const struct store_link *link,
                                       const char *to_do, uint64_t *ret_number)
{
    struct kith_bytes prefix =
        kith_record_bytes(call_argument(call), KITH_NDA_ARGS_AGREEMENT);
    const struct rules_cache *cache = NULL;
    size_t found = 0;
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        const struct cached_agreement *agreement = &cache->agreements[i];
        enum kith_nda_state state;

        if (agreement->link != link->number ||
            !agreement_fits(&agreement->record, prefix))
            continue;
        state = agreement_state(cache, agreement, act_today(&call->act));
        if (state == KITH_NDA_ENDED || state == KITH_NDA_SUPERSEDED ||
            (strcmp(to_do, "amend") == 0 &&
             !agreement_has_both(&agreement->record)))
            continue;
        *ret_number = agreement->number;
        found++;
    }
    if (status == KITH_OK && found == 0)
        status = call_fail(
            call, KITH_NOT_FOUND, "no_agreement", "kith nda list",
            "there is no agreement with %s to %s", link->alias, to_do);
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
        status = find_agreement(call, &link, "end", &number);
    if (status == KITH_OK)
        status = find_signer(call, &signer);
    if (status != KITH_OK)
        return status;
    status = agreement_end(&call->act, &link, number, &signer);
    return finish(daemon, call, &link, number, status);
}

enum kith_status verb_nda_amend(struct daemon *daemon, struct call *call)
{
    const struct rules_cache *cache = NULL;
    struct agreement_signer signer;
    struct kith_record terms;
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = find_agreement(call, &link, "amend", &number);
    if (status == KITH_OK)
        status = find_signer(call, &signer);
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK)
        status = amend_terms(call, cache_agreement(cache, number), &terms);
    if (status == KITH_OK)
        status = agreement_propose(&call->act, &link, &terms, &signer, &number);
    return finish(daemon, call, &link, number, status);
}
