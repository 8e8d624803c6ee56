/* names - natural keys and parents, by the table of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/names.h"
#include "rules_forge.h"

static void test_key_is_the_names_with_a_nul_behind_each(void **state)
{
    struct world *world = *state;
    const struct kith_id any = kith_id_random();
    struct act *act = world_begin(&world->oem);
    struct kith_record record = forge_project("lumen");
    struct store_name name;

    assert_int_equal(names_key(act, 3, 0, &record, &name), KITH_OK);
    assert_int_equal(name.owner, 3);
    assert_int_equal(name.kind, KITH_KIND_PROJECT);
    assert_int_equal(name.key.len, 6);
    assert_memory_equal(name.key.data, "lumen", 6);
    record = forge_milestone(&any, "EVT build", 1);
    assert_int_equal(names_key(act, STORE_OWN, 7, &record, &name), KITH_OK);
    assert_int_equal(name.parent, 7);
    assert_int_equal(name.key.len, 16);
    assert_memory_equal(name.key.data, "other\0EVT build", 16);
    world_abort(&world->oem);
}

/* "ab" + "c" is not "a" + "bc": each part ends by itself. */
static void test_parts_of_a_key_do_not_run_together(void **state)
{
    struct world *world = *state;
    const struct kith_id any = kith_id_random();
    struct act *act = world_begin(&world->oem);
    struct kith_record record = forge_milestone(&any, "", 1);
    struct store_name name;

    assert_int_equal(names_key(act, STORE_OWN, 7, &record, &name), KITH_OK);
    assert_int_equal(name.key.len, 7);
    assert_memory_equal(name.key.data, "other\0", 7);
    world_abort(&world->oem);
}

static void test_kind_without_key_has_no_name_and_no_parent(void **state)
{
    struct world *world = *state;
    struct act *act = world_begin(&world->oem);
    const struct kith_record record = {.kind = KITH_KIND_MESSAGE};
    struct store_head parent;
    struct store_name name;

    assert_int_equal(names_key(act, STORE_OWN, 0, &record, &name),
                     KITH_NOT_FOUND);
    assert_int_equal(names_parent(act, STORE_OWN, &record, &parent), KITH_OK);
    assert_int_equal(parent.ref.record, 0);
    world_abort(&world->oem);
}

static void test_parent_is_of_the_owner_and_of_the_right_kind(void **state)
{
    struct world *world = *state;
    const struct kith_id unknown = kith_id_random();
    struct store_head lumen = world_project(&world->oem, "lumen"), parent;
    struct kith_record record = forge_generation(&lumen.id, "g1");
    struct act *act = world_begin(&world->oem);

    assert_int_equal(names_parent(act, STORE_OWN, &record, &parent), KITH_OK);
    assert_int_equal(parent.ref.record, lumen.ref.record);
    assert_int_equal(names_parent(act, 1, &record, &parent), KITH_NOT_FOUND);
    record = forge_milestone(&lumen.id, "EVT", 1);
    assert_int_equal(names_parent(act, STORE_OWN, &record, &parent),
                     KITH_NOT_FOUND);
    record = forge_generation(&unknown, "g1");
    assert_int_equal(names_parent(act, STORE_OWN, &record, &parent),
                     KITH_NOT_FOUND);
    record.n_fields = 0;
    assert_int_equal(names_parent(act, STORE_OWN, &record, &parent),
                     KITH_NOT_FOUND);
    world_abort(&world->oem);
}

/* The owner gives a project another name: it is found by the new one. */
static void test_renamed_item_is_found_by_its_new_name(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen"), renamed;
    struct store_name name;
    struct store_ref ref;
    struct act *act;

    assert_int_equal(forge_send(world, &item), 0);
    renamed = forge_project("solis");
    renamed.id = item.id;
    renamed.revision = 2;
    assert_int_equal(forge_send(world, &renamed), 0);
    act = world_begin(&world->ems);
    assert_int_equal(names_key(act, 1, 0, &renamed, &name), KITH_OK);
    assert_int_equal(store_name_get(act->txn, &name, &ref), KITH_OK);
    world_abort(&world->ems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_key_is_the_names_with_a_nul_behind_each, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_parts_of_a_key_do_not_run_together,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_kind_without_key_has_no_name_and_no_parent, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_parent_is_of_the_owner_and_of_the_right_kind, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_renamed_item_is_found_by_its_new_name, forge_up, forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
