/* agreement - amendments: half-signed they change nothing, signed by both they
 * rule in the place of the former one; how long the duty outlives an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"
#include "rules/verdict.h"
#include "rules_forge.h"

enum {
    TODAY = WORLD_NOW / 86400,
    LAST = TODAY + 100
};

static const struct agreement_signer ana = {
    .name = {(const uint8_t *)"ana", 3},
    .title = {(const uint8_t *)"head of sourcing", 16},
    .address = {(const uint8_t *)"Dock 1", 6}};

/* What an amendment says. */
struct wish {
    const char *text;
    int32_t from, until;        /* until 0: until somebody ends it */
    const struct kith_hash *of; /* NULL: amends nothing */
    int64_t years;              /* 0: not said */
    bool perpetual;
};

static struct kith_record build(struct kith_arena *arena,
                                const struct wish *wish)
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

static enum kith_status propose(struct world_company *company,
                                const struct wish *wish)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct kith_record terms = build(act->arena, wish);
    uint64_t number;

    return finish(company,
                  agreement_propose(act, &link, &terms, &ana, &number));
}

static enum kith_status sign(struct world_company *company, const char *text)
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

static enum kith_status end(struct world_company *company, uint64_t number)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    return finish(company, agreement_end(act, &link, number, &ana));
}

/* Agreement number NUMBER of COMPANY, from 1 on; its state on DAY into
 * *ret_state, the last day of its duty into *ret_duty unless NULL. Returns its
 * digest. */
static struct kith_hash look(struct world_company *company, size_t number,
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

static enum kith_nda_state state_of(struct world_company *company,
                                    size_t number, int32_t day)
{
    enum kith_nda_state state;

    (void)look(company, number, day, &state, NULL);
    return state;
}

/* The digest in force on the day that is SECONDS after WORLD_NOW. */
static enum gate_reason in_force(struct world_company *company, int64_t now,
                                 struct kith_hash *ret_digest)
{
    struct act *act = world_begin(company);
    enum gate_reason reason;

    act->now = now;
    assert_int_equal(agreement_in_force(act, 1, &reason, ret_digest), KITH_OK);
    world_abort(company);
    return reason;
}

/* A world with agreement 1 until LAST, and its digest. */
static struct kith_hash agree(struct world *world)
{
    world_verify(world);
    world_agree(world, TODAY, LAST);
    return look(&world->oem, 1, TODAY, NULL, NULL);
}

static void test_half_signed_amendment_changes_nothing(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(propose(&world->oem, &(struct wish){.text = "more",
                                                         .from = TODAY,
                                                         .until = LAST + 400,
                                                         .of = &former}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(state_of(&world->oem, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(state_of(&world->ems, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(state_of(&world->ems, 2, TODAY),
                     KITH_NDA_PROPOSED_BY_THEM);
    assert_int_equal(in_force(&world->oem, WORLD_NOW, &digest), GATE_OPEN);
    assert_true(kith_hash_equal(&digest, &former));
    assert_int_equal(
        in_force(&world->oem, WORLD_NOW + 101 * (int64_t)86400, &digest),
        GATE_AGREEMENT_DATE);
}

static void test_signed_amendment_supersedes_the_former_one(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest, amendment;

    assert_int_equal(propose(&world->oem, &(struct wish){.text = "more",
                                                         .from = TODAY,
                                                         .until = LAST + 400,
                                                         .of = &former}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "more"), KITH_OK);
    /* the proposer has only one signature still */
    assert_int_equal(state_of(&world->oem, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(state_of(&world->ems, 1, TODAY), KITH_NDA_SUPERSEDED);
    world_carry(&world->ems, &world->oem);
    amendment = look(&world->oem, 2, TODAY, NULL, NULL);
    assert_int_equal(state_of(&world->oem, 1, TODAY), KITH_NDA_SUPERSEDED);
    assert_int_equal(
        in_force(&world->oem, WORLD_NOW + 101 * (int64_t)86400, &digest),
        GATE_OPEN);
    assert_true(kith_hash_equal(&digest, &amendment));
    /* signatures over the former one are held still: what was told stays */
    {
        struct act *act = world_begin(&world->ems);
        bool is_signed;

        assert_int_equal(agreement_is_signed(act, 1, &former, &is_signed),
                         KITH_OK);
        assert_true(is_signed);
        world_abort(&world->ems);
    }
    /* the end of the amendment does not bring the former one back */
    assert_int_equal(end(&world->oem, 2), KITH_OK);
    assert_int_equal(in_force(&world->oem, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
}

static void test_amendment_rules_from_its_first_day_on(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(propose(&world->oem, &(struct wish){.text = "later",
                                                         .from = TODAY + 10,
                                                         .of = &former}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "later"), KITH_OK);
    assert_int_equal(in_force(&world->ems, WORLD_NOW, &digest), GATE_OPEN);
    assert_true(kith_hash_equal(&digest, &former));
    assert_int_equal(
        in_force(&world->ems, WORLD_NOW + 10 * (int64_t)86400, &digest),
        GATE_OPEN);
    assert_false(kith_hash_equal(&digest, &former));
}

static void test_only_what_rules_is_amended(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash none = former, half;
    struct wish wish = {
        .text = "half", .from = TODAY, .until = LAST, .of = &none};

    none.b[0] ^= 1;
    assert_int_equal(propose(&world->oem, &wish), KITH_NOT_FOUND);
    wish.of = &former;
    assert_int_equal(propose(&world->oem, &wish), KITH_OK);
    half = look(&world->oem, 2, TODAY, NULL, NULL);
    wish.of = &half;
    assert_int_equal(propose(&world->oem, &wish), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "nda_half_signed");
    assert_int_equal(end(&world->oem, 1), KITH_OK);
    wish.of = &former;
    wish.text = "too late";
    assert_int_equal(propose(&world->oem, &wish), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "nda_stale");
    assert_int_equal(world_audited(&world->oem, "nda_proposed"), 2);
}

/* An end and a signature cross: both sides stand at the end. */
static void test_end_of_the_former_ends_its_amendment(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(propose(&world->oem, &(struct wish){.text = "more",
                                                         .from = TODAY,
                                                         .until = LAST + 400,
                                                         .of = &former}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "more"), KITH_OK);
    assert_int_equal(end(&world->oem, 1), KITH_OK);
    world_carry(&world->ems, &world->oem);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(in_force(&world->oem, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
    assert_int_equal(in_force(&world->ems, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
    assert_int_equal(state_of(&world->ems, 2, TODAY), KITH_NDA_ENDED);
}

static void test_amendment_of_what_was_ended_is_not_signed(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);

    assert_int_equal(propose(&world->oem, &(struct wish){.text = "more",
                                                         .from = TODAY,
                                                         .until = LAST + 400,
                                                         .of = &former}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(end(&world->ems, 1), KITH_OK);
    assert_int_equal(sign(&world->ems, "more"), KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "nda_stale");
}

/* A partner's amendment of what we do not hold, or what is over: a verdict. */
static void test_stale_proposal_of_a_partner_changes_nothing(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct wish wish = {
        .text = "more", .from = TODAY, .until = LAST, .of = &former};
    uint64_t index;
    uint16_t code;

    assert_int_equal(propose(&world->oem, &wish), KITH_OK);
    assert_int_equal(end(&world->ems, 1), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_audited(&world->ems, "nda_step_refused"), 1);
    {
        (void)world_begin(&world->ems);
        index = world_link(&world->ems).in.tree.size - 1;
        world_abort(&world->ems);
    }
    assert_int_equal(world_verdict(&world->ems, index, &code), STORE_REJECTED);
    assert_int_equal(code, APPLY_NDA);
    /* the operator there reads it too */
    world_carry(&world->ems, &world->oem);
    assert_int_equal(world_audited(&world->oem, "verdict_received"), 1);
}

static void test_duty_outlives_the_end(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    enum kith_nda_state nda;
    int32_t duty, day;

    (void)look(&world->oem, 1, TODAY, &nda, &duty);
    assert_int_equal(duty, AGREEMENT_NO_END); /* nothing said: no end */
    assert_int_equal(propose(&world->oem, &(struct wish){.text = "five",
                                                         .from = TODAY,
                                                         .until = TODAY + 30,
                                                         .of = &former,
                                                         .years = 5}),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "five"), KITH_OK);
    (void)look(&world->ems, 2, TODAY, &nda, &duty);
    assert_int_equal(kith_day_from_civil(2031, 1, 31, &day), KITH_OK);
    assert_int_equal(duty, day);
    /* what was told under the former one keeps that one's duty */
    (void)look(&world->ems, 1, TODAY, &nda, &duty);
    assert_int_equal(duty, AGREEMENT_NO_END);
    /* a sooner end begins the years sooner: the last day was yesterday */
    assert_int_equal(end(&world->ems, 2), KITH_OK);
    (void)look(&world->ems, 2, TODAY, &nda, &duty);
    assert_int_equal(nda, KITH_NDA_ENDED);
    assert_int_equal(kith_day_from_civil(2030, 12, 31, &day), KITH_OK);
    assert_int_equal(duty, day);
}

static void test_what_is_said_twice_is_refused(void **state)
{
    struct world *world = *state;

    (void)agree(world);
    assert_int_equal(propose(&world->oem, &(struct wish){.text = "both",
                                                         .from = TODAY,
                                                         .until = LAST,
                                                         .years = 3,
                                                         .perpetual = true}),
                     KITH_INVALID);
    assert_string_equal(world->oem.err.code, "nda_duty_twice");
    assert_int_equal(
        propose(&world->oem,
                &(struct wish){.text = "long", .from = TODAY, .years = 1001}),
        KITH_INVALID);
    assert_string_equal(world->oem.err.code, "nda_number");
}

/* Each step names its person: also the end, at the other side too. */
static void test_steps_name_person_title_and_address(void **state)
{
    struct world *world = *state;
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    struct act *act;

    (void)agree(world);
    assert_int_equal(
        propose(&world->oem,
                &(struct wish){.text = "named", .from = TODAY, .until = LAST}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(sign(&world->ems, "named"), KITH_OK);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(end(&world->ems, 2), KITH_OK);
    world_carry(&world->ems, &world->oem);
    act = world_begin(&world->oem);
    assert_int_equal(cache_get(act, &cache), KITH_OK);
    agreement = &cache->agreements[1];
    assert_true(
        kith_bytes_is(kith_record_bytes(&agreement->record,
                                        KITH_AGREEMENT_PARTNER_NOTICE_ADDRESS),
                      "Dock 1"));
    assert_true(
        kith_bytes_is(kith_record_bytes(&agreement->record,
                                        KITH_AGREEMENT_ENDED_PARTNER_SIGNER),
                      "ana"));
    assert_true(
        kith_bytes_is(kith_record_bytes(&agreement->record,
                                        KITH_AGREEMENT_ENDED_PARTNER_TITLE),
                      "head of sourcing"));
    world_abort(&world->oem);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_up, world_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_half_signed_amendment_changes_nothing),
        TEST(test_signed_amendment_supersedes_the_former_one),
        TEST(test_amendment_rules_from_its_first_day_on),
        TEST(test_only_what_rules_is_amended),
        TEST(test_end_of_the_former_ends_its_amendment),
        TEST(test_amendment_of_what_was_ended_is_not_signed),
        TEST(test_stale_proposal_of_a_partner_changes_nothing),
        TEST(test_duty_outlives_the_end),
        TEST(test_what_is_said_twice_is_refused),
        TEST(test_steps_name_person_title_and_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
