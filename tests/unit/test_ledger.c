/* ledger - what a person posts: found by key or id, merged, refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/ledger.h"
#include "rules/resolve.h"
#include "rules/revision.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* A record being built for one post. */
struct draft {
    struct world_company *company;
    struct kith_record record;
    struct kith_record_builder builder;
};

static struct draft draft_of(struct world_company *company, uint32_t kind)
{
    struct draft draft = {.company = company, .record = {.kind = kind}};

    world_begin(company);
    kith_build_start(&draft.builder, company->arena);
    return draft;
}

static enum kith_status post(struct draft *draft, uint32_t must_reach,
                             struct ledger_posted *ret_posted)
{
    enum kith_status status;

    *ret_posted = (struct ledger_posted){.n_links = 0};
    assert_int_equal(kith_build_finish(&draft->builder, &draft->record),
                     KITH_OK);
    status = ledger_post(&draft->company->act, &draft->record, must_reach,
                         ret_posted);
    if (status == KITH_OK)
        world_commit(draft->company);
    else
        world_abort(draft->company);
    return status;
}

/* Posts project NAME with TITLE and, unless NULL, MARKET. */
static struct ledger_posted post_project(struct world_company *company,
                                         const char *name, const char *title,
                                         const char *market)
{
    struct draft draft = draft_of(company, KITH_KIND_PROJECT);
    struct ledger_posted posted;

    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    if (title != NULL)
        kith_build_text(&draft.builder, KITH_PROJECT_TITLE,
                        kith_bytes_of(title));
    if (market != NULL)
        kith_build_text(&draft.builder, KITH_PROJECT_MARKET,
                        kith_bytes_of(market));
    assert_int_equal(post(&draft, 0, &posted), KITH_OK);
    return posted;
}

/* The newest revision of HEAD; lives until the next transaction. */
static struct kith_record newest(struct world_company *company,
                                 const struct store_head *head)
{
    struct kith_record record;
    struct act *act = world_begin(company);

    assert_int_equal(revision_read(act, head, 0, &record), KITH_OK);
    world_abort(company);
    return record;
}

static void test_absent_keeps_and_empty_clears(void **state)
{
    struct world *world = *state;
    struct ledger_posted posted =
        post_project(&world->oem, "lumen", "Lumen lamp", "Europe");
    struct kith_record record;

    assert_int_equal(posted.change, LEDGER_NEW);
    posted = post_project(&world->oem, "lumen", NULL, "Asia");
    assert_int_equal(posted.change, LEDGER_REVISED);
    assert_int_equal(posted.head.revision, 2);
    record = newest(&world->oem, &posted.head);
    assert_true(kith_bytes_is(kith_record_bytes(&record, KITH_PROJECT_TITLE),
                              "Lumen lamp"));
    assert_true(
        kith_bytes_is(kith_record_bytes(&record, KITH_PROJECT_MARKET), "Asia"));
    posted = post_project(&world->oem, "lumen", "", NULL);
    record = newest(&world->oem, &posted.head);
    assert_null(kith_record_field(&record, KITH_PROJECT_TITLE));
    assert_non_null(kith_record_field(&record, KITH_PROJECT_MARKET));
}

static void test_list_replaces_the_whole_list(void **state)
{
    struct world *world = *state;
    static const char *const paths[] = {"lumen/g1/A", "lumen/g1/B"};
    struct ledger_posted posted;
    struct kith_record record;
    int i;

    world_project(&world->oem, "lumen");
    world_milestone(&world->oem, "lumen/g1", "A", TODAY, KITH_LABEL_NONE);
    world_milestone(&world->oem, "lumen/g1", "B", TODAY, KITH_LABEL_NONE);
    world_milestone(&world->oem, "lumen/g1", "C", TODAY, KITH_LABEL_NONE);
    for (i = 0; i < 2; i++) {
        struct draft draft = draft_of(&world->oem, KITH_KIND_MILESTONE);
        int k;

        kith_build_text(&draft.builder, KITH_MILESTONE_GENERATION,
                        kith_bytes_of("lumen/g1"));
        kith_build_choice(&draft.builder, KITH_MILESTONE_TYPE,
                          KITH_MILESTONE_OTHER);
        kith_build_text(&draft.builder, KITH_MILESTONE_TITLE,
                        kith_bytes_of("C"));
        for (k = i; k < 2; k++)
            kith_build_text(&draft.builder, KITH_MILESTONE_DEPENDS_ON,
                            kith_bytes_of(paths[k]));
        assert_int_equal(post(&draft, 0, &posted), KITH_OK);
    }
    record = newest(&world->oem, &posted.head);
    assert_non_null(kith_record_field(&record, KITH_MILESTONE_DEPENDS_ON));
    assert_int_not_equal(
        kith_record_field(&record, KITH_MILESTONE_DEPENDS_ON)[1].number,
        KITH_MILESTONE_DEPENDS_ON);
}

static void test_unchanged_post_adds_and_sends_nothing(void **state)
{
    struct world *world = *state;
    struct ledger_posted posted =
        post_project(&world->oem, "lumen", "Lumen lamp", NULL);

    posted = post_project(&world->oem, "lumen", "Lumen lamp", NULL);
    assert_int_equal(posted.change, LEDGER_UNCHANGED);
    assert_int_equal(posted.head.revision, 1);
}

static struct ledger_posted set_inactive(struct world_company *company,
                                         const char *name)
{
    struct draft draft = draft_of(company, KITH_KIND_PROJECT);
    struct ledger_posted posted;

    draft.record.inactive = true;
    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    assert_int_equal(post(&draft, 0, &posted), KITH_OK);
    return posted;
}

static void test_key_of_an_inactive_record_begins_anew(void **state)
{
    struct world *world = *state;
    struct ledger_posted one = post_project(&world->oem, "lumen", NULL, NULL);
    struct ledger_posted off = set_inactive(&world->oem, "lumen");
    struct ledger_posted two;

    assert_int_equal(off.head.ref.record, one.head.ref.record);
    assert_int_equal(set_inactive(&world->oem, "lumen").change,
                     LEDGER_UNCHANGED);
    two = post_project(&world->oem, "lumen", NULL, NULL);
    assert_int_equal(two.change, LEDGER_NEW);
    assert_int_not_equal(two.head.ref.record, one.head.ref.record);
    assert_false(kith_id_equal(&two.head.id, &one.head.id));
}

static void test_label_comes_from_the_project_unless_given(void **state)
{
    struct world *world = *state;
    struct ledger_posted posted;
    struct store_head head;
    struct draft draft;

    assert_int_equal(post_project(&world->oem, "plain", NULL, NULL).head.label,
                     KITH_LABEL_CONFIDENTIAL);
    draft = draft_of(&world->oem, KITH_KIND_PROJECT);
    draft.record.label = KITH_LABEL_INTERNAL;
    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    assert_int_equal(post(&draft, 0, &posted), KITH_OK);
    draft = draft_of(&world->oem, KITH_KIND_GENERATION);
    kith_build_text(&draft.builder, KITH_GENERATION_PROJECT,
                    kith_bytes_of("lumen"));
    kith_build_text(&draft.builder, KITH_GENERATION_NAME, kith_bytes_of("g1"));
    assert_int_equal(post(&draft, 0, &posted), KITH_OK);
    assert_int_equal(posted.head.label, KITH_LABEL_INTERNAL);
    head = world_milestone(&world->oem, "lumen/g1", "EVT", TODAY,
                           KITH_LABEL_STRICT);
    assert_int_equal(head.label, KITH_LABEL_STRICT);
    /* Not given again: its former one stays. */
    head = world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + 1,
                           KITH_LABEL_NONE);
    assert_int_equal(head.label, KITH_LABEL_STRICT);
}

static void test_answer_to_a_record_of_ours_is_refused(void **state)
{
    struct world *world = *state;
    struct draft draft;
    struct ledger_posted posted;

    world_project(&world->oem, "lumen");
    draft = draft_of(&world->oem, KITH_KIND_ANSWER);
    kith_build_text(&draft.builder, KITH_ANSWER_TO, kith_bytes_of("lumen"));
    kith_build_choice(&draft.builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
    assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "answer_to_own");
}

static void test_kinds_that_nobody_posts_are_refused(void **state)
{
    static const uint32_t kinds[] = {KITH_KIND_GRANT, KITH_KIND_PERSON,
                                     KITH_KIND_VOID, KITH_KIND_AGREEMENT, 99};
    struct world *world = *state;
    struct ledger_posted posted;
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct draft draft = draft_of(&world->oem, kinds[i]);

        assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    }
}

static void test_what_hangs_on_nothing_of_ours_is_refused(void **state)
{
    struct world *world = *state;
    const struct kith_id unknown = kith_id_random();
    struct draft draft = draft_of(&world->oem, KITH_KIND_GENERATION);
    struct ledger_posted posted;

    kith_build_octets(&draft.builder, KITH_GENERATION_PROJECT, unknown.b,
                      KITH_ID_LEN);
    kith_build_text(&draft.builder, KITH_GENERATION_NAME, kith_bytes_of("g1"));
    assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "parent_missing");
    draft = draft_of(&world->oem, KITH_KIND_MESSAGE);
    kith_build_text(&draft.builder, KITH_MESSAGE_TEXT, kith_bytes_of("hello"));
    assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "about_missing");
}

static void test_milestone_reached_in_the_future_is_refused(void **state)
{
    struct world *world = *state;
    const struct kith_when tomorrow = {.kind = KITH_WHEN_DATE,
                                       .from_day = TODAY + 1};
    struct draft draft;
    struct ledger_posted posted;

    world_project(&world->oem, "lumen");
    draft = draft_of(&world->oem, KITH_KIND_MILESTONE);
    kith_build_text(&draft.builder, KITH_MILESTONE_GENERATION,
                    kith_bytes_of("lumen/g1"));
    kith_build_when(&draft.builder, KITH_MILESTONE_PLANNED, &tomorrow);
    kith_build_when(&draft.builder, KITH_MILESTONE_ACTUAL, &tomorrow);
    assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "actual_in_future");
}

static void test_must_reach_is_refused_with_the_reason_of_the_gate(void **state)
{
    struct world *world = *state;
    struct draft draft = draft_of(&world->oem, KITH_KIND_PROJECT);
    struct ledger_posted posted;
    struct store_head head;

    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    assert_int_equal(post(&draft, 1, &posted), KITH_DENIED);
    assert_string_equal(world->oem.err.code, "partner_unverified");
    world_begin(&world->oem);
    assert_int_equal(
        resolve_record(&world->oem.act, kith_bytes_of("lumen"), 0, &head),
        KITH_NOT_FOUND);
    world_abort(&world->oem);
    draft = draft_of(&world->oem, KITH_KIND_PROJECT);
    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    assert_int_equal(post(&draft, 7, &posted), KITH_NOT_FOUND);
}

/* Posts project NAME as the record ID. */
static enum kith_status post_by_id(struct world_company *company,
                                   const struct kith_id *id, uint32_t kind,
                                   const char *name)
{
    struct draft draft = draft_of(company, kind);
    struct ledger_posted posted;

    draft.record.id = *id;
    kith_build_text(&draft.builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    return post(&draft, 0, &posted);
}

static void test_record_found_by_its_id_may_get_another_name(void **state)
{
    struct world *world = *state;
    const struct kith_id unknown = kith_id_random();
    struct ledger_posted one = post_project(&world->oem, "lumen", NULL, NULL);
    struct ledger_posted two = post_project(&world->oem, "solis", NULL, NULL);

    assert_int_equal(post_by_id(&world->oem, &unknown, KITH_KIND_PROJECT, "x"),
                     KITH_NOT_FOUND);
    assert_int_equal(
        post_by_id(&world->oem, &one.head.id, KITH_KIND_MESSAGE, "x"),
        KITH_NOT_FOUND);
    assert_int_equal(
        post_by_id(&world->oem, &one.head.id, KITH_KIND_PROJECT, "solis"),
        KITH_CONFLICT);
    assert_int_equal(
        post_by_id(&world->oem, &one.head.id, KITH_KIND_PROJECT, "nova"),
        KITH_OK);
    assert_int_equal(
        post_project(&world->oem, "nova", "N", NULL).head.ref.record,
        one.head.ref.record);
    assert_int_equal(post_project(&world->oem, "lumen", NULL, NULL).change,
                     LEDGER_NEW);
    assert_int_equal(
        post_project(&world->oem, "solis", "S", NULL).head.ref.record,
        two.head.ref.record);
}

static void test_record_stays_where_it_hangs(void **state)
{
    struct world *world = *state;
    struct store_head solis = world_project(&world->oem, "solis"), head;
    struct ledger_posted posted;
    struct draft draft;

    world_project(&world->oem, "lumen");
    world_begin(&world->oem);
    assert_int_equal(
        resolve_record(&world->oem.act, kith_bytes_of("lumen/g1"), 0, &head),
        KITH_OK);
    world_abort(&world->oem);
    draft = draft_of(&world->oem, KITH_KIND_GENERATION);
    draft.record.id = head.id;
    kith_build_octets(&draft.builder, KITH_GENERATION_PROJECT, solis.id.b,
                      KITH_ID_LEN);
    assert_int_equal(post(&draft, 0, &posted), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "place_fixed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_absent_keeps_and_empty_clears,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_list_replaces_the_whole_list,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_unchanged_post_adds_and_sends_nothing, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_key_of_an_inactive_record_begins_anew, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_label_comes_from_the_project_unless_given, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_answer_to_a_record_of_ours_is_refused, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_kinds_that_nobody_posts_are_refused, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_what_hangs_on_nothing_of_ours_is_refused, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_milestone_reached_in_the_future_is_refused, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_must_reach_is_refused_with_the_reason_of_the_gate, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_record_found_by_its_id_may_get_another_name, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_record_stays_where_it_hangs,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
