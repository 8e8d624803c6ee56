/* person - ours, whom an account may act as, and those a partner told us of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/grant.h"
#include "rules/person.h"
#include "rules_forge.h"
#include "store/state.h"

static enum kith_status add(struct world_company *company, const char *name,
                            enum kith_role role, int64_t uid,
                            uint64_t *ret_number)
{
    const struct person_wish wish = {
        .name = kith_bytes_of(name), .role = role, .uid = uid};
    struct act *act = world_begin(company);
    enum kith_status status = person_add(act, &wish, ret_number);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static enum kith_status announce(struct world_company *company, uint64_t number,
                                 const struct kith_id *project)
{
    const struct kith_id any = {{0}};
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    enum kith_status status;

    act->person = number;
    status = person_accept(act, &link);
    act->person = 0;
    if (status == KITH_OK)
        status = person_announce(act, &link, number,
                                 project != NULL ? project : &any);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static void test_name_is_one_word_and_unique(void **state)
{
    static const char *const bad[] = {"",    "two words", "a,b",  "a:b",
                                      "a/b", "bound",     "tab\t"};
    struct world *world = *state;
    char longer[66];
    uint64_t number;
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(
            add(&world->ems, bad[i], KITH_ROLE_READER, -1, &number),
            KITH_INVALID);
        assert_string_equal(world->ems.err.code, "person_name");
    }
    memset(longer, 'x', sizeof(longer) - 1);
    longer[65] = '\0';
    assert_int_equal(add(&world->ems, longer, KITH_ROLE_READER, -1, &number),
                     KITH_INVALID);
    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_READER, -1, &number),
                     KITH_OK);
    assert_int_equal(number, 1);
    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_ADMIN, 5, &number),
                     KITH_CONFLICT);
    world_begin(&world->ems);
    assert_int_equal(
        person_find(&world->ems.act, kith_bytes_of("jan"), &number), KITH_OK);
    assert_int_equal(
        person_find(&world->ems.act, kith_bytes_of("eva"), &number),
        KITH_NOT_FOUND);
    assert_string_equal(world->ems.err.code, "person_unknown");
    world_abort(&world->ems);
}

static void test_account_acts_as_its_first_person_or_the_one_named(void **state)
{
    struct world *world = *state;
    uint64_t jan, eva, tom, number;
    enum kith_role role;
    struct act *act;

    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_READER, 7, &jan),
                     KITH_OK);
    assert_int_equal(add(&world->ems, "eva", KITH_ROLE_ADMIN, 7, &eva),
                     KITH_OK);
    assert_int_equal(add(&world->ems, "tom", KITH_ROLE_ADMIN, -1, &tom),
                     KITH_OK);
    act = world_begin(&world->ems);
    assert_int_equal(
        person_of_uid(act, 7, (struct kith_bytes){NULL, 0}, &number, &role),
        KITH_OK);
    assert_int_equal(number, jan);
    assert_int_equal(role, KITH_ROLE_READER);
    assert_int_equal(
        person_of_uid(act, 7, kith_bytes_of("eva"), &number, &role), KITH_OK);
    assert_int_equal(number, eva);
    assert_int_equal(role, KITH_ROLE_ADMIN);
    assert_int_equal(
        person_of_uid(act, 7, kith_bytes_of("tom"), &number, &role),
        KITH_DENIED);
    assert_string_equal(world->ems.err.code, "person_none");
    assert_int_equal(
        person_of_uid(act, 8, (struct kith_bytes){NULL, 0}, &number, &role),
        KITH_DENIED);
    world_abort(&world->ems);
}

static void test_announcing_again_is_harmless(void **state)
{
    struct world *world = *state;
    const struct kith_id lumen = kith_id_random(), solis = kith_id_random();
    uint64_t jan;

    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_READER, -1, &jan),
                     KITH_OK);
    assert_int_equal(announce(&world->ems, 99, NULL), KITH_NOT_FOUND);
    assert_int_equal(announce(&world->ems, jan, &lumen), KITH_OK);
    assert_int_equal(announce(&world->ems, jan, &lumen), KITH_OK);
    assert_int_equal(world_audited(&world->ems, "person_announced"), 1);
    assert_int_equal(announce(&world->ems, jan, &solis), KITH_OK);
    assert_int_equal(announce(&world->ems, jan, NULL), KITH_OK);
    assert_int_equal(world_audited(&world->ems, "person_announced"), 3);
    /* Any project covers each. */
    assert_int_equal(announce(&world->ems, jan, &solis), KITH_OK);
    assert_int_equal(world_audited(&world->ems, "person_announced"), 3);
    assert_int_equal(world_carry(&world->ems, &world->oem), 3);
}

static void test_person_announced_too_often_is_refused_by_name(void **state)
{
    struct world *world = *state;
    enum kith_status status;
    uint64_t jan;
    int i;

    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_READER, -1, &jan),
                     KITH_OK);
    for (i = 0;; i++) {
        const struct kith_id project = kith_id_random();

        status = announce(&world->ems, jan, &project);
        if (status != KITH_OK)
            break;
    }
    assert_true(i > 80);
    assert_int_equal(status, KITH_LIMIT);
    assert_string_equal(world->ems.err.code, "announced_often");
    assert_int_equal(world_queued(&world->ems), (uint64_t)i);
}

static enum kith_status find_theirs(struct world_company *company,
                                    const char *name, struct kith_id *ret_id)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    enum kith_status status =
        person_of_partner(act, &link, kith_bytes_of(name), ret_id);

    world_abort(company);
    return status;
}

static void test_person_of_a_partner_is_found_until_he_leaves(void **state)
{
    struct world *world = *state;
    struct kith_record person = {
        .kind = KITH_KIND_PERSON, .id = kith_id_random(), .revision = 1};
    struct kith_record_builder builder;
    struct kith_id id;

    kith_build_start(&builder, forge_arena);
    kith_build_text(&builder, KITH_PERSON_NAME, kith_bytes_of("ana"));
    kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("editor"));
    assert_int_equal(kith_build_finish(&builder, &person), KITH_OK);
    assert_int_equal(find_theirs(&world->ems, "ana", &id), KITH_NOT_FOUND);
    assert_string_equal(world->ems.err.code, "partner_person_unknown");
    assert_int_equal(forge_send(world, &person), 0);
    assert_int_equal(find_theirs(&world->ems, "ana", &id), KITH_OK);
    assert_true(kith_id_equal(&id, &person.id));
    assert_int_equal(find_theirs(&world->ems, "ben", &id), KITH_NOT_FOUND);
    kith_build_number(&builder, KITH_PERSON_LEFT, 1);
    assert_int_equal(kith_build_finish(&builder, &person), KITH_OK);
    person.revision = 2;
    assert_int_equal(forge_send(world, &person), 0);
    assert_int_equal(find_theirs(&world->ems, "ana", &id), KITH_NOT_FOUND);
}

static enum kith_status leave(struct world_company *company, uint64_t acting,
                              uint64_t number, uint64_t *ret_told)
{
    struct act *act = world_begin(company);
    enum kith_status status;

    act->person = acting;
    status = person_leave(act, number, ret_told);
    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static void test_leaver_has_no_account_no_name_and_no_place_in_grants(
    void **state)
{
    struct world *world = *state;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct grant_wish wish = {.project = lumen.ref.record,
                              .project_id = lumen.id,
                              .kinds = 1 << KITH_KIND_PROJECT,
                              .purpose = kith_bytes_of("assembly"),
                              .n_persons = 1,
                              .from_day = WORLD_NOW / 86400,
                              .until_day = WORLD_NOW / 86400 + 30};
    struct disclosure_counts counts;
    struct kith_id jan_there;
    struct kith_record grant;
    uint64_t jan, ana, number, told;
    enum kith_role role;
    struct store_link link;
    struct act *act;

    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_EDITOR, 7, &jan),
                     KITH_OK);
    assert_int_equal(add(&world->ems, "ana", KITH_ROLE_OFFICER, 8, &ana),
                     KITH_OK);
    assert_int_equal(announce(&world->ems, jan, NULL), KITH_OK);
    world_carry(&world->ems, &world->oem);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(
        person_of_partner(act, &link, kith_bytes_of("jan"), &jan_there),
        KITH_OK);
    wish.persons = &jan_there;
    assert_int_equal(grant_add(act, &link, &wish, &number, &counts), KITH_OK);
    world_commit(&world->oem);

    assert_int_equal(leave(&world->ems, jan, jan, &told), KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "person_self");
    assert_int_equal(leave(&world->ems, ana, 99, &told), KITH_NOT_FOUND);
    assert_int_equal(leave(&world->ems, ana, jan, &told), KITH_OK);
    assert_int_equal(told, 1);
    assert_int_equal(leave(&world->ems, ana, jan, &told), KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "person_left");
    assert_int_equal(add(&world->ems, "jan", KITH_ROLE_EDITOR, 7, &jan),
                     KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "person_left");
    act = world_begin(&world->ems);
    assert_int_equal(
        person_of_uid(act, 7, (struct kith_bytes){NULL, 0}, &number, &role),
        KITH_DENIED);
    world_abort(&world->ems);

    world_carry(&world->ems, &world->oem);
    act = world_begin(&world->oem);
    assert_int_equal(
        store_state_get(act->txn, KITH_KIND_GRANT_STATE, 1, act->arena, &grant),
        KITH_OK);
    assert_null(kith_record_field(&grant, KITH_GRANT_STATE_PERSONS));
    assert_int_equal(
        kith_record_value(&grant, KITH_GRANT_STATE_AUDIENCE_VERSION, 0), 2);
    world_abort(&world->oem);
    assert_int_equal(world_audited(&world->oem, "grant_person_left"), 1);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_queued(&world->ems), 0); /* no verdict */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_leaver_has_no_account_no_name_and_no_place_in_grants, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_name_is_one_word_and_unique,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_account_acts_as_its_first_person_or_the_one_named, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_announcing_again_is_harmless,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_person_announced_too_often_is_refused_by_name, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_person_of_a_partner_is_found_until_he_leaves, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
