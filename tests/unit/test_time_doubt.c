/* While time is in doubt dates decide nothing: the gate is closed, what needs
 * it waits, no receipt is cosigned; the rest goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/session.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/gate.h"
#include "rules/grant.h"
#include "rules/grant_told.h"
#include "rules/intake.h"
#include "rules/pump.h"
#include "rules_forge.h"

enum {
    DAY = 20500
};

/* A granted project, told. */
static struct store_head tell(struct world *world)
{
    const struct store_head project = world_project(&world->oem, "lumen");
    uint64_t number;

    assert_int_equal(world_grant(&world->oem, &project, NULL, &number),
                     KITH_OK);
    (void)world_carry(&world->oem, &world->ems);
    return project;
}

static struct store_link look(struct world_company *company)
{
    struct store_link link;

    world_begin(company);
    link = world_link(company);
    world_abort(company);
    return link;
}

static void test_gate_says_that_the_clock_is_in_doubt(void **state)
{
    struct world *world = *state;
    const struct store_head project = tell(world);
    const struct gate_question question = {.kind = KITH_KIND_PROJECT,
                                           .label = KITH_LABEL_INTERNAL,
                                           .project = project.ref.record};
    struct gate_pass pass;
    struct store_link link;
    struct act *act;

    world->oem.doubted = true;
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(gate_ask(act, &link, &question, &pass), KITH_OK);
    assert_int_equal(pass.reason, GATE_CLOCK);
    assert_string_equal(gate_code(pass.reason), "clock_in_doubt");
    assert_int_equal(act_certain(act), KITH_DENIED);
    assert_string_equal(act->err->code, "clock_in_doubt");
    world_abort(&world->oem);
    world->oem.doubted = false;
    act = world_begin(&world->oem);
    assert_int_equal(gate_ask(act, &link, &question, &pass), KITH_OK);
    assert_int_equal(pass.reason, GATE_OPEN);
    assert_int_equal(act_certain(act), KITH_OK);
    world_abort(&world->oem);
}

static void test_place_in_the_queue_waits_and_is_not_dropped(void **state)
{
    struct world *world = *state;

    (void)tell(world);
    (void)world_milestone(&world->oem, "lumen/g1", "EVT", DAY,
                          KITH_LABEL_INTERNAL);
    assert_int_equal(world_queued(&world->oem), 1);
    world->oem.doubted = true;
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
    assert_int_equal(world_queued(&world->oem), 1);
    assert_int_equal(world_audited(&world->oem, "withheld"), 0);
    world->oem.doubted = false;
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
}

static void test_posted_in_doubt_is_told_after_it(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct act *act;

    (void)tell(world);
    world->oem.doubted = true;
    (void)world_milestone(&world->oem, "lumen/g1", "EVT", DAY,
                          KITH_LABEL_INTERNAL);
    world->oem.doubted = false;
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(grant_settle(act, &link), KITH_OK);
    world_commit(&world->oem);
    (void)world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
}

static void test_entry_is_not_sent_again_and_not_voided(void **state)
{
    struct world *world = *state;
    struct pump_span span = {0};
    struct kith_buf frame = {0};
    struct store_link link;
    uint64_t next = 0;
    struct act *act;

    (void)tell(world);
    world->oem.doubted = true;
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    span.gated_from = link.out.tree.size;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next),
                     KITH_NOT_FOUND);
    world_commit(&world->oem);
    assert_int_equal(world_audited(&world->oem, "voided"), 0);
    world->oem.doubted = false;
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(world_audited(&world->oem, "voided"), 0);
    kith_buf_clear(&frame);
}

static void test_receipt_has_no_cosignature_in_doubt(void **state)
{
    struct world *world = *state;
    struct kith_receipt receipt;
    struct kith_buf frame = {0};
    struct store_link before, link;
    struct act *act;

    (void)tell(world);
    before = look(&world->ems);
    world->ems.doubted = true;
    (void)world_milestone(&world->oem, "lumen/g1", "EVT", DAY,
                          KITH_LABEL_INTERNAL);
    (void)world_carry(&world->oem, &world->ems);
    link = look(&world->ems);
    assert_true(link.in.processed > before.in.processed);
    assert_int_equal(link.in.receipted, before.in.receipted);
    assert_int_equal(look(&world->oem).out.processed, link.in.processed);

    world->ems.doubted = false;
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(intake_receipt(act, &link, &frame), KITH_OK);
    assert_int_equal(
        kith_receipt_decode(act->arena, kith_buf_bytes(&frame), &receipt),
        KITH_OK);
    assert_true(receipt.note.len > 0);
    assert_int_equal(link.in.receipted, link.in.processed);
    world_commit(&world->ems);
    kith_buf_clear(&frame);
}

static void test_acts_that_hang_on_a_date_are_refused(void **state)
{
    struct world *world = *state;
    const struct agreement_signer signer = {.name = kith_bytes_of("ana")};
    const struct store_head project = tell(world);
    const struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    const struct kith_hash document = {{1}};
    struct store_link link;
    uint64_t number = 1;
    struct act *act;

    world->oem.doubted = true;
    assert_int_equal(world_grant(&world->oem, &project, NULL, &number),
                     KITH_DENIED);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(grant_end(act, 1, &(struct disclosure_counts){0}),
                     KITH_DENIED);
    assert_int_equal(agreement_propose(act, &link, &terms, &signer, &number),
                     KITH_DENIED);
    assert_int_equal(
        agreement_sign(act, &link,
                       &(struct agreement_wanted){.document = &document},
                       &signer, &number),
        KITH_DENIED);
    assert_int_equal(agreement_end(act, &link, 1, &signer), KITH_DENIED);
    world_abort(&world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_gate_says_that_the_clock_is_in_doubt, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_place_in_the_queue_waits_and_is_not_dropped, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_posted_in_doubt_is_told_after_it,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_entry_is_not_sent_again_and_not_voided, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_receipt_has_no_cosignature_in_doubt, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_acts_that_hang_on_a_date_are_refused, forge_up, forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
