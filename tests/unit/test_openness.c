/* openness - what each level covers, who may change it, and what closes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/destruction.h"
#include "rules/ledger.h"
#include "rules/openness.h"
#include "rules/openness_change.h"
#include "rules/person.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400,
    ANA = 1,
    BEN = 2
};

/* A shared world in which Ana and Ben are officers of the OEM. */
static int officers_up(void **state)
{
    static const char *const names[] = {"ana", "ben"};
    const int failed = share_up(state);
    struct world *world = *state;

    for (size_t i = 0; i < 2; i++) {
        const struct person_wish wish = {.name = kith_bytes_of(names[i]),
                                         .role = KITH_ROLE_OFFICER,
                                         .uid = -1};
        uint64_t number;

        assert_int_equal(person_add(world_begin(&world->oem), &wish, &number),
                         KITH_OK);
        assert_int_equal(number, i + 1);
        world_commit(&world->oem);
    }
    return failed;
}

static void test_levels_cover_what_they_say_and_no_more(void **state)
{
    static const struct {
        enum kith_openness_level level;
        uint32_t kind;
        enum kith_label most; /* NONE: not at all */
    } rows[] = {
        {KITH_OPENNESS_CLOSED, KITH_KIND_PROJECT, KITH_LABEL_NONE},
        {KITH_OPENNESS_CLOSED, KITH_KIND_GRANT, KITH_LABEL_NONE},
        {KITH_OPENNESS_CLOSED, KITH_KIND_ANSWER, KITH_LABEL_NONE},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_PROJECT, KITH_LABEL_INTERNAL},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_GENERATION, KITH_LABEL_INTERNAL},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_ANSWER, KITH_LABEL_INTERNAL},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_GRANT, KITH_LABEL_CONFIDENTIAL},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_MILESTONE, KITH_LABEL_NONE},
        {KITH_OPENNESS_OUTLINE, KITH_KIND_MESSAGE, KITH_LABEL_NONE},
        {KITH_OPENNESS_PLAN, KITH_KIND_MILESTONE, KITH_LABEL_CONFIDENTIAL},
        {KITH_OPENNESS_PLAN, KITH_KIND_MESSAGE, KITH_LABEL_CONFIDENTIAL},
        {KITH_OPENNESS_FULL, KITH_KIND_MESSAGE, KITH_LABEL_CONFIDENTIAL},
        {KITH_OPENNESS_FULL, KITH_KIND_PERSON, KITH_LABEL_NONE},
        {KITH_OPENNESS_STRICT, KITH_KIND_MESSAGE, KITH_LABEL_STRICT},
        {KITH_OPENNESS_STRICT, KITH_KIND_WITHDRAWAL, KITH_LABEL_NONE},
        {KITH_OPENNESS_STRICT, 63, KITH_LABEL_NONE}, /* unknown */
        {(enum kith_openness_level)9, KITH_KIND_PROJECT, KITH_LABEL_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct openness_level *level = openness_of(rows[i].level);

        for (int label = KITH_LABEL_NONE; label <= KITH_LABEL_STRICT; label++)
            assert_int_equal(
                openness_covers(level, (enum kith_label)label, rows[i].kind),
                label != KITH_LABEL_NONE && label <= (int)rows[i].most);
    }
}

/* A raise or a lowering, as PERSON of the OEM. */
static enum kith_status change(struct world *world, bool raise, uint64_t person,
                               uint64_t project, enum kith_openness_level level,
                               bool *ret_set)
{
    struct world_company *oem = &world->oem;
    struct act *act = world_begin(oem);
    struct store_link link = world_link(oem);
    const struct openness_wish wish = {&link, project, level};
    enum kith_status status;

    act->person = person;
    *ret_set = false;
    status = raise ? openness_raise(act, &wish, ret_set)
                   : openness_lower(act, &wish, true);
    if (status == KITH_OK)
        world_commit(oem);
    else
        world_abort(oem);
    return status;
}

static enum kith_status raise(struct world *world, uint64_t person,
                              enum kith_openness_level level, bool *ret_set)
{
    return change(world, true, person, 0, level, ret_set);
}

static enum kith_status lower(struct world *world, uint64_t project,
                              enum kith_openness_level level)
{
    bool set;

    return change(world, false, ANA, project, level, &set);
}

static enum kith_openness_level level_now(struct world *world, uint64_t project)
{
    struct act *act = world_begin(&world->oem);
    const struct openness_level *level = NULL;

    assert_int_equal(openness_now(act, 1, project, &level), KITH_OK);
    world_abort(&world->oem);
    return level->level;
}

static void test_level_of_a_project_stands_before_that_of_all(void **state)
{
    struct world *world = *state;
    const struct store_head lumen = world_project(&world->oem, "lumen");

    assert_int_equal(level_now(world, lumen.ref.record), KITH_OPENNESS_FULL);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_PLAN), KITH_OK);
    assert_int_equal(level_now(world, lumen.ref.record), KITH_OPENNESS_PLAN);
    assert_int_equal(lower(world, lumen.ref.record, KITH_OPENNESS_CLOSED),
                     KITH_OK);
    assert_int_equal(level_now(world, lumen.ref.record), KITH_OPENNESS_CLOSED);
    assert_int_equal(level_now(world, 99), KITH_OPENNESS_PLAN);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_OUTLINE), KITH_OK);
    assert_int_equal(level_now(world, lumen.ref.record), KITH_OPENNESS_CLOSED);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_OUTLINE), KITH_INVALID);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_FULL), KITH_INVALID);
    assert_string_equal(world->oem.err.code, "openness_level");
}

static void test_raise_takes_two_persons_within_days(void **state)
{
    struct world *world = *state;
    bool set;

    assert_int_equal(raise(world, ANA, KITH_OPENNESS_FULL, &set), KITH_INVALID);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set), KITH_OK);
    assert_false(set);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set),
                     KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "second_person");
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_FULL);
    world->oem.late_s = (OPENNESS_ASKED_DAYS * 86400) + 1; /* too late */
    assert_int_equal(raise(world, BEN, KITH_OPENNESS_STRICT, &set), KITH_OK);
    assert_false(set);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set), KITH_OK);
    assert_true(set);
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_STRICT);
    assert_int_equal(world_audited(&world->oem, "openness_asked"), 2);
    assert_int_equal(world_audited(&world->oem, "openness_raised"), 1);
}

/* Another level is another wish; a lowering takes the wish away. */
static void test_second_person_must_ask_for_the_same(void **state)
{
    struct world *world = *state;
    bool set;

    assert_int_equal(lower(world, 0, KITH_OPENNESS_OUTLINE), KITH_OK);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set), KITH_OK);
    assert_int_equal(raise(world, BEN, KITH_OPENNESS_FULL, &set), KITH_OK);
    assert_false(set);
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_OUTLINE);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_CLOSED), KITH_OK);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_FULL, &set), KITH_OK);
    assert_false(set);
}

static void test_who_has_left_does_not_count_as_one_of_two(void **state)
{
    struct world *world = *state;
    struct act *act;
    uint64_t told;
    bool set;

    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set), KITH_OK);
    act = world_begin(&world->oem);
    act->person = BEN;
    assert_int_equal(person_leave(act, ANA, &told), KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(raise(world, BEN, KITH_OPENNESS_STRICT, &set), KITH_OK);
    assert_false(set);
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_FULL);
}

static void test_raise_needs_agreement_and_verified_partner(void **state)
{
    const struct agreement_signer ana = {.name = kith_bytes_of("Ana")};
    struct world *world = *state;
    struct store_link link;
    struct act *act;
    bool set;

    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    link.verified_by_partner = false;
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, "partner_unverified");
    act = world_begin(&world->oem);
    link.verified_by_partner = true;
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    assert_int_equal(agreement_end(act, &link, 1, &ana), KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set),
                     KITH_DENIED);
    assert_int_equal(world_audited(&world->oem, "openness_asked"), 0);
}

static void test_overdue_destruction_closes_until_it_is_certified(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish grant = share_wish(&lumen);
    struct destruction_wish wish = {.until_day = TODAY + 2};
    uint64_t number, withdrawn;
    struct store_link link;
    struct act *act;
    bool set;

    assert_int_equal(share_grant(&world->oem, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    wish.link = &link;
    assert_int_equal(destruction_request(act, &wish, &number, &withdrawn),
                     KITH_OK);
    world_commit(&world->oem);
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_FULL);
    world->oem.late_s = 2 * 86400;
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_FULL);
    world->oem.late_s = 3 * 86400;
    assert_int_equal(level_now(world, 0), KITH_OPENNESS_OUTLINE);
    assert_int_equal(raise(world, ANA, KITH_OPENNESS_STRICT, &set),
                     KITH_DENIED);
    assert_string_equal(world->oem.err.code, "destruction_overdue");
    assert_int_equal(lower(world, 0, KITH_OPENNESS_CLOSED), KITH_OK);
    assert_int_equal(level_now(world, 0),
                     KITH_OPENNESS_CLOSED); /* not outline */
}

/* Project lumen, internal, sold on MARKET. */
static void set_market(struct world_company *company, const char *market)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    kith_build_text(&builder, KITH_PROJECT_MARKET, kith_bytes_of(market));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
}

static void test_lower_level_takes_back_kinds_and_fields(void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish grant = share_wish(&lumen);
    struct kith_record there;

    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    set_market(&world->oem, "Mars");
    assert_int_equal(share_grant(&world->oem, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    there = share_read(&world->ems, "lumen");
    assert_non_null(kith_record_field(&there, KITH_PROJECT_MARKET));
    assert_int_equal(lower(world, 0, KITH_OPENNESS_OUTLINE), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    there = share_read(&world->ems, "lumen");
    assert_null(kith_record_field(&there, KITH_PROJECT_MARKET));
    assert_int_equal(there.revision, 1); /* the former item is withdrawn */
    set_market(&world->oem, "Venus");
    assert_int_equal(world_carry(&world->oem, &world->ems), 0);
}

/* The grant goes by the level of its own project, not by that of all others. */
static void test_grant_of_an_open_project_is_told_beside_closed_ones(
    void **state)
{
    struct world *world = *state;
    struct store_head solis = world_project(&world->oem, "solis");
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish grant = share_wish(&lumen);

    assert_int_equal(lower(world, lumen.ref.record, KITH_OPENNESS_PLAN),
                     KITH_OK);
    assert_int_equal(lower(world, 0, KITH_OPENNESS_CLOSED), KITH_OK);
    assert_int_equal(share_grant(&world->oem, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GRANT), 1);
    grant = share_wish(&solis);
    assert_int_equal(share_grant(&world->oem, &grant), KITH_DENIED);
    assert_string_equal(world->oem.err.code, "openness");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_cover_what_they_say_and_no_more),
#define WORLD(test)                                                            \
    cmocka_unit_test_setup_teardown(test, officers_up, world_down)
        WORLD(test_level_of_a_project_stands_before_that_of_all),
        WORLD(test_raise_takes_two_persons_within_days),
        WORLD(test_second_person_must_ask_for_the_same),
        WORLD(test_who_has_left_does_not_count_as_one_of_two),
        WORLD(test_raise_needs_agreement_and_verified_partner),
        WORLD(test_overdue_destruction_closes_until_it_is_certified),
        WORLD(test_lower_level_takes_back_kinds_and_fields),
        WORLD(test_grant_of_an_open_project_is_told_beside_closed_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
