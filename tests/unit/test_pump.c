/* pump - the queue in order, one entry for each posted revision, over several
 * checkpoints, as far as credit goes; finished records and withdrawals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/access.h"
#include "rules/ledger.h"
#include "rules/outbox.h"
#include "rules/pump.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

static int granted_up(void **state)
{
    int failed = world_up(state);
    struct world *world = *state;
    struct store_head lumen;
    uint64_t grant;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    lumen = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &lumen, NULL, &grant), KITH_OK);
    world_carry(&world->oem, &world->ems);
    return failed;
}

/* Posts COUNT messages of LEN bytes, "0....", "1....", in one transaction. */
static void post_messages(struct world_company *company, size_t count,
                          size_t len)
{
    static char text[KITH_TEXT_MAX + 1];
    struct act *act = world_begin(company);
    size_t i;

    memset(text, 'x', sizeof(text) - 1);
    text[len] = '\0';
    for (i = 0; i < count; i++) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        struct kith_record record = {.kind = KITH_KIND_MESSAGE};
        struct kith_record_builder builder;
        struct ledger_posted posted;
        int n = snprintf(text, len + 1, "%zu", i);

        text[n] = 'x';
        kith_build_start(&builder, act->arena);
        kith_build_text(&builder, KITH_MESSAGE_ABOUT, kith_bytes_of("lumen"));
        kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of(text));
        assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
        assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
        assert_int_equal(posted.n_links, 1);
        kith_arena_rewind(act->arena, mark);
    }
    world_commit(company);
}

/* The messages that COMPANY holds, as they came; asserts that they count up.
 * Returns how many. */
static size_t count_in_order(struct world_company *company)
{
    struct store_head project = {.ref = {.record = 0}}, head;
    struct act *act = world_begin(company);
    uint64_t after = 0, index = 0;
    size_t count = 0;

    do {
        assert_int_equal(
            store_head_next(act->txn, 1, 0, project.ref.record, &project),
            KITH_OK);
    } while (project.kind != KITH_KIND_PROJECT);
    while (store_head_next(act->txn, 1, project.ref.record, after, &head) ==
           KITH_OK) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        struct kith_record record;
        char text[16];
        int n = snprintf(text, sizeof(text), "%zux", count);

        after = head.ref.record;
        if (head.kind != KITH_KIND_MESSAGE)
            continue;
        assert_true(head.newest > index);
        index = head.newest;
        assert_int_equal(access_read(act, &head, &record), KITH_OK);
        assert_memory_equal(kith_record_bytes(&record, KITH_MESSAGE_TEXT).data,
                            text, (size_t)n);
        count++;
        kith_arena_rewind(act->arena, mark);
    }
    world_abort(company);
    return count;
}

static void test_many_entries_come_in_order_over_several_checkpoints(
    void **state)
{
    struct world *world = *state;
    struct store_link link;

    post_messages(&world->oem, 3 * KITH_PUSH_ENTRIES_MAX / 2, 20);
    assert_int_equal(world_carry(&world->oem, &world->ems),
                     3 * KITH_PUSH_ENTRIES_MAX / 2);
    assert_int_equal(count_in_order(&world->ems),
                     3 * KITH_PUSH_ENTRIES_MAX / 2);
    world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(link.out.receipted, link.out.tree.size);
    world_abort(&world->oem);
}

/* Frames hold 256 KiB: about fifteen of the longest texts. */
static void test_longest_texts_fit_their_frames(void **state)
{
    struct world *world = *state;

    post_messages(&world->oem, 60, KITH_TEXT_MAX);
    assert_int_equal(world_carry(&world->oem, &world->ems), 60);
    assert_int_equal(count_in_order(&world->ems), 60);
}

static void test_each_posted_revision_is_an_entry_of_its_own(void **state)
{
    struct world *world = *state;
    int32_t day;

    for (day = 0; day < 5; day++)
        world_milestone(&world->oem, "lumen/g1", "EVT", TODAY + day,
                        KITH_LABEL_NONE);
    assert_int_equal(world_queued(&world->oem), 5);
    assert_int_equal(world_carry(&world->oem, &world->ems), 5);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
}

static void test_credit_ends_the_filling_and_the_rest_stays(void **state)
{
    struct world *world = *state;
    struct store_link link;
    uint64_t bytes, made;
    struct act *act;

    post_messages(&world->oem, 20, 20);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    made = link.out.tree.size;
    assert_int_equal(pump_fill(act, &link, 0, &bytes), KITH_OK);
    assert_int_equal(bytes, 0);
    assert_int_equal(link.out.tree.size, made);
    assert_int_equal(pump_fill(act, &link, 1, &bytes), KITH_OK);
    assert_int_equal(link.out.tree.size, made + 1);
    assert_int_equal(pump_fill(act, &link, 2 * bytes, &bytes), KITH_OK);
    assert_int_equal(link.out.tree.size, made + 3);
    assert_int_equal(link.out.noted, made + 3);
    world_commit(&world->oem);
    assert_int_equal(world_queued(&world->oem), 17);
    assert_int_equal(world_carry(&world->oem, &world->ems), 20);
    assert_int_equal(count_in_order(&world->ems), 20);
}

static void test_frame_ends_on_a_checkpoint_and_none_is_left(void **state)
{
    struct world *world = *state;
    struct kith_buf frame = {0};
    struct store_link link;
    struct pump_span span;
    uint64_t next;
    struct act *act = world_begin(&world->oem);

    link = world_link(&world->oem);
    span = (struct pump_span){.from = 0, .gated_from = UINT64_MAX};
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    assert_true(next > 0 && next <= link.out.noted);
    assert_true(frame.len <= KITH_FRAME_MAX);
    span.from = link.out.noted;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next),
                     KITH_NOT_FOUND);
    span.from = UINT64_MAX;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next),
                     KITH_NOT_FOUND);
    world_abort(&world->oem);
    kith_buf_clear(&frame);
}

static void test_nothing_queued_makes_nothing(void **state)
{
    struct world *world = *state;
    struct store_link link;
    uint64_t bytes, size;
    struct act *act = world_begin(&world->oem);

    link = world_link(&world->oem);
    size = link.out.tree.size;
    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    assert_int_equal(bytes, 0);
    assert_int_equal(link.out.tree.size, size);
    world_abort(&world->oem);
}

static void test_frozen_log_grows_no_more(void **state)
{
    struct world *world = *state;
    struct store_link link;
    uint64_t bytes;
    struct act *act;

    post_messages(&world->oem, 1, 20);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    link.out.frozen = true;
    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    assert_int_equal(bytes, 0);
    world_abort(&world->oem);
}

static void test_finished_record_gets_id_revision_and_time(void **state)
{
    struct world *world = *state;
    struct kith_record record = {.kind = KITH_KIND_PERSON};
    struct kith_record_builder builder;
    struct store_queued queued;
    struct store_link link;
    struct act *act = world_begin(&world->oem);

    link = world_link(&world->oem);
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("editor"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(outbox_add(act, &link, OUTBOX_RELATION, &record), KITH_OK);
    assert_int_equal(store_queue_next(act->txn, 1, 0, act->arena, &queued),
                     KITH_OK);
    assert_int_equal(queued.cause, OUTBOX_RELATION);
    assert_int_equal(queued.at, WORLD_NOW);
    assert_int_equal(kith_record_decode(act->arena, queued.body, &record),
                     KITH_OK);
    assert_false(kith_id_is_none(&record.id));
    assert_int_equal(record.revision, 1);
    assert_int_equal(record.changed_at, WORLD_NOW);
    world_abort(&world->oem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_many_entries_come_in_order_over_several_checkpoints,
            granted_up, world_down),
        cmocka_unit_test_setup_teardown(test_longest_texts_fit_their_frames,
                                        granted_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_each_posted_revision_is_an_entry_of_its_own, granted_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_credit_ends_the_filling_and_the_rest_stays, granted_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_frame_ends_on_a_checkpoint_and_none_is_left, granted_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_nothing_queued_makes_nothing,
                                        granted_up, world_down),
        cmocka_unit_test_setup_teardown(test_frozen_log_grows_no_more,
                                        granted_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_finished_record_gets_id_revision_and_time, granted_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
