/* disclosure - what the rules of this moment make of what was posted or told
 * under others: labels raised, grants narrowed, edits of hidden fields.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/ledger.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400
};

static void label_project(struct world_company *company, const char *name,
                          enum kith_label label)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT, .label = label};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
}

static void test_revision_in_the_queue_is_judged_by_the_label_of_now(
    void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_INTERNAL);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_STRICT);
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
    /* Nor does what was strict leave when the label is lowered. */
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 9,
                    KITH_LABEL_STRICT);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 1,
                    KITH_LABEL_INTERNAL);
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    assert_int_equal(share_read(&world->ems, "lumen/g1/EVT").revision, 1);
}

static void test_raised_label_of_a_project_takes_all_of_it_back(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    label_project(&world->oem, "lumen", KITH_LABEL_STRICT);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    label_project(&world->oem, "lumen", KITH_LABEL_CONFIDENTIAL);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
}

static void test_strict_project_is_granted_to_nobody(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    label_project(&world->oem, "lumen", KITH_LABEL_STRICT);
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, "openness");
    assert_int_equal(world_queued(&world->oem), 0);
}

/* Its purpose and kinds speak of the project. */
static void test_grant_stays_here_with_its_project(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    label_project(&world->oem, "lumen", KITH_LABEL_STRICT);
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 0);
}

static void test_grants_that_make_no_sense_are_refused(void **state)
{
    static struct kith_id many[KITH_PERSONS_MAX + 1];
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);

    wish.kinds = (uint64_t)1 << 63;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "kinds_unknown");
    wish = share_wish(&lumen);
    wish.kinds = 1u << KITH_KIND_PROJECT;
    wish.persons = many;
    wish.n_persons = KITH_PERSONS_MAX + 1;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_INVALID);
    assert_int_equal(world_queued(&world->oem), 0);
}

static void test_grant_for_fewer_persons_takes_back_and_tells_anew(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    const struct kith_id jan = kith_id_random(), eva = kith_id_random();
    const struct kith_id both[] = {jan, eva};
    struct grant_wish wish = share_wish(&lumen);
    struct kith_id first, second;

    wish.bound = false;
    wish.persons = both;
    wish.n_persons = 2;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    first = share_read(&world->ems, "lumen/g1").id;
    wish.n_persons = 1;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    second = share_read(&world->ems, "lumen/g1").id;
    assert_false(kith_id_equal(&first, &second));
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 1);
}

/* Nobody loses what he may read: nothing is taken back, the items stay. */
static void test_grant_for_more_persons_keeps_the_items(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    const struct kith_id both[] = {kith_id_random(), kith_id_random()};
    struct grant_wish wish = share_wish(&lumen);
    struct kith_id first;
    struct kith_id now;

    wish.bound = false;
    wish.persons = both;
    wish.n_persons = 1;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    first = share_read(&world->ems, "lumen/g1").id;
    wish.n_persons = 2;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_audited(&world->oem, "withdrawn"), 0);
    world_carry(&world->oem, &world->ems);
    wish.bound = true;
    wish.n_persons = 0;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_audited(&world->oem, "withdrawn"), 0);
    world_carry(&world->oem, &world->ems);
    now = share_read(&world->ems, "lumen/g1").id;
    assert_true(kith_id_equal(&first, &now));
    /* from all whom the partner has bound to some of them */
    wish.bound = false;
    wish.persons = both;
    wish.n_persons = 2;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    now = share_read(&world->ems, "lumen/g1").id;
    assert_false(kith_id_equal(&first, &now));
}

/* A grant of the same fields, and an edit of one that both show. */
static void test_renewed_grant_does_not_take_back_what_was_edited(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    share_set(&world->oem, KITH_PROJECT_TITLE, "seen", WORLD_NOW);
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_audited(&world->oem, "withdrawn"), 0);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").revision, 2);
}

/* An item is read under the grant that its entry names. */
static void test_longer_grant_is_told_with_its_items(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 3);
    /* Nothing that the first one does not give: only the grant is told. */
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    wish.until_day = TODAY + 60;
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 3);
    assert_int_equal(share_read(&world->ems, "lumen/g1").revision, 2);
}

static void test_hidden_date_hides_the_baseline_made_of_it(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct kith_record item;
    uint64_t grant;

    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(
        world_grant(&world->oem, &lumen, "milestone.planned", &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    item = share_read(&world->ems, "lumen/g1/EVT");
    assert_null(kith_record_field(&item, KITH_MILESTONE_PLANNED));
    assert_null(kith_record_field(&item, KITH_MILESTONE_BASELINE));
}

static void test_backfill_shows_the_time_of_the_last_visible_change(
    void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    share_set(&world->oem, KITH_PROJECT_TITLE, "Lumen", WORLD_NOW + 10);
    share_set(&world->oem, KITH_NOTE, "ours alone", WORLD_NOW + 20);
    share_set(&world->oem, KITH_PROJECT_MARKET, "hidden", WORLD_NOW + 30);
    assert_int_equal(world_grant(&world->oem, &lumen, "project.market", &grant),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(share_read(&world->ems, "lumen").changed_at,
                     WORLD_NOW + 10);
}

static void test_edit_of_a_hidden_field_queues_nothing(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    uint64_t grant;

    assert_int_equal(world_grant(&world->oem, &lumen, "project.market", &grant),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    share_set(&world->oem, KITH_NOTE, "ours alone", WORLD_NOW);
    share_set(&world->oem, KITH_PROJECT_MARKET, "hidden", WORLD_NOW);
    assert_int_equal(world_queued(&world->oem), 0);
    share_set(&world->oem, KITH_PROJECT_TITLE, "seen", WORLD_NOW);
    assert_int_equal(world_queued(&world->oem), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_revision_in_the_queue_is_judged_by_the_label_of_now, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_raised_label_of_a_project_takes_all_of_it_back, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_strict_project_is_granted_to_nobody, share_up, world_down),
        cmocka_unit_test_setup_teardown(test_grant_stays_here_with_its_project,
                                        share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_grants_that_make_no_sense_are_refused, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_grant_for_fewer_persons_takes_back_and_tells_anew, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_grant_for_more_persons_keeps_the_items, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_renewed_grant_does_not_take_back_what_was_edited, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_longer_grant_is_told_with_its_items, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_hidden_date_hides_the_baseline_made_of_it, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_backfill_shows_the_time_of_the_last_visible_change, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_edit_of_a_hidden_field_queues_nothing, share_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
