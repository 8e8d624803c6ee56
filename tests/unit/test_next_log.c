/* The next log of a link: what it begins with, what is told anew in it, and
 * what it must fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/intake.h"
#include "rules/next_log.h"
#include "rules/pump.h"
#include "rules_forge.h"
#include "store/records.h"

enum {
    DAY = 20500
};

/* A project, granted and told; both logs have entries. */
static void tell(struct world *world)
{
    const struct store_head project = world_project(&world->oem, "lumen");
    uint64_t number;

    assert_int_equal(world_grant(&world->oem, &project, NULL, &number),
                     KITH_OK);
    (void)world_carry(&world->oem, &world->ems);
    (void)world_carry(&world->ems, &world->oem);
}

static void open_next(struct world_company *company)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    link.out.frozen = link.in.frozen = true;
    link.stall = 8;
    assert_int_equal(next_log_open(act, &link), KITH_OK);
    world_commit(company);
}

static struct store_link look(struct world_company *company)
{
    struct store_link link;

    world_begin(company);
    link = world_link(company);
    world_abort(company);
    return link;
}

/* The record of entry 0 of the OEM's log at the EMS is applied, or not. */
static uint8_t verdict_of_first(struct world *world)
{
    uint16_t code = 0;

    return world_verdict(&world->ems, 0, &code);
}

static void test_next_log_is_empty_and_free(void **state)
{
    struct world *world = *state;
    struct store_link before, after;

    tell(world);
    before = look(&world->oem);
    open_next(&world->oem);
    after = look(&world->oem);
    assert_int_equal(after.out.number, WORLD_NOW);
    assert_true(after.out.number > before.out.number);
    assert_int_equal(after.out.tree.size, 0);
    assert_int_equal(after.out.noted, 0);
    assert_int_equal(after.in.tree.size, 0);
    assert_false(after.out.frozen || after.in.frozen);
    assert_int_equal(after.stall, 0);
    assert_true(after.session >= (uint64_t)WORLD_NOW);
    assert_int_equal(world_audited(&world->oem, "next_log"), 1);
}

/* A store from before its first log must not begin with log 1 once more. */
static void test_next_log_of_none_has_a_number_of_its_own(void **state)
{
    struct world *world = *state;

    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);

    link.out = (struct store_log){.number = 0};
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(&world->oem);
    open_next(&world->oem);
    assert_int_equal(look(&world->oem).out.number, WORLD_NOW);
}

/* The partner goes on in the log that a person here has closed: nothing of it
 * comes in a second time. */
static void test_push_of_a_closed_log_is_refused(void **state)
{
    struct world *world = *state;
    struct pump_span span = {.gated_from = 0};
    struct kith_buf frame = {0};
    struct intake_result result;
    struct quota_use use = {0};
    struct store_link link;
    struct act *act;

    tell(world);
    open_next(&world->ems);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(pump_frame(act, &link, &span, &frame, &span.from),
                     KITH_OK);
    world_abort(&world->oem);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(
        intake_push(act, &link, kith_buf_bytes(&frame), &use, &result),
        KITH_CONFLICT);
    world_abort(&world->ems);
    kith_buf_clear(&frame);
    assert_int_equal(look(&world->ems).in.tree.size, 0);
}

static void test_what_partner_should_see_is_told_anew_once(void **state)
{
    struct world *world = *state;
    tell(world);
    open_next(&world->oem);
    open_next(&world->ems);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(verdict_of_first(world), STORE_PROCESSED);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_queued(&world->oem), 0);

    /* and goes on: the next revision is one more */
    (void)world_milestone(&world->oem, "lumen/g1", "EVT", DAY,
                          KITH_LABEL_INTERNAL);
    (void)world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
}

static void test_next_log_names_the_one_before(void **state)
{
    struct world *world = *state;
    struct kith_checkpoint previous;
    struct store_link before, link;
    struct kith_hash root;
    struct act *act;

    tell(world);
    before = look(&world->oem);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(next_log_previous(act, &link, &previous), KITH_NOT_FOUND);
    world_abort(&world->oem);
    open_next(&world->oem);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(next_log_previous(act, &link, &previous), KITH_OK);
    world_abort(&world->oem);
    kith_tree_root(&before.out.tree, &root);
    assert_int_equal(previous.size, before.out.noted);
    assert_memory_equal(&previous.root, &root, sizeof(root));
}

static void test_partner_holds_it_against_what_it_has(void **state)
{
    struct world *world = *state;
    struct kith_checkpoint previous;
    struct store_link link;
    struct act *act;
    bool fits = false;

    tell(world);
    open_next(&world->oem);
    open_next(&world->ems);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(next_log_previous(act, &link, &previous), KITH_OK);
    world_abort(&world->oem);

    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    link.in.number++; /* as the first push of it does */
    assert_int_equal(next_log_fits(act, &link, &previous, &fits), KITH_OK);
    assert_true(fits);
    previous.root.b[0] ^= 1;
    assert_int_equal(next_log_fits(act, &link, &previous, &fits), KITH_OK);
    assert_false(fits);
    previous.size += 1000; /* more than we hold: nothing to compare */
    assert_int_equal(next_log_fits(act, &link, &previous, &fits), KITH_OK);
    assert_true(fits);
    world_abort(&world->ems);
}

static void test_next_log_of_another_history_freezes(void **state)
{
    struct world *world = *state;
    struct kith_record record = {.kind = KITH_KIND_LOG_OPENED};
    struct kith_record_builder builder;
    const struct kith_hash none = {{0x5a}};
    struct store_link link;

    tell(world);
    open_next(&world->oem);
    open_next(&world->ems);
    link = look(&world->oem);
    kith_build_start(&builder, forge_arena);
    kith_build_number(&builder, KITH_LOG_OPENED_LOG_NUMBER, link.out.number);
    kith_build_number(&builder, KITH_LOG_OPENED_PREVIOUS_SIZE, 2);
    kith_build_octets(&builder, KITH_LOG_OPENED_PREVIOUS_ROOT, none.b,
                      sizeof(none.b));
    kith_build_octets(&builder, KITH_LOG_OPENED_OWN_CARD,
                      world->oem.company.card_digest.b, KITH_HASH_LEN);
    kith_build_octets(&builder, KITH_LOG_OPENED_PARTNER_CARD,
                      link.card_digest.b, KITH_HASH_LEN);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(world_forge_record(&world->oem, &record), 0);
    (void)world_carry(&world->oem, &world->ems);
    assert_int_equal(verdict_of_first(world), STORE_REJECTED);
    assert_true(look(&world->ems).in.frozen);
    assert_int_equal(world_audited(&world->ems, "next_log_refused"), 1);
}

/* What the partner has shown of our log beyond what we hold is what we name. */
static void test_checkpoint_that_partner_showed_is_named(void **state)
{
    struct world *world = *state;
    struct kith_checkpoint shown, previous;
    struct kith_buf note = {0};
    struct store_link link;
    struct act *act;

    tell(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    shown = (struct kith_checkpoint){.size = link.out.tree.size + 10};
    kith_origin_make(&act->company->id, &link.company, link.out.number,
                     &shown.origin);
    memset(shown.root.b, 0x5a, sizeof(shown.root.b));
    assert_int_equal(kith_checkpoint_sign(&shown, &act->company->log, &note),
                     KITH_OK);
    assert_int_equal(next_log_keep(act, &link, kith_buf_bytes(&note)), KITH_OK);
    assert_int_equal(next_log_keep(act, &link, kith_buf_bytes(&note)), KITH_OK);
    assert_int_equal(next_log_keep(act, &link, kith_bytes_of("no note")),
                     KITH_MALFORMED);
    world_commit(&world->oem);
    kith_buf_clear(&note);
    open_next(&world->oem);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(next_log_previous(act, &link, &previous), KITH_OK);
    assert_int_equal(previous.size, shown.size);
    assert_memory_equal(&previous.root, &shown.root, sizeof(shown.root));
    world_abort(&world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_next_log_is_empty_and_free,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_next_log_of_none_has_a_number_of_its_own, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_push_of_a_closed_log_is_refused,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_what_partner_should_see_is_told_anew_once, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_next_log_names_the_one_before,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_partner_holds_it_against_what_it_has, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_next_log_of_another_history_freezes, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_checkpoint_that_partner_showed_is_named, forge_up, forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
