/* Tests of an open session: pushes, receipts, wants, credit, and the states of
 * a link that close it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "link_pair.h"
#include "rules/grant.h"
#include "rules/ledger.h"

enum {
    TODAY = WORLD_NOW / 86400
};

/* An open session, an agreement, a project of the OEM granted to the EMS. */
static struct store_head share_project(struct pair *pair, uint64_t *ret_grant)
{
    struct store_head project;

    world_verify(pair->world);
    world_agree(pair->world, TODAY - 1, TODAY + 100);
    project = world_project(pair->sides[0], "lumen");
    assert_int_equal(world_grant(pair->sides[0], &project, NULL, ret_grant),
                     KITH_OK);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    return project;
}

/* A message of about BYTES about PROJECT, pumped in the same transaction. */
static void post_message(struct pair *pair, const struct store_head *project,
                         size_t bytes)
{
    static char text[KITH_TEXT_MAX];
    struct kith_record record = {.kind = KITH_KIND_MESSAGE,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(pair->sides[0]);

    memset(text, 'x', sizeof(text));
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, project->id.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
    kith_build_text(&builder, KITH_MESSAGE_TEXT,
                    (struct kith_bytes){(const uint8_t *)text, bytes});
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(pair->sides[0]);
    pair_flush(pair, 0);
}

static void assert_all_receipted(struct pair *pair)
{
    for (int side = 0; side < 2; side++) {
        struct store_link ours = pair_link(pair, side);
        struct store_link theirs = pair_link(pair, 1 - side);

        assert_true(ours.out.tree.size > 0);
        assert_int_equal(ours.out.receipted, ours.out.tree.size);
        assert_int_equal(ours.out.processed, ours.out.tree.size);
        assert_int_equal(theirs.in.tree.size, ours.out.tree.size);
        assert_int_equal(theirs.in.pending, 0);
    }
}

static void test_posted_message_arrives_and_is_receipted(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);

    post_message(pair, &project, 100);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PUSH), 1);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 1);
}

static void test_silent_partner_gets_no_more_than_its_credit(void **state)
{
    struct pair *pair = *state;
    uint64_t grant, sent = 0;
    struct store_head project = share_project(pair, &grant);

    for (int i = 0; i < 200; i++)
        post_message(pair, &project, KITH_TEXT_MAX);
    for (size_t i = 0; i < pair->n_frames; i++)
        sent += pair->frames[i].bytes.len;
    assert_true(sent > KITH_CREDIT_BYTES);
    assert_true(sent < KITH_CREDIT_BYTES + KITH_FRAME_MAX);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 200);
}

static void test_lost_session_is_resent_without_doubles(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);

    for (int i = 0; i < 5; i++)
        post_message(pair, &project, 50);
    assert_true(pair_deliver(pair));
    assert_true(pair_deliver(pair));
    pair_cut(pair, 1); /* three pushes and two receipts are lost */
    pair_connect(pair, 2, 1);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 5);
}

static void test_gap_is_asked_for_once(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);
    struct pair_frame lost;

    for (int i = 0; i < 4; i++)
        post_message(pair, &project, 50);
    lost = pair_take(pair, 0, KITH_FRAME_PUSH);
    kith_buf_clear(&lost.bytes);
    for (int i = 0; i < 3; i++)
        assert_true(pair_deliver(pair));
    assert_int_equal(pair_count(pair, 1, KITH_FRAME_WANT), 1);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 4);
}

static void give_want(struct pair *pair, struct kith_want *want)
{
    struct kith_buf frame = {0};

    assert_int_equal(kith_want_encode(want, &frame), KITH_OK);
    pair_give(pair, 0, 1, kith_buf_bytes(&frame));
    kith_buf_clear(&frame);
}

static void test_want_of_receipted_entries_has_a_daily_budget(void **state)
{
    struct pair *pair = *state;
    uint64_t grant, size, sent = 0;
    struct store_head project = share_project(pair, &grant);
    struct kith_range range = {.from = 0};
    struct kith_want want = {.log_number = 1, .ranges = &range, .n_ranges = 1};

    for (int i = 0; i < 100; i++)
        post_message(pair, &project, KITH_TEXT_MAX);
    pair_run(pair);
    size = pair_link(pair, 0).out.tree.size;
    range.count = size;
    while (pair->n_closed[0] == 0) {
        give_want(pair, &want);
        for (size_t i = 0; i < pair->n_frames; i++)
            sent += pair->frames[i].bytes.len;
        pair_drop_all(pair);
        assert_true(sent < 2 * (uint64_t)KITH_WANT_BYTES_DAY);
    }
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_QUOTA);
    assert_true(sent >= KITH_WANT_BYTES_DAY - KITH_CREDIT_BYTES);
}

static void test_want_beyond_the_log_is_a_fault(void **state)
{
    struct pair *pair = *state;
    struct kith_range range = {.from = 2, .count = UINT64_MAX};
    struct kith_want want = {.log_number = 1, .ranges = &range, .n_ranges = 1};
    struct kith_buf frame = {0};

    pair_open(pair);
    if (kith_want_encode(&want, &frame) != KITH_OK) {
        range.count = 1000;
        assert_int_equal(kith_want_encode(&want, &frame), KITH_OK);
    }
    pair_give(pair, 0, 1, kith_buf_bytes(&frame));
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FRAME);
    kith_buf_clear(&frame);
}

static void test_body_is_not_sent_again_after_its_grant(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);
    struct disclosure_counts counts;
    struct pair_frame frame;
    struct kith_push push;
    struct act *act;

    post_message(pair, &project, 50);
    pair_cut(pair, 1); /* made, signed, sent, never arrived */
    act = world_begin(pair->sides[0]);
    assert_int_equal(grant_end(act, grant, &counts), KITH_OK);
    world_commit(pair->sides[0]);
    pair_connect(pair, 2, 0);
    while (pair->frames[0].from != 0 ||
           pair->frames[0].bytes.data[0] != KITH_FRAME_PUSH)
        assert_true(pair_deliver(pair));
    frame = pair_take(pair, 0, KITH_FRAME_PUSH);
    act = world_begin(pair->sides[0]);
    assert_int_equal(
        kith_push_decode(act->arena, kith_buf_bytes(&frame.bytes), &push),
        KITH_OK);
    assert_int_equal(push.entries[0].sealed.len, 0);
    world_abort(pair->sides[0]);
    pair_give(pair, 1, 2, kith_buf_bytes(&frame.bytes));
    kith_buf_clear(&frame.bytes);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 0);
}

/* The push in FRAME with the key of its entry WHICH damaged. */
static void spoil_key(struct pair *pair, struct pair_frame *frame, size_t which)
{
    const struct company *ems = &pair->sides[1]->company;
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX];
    struct kith_buf box = {0}, spoiled = {0};
    struct act *act = world_begin(pair->sides[1]);
    struct kith_push push;

    assert_int_equal(
        kith_push_decode(act->arena, kith_buf_bytes(&frame->bytes), &push),
        KITH_OK);
    assert_true(which < push.n_entries);
    assert_int_equal(
        kith_ek_box_open(&ems->sealing, push.keys, push.n_entries, eks),
        KITH_OK);
    eks[which].b[5] ^= 1;
    assert_int_equal(
        kith_ek_box_seal(&ems->sealing.pk, eks, push.n_entries, &box), KITH_OK);
    push.keys = kith_buf_bytes(&box);
    assert_int_equal(kith_push_encode(&push, &spoiled), KITH_OK);
    world_abort(pair->sides[1]);
    kith_buf_clear(&box);
    kith_buf_clear(&frame->bytes);
    frame->bytes = spoiled;
}

static void test_push_with_one_bad_key_changes_nothing(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);
    struct store_link before, after;
    struct pair_frame frame;

    pair_cut(pair, 1);
    for (int i = 0; i < 3; i++)
        post_message(pair, &project, 50);
    pair_connect(pair, 2, 0);
    while (pair->frames[0].from != 0 ||
           pair->frames[0].bytes.data[0] != KITH_FRAME_PUSH)
        assert_true(pair_deliver(pair));
    frame = pair_take(pair, 0, KITH_FRAME_PUSH);
    spoil_key(pair, &frame, 2);
    before = pair_link(pair, 1);
    pair_give(pair, 1, 2, kith_buf_bytes(&frame.bytes));
    assert_int_equal(pair->closed[1].code, KITH_REFUSE_SIGNATURE);
    after = pair_link(pair, 1);
    assert_memory_equal(&before.in, &after.in, sizeof(before.in));
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 0);
    kith_buf_clear(&frame.bytes);
    pair_cut(pair, 2);
    pair_connect(pair, 3, 0);
    pair_run(pair);
    assert_all_receipted(pair);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 3);
}

/* A receipt of the EMS over SIZE entries that never were. */
static void give_false_receipt(struct pair *pair, uint64_t size)
{
    const struct company *ems = &pair->sides[1]->company;
    struct kith_checkpoint checkpoint = {.size = size};
    struct kith_receipt_signer signer = {
        .receiver = ems->id, .receipt_key = &ems->receipt, .time_s = WORLD_NOW};
    struct kith_receipt receipt = {.log_number = 1, .processed = size};
    struct kith_buf note = {0}, frame = {0};

    kith_origin_make(&pair->sides[0]->company.id, &ems->id, 1,
                     &checkpoint.origin);
    kith_sha256("another history", 15, &checkpoint.root);
    assert_int_equal(kith_receipt_sign(&checkpoint, &signer, &note), KITH_OK);
    receipt.note = kith_buf_bytes(&note);
    assert_int_equal(kith_receipt_encode(&receipt, &frame), KITH_OK);
    pair_give(pair, 0, 1, kith_buf_bytes(&frame));
    kith_buf_clear(&note);
    kith_buf_clear(&frame);
}

static void test_receipt_over_more_than_was_made_is_a_fault(void **state)
{
    struct pair *pair = *state;
    struct store_link before, after;

    pair_open(pair);
    before = pair_link(pair, 0);
    give_false_receipt(pair, 1000);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FRAME);
    after = pair_link(pair, 0);
    assert_int_equal(after.out.receipted, before.out.receipted);
    assert_int_equal(after.out.processed, before.out.processed);
    assert_false(after.out.frozen);
}

static void test_receipt_over_another_history_freezes_our_log(void **state)
{
    struct pair *pair = *state;
    struct pair_frame lost;
    uint64_t size;

    world_verify(pair->world);
    pair_connect(pair, 1, 0);
    while (pair_count(pair, 1, KITH_FRAME_RECEIPT) == 0)
        assert_true(pair_deliver(pair));
    lost = pair_take(pair, 1, KITH_FRAME_RECEIPT);
    kith_buf_clear(&lost.bytes);
    size = pair_link(pair, 0).out.tree.size;
    give_false_receipt(pair, size);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FROZEN);
    assert_true(pair_link(pair, 0).out.frozen);
    assert_int_equal(pair_link(pair, 0).out.receipted, 0);
}

/* Not passed over as one that came late: it is evidence too. */
static void test_another_history_of_an_old_size_freezes_our_log(void **state)
{
    struct pair *pair = *state;
    uint64_t receipted;

    pair_open(pair);
    receipted = pair_link(pair, 0).out.receipted;
    assert_int_not_equal(receipted, 0);
    give_false_receipt(pair, receipted);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FROZEN);
    assert_true(pair_link(pair, 0).out.frozen);
    assert_int_equal(pair_link(pair, 0).out.receipted, receipted);
}

static void test_frozen_log_takes_nothing_and_gives_nothing(void **state)
{
    struct pair *pair = *state;
    uint64_t grant;
    struct store_head project = share_project(pair, &grant);
    struct store_link link = pair_link(pair, 0);

    link.out.frozen = true;
    pair_put(pair, 0, &link);
    post_message(pair, &project, 50);
    assert_int_equal(pair->n_frames, 0);
    link = pair_link(pair, 0);
    link.out.frozen = false;
    pair_put(pair, 0, &link);
    link = pair_link(pair, 1);
    link.in.frozen = true;
    pair_put(pair, 1, &link);
    pair_flush(pair, 0);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PUSH), 1);
    pair_run(pair);
    assert_int_equal(pair_link(pair, 1).in.tree.size, link.in.tree.size);
    assert_int_equal(world_items(pair->sides[1], KITH_KIND_MESSAGE), 0);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_posted_message_arrives_and_is_receipted),
        PAIR_TEST(test_silent_partner_gets_no_more_than_its_credit),
        PAIR_TEST(test_lost_session_is_resent_without_doubles),
        PAIR_TEST(test_gap_is_asked_for_once),
        PAIR_TEST(test_want_of_receipted_entries_has_a_daily_budget),
        PAIR_TEST(test_want_beyond_the_log_is_a_fault),
        PAIR_TEST(test_body_is_not_sent_again_after_its_grant),
        PAIR_TEST(test_push_with_one_bad_key_changes_nothing),
        PAIR_TEST(test_receipt_over_more_than_was_made_is_a_fault),
        PAIR_TEST(test_receipt_over_another_history_freezes_our_log),
        PAIR_TEST(test_another_history_of_an_old_size_freezes_our_log),
        PAIR_TEST(test_frozen_log_takes_nothing_and_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
