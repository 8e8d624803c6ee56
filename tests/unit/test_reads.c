/* reads - what a partner says that its persons have read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/grant.h"
#include "rules/verdict.h"
#include "rules_agree.h"
#include "rules_forge.h"
#include "rules_share.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* The OEM says that its person PERSON read REVISION of ITEM of the EMS. */
static uint16_t say(struct world *world, const struct kith_id *item,
                    int64_t revision, const struct kith_id *person)
{
    struct kith_record record = {.kind = KITH_KIND_READ};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_READ_ITEM, item->b, KITH_ID_LEN);
    kith_build_number(&builder, KITH_READ_REVISION, revision);
    kith_build_octets(&builder, KITH_READ_PERSON, person->b, KITH_ID_LEN);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return forge_send(world, &record);
}

/* The EMS tells the OEM of a project, under which item id. */
static struct kith_id told_item(struct world *world)
{
    const struct store_head lumen = world_project(&world->ems, "lumen");
    const struct grant_wish wish = share_wish(&lumen);
    struct store_told told;
    struct act *act;

    assert_int_equal(share_grant(&world->ems, &wish), KITH_OK);
    world_carry(&world->ems, &world->oem);
    act = world_begin(&world->ems);
    assert_int_equal(store_told_get(act->txn, 1, &lumen.ref, &told), KITH_OK);
    world_abort(&world->ems);
    return told.item;
}

static struct kith_id announced(struct world *world)
{
    struct kith_record person = {
        .kind = KITH_KIND_PERSON, .id = kith_id_random(), .revision = 1};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_text(&builder, KITH_PERSON_NAME, kith_bytes_of("ana"));
    kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("editor"));
    assert_int_equal(kith_build_finish(&builder, &person), KITH_OK);
    assert_int_equal(forge_send(world, &person), APPLY_NONE);
    return person.id;
}

/* Both sign anew, and that readings are told. */
static void agree_reads(struct world *world)
{
    assert_int_equal(
        agree_propose(&world->oem, &(struct agree_wish){.text = "with reads",
                                                        .from = TODAY,
                                                        .until = TODAY + 90,
                                                        .reads = true}),
        KITH_OK);
    world_carry(&world->oem, &world->ems);
    assert_int_equal(agree_sign(&world->ems, "with reads"), KITH_OK);
    world_carry(&world->ems, &world->oem);
}

static void test_reading_is_rejected_where_no_agreement_asks_for_it(
    void **state)
{
    struct world *world = *state;
    const struct kith_id item = told_item(world), person = announced(world);

    assert_int_equal(say(world, &item, 1, &person), APPLY_AGREEMENT);
    assert_int_equal(world_audited(&world->ems, "item_read"), 0);
    agree_reads(world);
    assert_int_equal(say(world, &item, 1, &person), APPLY_NONE);
    assert_int_equal(world_audited(&world->ems, "item_read"), 1);
}

static void test_reading_counts_of_what_was_told_by_who_was_announced(
    void **state)
{
    struct world *world = *state;
    const struct kith_id item = told_item(world), person = announced(world);
    const struct kith_id unknown = kith_id_random();

    agree_reads(world);
    assert_int_equal(say(world, &item, 1, &person), APPLY_NONE);
    assert_int_equal(world_audited(&world->ems, "item_read"), 1);
    assert_int_equal(say(world, &item, 2, &person), APPLY_PLACE);
    assert_int_equal(say(world, &item, 0, &person), APPLY_PLACE);
    assert_int_equal(say(world, &unknown, 1, &person), APPLY_PLACE);
    assert_int_equal(say(world, &item, 1, &unknown), APPLY_PARENT);
    assert_int_equal(say(world, &item, 1, &item), APPLY_PARENT);
    assert_int_equal(world_audited(&world->ems, "item_read"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_reading_is_rejected_where_no_agreement_asks_for_it, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_reading_counts_of_what_was_told_by_who_was_announced, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
