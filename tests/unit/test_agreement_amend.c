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
#include "rules/cache.h"
#include "rules/verdict.h"
#include "rules_agree.h"
#include "rules_forge.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    LAST = TODAY + 100
};

/* A world with agreement 1 until LAST, and its digest. */
static struct kith_hash agree(struct world *world)
{
    world_verify(world);
    world_agree(world, TODAY, LAST);
    return agree_look(&world->oem, 1, TODAY, NULL, NULL);
}

static void test_half_signed_amendment_changes_nothing(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "more",
                                                        .from = TODAY,
                                                        .until = LAST + 400,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_state(&world->oem, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(agree_state(&world->ems, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(agree_state(&world->ems, 2, TODAY),
                     KITH_NDA_PROPOSED_BY_THEM);
    assert_int_equal(agree_in_force(&world->oem, WORLD_NOW, &digest),
                     GATE_OPEN);
    assert_true(kith_hash_equal(&digest, &former));
    assert_int_equal(
        agree_in_force(&world->oem, WORLD_NOW + 101 * (int64_t)86400, &digest),
        GATE_AGREEMENT_DATE);
}

static void test_signed_amendment_supersedes_the_former_one(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest, amendment;

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "more",
                                                        .from = TODAY,
                                                        .until = LAST + 400,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "more"), KITH_OK);
    /* the proposer has only one signature still */
    assert_int_equal(agree_state(&world->oem, 1, TODAY), KITH_NDA_IN_FORCE);
    assert_int_equal(agree_state(&world->ems, 1, TODAY), KITH_NDA_SUPERSEDED);
    world_carry(&world->ems, &world->oem);
    amendment = agree_look(&world->oem, 2, TODAY, NULL, NULL);
    assert_int_equal(agree_state(&world->oem, 1, TODAY), KITH_NDA_SUPERSEDED);
    assert_int_equal(
        agree_in_force(&world->oem, WORLD_NOW + 101 * (int64_t)86400, &digest),
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
    assert_int_equal(agree_end(&world->oem, 2), KITH_OK);
    assert_int_equal(agree_in_force(&world->oem, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
}

static void test_amendment_rules_from_its_first_day_on(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "later",
                                                        .from = TODAY + 10,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "later"), KITH_OK);
    assert_int_equal(agree_in_force(&world->ems, WORLD_NOW, &digest),
                     GATE_OPEN);
    assert_true(kith_hash_equal(&digest, &former));
    assert_int_equal(
        agree_in_force(&world->ems, WORLD_NOW + 10 * (int64_t)86400, &digest),
        GATE_OPEN);
    assert_false(kith_hash_equal(&digest, &former));
}

static void test_only_what_rules_is_amended(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash none = former, half;
    struct agree_wish wish = {
        .text = "half", .from = TODAY, .until = LAST, .of = &none};

    none.b[0] ^= 1;
    assert_int_equal(agree_propose(&world->oem, &wish), KITH_NOT_FOUND);
    wish.of = &former;
    assert_int_equal(agree_propose(&world->oem, &wish), KITH_OK);
    half = agree_look(&world->oem, 2, TODAY, NULL, NULL);
    wish.of = &half;
    assert_int_equal(agree_propose(&world->oem, &wish), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "nda_half_signed");
    assert_int_equal(agree_end(&world->oem, 1), KITH_OK);
    wish.of = &former;
    wish.text = "too late";
    assert_int_equal(agree_propose(&world->oem, &wish), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "nda_stale");
    assert_int_equal(world_audited(&world->oem, "nda_proposed"), 2);
}

/* An end and a signature cross: both sides stand at the end. */
static void test_end_of_the_former_ends_its_amendment(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct kith_hash digest;

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "more",
                                                        .from = TODAY,
                                                        .until = LAST + 400,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "more"), KITH_OK);
    assert_int_equal(agree_end(&world->oem, 1), KITH_OK);
    world_carry(&world->ems, &world->oem);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_in_force(&world->oem, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
    assert_int_equal(agree_in_force(&world->ems, WORLD_NOW, &digest),
                     GATE_AGREEMENT_DATE);
    assert_int_equal(agree_state(&world->ems, 2, TODAY), KITH_NDA_ENDED);
}

static void test_amendment_of_what_was_ended_is_not_signed(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "more",
                                                        .from = TODAY,
                                                        .until = LAST + 400,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_end(&world->ems, 1), KITH_OK);
    assert_int_equal(agree_sign(&world->ems, "more"), KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "nda_stale");
}

/* A partner's amendment of what we do not hold, or what is over: a verdict. */
/* What waited when we signed names the amendment once it goes: the partner must
 * have our signature before. */
static void test_signature_goes_before_what_waited(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    const struct store_head project = world_project(&world->ems, "lumen");
    struct store_queued queued = {0};
    struct kith_record step;
    struct act *act;
    uint64_t number;

    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "more",
                                                        .from = TODAY,
                                                        .until = LAST + 400,
                                                        .of = &former}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_grant(&world->ems, &project, NULL, &number),
                     KITH_OK);
    assert_true(world_queued(&world->ems) > 0);
    assert_int_equal(agree_sign(&world->ems, "more"), KITH_OK);
    act = world_begin(&world->ems);
    assert_int_equal(store_queue_next(act->txn, 1, 0, act->arena, &queued),
                     KITH_OK);
    assert_int_equal(queued.record, 0);
    assert_int_equal(kith_record_decode(act->arena, queued.body, &step),
                     KITH_OK);
    assert_int_equal(step.kind, KITH_KIND_NDA_SIGNATURE);
    world_abort(&world->ems);
    assert_true(world_carry(&world->ems, &world->oem) > 0);
    act = world_begin(&world->oem);
    assert_int_equal(store_queue_next(act->txn, 1, 0, act->arena, &queued),
                     KITH_NOT_FOUND); /* no bad verdict */
    world_abort(&world->oem);
}

static void test_stale_proposal_of_a_partner_changes_nothing(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    struct agree_wish wish = {
        .text = "more", .from = TODAY, .until = LAST, .of = &former};
    struct kith_record refused;
    uint64_t index;
    uint16_t code;

    assert_int_equal(agree_propose(&world->oem, &wish), KITH_OK);
    assert_int_equal(agree_end(&world->ems, 1), KITH_OK);
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
    (void)world_begin(&world->oem);
    assert_int_equal(store_state_get(world->oem.act.txn, KITH_KIND_AGREEMENT, 2,
                                     world->oem.arena, &refused),
                     KITH_OK);
    assert_true(kith_bytes_is(
        kith_record_bytes(&refused, KITH_AGREEMENT_REFUSED), "nda_stale"));
    world_abort(&world->oem);
}

static void test_duty_outlives_the_end(void **state)
{
    struct world *world = *state;
    const struct kith_hash former = agree(world);
    enum kith_nda_state nda;
    int32_t duty, day;

    (void)agree_look(&world->oem, 1, TODAY, &nda, &duty);
    assert_int_equal(duty, AGREEMENT_NO_END); /* nothing said: no end */
    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "five",
                                                        .from = TODAY,
                                                        .until = TODAY + 30,
                                                        .of = &former,
                                                        .years = 5}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "five"), KITH_OK);
    (void)agree_look(&world->ems, 2, TODAY, &nda, &duty);
    assert_int_equal(kith_day_from_civil(2031, 1, 31, &day), KITH_OK);
    assert_int_equal(duty, day);
    /* what was told under the former one keeps that one's duty */
    (void)agree_look(&world->ems, 1, TODAY, &nda, &duty);
    assert_int_equal(duty, AGREEMENT_NO_END);
    /* a sooner end begins the years sooner: the last day was yesterday */
    assert_int_equal(agree_end(&world->ems, 2), KITH_OK);
    (void)agree_look(&world->ems, 2, TODAY, &nda, &duty);
    assert_int_equal(nda, KITH_NDA_ENDED);
    assert_int_equal(kith_day_from_civil(2030, 12, 31, &day), KITH_OK);
    assert_int_equal(duty, day);
}

static void test_what_is_said_twice_is_refused(void **state)
{
    struct world *world = *state;

    (void)agree(world);
    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "both",
                                                        .from = TODAY,
                                                        .until = LAST,
                                                        .years = 3,
                                                        .perpetual = true}),
        KITH_INVALID);
    assert_string_equal(world->oem.err.code, "nda_duty_twice");
    assert_int_equal(
        agree_propose(
            &world->oem,
            &(struct agree_wish){.text = "long", .from = TODAY, .years = 1001}),
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
        agree_propose(&world->oem, &(struct agree_wish){.text = "named",
                                                        .from = TODAY,
                                                        .until = LAST}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "named"), KITH_OK);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(agree_end(&world->ems, 2), KITH_OK);
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
        TEST(test_signature_goes_before_what_waited),
        TEST(test_stale_proposal_of_a_partner_changes_nothing),
        TEST(test_duty_outlives_the_end),
        TEST(test_what_is_said_twice_is_refused),
        TEST(test_steps_name_person_title_and_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
