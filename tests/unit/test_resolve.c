/* test_resolve - records by the paths that people type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/bytes.h"
#include "kith/fields.h"
#include "rules/resolve.h"
#include "rules_world.h"

static enum kith_status find(struct world *world, const char *path,
                             struct store_head *ret_head)
{
    enum kith_status status = KITH_OK;

    (void)world_begin(&world->oem);
    status = resolve_record(&world->oem.act, kith_bytes_of(path), 0, ret_head);
    world_abort(&world->oem);
    return status;
}

static void test_milestone_is_found_by_its_type_whatever_its_title(void **state)
{
    struct world *world = *state;
    struct store_head milestone;
    struct store_head found;

    (void)world_project(&world->oem, "lumen");
    milestone = world_milestone(&world->oem, "lumen/g1", "EVT build", 20000,
                                KITH_LABEL_NONE);
    assert_int_equal(find(world, "lumen/g1/other", &found), KITH_OK);
    assert_true(kith_id_equal(&found.id, &milestone.id));
    assert_int_equal(find(world, "lumen/g1/EVT build", &found), KITH_OK);
    assert_int_equal(find(world, "lumen/g1/dvt", &found), KITH_NOT_FOUND);
}

static void test_milestone_type_of_several_is_unclear(void **state)
{
    struct world *world = *state;
    struct store_head found;

    (void)world_project(&world->oem, "lumen");
    (void)world_milestone(&world->oem, "lumen/g1", "EVT one", 20000,
                          KITH_LABEL_NONE);
    (void)world_milestone(&world->oem, "lumen/g1", "EVT two", 20010,
                          KITH_LABEL_NONE);
    assert_int_equal(find(world, "lumen/g1/other", &found), KITH_CONFLICT);
    assert_int_equal(find(world, "lumen/g1/EVT two", &found), KITH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_milestone_is_found_by_its_type_whatever_its_title, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_milestone_type_of_several_is_unclear, world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
