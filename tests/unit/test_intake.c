/* intake - pushes taken in: once, in order, nothing of a bad one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/session.h"
#include "rules/intake.h"
#include "rules/pump.h"
#include "rules_world.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* Two companies with an agreement and a granted project, all carried. */
static struct store_head granted_world(struct world *world, uint64_t *ret_grant)
{
    struct store_head project;

    world_verify(world);
    world_agree(world, TODAY - 1, TODAY + 100);
    project = world_project(&world->oem, "lumen");
    assert_int_equal(world_grant(&world->oem, &project, NULL, ret_grant),
                     KITH_OK);
    world_carry(&world->oem, &world->ems);
    return project;
}

/* The frame of everything that waits at COMPANY from index FROM on. */
static struct kith_buf next_frame(struct world_company *company, uint64_t from)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    struct pump_span span = {.from = from, .gated_from = UINT64_MAX};
    struct kith_buf frame = {0};
    uint64_t bytes, next;

    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    span.gated_from = from;
    assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
    world_commit(company);
    return frame;
}

static enum kith_status take(struct world_company *company,
                             const struct kith_buf *frame,
                             struct intake_result *result)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    struct quota_use use = {0};
    enum kith_status status =
        intake_push(act, &link, kith_buf_bytes(frame), &use, result);

    if (status == KITH_OK || status == KITH_FORK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static uint64_t sent_size(struct world_company *company)
{
    struct store_link link;

    world_begin(company);
    link = world_link(company);
    world_abort(company);
    return link.out.tree.size;
}

static void test_same_push_again_changes_nothing(void **state)
{
    struct world *world = *state;
    struct intake_result result;
    struct kith_buf frame;
    uint64_t grant, from;

    granted_world(world, &grant);
    from = sent_size(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    frame = next_frame(&world->oem, from);
    assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
    assert_int_equal(result.fresh, 1);
    assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
    assert_int_equal(result.fresh, 0);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    kith_buf_clear(&frame);
}

static void test_push_beyond_our_size_names_the_gap(void **state)
{
    struct world *world = *state;
    struct intake_result result;
    struct kith_buf first, second;
    uint64_t grant, from;

    granted_world(world, &grant);
    from = sent_size(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    first = next_frame(&world->oem, from);
    world_milestone(&world->oem, "lumen/g1", "DVT", TODAY, KITH_LABEL_NONE);
    second = next_frame(&world->oem, from + 1);
    assert_int_equal(take(&world->ems, &second, &result), KITH_GAP);
    assert_int_equal(result.want_from, from);
    assert_int_equal(result.want_count, 1);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    kith_buf_clear(&first);
    kith_buf_clear(&second);
}

/* Where the box of keys begins and ends in FRAME. */
static size_t keys_of(const struct kith_buf *frame, size_t *ret_end)
{
    struct kith_arena *arena = NULL;
    struct kith_push push;
    size_t at;

    assert_int_equal(kith_arena_new(1 << 20, &arena), KITH_OK);
    assert_int_equal(kith_push_decode(arena, kith_buf_bytes(frame), &push),
                     KITH_OK);
    for (at = 0; at + push.keys.len <= frame->len; at++) {
        if (memcmp(frame->data + at, push.keys.data, push.keys.len) == 0)
            break;
    }
    *ret_end = at + push.keys.len;
    kith_arena_destroy(&arena);
    return at;
}

/* Layout, signature, tree and seal cover every byte but the box of keys; a
 * box that does not open leaves its entries unreadable. */
static void test_any_flipped_byte_outside_the_keys_is_refused_whole(
    void **state)
{
    struct world *world = *state;
    struct intake_result result;
    struct kith_buf frame;
    uint64_t grant, from;
    size_t i, keys, end;

    granted_world(world, &grant);
    from = sent_size(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    frame = next_frame(&world->oem, from);
    keys = keys_of(&frame, &end);
    for (i = 0; i < frame.len; i++) {
        if (i >= keys && i < end)
            continue;
        frame.data[i] ^= 0x10;
        assert_int_not_equal(take(&world->ems, &frame, &result), KITH_OK);
        frame.data[i] ^= 0x10;
    }
    assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    kith_buf_clear(&frame);
}

static void test_lost_keys_give_a_verdict_and_the_log_goes_on(void **state)
{
    struct world *world = *state;
    struct intake_result result;
    struct kith_buf frame;
    uint64_t grant, from;
    size_t end;

    granted_world(world, &grant);
    from = sent_size(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    frame = next_frame(&world->oem, from);
    frame.data[keys_of(&frame, &end)] ^= 1;
    assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
    /* The verdict travels back as a duty entry in the receiver's own log. */
    assert_int_equal(world_carry(&world->ems, &world->oem), 1);
    world_milestone(&world->oem, "lumen/g1", "DVT", TODAY, KITH_LABEL_NONE);
    kith_buf_clear(&frame);
    frame = next_frame(&world->oem, from + 1);
    assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 1);
    kith_buf_clear(&frame);
}

static void test_resend_after_grant_ended_sends_no_body_and_a_void(void **state)
{
    struct world *world = *state;
    struct disclosure_counts counts;
    uint64_t grant, from;
    struct store_link link;

    granted_world(world, &grant);
    from = sent_size(&world->oem);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    {
        struct kith_buf lost = next_frame(&world->oem, from);

        kith_buf_clear(&lost); /* never arrives */
    }
    world_begin(&world->oem);
    assert_int_equal(grant_end(&world->oem.act, grant, &counts), KITH_OK);
    world_commit(&world->oem);
    {
        /* The resend: entry FROM is asked about again. */
        struct act *act = world_begin(&world->oem);
        struct pump_span span = {.from = from, .gated_from = from + 1};
        struct kith_buf frame = {0};
        struct intake_result result;
        uint64_t next;

        link = world_link(&world->oem);
        assert_int_equal(pump_frame(act, &link, &span, &frame, &next), KITH_OK);
        world_commit(&world->oem);
        assert_int_equal(take(&world->ems, &frame, &result), KITH_OK);
        kith_buf_clear(&frame);
    }
    world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(link.in.pending, from + 1);
    assert_int_equal(link.in.receipted, from);
    world_abort(&world->ems);
    /* The void follows, and receipts go on. */
    world_begin(&world->oem);
    link = world_link(&world->oem);
    link.out.processed = from + 1;
    assert_int_equal(store_link_put(world->oem.act.txn, &link), KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(link.in.pending, 0);
    assert_int_equal(link.in.receipted, link.in.tree.size);
    world_abort(&world->ems);
    assert_int_equal(world_items(&world->ems, KITH_KIND_MILESTONE), 0);
}

/* Two commits on one store state, as a restored backup would make them: the
 * first is sent and then lost, the second signs another history. */
static void test_two_histories_of_one_size_freeze_the_log(void **state)
{
    struct world *world = *state;
    struct kith_buf one = {0}, other = {0};
    struct intake_result result;
    struct pump_span span;
    struct store_link link;
    uint64_t grant, bytes, next;
    int round;

    granted_world(world, &grant);
    world_milestone(&world->oem, "lumen/g1", "EVT", TODAY, KITH_LABEL_NONE);
    for (round = 0; round < 2; round++) {
        struct act *act = world_begin(&world->oem);

        act->now = WORLD_NOW + round; /* another header, another leaf */
        link = world_link(&world->oem);
        span = (struct pump_span){.from = link.out.tree.size,
                                  .gated_from = link.out.tree.size};
        assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
        assert_int_equal(
            pump_frame(act, &link, &span, round == 0 ? &one : &other, &next),
            KITH_OK);
        world_abort(&world->oem);
    }
    assert_int_equal(take(&world->ems, &one, &result), KITH_OK);
    assert_int_equal(take(&world->ems, &other, &result), KITH_FORK);
    world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_true(link.in.frozen);
    world_abort(&world->ems);
    assert_int_equal(take(&world->ems, &one, &result), KITH_BUSY);
    kith_buf_clear(&one);
    kith_buf_clear(&other);
}

/* The partner may change its log key while we hold notes of the former one. */
static void test_note_under_a_key_that_is_theirs_no_more_is_not_cosigned(
    void **state)
{
    struct world *world = *state;
    const struct store_log_id log = {1, STORE_IN, 1};
    struct kith_checkpoint checkpoint = {.size = 10000};
    struct kith_buf note = {0}, frame = {0};
    struct store_link link;
    struct act *act;
    uint64_t grant;

    granted_world(world, &grant);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    kith_origin_make(&link.company, &world->ems.company.id, 1,
                     &checkpoint.origin);
    assert_int_equal(
        kith_checkpoint_sign(&checkpoint, &world->ems.company.log, &note),
        KITH_OK);
    assert_int_equal(store_note_put(act->txn, &log, STORE_CHECKPOINT,
                                    checkpoint.size, kith_buf_bytes(&note)),
                     KITH_OK);
    link.in.noted = checkpoint.size;
    assert_int_equal(intake_receipt(act, &link, &frame), KITH_NOT_FOUND);
    world_abort(&world->ems);
    kith_buf_clear(&note);
    kith_buf_clear(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_push_again_changes_nothing,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_push_beyond_our_size_names_the_gap,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_any_flipped_byte_outside_the_keys_is_refused_whole, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_lost_keys_give_a_verdict_and_the_log_goes_on, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_resend_after_grant_ended_sends_no_body_and_a_void, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_two_histories_of_one_size_freeze_the_log, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_note_under_a_key_that_is_theirs_no_more_is_not_cosigned,
            world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
