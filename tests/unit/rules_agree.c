/* rules_agree - see the header. */
#include "rules_agree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/cache.h"

static const struct agreement_signer ana = {
    .name = {(const uint8_t *)"ana", 3},
    .title = {(const uint8_t *)"head of sourcing", 16},
    .address = {(const uint8_t *)"Dock 1", 6}};

static struct kith_record build(struct kith_arena *arena,
                                const struct agree_wish *wish)
{
    const struct kith_when from = {.kind = KITH_WHEN_DATE,
                                   .from_day = wish->from};
    const struct kith_when until = {.kind = KITH_WHEN_DATE,
                                    .from_day = wish->until};
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_hash document;

    kith_sha256(wish->text, strlen(wish->text), &document);
    kith_build_start(&builder, arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, document.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("assembly"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &from);
    if (wish->until != 0)
        kith_build_when(&builder, KITH_NDA_UNTIL, &until);
    else
        kith_build_number(&builder, KITH_NDA_UNTIL_TERMINATED, 1);
    if (wish->years != 0)
        kith_build_number(&builder, KITH_NDA_CONFIDENTIALITY_YEARS,
                          wish->years);
    if (wish->reads)
        kith_build_number(&builder, KITH_NDA_READS, 1);
    if (wish->perpetual)
        kith_build_number(&builder, KITH_NDA_PERPETUAL, 1);
    if (wish->of != NULL)
        kith_build_octets(&builder, KITH_NDA_AMENDS, wish->of->b,
                          KITH_HASH_LEN);
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    return terms;
}

static enum kith_status finish(struct world_company *company,
                               enum kith_status status)
{
    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

enum kith_status agree_propose(struct world_company *company,
                               const struct agree_wish *wish)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct kith_record terms = build(act->arena, wish);
    uint64_t number;

    return finish(company,
                  agreement_propose(act, &link, &terms, &ana, &number));
}

enum kith_status agree_sign(struct world_company *company, const char *text)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    struct kith_hash document;
    uint64_t number;

    kith_sha256(text, strlen(text), &document);
    return finish(company, agreement_sign(act, &link,
                                          &(struct agreement_wanted){
                                              .document = &document},
                                          &ana, &number));
}

enum kith_status agree_end(struct world_company *company, uint64_t number)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    return finish(company, agreement_end(act, &link, number, &ana));
}

/* Agreement number NUMBER of COMPANY, from 1 on; its state on DAY into
 * *ret_state, the last day of its duty into *ret_duty unless NULL. Returns its
 * digest. */
struct kith_hash agree_look(struct world_company *company, size_t number,
                            int32_t day, enum kith_nda_state *ret_state,
                            int32_t *ret_duty)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    struct act *act = world_begin(company);
    struct kith_hash digest;

    assert_int_equal(cache_get(act, &cache), KITH_OK);
    assert_true(cache->n_agreements >= number);
    agreement = &cache->agreements[number - 1];
    digest = agreement->digest;
    if (ret_state != NULL)
        *ret_state = agreement_state(cache, agreement, day);
    if (ret_duty != NULL)
        *ret_duty = agreement_protect_until(cache, agreement);
    world_abort(company);
    return digest;
}

enum kith_nda_state agree_state(struct world_company *company, size_t number,
                                int32_t day)
{
    enum kith_nda_state state;

    (void)agree_look(company, number, day, &state, NULL);
    return state;
}

/* The digest in force on the day that is SECONDS after WORLD_NOW. */
enum gate_reason agree_in_force(struct world_company *company, int64_t now,
                                struct kith_hash *ret_digest)
{
    struct act *act = world_begin(company);
    enum gate_reason reason;

    act->now = now;
    assert_int_equal(agreement_in_force(act, 1, &reason, ret_digest), KITH_OK);
    world_abort(company);
    return reason;
}
