/* grant_change, grant_told - a grant lasts longer, shows less, and is told again
 * when it was held back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/grant_change.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400,
    MILESTONES = 1 << KITH_KIND_MILESTONE
};

static const struct grant_narrowing as_before = {.until_day = INT32_MAX};

/* Project lumen with a milestone, granted to all bound for 30 days, carried. */
static struct store_head share_lumen(struct world *world)
{
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);

    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    world_carry(&world->oem, &world->ems);
    return lumen;
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

static enum kith_status renew(struct world_company *company, int32_t until_day)
{
    struct disclosure_counts counts;

    return finish(company,
                  grant_renew(world_begin(company), 1, until_day, &counts));
}

static enum kith_status narrow(struct world_company *company,
                               const struct grant_narrowing *narrowing)
{
    uint64_t number = 0;

    return finish(company, grant_narrow(world_begin(company), 1, narrowing,
                                        true, &number));
}

/* Revision of the only grant that COMPANY was told of. */
static uint64_t told_revision(struct world_company *company)
{
    struct act *act = world_begin(company);
    const struct store_link link = world_link(company);
    struct store_head project = {0}, head = {0};
    uint64_t revision = 0;

    assert_int_equal(store_head_next(act->txn, link.number, 0, 0, &project),
                     KITH_OK);
    while (store_head_next(act->txn, link.number, project.ref.record,
                           head.ref.record, &head) == KITH_OK) {
        if (head.kind == KITH_KIND_GRANT)
            revision = head.revision;
    }
    world_abort(company);
    return revision;
}

/* Length of the market of lumen, as COMPANY was told it. */
static size_t market_len(struct world_company *company)
{
    const struct kith_record lumen = share_read(company, "lumen");

    return kith_record_bytes(&lumen, KITH_PROJECT_MARKET).len;
}

static void test_renewed_grant_is_the_next_revision_of_itself(void **state)
{
    struct world *world = *state;

    share_lumen(world);
    assert_int_equal(told_revision(&world->ems), 1);
    assert_int_equal(renew(&world->oem, TODAY + 90), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    assert_int_equal(told_revision(&world->ems), 2);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 1);
    assert_int_equal(renew(&world->oem, TODAY + 91), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 1);
    assert_int_equal(told_revision(&world->ems), 3);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
    assert_int_equal(world_audited(&world->oem, "grant_renewed"), 2);
}

static void test_renewal_that_is_none_is_refused(void **state)
{
    struct world *world = *state;
    struct disclosure_counts counts;

    assert_int_equal(renew(&world->oem, TODAY + 90), KITH_NOT_FOUND);
    share_lumen(world);
    assert_int_equal(renew(&world->oem, TODAY + 30), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "grant_until");
    assert_int_equal(
        finish(&world->oem, grant_end(world_begin(&world->oem), 1, &counts)),
        KITH_OK);
    assert_int_equal(renew(&world->oem, TODAY + 90), KITH_CONFLICT);
    assert_int_equal(world_audited(&world->oem, "grant_renewed"), 0);
}

/* The date had passed: what was posted meanwhile is told with the renewal. */
static void test_renewal_tells_what_was_held_back(void **state)
{
    struct world *world = *state;

    share_lumen(world);
    world->oem.late_s = world->ems.late_s = 40 * 86400;
    world_milestone(&world->oem, "lumen/g1", "PVT", TODAY, KITH_LABEL_NONE);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(renew(&world->oem, TODAY + 90), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 2);
}

static void test_grant_held_back_is_told_under_the_next_agreement(void **state)
{
    const struct agreement_signer ana = {.name = kith_bytes_of("Ana")};
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = share_wish(&lumen);
    struct store_link link;
    struct act *act;

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(agreement_end(act, &link, 1, &ana), KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 0);
    world_agree(world, TODAY - 1, TODAY + 365);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 1);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
}

static void test_narrower_kinds_are_withdrawn_the_rest_is_told_anew(
    void **state)
{
    struct world *world = *state;
    struct grant_narrowing narrowing = as_before;

    share_lumen(world);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    narrowing.kinds = 1 << KITH_KIND_PROJECT | 1 << KITH_KIND_GENERATION;
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_audited(&world->oem, "grant_narrowed"), 1);
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_CONFLICT);
}

static void test_hidden_field_is_gone_from_what_is_told_anew(void **state)
{
    struct world *world = *state;
    const struct kith_bytes market = kith_bytes_of("project.market");
    struct grant_narrowing narrowing = as_before;

    share_lumen(world);
    share_set(&world->oem, KITH_PROJECT_MARKET, "Mars", WORLD_NOW);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(market_len(&world->ems), 4);
    narrowing.hidden = &market;
    narrowing.n_hidden = 1;
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(market_len(&world->ems), 0);
}

static void test_nothing_wider_passes_for_narrower(void **state)
{
    struct world *world = *state;
    const struct kith_bytes wrong = kith_bytes_of("project.nothing");
    struct grant_narrowing narrowing = as_before;

    share_lumen(world);
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "grant_same");
    narrowing.until_day = TODAY + 31;
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "grant_wider");
    narrowing = as_before;
    narrowing.kinds = UINT64_C(1) << KITH_KIND_ANSWER | MILESTONES;
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "grant_wider");
    narrowing = as_before;
    narrowing.hidden = &wrong;
    narrowing.n_hidden = 1;
    assert_int_equal(narrow(&world->oem, &narrowing), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "hide_unknown");
    assert_int_equal(world_audited(&world->oem, "grant_narrowed"), 0);
}

/* From all bound to one person, and then to nobody else. */
static void test_persons_can_become_fewer_and_no_others(void **state)
{
    struct world *world = *state;
    const struct kith_id one = {{1}}, other = {{2}};
    struct grant_narrowing narrowing = as_before;
    uint64_t number = 0;

    share_lumen(world);
    narrowing.persons = &one;
    narrowing.n_persons = 1;
    assert_int_equal(
        finish(&world->oem, grant_narrow(world_begin(&world->oem), 1,
                                         &narrowing, true, &number)),
        KITH_OK);
    narrowing.persons = &other;
    assert_int_equal(
        finish(&world->oem, grant_narrow(world_begin(&world->oem), number,
                                         &narrowing, true, &number)),
        KITH_INVALID);
    assert_string_equal(world->oem.err.code, "grant_wider");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WORLD(test) cmocka_unit_test_setup_teardown(test, share_up, world_down)
        WORLD(test_renewed_grant_is_the_next_revision_of_itself),
        WORLD(test_renewal_that_is_none_is_refused),
        WORLD(test_renewal_tells_what_was_held_back),
        WORLD(test_grant_held_back_is_told_under_the_next_agreement),
        WORLD(test_narrower_kinds_are_withdrawn_the_rest_is_told_anew),
        WORLD(test_hidden_field_is_gone_from_what_is_told_anew),
        WORLD(test_nothing_wider_passes_for_narrower),
        WORLD(test_persons_can_become_fewer_and_no_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
