/* view - a record as one partner sees it: fields projected, ids translated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/resolve.h"
#include "rules/revision.h"
#include "rules/view.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* A grant that hides NAME; lives in ARENA. */
static struct kith_record hiding(struct kith_arena *arena, const char *name)
{
    struct kith_record grant = {.kind = KITH_KIND_GRANT_STATE};
    struct kith_record_builder builder;

    kith_build_start(&builder, arena);
    kith_build_text(&builder, KITH_GRANT_STATE_HIDDEN, kith_bytes_of(name));
    assert_int_equal(kith_build_finish(&builder, &grant), KITH_OK);
    return grant;
}

static void test_hidden_names_hide_by_kind_or_everywhere(void **state)
{
    struct world *world = *state;
    struct act *act = world_begin(&world->oem);
    struct kith_record grant = hiding(act->arena, "project.title");

    assert_false(view_shows(&grant, KITH_KIND_PROJECT, KITH_PROJECT_TITLE));
    assert_true(
        view_shows(&grant, KITH_KIND_GENERATION, KITH_GENERATION_TITLE));
    grant = hiding(act->arena, "title");
    assert_false(view_shows(&grant, KITH_KIND_PROJECT, KITH_PROJECT_TITLE));
    assert_false(
        view_shows(&grant, KITH_KIND_GENERATION, KITH_GENERATION_TITLE));
    /* What a record is told by is always told. */
    grant = hiding(act->arena, "name");
    assert_true(view_shows(&grant, KITH_KIND_PROJECT, KITH_PROJECT_NAME));
    grant = hiding(act->arena, "project.titl");
    assert_true(view_shows(&grant, KITH_KIND_PROJECT, KITH_PROJECT_TITLE));
    world_abort(&world->oem);
}

static void test_own_fields_and_unknown_ones_are_shown_to_nobody(void **state)
{
    uint32_t number;
    size_t i;

    (void)state;
    for (i = 0; i < kith_kind_count(); i++) {
        const uint32_t kind = kith_kind_at(i)->kind;

        for (number = VIEW_OWN_FIELDS; number < VIEW_OWN_FIELDS + 100; number++)
            assert_false(view_shows(NULL, kind, number));
        assert_false(view_shows(NULL, kind, 899));
    }
    assert_false(view_shows(NULL, 98, 1));
}

static void test_baseline_is_hidden_with_the_planned_date(void **state)
{
    struct world *world = *state;
    struct act *act = world_begin(&world->oem);
    struct kith_record grant = hiding(act->arena, "milestone.planned");

    assert_false(
        view_shows(&grant, KITH_KIND_MILESTONE, KITH_MILESTONE_BASELINE));
    assert_true(view_shows(&grant, KITH_KIND_MILESTONE, KITH_MILESTONE_STATE));
    grant = hiding(act->arena, "milestone.baseline");
    assert_true(
        view_shows(&grant, KITH_KIND_MILESTONE, KITH_MILESTONE_PLANNED));
    world_abort(&world->oem);
}

/* The OEM's record at PATH. */
static struct kith_record record_at(struct act *act, const char *path,
                                    struct store_head *ret_head)
{
    struct kith_record record;

    assert_int_equal(resolve_record(act, kith_bytes_of(path), 0, ret_head),
                     KITH_OK);
    assert_int_equal(revision_read(act, ret_head, 0, &record), KITH_OK);
    return record;
}

static void test_projection_drops_author_and_owner(void **state)
{
    struct world *world = *state;
    struct kith_record record, view;
    struct store_head head;
    struct act *act;

    world_project(&world->oem, "lumen");
    act = world_begin(&world->oem);
    record = record_at(act, "lumen", &head);
    record.author = kith_id_random();
    record.owner = world->oem.company.id;
    assert_int_equal(view_project(act, &record, NULL, &view), KITH_OK);
    assert_true(kith_id_is_none(&view.author));
    assert_false(kith_company_id_equal(&view.owner, &record.owner));
    assert_int_equal(view.n_fields, record.n_fields);
    world_abort(&world->oem);
}

static void test_same_is_judged_by_visible_fields_alone(void **state)
{
    struct world *world = *state;
    struct kith_record one, two, grant;
    struct kith_record_builder builder;
    struct store_head head;
    bool same;
    struct act *act;

    world_project(&world->oem, "lumen");
    act = world_begin(&world->oem);
    one = record_at(act, "lumen", &head);
    two = one;
    kith_build_start(&builder, act->arena);
    kith_build_field(&builder, &one.fields[0]);
    kith_build_text(&builder, KITH_PROJECT_MARKET, kith_bytes_of("Mars"));
    kith_build_text(&builder, KITH_NOTE, kith_bytes_of("ours"));
    assert_int_equal(kith_build_finish(&builder, &two), KITH_OK);
    two.revision++;
    two.changed_at++;
    assert_int_equal(view_same(act, &one, &two, NULL, &same), KITH_OK);
    assert_false(same);
    grant = hiding(act->arena, "market");
    assert_int_equal(view_same(act, &one, &two, &grant, &same), KITH_OK);
    assert_true(same);
    two.label = KITH_LABEL_PUBLIC;
    assert_int_equal(view_same(act, &one, &two, &grant, &same), KITH_OK);
    assert_false(same);
    assert_int_equal(view_same(act, NULL, &two, &grant, &same), KITH_OK);
    assert_false(same);
    world_abort(&world->oem);
}

/* «lumen» with EVT is told, «solis» is not. */
static void share(struct world *world)
{
    struct store_head lumen;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    lumen = world_project(&world->oem, "lumen");
    world_project(&world->oem, "solis");
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    world_milestone(&world->oem, "solis/g1", "EVT", TODAY, KITH_LABEL_NONE);
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
}

static void test_references_are_translated_or_left_out(void **state)
{
    struct world *world = *state;
    struct kith_record record, told;
    struct store_head lumen, solis, head;
    struct kith_record_builder builder;
    struct store_link link;
    const struct kith_field *field;
    bool whole;
    struct act *act;

    share(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    (void)record_at(act, "lumen/g1/EVT", &lumen);
    (void)record_at(act, "solis/g1/EVT", &solis);
    record = record_at(act, "lumen/g1/EVT", &head);
    kith_build_start(&builder, act->arena);
    kith_build_field(&builder,
                     kith_record_field(&record, KITH_MILESTONE_GENERATION));
    kith_build_octets(&builder, KITH_MILESTONE_DEPENDS_ON, solis.id.b,
                      KITH_ID_LEN);
    kith_build_octets(&builder, KITH_MILESTONE_DEPENDS_ON, lumen.id.b,
                      KITH_ID_LEN);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(view_translate(act, &link, &record, &told, &whole),
                     KITH_OK);
    assert_true(whole);
    /* Of the two one is left, under an id that is none of ours. */
    assert_int_equal(told.n_fields, 2);
    field = kith_record_field(&told, KITH_MILESTONE_DEPENDS_ON);
    assert_memory_not_equal(field->bytes.data, lumen.id.b, KITH_ID_LEN);
    assert_memory_not_equal(
        kith_record_field(&told, KITH_MILESTONE_GENERATION)->bytes.data,
        kith_record_field(&record, KITH_MILESTONE_GENERATION)->bytes.data,
        KITH_ID_LEN);
    assert_false(kith_id_equal(&told.project, &record.project));
    assert_false(kith_id_is_none(&told.project));
    /* What one partner knows them by is not taken for another. */
    link.number++;
    assert_int_equal(view_translate(act, &link, &record, &told, &whole),
                     KITH_OK);
    assert_false(whole);
    assert_null(kith_record_field(&told, KITH_MILESTONE_DEPENDS_ON));
    assert_true(kith_id_is_none(&told.project));
    world_abort(&world->oem);
}

static void test_hidden_parent_makes_a_view_unwhole(void **state)
{
    struct world *world = *state;
    struct kith_record record, told;
    struct store_head head;
    struct store_link link;
    bool whole;
    struct act *act;

    share(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    record = record_at(act, "solis/g1/EVT", &head);
    assert_int_equal(view_translate(act, &link, &record, &told, &whole),
                     KITH_OK);
    assert_false(whole);
    assert_true(kith_id_is_none(&told.project));
    world_abort(&world->oem);
}

static void test_digest_is_of_content_and_keyed(void **state)
{
    struct world *world = *state;
    uint8_t one[VIEW_DIGEST_LEN], two[VIEW_DIGEST_LEN];
    struct kith_record record;
    struct store_head head;
    struct act *act;

    world_project(&world->oem, "lumen");
    act = world_begin(&world->oem);
    record = record_at(act, "lumen", &head);
    assert_int_equal(view_digest(act, &record, one), KITH_OK);
    record.revision++;
    record.changed_at++;
    record.id = kith_id_random();
    assert_int_equal(view_digest(act, &record, two), KITH_OK);
    assert_memory_equal(one, two, sizeof(one));
    record.inactive = true;
    assert_int_equal(view_digest(act, &record, two), KITH_OK);
    assert_memory_not_equal(one, two, sizeof(one));
    record.inactive = false;
    act->company->view_key[0] ^= 1;
    assert_int_equal(view_digest(act, &record, two), KITH_OK);
    assert_memory_not_equal(one, two, sizeof(one));
    world_abort(&world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_hidden_names_hide_by_kind_or_everywhere, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_own_fields_and_unknown_ones_are_shown_to_nobody, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_baseline_is_hidden_with_the_planned_date, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_projection_drops_author_and_owner,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_same_is_judged_by_visible_fields_alone, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_references_are_translated_or_left_out, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_hidden_parent_makes_a_view_unwhole,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_digest_is_of_content_and_keyed,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
