/* test_resolve - records by the paths that people type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/bytes.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/ledger.h"
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

/* A project by that name and a generation of it by that one. */
static void post(struct world *world, const char *project,
                 const char *generation)
{
    struct kith_record record = {.kind = KITH_KIND_GENERATION};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct store_head head = world_project(&world->oem, project);
    struct act *act = world_begin(&world->oem);

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_GENERATION_PROJECT, head.id.b,
                      KITH_ID_LEN);
    kith_build_text(&builder, KITH_GENERATION_NAME, kith_bytes_of(generation));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(&world->oem);
}

/* The path that HEAD is shown by. */
static const char *path_of(struct world_company *company,
                           const struct store_head *head)
{
    static char path[KITH_PATH_MAX + 1];

    (void)world_begin(company);
    assert_int_equal(resolve_path(&company->act, head, path, sizeof(path)),
                     KITH_OK);
    world_abort(company);
    return path;
}

static void test_names_may_hold_slashes(void **state)
{
    static const char *const paths[] = {
        "lumen",         "lumen/g1", "lumen/2/b", "lumen/2/b/EVT",
        "lumen/2/b/a/b", "lumen/x",  "lumen/x/g1"};
    struct world *world = *state;
    struct store_head found;
    size_t i;

    post(world, "lumen", "2/b");
    post(world, "lumen/x", "g2");
    (void)world_milestone(&world->oem, "lumen/2/b", "EVT", 20000,
                          KITH_LABEL_NONE);
    (void)world_milestone(&world->oem, "lumen/2/b", "a/b", 20000,
                          KITH_LABEL_NONE);
    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(find(world, paths[i], &found), KITH_OK);
        assert_string_equal(path_of(&world->oem, &found), paths[i]);
    }
    assert_int_equal(find(world, "lumen/", &found), KITH_NOT_FOUND);
    assert_int_equal(find(world, "/", &found), KITH_NOT_FOUND);
    assert_int_equal(find(world, "", &found), KITH_NOT_FOUND);
    assert_int_equal(find(world, "lumen/g1/", &found), KITH_NOT_FOUND);
}

static void test_record_of_another_kind_is_not_found(void **state)
{
    struct world *world = *state;
    struct store_head found;
    struct act *act;

    (void)world_project(&world->oem, "lumen");
    act = world_begin(&world->oem);
    assert_int_equal(
        resolve_record(act, kith_bytes_of("lumen"), KITH_KIND_PROJECT, &found),
        KITH_OK);
    assert_int_equal(resolve_record(act, kith_bytes_of("lumen"),
                                    KITH_KIND_GENERATION, &found),
                     KITH_NOT_FOUND);
    assert_int_equal(resolve_record(act, kith_bytes_of("lumen/g1"),
                                    KITH_KIND_PROJECT, &found),
                     KITH_NOT_FOUND);
    assert_string_equal(world->oem.err.code, "record_unknown");
    world_abort(&world->oem);
}

static void test_beginning_of_an_id_finds_the_only_one(void **state)
{
    struct world *world = *state;
    char hex[2 * KITH_ID_LEN + 1], dashed[8];
    struct store_head lumen = world_project(&world->oem, "lumen"), found;

    kith_hex(lumen.id.b, KITH_ID_LEN, hex);
    assert_int_equal(find(world, hex, &found), KITH_OK);
    assert_true(kith_id_equal(&found.id, &lumen.id));
    hex[12] = '\0';
    assert_int_equal(find(world, hex, &found), KITH_OK);
    assert_true(kith_id_equal(&found.id, &lumen.id));
    snprintf(dashed, sizeof(dashed), "%.4s-%.2s", hex, hex + 4);
    assert_int_equal(find(world, dashed, &found), KITH_OK);
    hex[3] = '\0'; /* too short to mean an id */
    assert_int_equal(find(world, hex, &found), KITH_NOT_FOUND);
    assert_int_equal(find(world, "ffffffffffffffffffffffffffffffff", &found),
                     KITH_NOT_FOUND);
}

/* A record of ours with the id ID. */
static void put_head(struct world_company *company, const struct kith_id *id)
{
    struct store_head head = {.id = *id, .kind = KITH_KIND_PROJECT};
    struct act *act = world_begin(company);

    assert_int_equal(store_head_add(act->txn, &head), KITH_OK);
    world_commit(company);
}

static void test_beginning_of_two_ids_is_unclear(void **state)
{
    struct world *world = *state;
    struct kith_id one = {{0xab, 0xcd, 0x01}}, two = {{0xab, 0xcd, 0x02}};
    struct store_head found;

    put_head(&world->oem, &one);
    put_head(&world->oem, &two);
    assert_int_equal(find(world, "abcd", &found), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "id_unclear");
    assert_int_equal(find(world, "ABCD02", &found), KITH_OK);
    assert_true(kith_id_equal(&found.id, &two));
}

static void test_path_that_fits_items_of_several_partners_is_unclear(
    void **state)
{
    struct world *world = *state;
    const struct store_name name = {
        0, KITH_KIND_PROJECT, 0, {(const uint8_t *)"lumen", 6}};
    struct store_head head = {.kind = KITH_KIND_PROJECT, .revision = 1}, found;
    struct store_link link;
    struct act *act = world_begin(&world->oem);
    uint32_t owner;

    link = world_link(&world->oem);
    link.company.b[0] ^= 1;
    strcpy(link.alias, "norma");
    assert_int_equal(store_link_add(act->txn, &link), KITH_OK);
    for (owner = 1; owner <= 2; owner++) {
        struct store_name its = name;

        its.owner = owner;
        head.ref = (struct store_ref){.owner = owner};
        head.id = kith_id_random();
        assert_int_equal(store_head_add(act->txn, &head), KITH_OK);
        assert_int_equal(store_name_put(act->txn, &its, &head.ref), KITH_OK);
    }
    world_commit(&world->oem);
    assert_int_equal(find(world, "lumen", &found), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "path_unclear");
    assert_int_equal(find(world, "norma:lumen", &found), KITH_OK);
    assert_int_equal(found.ref.owner, 2);
    assert_int_equal(find(world, "northwind:lumen", &found), KITH_OK);
    assert_int_equal(found.ref.owner, 1);
    assert_int_equal(find(world, "nor:lumen", &found), KITH_CONFLICT);
    assert_string_equal(world->oem.err.code, "partner_unclear");
    /* Ours come first. */
    (void)world_project(&world->oem, "lumen");
    assert_int_equal(find(world, "lumen", &found), KITH_OK);
    assert_int_equal(found.ref.owner, STORE_OWN);
}

static void test_paths_in_reference_fields_become_ids(void **state)
{
    struct world *world = *state;
    struct kith_record record = {.kind = KITH_KIND_GENERATION}, resolved;
    struct store_head lumen = world_project(&world->oem, "lumen");
    struct kith_record_builder builder;
    struct act *act = world_begin(&world->oem);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_GENERATION_PROJECT, kith_bytes_of("lumen"));
    kith_build_text(&builder, KITH_GENERATION_NAME, kith_bytes_of("lumen"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(resolve_fields(act, &record, &resolved), KITH_OK);
    assert_memory_equal(
        kith_record_bytes(&resolved, KITH_GENERATION_PROJECT).data, lumen.id.b,
        KITH_ID_LEN);
    assert_true(kith_bytes_is(
        kith_record_bytes(&resolved, KITH_GENERATION_NAME), "lumen"));
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_GENERATION_PROJECT, kith_bytes_of("solis"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(resolve_fields(act, &record, &resolved), KITH_NOT_FOUND);
    world_abort(&world->oem);
}

/* The owner may take back a project and leave what hangs on it. */
static void test_step_that_was_taken_back_shows_as_unknown(void **state)
{
    struct world *world = *state;
    struct store_head project, generation, lumen;
    uint64_t grant;
    struct act *act;

    world_verify(world);
    world_agree(world, WORLD_NOW / 86400, WORLD_NOW / 86400 + 9);
    lumen = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    act = world_begin(&world->ems);
    assert_int_equal(
        resolve_record(act, kith_bytes_of("acme:lumen"), 0, &project), KITH_OK);
    assert_int_equal(
        resolve_record(act, kith_bytes_of("acme:lumen/g1"), 0, &generation),
        KITH_OK);
    project.withdrawn = true;
    assert_int_equal(store_head_put(act->txn, &project), KITH_OK);
    world_commit(&world->ems);
    assert_string_equal(path_of(&world->ems, &generation), "acme:?/g1");
    assert_string_equal(path_of(&world->ems, &project), "acme:?");
}

static void test_path_is_cut_to_the_room_there_is(void **state)
{
    struct world *world = *state;
    struct store_head milestone;
    char path[10];

    (void)world_project(&world->oem, "lumen");
    milestone = world_milestone(&world->oem, "lumen/g1", "EVT build", 20000,
                                KITH_LABEL_NONE);
    (void)world_begin(&world->oem);
    assert_int_equal(
        resolve_path(&world->oem.act, &milestone, path, sizeof(path)), KITH_OK);
    assert_string_equal(path, "lumen/g1/");
    world_abort(&world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_milestone_is_found_by_its_type_whatever_its_title, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_milestone_type_of_several_is_unclear, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_names_may_hold_slashes, world_up,
                                        world_down),
        cmocka_unit_test_setup_teardown(
            test_record_of_another_kind_is_not_found, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_beginning_of_an_id_finds_the_only_one, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_beginning_of_two_ids_is_unclear,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_path_that_fits_items_of_several_partners_is_unclear, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_paths_in_reference_fields_become_ids, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_step_that_was_taken_back_shows_as_unknown, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_path_is_cut_to_the_room_there_is,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
