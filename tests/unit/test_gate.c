/* gate - each condition of inv. 1, negated alone, closes it by its own name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/gate.h"
#include "rules/partner.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* A world in which a milestone of `lumen` may leave; its project. */
static struct store_head open_world(struct world *world)
{
    struct store_head project;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, &grant), KITH_OK);
    return project;
}

static enum gate_reason ask(struct world *world, const struct store_link *link,
                            const struct gate_question *question, int64_t now)
{
    struct gate_pass pass;
    struct act *act = &world->oem.act;

    act->now = now;
    assert_int_equal(gate_ask(act, link, question, &pass), KITH_OK);
    return pass.reason;
}

static struct gate_question milestone(const struct store_head *project)
{
    return (struct gate_question){.kind = KITH_KIND_MILESTONE,
                                  .label = KITH_LABEL_CONFIDENTIAL,
                                  .project = project->ref.record};
}

static void test_all_conditions_met_is_open_and_names_them(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    const struct gate_question question = milestone(&project);
    struct gate_pass pass;
    struct act *act = world_begin(&world->oem);
    const struct store_link link = world_link(&world->oem);

    assert_int_equal(gate_ask(act, &link, &question, &pass), KITH_OK);
    assert_int_equal(pass.reason, GATE_OPEN);
    assert_true(kith_bytes_is(pass.purpose, "assembly"));
    assert_true(pass.audience.bound);
    assert_int_not_equal(pass.grant, 0);
    world_abort(&world->oem);
}

static void test_partner_conditions_close_by_name(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    const struct gate_question question = milestone(&project);
    struct store_link link;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    link.verified = false;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_UNVERIFIED);
    link = world_link(&world->oem);
    link.verified_by_partner = false;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_UNVERIFIED);
    link = world_link(&world->oem);
    link.removed = true;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_REMOVED);
    world_abort(&world->oem);
}

static void test_agreement_dates_and_end_close_by_name(void **state)
{
    struct world *world = *state;
    const struct agreement_signer signer = {.name = kith_bytes_of("ana")};
    const struct store_head project = open_world(world);
    const struct gate_question question = milestone(&project);
    struct store_link link;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(
        ask(world, &link, &question, (int64_t)(TODAY + 101) * 86400),
        GATE_AGREEMENT_DATE);
    assert_int_equal(ask(world, &link, &question, (int64_t)(TODAY - 2) * 86400),
                     GATE_AGREEMENT_DATE);
    world->oem.act.now = WORLD_NOW;
    assert_int_equal(agreement_end(&world->oem.act, &link, 1, &signer),
                     KITH_OK);
    assert_int_equal(ask(world, &link, &question, WORLD_NOW),
                     GATE_AGREEMENT_DATE);
    world_abort(&world->oem);
}

static void test_label_closes_by_name(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    struct gate_question question = milestone(&project);
    struct store_link link;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    question.label = KITH_LABEL_NONE;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW),
                     GATE_LABEL_MISSING);
    question.label = KITH_LABEL_STRICT;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_OPENNESS);
    world_abort(&world->oem);
}

static void test_grant_conditions_close_by_name(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    struct gate_question question = milestone(&project);
    struct store_link link;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    question.kind = KITH_KIND_ANSWER; /* not among the granted kinds */
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_NO_GRANT);
    question.kind = KITH_KIND_MILESTONE;
    question.project++; /* another project */
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_NO_GRANT);
    question.project--;
    assert_int_equal(
        ask(world, &link, &question, (int64_t)(TODAY + 31) * 86400),
        GATE_GRANT_DATE);
    assert_int_equal(
        ask(world, &link, &question, (int64_t)(TODAY + 30) * 86400), GATE_OPEN);
    world_abort(&world->oem);
}

static void test_answer_goes_only_to_whom_it_answers(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    struct gate_question question = milestone(&project);
    struct store_link link;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    question.kind = KITH_KIND_ANSWER;
    question.project = 0;
    question.answers_owner = link.number;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_OPEN);
    question.answers_owner = link.number + 1;
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_NOT_ASKED);
    world_abort(&world->oem);
}

static void test_grant_without_audience_is_refused(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    const struct grant_wish wish = {.project = project.ref.record,
                                    .project_id = project.id,
                                    .kinds = 1u << KITH_KIND_PROJECT,
                                    .purpose = kith_bytes_of("x"),
                                    .from_day = TODAY,
                                    .until_day = TODAY};
    struct disclosure_counts counts;
    struct store_link link;
    uint64_t grant;

    world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(grant_add(&world->oem.act, &link, &wish, &grant, &counts),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, gate_code(GATE_NO_AUDIENCE));
    world_abort(&world->oem);
}

static void test_grant_that_is_not_there_is_told_to_nobody(void **state)
{
    struct world *world = *state;
    const struct kith_record unknown = {.kind = KITH_KIND_GRANT,
                                        .id = kith_id_random(),
                                        .label = KITH_LABEL_CONFIDENTIAL};
    struct gate_pass pass;
    struct store_link link;
    struct act *act;

    open_world(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(gate_grant(act, &link, &unknown, &pass), KITH_OK);
    assert_int_equal(pass.reason, GATE_NO_GRANT);
    link.removed = true;
    assert_int_equal(gate_grant(act, &link, &unknown, &pass), KITH_OK);
    assert_int_equal(pass.reason, GATE_REMOVED);
    world_abort(&world->oem);
}

/* A memo for one company goes to no other, whatever is granted to it. */
static void test_addressee_alone_is_told(void **state)
{
    struct world *world = *state;
    const struct store_head project = open_world(world);
    struct gate_question question = milestone(&project);
    struct act *act = world_begin(&world->oem);
    const struct store_link link = world_link(&world->oem);

    (void)act;
    question.addressee =
        (struct kith_bytes){link.company.b, KITH_COMPANY_ID_LEN};
    assert_int_equal(ask(world, &link, &question, WORLD_NOW), GATE_OPEN);
    question.addressee =
        (struct kith_bytes){world->oem.company.id.b, KITH_COMPANY_ID_LEN};
    assert_int_equal(ask(world, &link, &question, WORLD_NOW),
                     GATE_NOT_ADDRESSED);
    world_abort(&world->oem);
}

static void test_every_reason_has_its_own_words(void **state)
{
    int a, b;

    (void)state;
    for (a = 0; a < GATE_REASON_COUNT; a++) {
        assert_non_null(gate_code((enum gate_reason)a));
        assert_non_null(gate_sentence((enum gate_reason)a));
        for (b = 0; b < a; b++)
            assert_string_not_equal(gate_code((enum gate_reason)a),
                                    gate_code((enum gate_reason)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_all_conditions_met_is_open_and_names_them, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_partner_conditions_close_by_name,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_agreement_dates_and_end_close_by_name, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_label_closes_by_name, world_up,
                                        world_down),
        cmocka_unit_test_setup_teardown(test_grant_conditions_close_by_name,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_answer_goes_only_to_whom_it_answers, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_grant_that_is_not_there_is_told_to_nobody, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_grant_without_audience_is_refused,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_addressee_alone_is_told, world_up,
                                        world_down),
        cmocka_unit_test(test_every_reason_has_its_own_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
