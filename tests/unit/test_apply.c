/* apply - items of a partner: whatever it writes into a body ends as a verdict
 * and never as a fault of ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/verdict.h"
#include "rules_forge.h"

static void test_item_comes_back_only_as_its_next_revision(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen");

    assert_int_equal(forge_send(world, &item), APPLY_NONE);
    assert_int_equal(forge_send(world, &item), APPLY_REVISION);
    item.revision = 3;
    assert_int_equal(forge_send(world, &item), APPLY_REVISION);
    item.revision = UINT64_MAX >> 1;
    assert_int_equal(forge_send(world, &item), APPLY_REVISION);
    item.revision = 2;
    assert_int_equal(forge_send(world, &item), APPLY_NONE);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 1);
}

static void test_new_item_begins_at_revision_one(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen");

    item.revision = 2;
    assert_int_equal(forge_send(world, &item), APPLY_REVISION);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
}

static void test_item_of_another_kind_under_a_known_id_is_rejected(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen"), message;
    struct kith_record_builder builder;

    assert_int_equal(forge_send(world, &item), APPLY_NONE);
    message = (struct kith_record){.kind = KITH_KIND_MESSAGE,
                                   .id = item.id,
                                   .revision = 2,
                                   .label = KITH_LABEL_INTERNAL};
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, item.id.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("hello"));
    assert_int_equal(kith_build_finish(&builder, &message), KITH_OK);
    assert_int_equal(forge_send(world, &message), APPLY_REVISION);
}

static void test_item_hangs_only_on_an_item_of_the_right_kind(void **state)
{
    struct world *world = *state;
    struct kith_record project = forge_project("lumen");
    const struct kith_id unknown = kith_id_random();
    struct kith_record item = forge_generation(&unknown, "g1");

    assert_int_equal(forge_send(world, &item), APPLY_PARENT);
    assert_int_equal(forge_send(world, &project), APPLY_NONE);
    item = forge_generation(&project.id, "g1");
    assert_int_equal(forge_send(world, &item), APPLY_NONE);
    item = forge_generation(&item.id, "g1");
    assert_int_equal(forge_send(world, &item), APPLY_PARENT);
    assert_int_equal(world_items(&world->ems, KITH_KIND_GENERATION), 1);
}

static void test_fields_that_break_the_table_are_rejected(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen");
    struct kith_record_builder builder;
    char longer[KITH_NAME_MAX + 2];

    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    kith_build_start(&builder, forge_arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of(longer));
    assert_int_equal(kith_build_finish(&builder, &item), KITH_OK);
    assert_int_equal(forge_send(world, &item), APPLY_FIELDS);
    item = forge_project("lumen");
    item.label = KITH_LABEL_NONE;
    assert_int_equal(forge_send(world, &item), APPLY_FIELDS);
    kith_build_start(&builder, forge_arena);
    assert_int_equal(kith_build_finish(&builder, &item), KITH_OK);
    item.label = KITH_LABEL_INTERNAL;
    assert_int_equal(forge_send(world, &item), APPLY_FIELDS);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
}

static void test_unknown_agreement_is_rejected(void **state)
{
    struct world *world = *state;
    const struct kith_record item = forge_project("lumen");
    struct kith_body body = forge_body(world, &item);
    uint64_t index;
    uint16_t code;

    body.agreement.b[0] ^= 1;
    index = world_forge(&world->oem, &body);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_verdict(&world->ems, index, &code), STORE_REJECTED);
    assert_int_equal(code, APPLY_AGREEMENT);
}

static void test_unknown_choice_is_not_understood(void **state)
{
    struct world *world = *state;
    struct kith_record item = forge_project("lumen"), message;
    struct kith_record_builder builder;
    struct kith_body body;
    uint64_t index;

    message = (struct kith_record){.kind = KITH_KIND_MESSAGE,
                                   .id = item.id,
                                   .revision = 1,
                                   .label = KITH_LABEL_INTERNAL};
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, item.id.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, 99);
    assert_int_equal(kith_build_finish(&builder, &message), KITH_OK);
    body = forge_body(world, &message);
    index = world_forge(&world->oem, &body);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(world_verdict(&world->ems, index, NULL),
                     STORE_NOT_UNDERSTOOD);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MESSAGE), 0);
}

static void test_person_told_again_is_a_revision(void **state)
{
    struct world *world = *state;
    struct kith_record person = {
        .kind = KITH_KIND_PERSON, .id = kith_id_random(), .revision = 1};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_text(&builder, KITH_PERSON_NAME, kith_bytes_of("jan"));
    kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("editor"));
    assert_int_equal(kith_build_finish(&builder, &person), KITH_OK);
    assert_int_equal(forge_send(world, &person), APPLY_NONE);
    assert_int_equal(forge_send(world, &person), APPLY_REVISION);
    person.revision = 2;
    assert_int_equal(forge_send(world, &person), APPLY_NONE);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PERSON), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_item_comes_back_only_as_its_next_revision, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_new_item_begins_at_revision_one,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_item_of_another_kind_under_a_known_id_is_rejected, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_item_hangs_only_on_an_item_of_the_right_kind, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_fields_that_break_the_table_are_rejected, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_unknown_agreement_is_rejected,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_unknown_choice_is_not_understood,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(test_person_told_again_is_a_revision,
                                        forge_up, forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
