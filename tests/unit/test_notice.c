/* notice - which revisions a rule fits, from the recipient's own view. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/cache.h"
#include "rules/notice.h"
#include "rules/person.h"
#include "rules_forge.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* What a rule asks for; NULL and 0: anything. */
struct wanted {
    const char *partner, *project, *kind;
    int64_t slip_days;
    bool ended;
    const struct kith_id *person;
};

static void add_rule(struct world_company *company, const struct wanted *wanted)
{
    struct kith_record rule = {.kind = KITH_KIND_NOTICE_RULE,
                               .id = kith_id_random()};
    struct kith_record_builder builder;
    struct act *act = world_begin(company);
    uint64_t number = 0;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_NOTICE_RULE_CHANNEL, kith_bytes_of("team"));
    if (wanted->person != NULL)
        kith_build_octets(&builder, KITH_NOTICE_RULE_PERSON, wanted->person->b,
                          KITH_ID_LEN);
    if (wanted->partner != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_PARTNER,
                        kith_bytes_of(wanted->partner));
    if (wanted->project != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_PROJECT,
                        kith_bytes_of(wanted->project));
    if (wanted->kind != NULL)
        kith_build_text(&builder, KITH_NOTICE_RULE_KIND,
                        kith_bytes_of(wanted->kind));
    if (wanted->slip_days != 0)
        kith_build_number(&builder, KITH_NOTICE_RULE_SLIP_DAYS,
                          wanted->slip_days);
    if (wanted->ended)
        kith_build_number(&builder, KITH_NOTICE_RULE_ENDED, 1);
    assert_int_equal(kith_build_finish(&builder, &rule), KITH_OK);
    assert_int_equal(
        store_state_put(act->txn, KITH_KIND_NOTICE_RULE, &number, &rule),
        KITH_OK);
    cache_drop(&company->company);
    world_commit(company);
}

/* Notices of COMPANY; the newest in *ret_newest (until the next transaction)
 * unless NULL. */
static size_t notices(struct world_company *company,
                      struct kith_record *ret_newest)
{
    struct act *act = world_begin(company);
    struct kith_record notice;
    uint64_t number = 0;
    size_t count = 0;

    while (store_state_next(act->txn, KITH_KIND_NOTICE, &number, act->arena,
                            &notice) == KITH_OK) {
        count++;
        if (ret_newest != NULL)
            *ret_newest = notice;
    }
    world_abort(company);
    return count;
}

/* «lumen» with a milestone EVT planned today, granted, not yet carried. */
static void share(struct world *world, const char *hide)
{
    struct store_head lumen;
    uint64_t grant;

    lumen = world_project(&world->oem, "lumen");
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(world_grant(&world->oem, &lumen, hide, &grant), KITH_OK);
}

static void move(struct world *world, int32_t day)
{
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + day,
                    KITH_LABEL_NONE);
    world_carry(&world->oem, &world->ems);
}

static void test_rule_fits_by_kind_project_and_partner(void **state)
{
    static const struct {
        struct wanted wanted;
        size_t count;
    } rules[] = {
        {{.partner = NULL}, 4}, /* project, grant, generation, milestone */
        {{.kind = "milestone"}, 1},
        {{.kind = "message"}, 0},
        {{.project = "lumen"}, 4},
        {{.project = "acme:lumen"}, 4},
        {{.project = "solis"}, 0},
        {{.partner = "acme"}, 4},
        {{.partner = "other"}, 0},
        {{.partner = "acme", .project = "lumen", .kind = "generation"}, 1},
        {{.ended = true}, 0},
    };
    struct world *world = *state;
    size_t i, sum = 0;

    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        add_rule(&world->ems, &rules[i].wanted);
        sum += rules[i].count;
    }
    share(world, NULL);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(notices(&world->ems, NULL), sum);
}

static void test_slip_counts_days_either_way(void **state)
{
    struct world *world = *state;

    share(world, NULL);
    world_carry(&world->oem, &world->ems);
    add_rule(&world->ems, &(struct wanted){.slip_days = 7});
    move(world, 6);
    assert_int_equal(notices(&world->ems, NULL), 0);
    move(world, 13);
    assert_int_equal(notices(&world->ems, NULL), 1);
    move(world, 6);
    assert_int_equal(notices(&world->ems, NULL), 2);
    move(world, 0);
    assert_int_equal(notices(&world->ems, NULL), 2);
}

static void test_new_item_has_not_slipped(void **state)
{
    struct world *world = *state;

    add_rule(&world->ems, &(struct wanted){.slip_days = 1});
    share(world, NULL);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(notices(&world->ems, NULL), 0);
}

static void test_hidden_date_gives_no_notice(void **state)
{
    struct world *world = *state;

    share(world, "milestone.planned");
    world_carry(&world->oem, &world->ems);
    add_rule(&world->ems, &(struct wanted){.slip_days = 7});
    add_rule(&world->ems, &(struct wanted){.kind = "milestone"});
    move(world, 30);
    assert_int_equal(notices(&world->ems, NULL), 0);
}

/* Nobody is told of an item that he may not read. */
static void test_notice_goes_only_to_a_person_who_may_read(void **state)
{
    const struct person_wish wish = {
        .name = kith_bytes_of("jan"), .role = KITH_ROLE_READER, .uid = -1};
    const struct kith_id any = {{0}}, unknown = kith_id_random();
    struct world *world = *state;
    struct kith_record person;
    struct store_link link;
    uint64_t number;
    struct act *act = world_begin(&world->ems);

    assert_int_equal(person_add(act, &wish, &number), KITH_OK);
    world_commit(&world->ems);
    act = world_begin(&world->ems);
    assert_int_equal(store_state_get(act->txn, KITH_KIND_PERSON_STATE, number,
                                     act->arena, &person),
                     KITH_OK);
    world_abort(&world->ems);
    add_rule(&world->ems,
             &(struct wanted){.kind = "milestone", .person = &person.id});
    add_rule(&world->ems,
             &(struct wanted){.kind = "milestone", .person = &unknown});
    share(world, NULL);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(notices(&world->ems, NULL), 0);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(person_announce(act, &link, number, &any), KITH_OK);
    act->person = number;
    assert_int_equal(person_accept(act, &link), KITH_OK);
    world_commit(&world->ems);
    move(world, 1);
    assert_int_equal(notices(&world->ems, NULL), 1);
}

static void test_notice_names_what_came_and_no_posted_text(void **state)
{
    struct world *world = *state;
    struct kith_record notice;

    add_rule(&world->ems, &(struct wanted){.kind = "milestone"});
    share(world, NULL);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(notices(&world->ems, &notice), 1);
    assert_true(kith_bytes_is(kith_record_bytes(&notice, KITH_NOTICE_KIND),
                              "milestone"));
    assert_true(
        kith_bytes_is(kith_record_bytes(&notice, KITH_NOTICE_PARTNER), "acme"));
    assert_true(
        kith_bytes_is(kith_record_bytes(&notice, KITH_NOTICE_CHANNEL), "team"));
    assert_int_equal(kith_record_value(&notice, KITH_NOTICE_AT, 0), WORLD_NOW);
    assert_int_equal(kith_record_value(&notice, KITH_NOTICE_STATE, 0),
                     KITH_NOTICE_WAITING);
    assert_null(kith_record_field(&notice, KITH_NOTICE_TEXT));
}

/* Taken in twice, as after a crash before the commit: the same id, so that
 * whoever got it already can tell. */
static void test_notice_of_one_revision_has_the_same_id_again(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen"), one, two;
    struct store_head head = {.ref = {.owner = 1, .record = 7},
                              .id = item.id,
                              .kind = item.kind,
                              .revision = 1};
    const struct kith_body body = forge_body(world, &item);
    struct kith_id first;
    struct store_link link;
    struct act *act;

    add_rule(&world->ems, &(struct wanted){.kind = "project"});
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(notice_consider(act, &link, &head, &body, 0), KITH_OK);
    assert_int_equal(notice_consider(act, &link, &head, &body, 0), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(notices(&world->ems, &one), 2);
    first = one.id;
    act = world_begin(&world->ems);
    head.revision = 2;
    assert_int_equal(notice_consider(act, &link, &head, &body, 0), KITH_OK);
    world_commit(&world->ems);
    assert_int_equal(notices(&world->ems, &two), 3);
    assert_false(kith_id_equal(&first, &two.id));
    /* The first two, which are oldest. */
    act = world_begin(&world->ems);
    assert_int_equal(
        store_state_get(act->txn, KITH_KIND_NOTICE, 1, act->arena, &one),
        KITH_OK);
    assert_true(kith_id_equal(&first, &one.id));
    world_abort(&world->ems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_rule_fits_by_kind_project_and_partner, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_slip_counts_days_either_way,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_new_item_has_not_slipped, forge_up,
                                        forge_down),
        cmocka_unit_test_setup_teardown(test_hidden_date_gives_no_notice,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_notice_goes_only_to_a_person_who_may_read, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_notice_names_what_came_and_no_posted_text, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_notice_of_one_revision_has_the_same_id_again, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
