/* pump_frame - the gate is asked again before a body leaves again, and what
 * it holds back does not stop what follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/grant_change.h"
#include "rules/intake.h"
#include "rules/pump.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* Makes entries of what is queued; the frame never arrives. Returns the index
 * of the first. */
static uint64_t lose(struct world_company *company)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const uint64_t first = link.out.tree.size;
    uint64_t bytes;

    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    assert_true(link.out.tree.size > first);
    world_commit(company);
    return first;
}

static void test_resend_shows_no_field_that_is_hidden_by_now(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);
    const struct kith_bytes market = kith_bytes_of("project.market");
    struct pump_span span;
    struct store_link link;
    struct kith_buf frame = {0};
    struct quota_use use = {0};
    struct intake_result result;
    uint64_t first, next;
    struct act *act;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    share_set(&world->oem, KITH_PROJECT_MARKET, "Mars", WORLD_NOW);
    first = lose(&world->oem);
    share_set(&world->oem, KITH_PROJECT_MARKET, "", WORLD_NOW);
    lose(&world->oem);
    wish.hidden = &market;
    wish.n_hidden = 1;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    span = (struct pump_span){.from = first, .gated_from = UINT64_MAX};
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    world_commit(&world->oem);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(
        intake_push(act, &link, kith_buf_bytes(&frame), &use, &result),
        KITH_OK);
    assert_int_equal(link.in.pending, first + 1); /* its header came alone */
    world_commit(&world->ems);
    kith_buf_clear(&frame);
}

/* Sends what is in the log from index FROM on, as of day TODAY + DAYS, and
 * lets the EMS take it in. */
static void resend(struct world *world, uint64_t from, int days)
{
    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);
    const struct pump_span span = {.from = from, .gated_from = UINT64_MAX};
    struct kith_buf frame = {0};
    struct intake_result result;
    struct quota_use use = {0};
    uint64_t next;

    act->now += (int64_t)days * 86400;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    link.out.processed = next;
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(&world->oem);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(
        intake_push(act, &link, kith_buf_bytes(&frame), &use, &result),
        KITH_OK);
    world_commit(&world->ems);
    kith_buf_clear(&frame);
}

/* The grant was over by then: the partner holds revision 1 and must be able to
 * take what comes under the next one. */
static void test_item_goes_on_after_a_revision_that_was_held_back(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);
    uint64_t first;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    share_set(&world->oem, KITH_PROJECT_TITLE, "two", WORLD_NOW);
    share_set(&world->oem, KITH_PROJECT_TITLE, "three", WORLD_NOW);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    first = lose(&world->oem);
    resend(world, first, 31);
    wish.until_day = TODAY + 90;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 2);
    assert_int_equal(share_read(&world->ems, "lumen/g1/EVT").revision, 1);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
    share_set(&world->oem, KITH_PROJECT_TITLE, "four", WORLD_NOW);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 3);
}

/* The grant itself was held back with all that came under it. ARRIVED: only the
 * receipt for it was lost. */
static void renew_held_back(struct world *world, bool arrived)
{
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);
    struct disclosure_counts counts;
    struct act *act;
    uint64_t first;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    first = lose(&world->oem);
    if (arrived)
        resend(world, first, 0);
    resend(world, first, 31);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), arrived);
    world_carry(&world->oem, &world->ems); /* the void */
    act = world_begin(&world->oem);
    assert_int_equal(grant_renew(act, 1, TODAY + 90, &counts), KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 1);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 1);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
}

static void test_grant_that_was_held_back_is_told_when_it_is_renewed(
    void **state)
{
    renew_held_back(*state, false);
}

static void test_grant_whose_void_came_too_late_is_told_when_it_is_renewed(
    void **state)
{
    renew_held_back(*state, true);
}

/* The partner had processed what the sender voids: its receipt was lost. */
static void test_item_goes_on_after_a_void_that_came_too_late(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);
    uint64_t first;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    share_set(&world->oem, KITH_PROJECT_TITLE, "two", WORLD_NOW);
    share_set(&world->oem, KITH_PROJECT_TITLE, "three", WORLD_NOW);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    first = lose(&world->oem);
    resend(world, first, 0);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 3);
    resend(world, first, 31);
    wish.until_day = TODAY + 90;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 2);
    assert_int_equal(share_read(&world->ems, "lumen/g1/EVT").revision, 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
    share_set(&world->oem, KITH_PROJECT_TITLE, "four", WORLD_NOW);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_grant_that_was_held_back_is_told_when_it_is_renewed, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_grant_whose_void_came_too_late_is_told_when_it_is_renewed,
            share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_resend_shows_no_field_that_is_hidden_by_now, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_item_goes_on_after_a_revision_that_was_held_back, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_item_goes_on_after_a_void_that_came_too_late, share_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
