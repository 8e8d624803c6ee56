/* disclosure - what a partner gets, from posting to its items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/agreement.h"
#include "rules/grant_told.h"
#include "rules/ledger.h"
#include "rules/pump.h"
#include "rules/resolve.h"
#include "rules/reason.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

static struct kith_record read_item(struct world_company *company,
                                    const char *path)
{
    struct kith_record record;
    struct store_head head;

    assert_int_equal(
        resolve_record(&company->act, kith_bytes_of(path), 0, &head), KITH_OK);
    assert_int_equal(access_read(&company->act, &head, &record), KITH_OK);
    return record;
}

static void test_granted_project_reaches_partner_once(void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct kith_record item;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    world_milestone(&world->oem, "lumen/g1", "EVT build", TODAY + 60,
                    KITH_LABEL_CONFIDENTIAL);
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    assert_int_equal(world_carry(&world->oem, &world->ems), 4);
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    world_begin(&world->ems);
    item = read_item(&world->ems, "acme:lumen/g1/EVT build");
    assert_int_equal(item.label, KITH_LABEL_CONFIDENTIAL);
    assert_int_equal(
        kith_record_field(&item, KITH_MILESTONE_PLANNED)->when.from_day,
        TODAY + 60);
    world_abort(&world->ems);
}

static void test_moved_milestone_becomes_one_more_revision(void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct kith_record item;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 60,
                    KITH_LABEL_NONE);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 75,
                    KITH_LABEL_NONE);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 75,
                    KITH_LABEL_NONE);
    world_carry(&world->oem, &world->ems);
    world_begin(&world->ems);
    item = read_item(&world->ems, "lumen/g1/EVT");
    assert_int_equal(item.revision, 2);
    assert_int_equal(
        kith_record_field(&item, KITH_MILESTONE_PLANNED)->when.from_day,
        TODAY + 75);
    assert_int_equal(
        kith_record_field(&item, KITH_MILESTONE_BASELINE)->when.from_day,
        TODAY + 60);
    world_abort(&world->ems);
}

static void test_hidden_field_is_absent_and_its_change_sends_nothing(
    void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct kith_record item;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 60,
                    KITH_LABEL_NONE);
    assert_int_equal(
        world_grant(&world->oem, &project, "milestone.planned", &grant),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    world_begin(&world->ems);
    item = read_item(&world->ems, "lumen/g1/EVT");
    assert_null(kith_record_field(&item, KITH_MILESTONE_PLANNED));
    world_abort(&world->ems);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 75,
                    KITH_LABEL_NONE);
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
}

static void test_ended_grant_withdraws_what_it_showed(void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct disclosure_counts counts;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 1);
    world_begin(&world->oem);
    assert_int_equal(grant_end(&world->oem.act, grant, &counts), KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(counts.withdrawn, 2);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 0);
}

static void test_narrower_grant_withdraws_and_tells_a_new_item(void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct kith_record before, after;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 60,
                    KITH_LABEL_NONE);
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    world_begin(&world->ems);
    before = read_item(&world->ems, "lumen/g1/EVT");
    world_abort(&world->ems);
    assert_int_equal(
        world_grant(&world->oem, &project, "milestone.planned", &grant),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    world_begin(&world->ems);
    after = read_item(&world->ems, "lumen/g1/EVT");
    assert_false(kith_id_equal(&before.id, &after.id));
    assert_int_equal(after.revision, 1);
    world_abort(&world->ems);
}

static void test_renewed_agreement_tells_what_was_held_back(void **state)
{
    const struct agreement_signer signer = {.name = kith_bytes_of("ana")};
    struct world *world = *state;
    struct store_head project;
    struct store_link link;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(agreement_end(&world->oem.act, &link, 1, &signer),
                     KITH_OK);
    world_commit(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    world_agree(world, TODAY - 1, TODAY + 200);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 1);
}

static void answer(struct world_company *company, const char *to)
{
    struct kith_record record = {.kind = KITH_KIND_ANSWER};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_ANSWER_TO, kith_bytes_of(to));
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
}

/* Sends everything behind INDEX again, after the agreement ended: headers that
 * the partner has counted as processed. */
static void hold_back(struct world_company *from, uint64_t index)
{
    const struct agreement_signer signer = {.name = kith_bytes_of("ben")};
    const struct pump_span span = {.from = index, .gated_from = UINT64_MAX};
    struct act *act = world_begin(from);
    struct store_link link = world_link(from);
    struct kith_buf frame = {0};
    uint64_t bytes, next;

    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    assert_true(link.out.tree.size > index);
    assert_int_equal(agreement_end(act, &link, 1, &signer), KITH_OK);
    world_commit(from);
    act = world_begin(from);
    link = world_link(from);
    link.out.processed = link.out.tree.size;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    link.out.processed = index; /* the headers go once more */
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(from);
    kith_buf_clear(&frame);
}

static void test_answer_held_back_is_told_under_the_next_agreement(void **state)
{
    struct world *world = *state;
    struct store_head project;
    struct store_link link;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    world_carry(&world->ems, &world->oem);
    answer(&world->ems, "acme:lumen");
    world_begin(&world->ems);
    link = world_link(&world->ems);
    world_abort(&world->ems);
    hold_back(&world->ems, link.out.tree.size);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(world_items(&world->oem, KITH_KIND_ANSWER), 0);
    world_agree(world, TODAY - 1, TODAY + 200);
    world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(grant_settle(&world->ems.act, &link), KITH_OK);
    world_commit(&world->ems);
    world_carry(&world->ems, &world->oem);
    assert_int_equal(world_items(&world->oem, KITH_KIND_ANSWER), 1);
}

static void test_strict_label_reaches_nobody(void **state)
{
    struct world *world = *state;
    struct store_head project;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_STRICT);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
}

static void test_grant_is_refused_by_name_of_what_is_missing(void **state)
{
    struct world *world = *state;
    struct store_head project = world_project(&world->oem, "lumen");
    uint64_t grant;

    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, gate_code(GATE_UNVERIFIED));
    world_verify(world);
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, gate_code(GATE_NO_AGREEMENT));
    world_agree(world, TODAY + 1, TODAY + 100);
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, gate_code(GATE_AGREEMENT_DATE));
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_granted_project_reaches_partner_once, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_moved_milestone_becomes_one_more_revision, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_hidden_field_is_absent_and_its_change_sends_nothing, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_ended_grant_withdraws_what_it_showed, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_narrower_grant_withdraws_and_tells_a_new_item, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_renewed_agreement_tells_what_was_held_back, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_answer_held_back_is_told_under_the_next_agreement, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_strict_label_reaches_nobody,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_grant_is_refused_by_name_of_what_is_missing, world_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
