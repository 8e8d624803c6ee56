/* person - ours, whom an account may act as, and those a partner told us of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
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
    enum kith_status status =
        person_announce(act, &link, number, project != NULL ? project : &any);

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
