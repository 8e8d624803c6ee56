/* agreement - ends of a partner: from which day they bind us, and forged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "rules/agreement.h"
#include "rules/verdict.h"
#include "rules_forge.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    NO_DAY = INT32_MIN
};

/* Agreement 1 as COMPANY holds it, in the open transaction. */
static struct kith_record state_of(struct world_company *company)
{
    struct kith_record record;

    assert_int_equal(store_state_get(company->act.txn, KITH_KIND_AGREEMENT, 1,
                                     company->act.arena, &record),
                     KITH_OK);
    return record;
}

/* The OEM sends an end of agreement 1 on DAY (NO_DAY: it says none), signed by
 * KEY. OTHER: of terms that are not there. */
static uint16_t send_end(struct world *world, const struct kith_sign_key *key,
                         int32_t day, bool other)
{
    const struct kith_when at = {.kind = KITH_WHEN_DATE, .from_day = day};
    struct kith_record record = {.kind = KITH_KIND_NDA_END};
    struct kith_record_builder builder;
    struct kith_buf bytes = {0};
    struct kith_hash digest;
    struct kith_sig signature;

    (void)world_begin(&world->ems);
    record = state_of(&world->ems);
    assert_int_equal(kith_record_octets(&record, KITH_AGREEMENT_TERMS_DIGEST,
                                        digest.b, KITH_HASH_LEN),
                     KITH_OK);
    world_abort(&world->ems);
    digest.b[0] ^= other;
    record = (struct kith_record){.kind = KITH_KIND_NDA_END};
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_NDA_TERMS_DIGEST, digest.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_SIGNER, kith_bytes_of("eve"));
    kith_build_number(&builder, KITH_NDA_SIGNED_AT, WORLD_NOW);
    if (day != NO_DAY)
        kith_build_when(&builder, KITH_NDA_END_AT, &at);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(kith_signed_agreement(&record, &bytes), KITH_OK);
    assert_int_equal(kith_sign(key, KITH_STATEMENT_AGREEMENT,
                               kith_buf_bytes(&bytes), &signature),
                     KITH_OK);
    kith_buf_clear(&bytes);
    kith_build_octets(&builder, KITH_NDA_SIGNATURE, signature.b, KITH_SIG_LEN);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return forge_send(world, &record);
}

static enum gate_reason in_force(struct world_company *company)
{
    struct act *act = world_begin(company);
    enum gate_reason reason;
    struct kith_hash digest;

    assert_int_equal(agreement_in_force(act, 1, &reason, &digest), KITH_OK);
    world_abort(company);
    return reason;
}

static void test_end_without_a_day_ends_at_once_and_only_once(void **state)
{
    struct world *world = *state;
    const struct kith_sign_key *key = &world->oem.company.statement;
    int i;

    assert_int_equal(send_end(world, key, NO_DAY, true), APPLY_NDA);
    assert_int_equal(send_end(world, &world->oem.company.log, NO_DAY, false),
                     APPLY_NDA);
    assert_int_equal(in_force(&world->ems), GATE_OPEN);
    assert_int_equal(send_end(world, key, NO_DAY, false), APPLY_NONE);
    assert_int_equal(in_force(&world->ems), GATE_AGREEMENT_DATE);
    /* Replays fill nothing: the state record would burst at 256 fields. */
    for (i = 0; i < 3; i++)
        assert_int_equal(send_end(world, key, NO_DAY, false), APPLY_NDA);
}

static void test_end_with_a_day_binds_the_other_from_that_day_on(void **state)
{
    struct world *world = *state;

    assert_int_equal(
        send_end(world, &world->oem.company.statement, TODAY + 3, false),
        APPLY_NONE);
    assert_int_equal(in_force(&world->ems), GATE_OPEN);
    world->ems.late_s = 3 * 86400 - 1;
    assert_int_equal(in_force(&world->ems), GATE_OPEN);
    world->ems.late_s = 3 * 86400;
    assert_int_equal(in_force(&world->ems), GATE_AGREEMENT_DATE);
}

/* The duty counts from the end: a day long ago would make it shorter. */
static void test_end_on_a_day_before_binds_when_it_is_processed(void **state)
{
    struct world *world = *state;
    struct kith_record record;

    assert_int_equal(
        send_end(world, &world->oem.company.statement, TODAY - 4000, false),
        APPLY_NONE);
    assert_int_equal(in_force(&world->ems), GATE_AGREEMENT_DATE);
    (void)world_begin(&world->ems);
    record = state_of(&world->ems);
    assert_int_equal(kith_record_day(&record, KITH_AGREEMENT_ENDED_PARTNER, 0),
                     TODAY);
    world_abort(&world->ems);
}

/* A clock that stands years ahead must not put the end off. */
static void test_end_binds_while_the_clock_is_in_doubt(void **state)
{
    struct world *world = *state;

    world->ems.doubted = true;
    world->ems.late_s = 4000 * (int64_t)86400;
    assert_int_equal(
        send_end(world, &world->oem.company.statement, NO_DAY, false),
        APPLY_NONE);
    world->ems.doubted = false;
    world->ems.late_s = 0;
    assert_int_equal(in_force(&world->ems), GATE_AGREEMENT_DATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_end_without_a_day_ends_at_once_and_only_once, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_end_with_a_day_binds_the_other_from_that_day_on, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_end_on_a_day_before_binds_when_it_is_processed, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_end_binds_while_the_clock_is_in_doubt, forge_up, forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
