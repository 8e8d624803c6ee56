/* Tests of what closes a link: paused, removed, stalled, frozen; and of a lost
 * transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "kith/session.h"
#include "link_pair.h"
#include "rules/partner.h"

static void test_same_fault_three_times_stalls_until_resumed(void **state)
{
    struct pair *pair = *state;
    uint8_t bad[20] = {KITH_FRAME_PUSH, 0xFF};
    struct store_link link;
    struct act *act;

    pair_open(pair);
    for (uint64_t session = 1; session <= 3; session++) {
        if (session > 1) {
            pair_cut(pair, session - 1);
            pair_connect(pair, session, 0);
            pair_run(pair);
        }
        assert_int_equal(pair_link(pair, 0).stall, 0);
        pair_give(pair, 0, session, (struct kith_bytes){bad, sizeof(bad)});
        pair_run(pair);
    }
    assert_int_equal(pair_link(pair, 0).stall, KITH_REFUSE_FRAME);
    pair_connect(pair, 4, 0);
    pair_run(pair);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FRAME);
    assert_true(pair->closed[1].by_partner);
    assert_int_equal(pair->closed[1].code, KITH_REFUSE_FRAME);
    link = pair_link(pair, 0);
    act = world_begin(pair->sides[0]);
    assert_int_equal(partner_pause(act, &link, false), KITH_OK);
    world_commit(pair->sides[0]);
    pair_connect(pair, 5, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
}

/* FRAME, a push of the OEM, with a checkpoint over other entries. */
static struct kith_buf forge_push(struct pair *pair, struct kith_bytes frame)
{
    const struct company *oem = &pair->sides[0]->company;
    struct kith_checkpoint checkpoint = {.size = 0};
    struct kith_buf note = {0}, forged = {0};
    struct act *act = world_begin(pair->sides[0]);
    struct kith_push push;

    assert_int_equal(kith_push_decode(act->arena, frame, &push), KITH_OK);
    checkpoint.size = push.first + push.n_entries;
    kith_origin_make(&oem->id, &pair->sides[1]->company.id, 1,
                     &checkpoint.origin);
    kith_sha256("another history", 15, &checkpoint.root);
    assert_int_equal(kith_checkpoint_sign(&checkpoint, &oem->log, &note),
                     KITH_OK);
    push.checkpoint = kith_buf_bytes(&note);
    assert_int_equal(kith_push_encode(&push, &forged), KITH_OK);
    world_abort(pair->sides[0]);
    kith_buf_clear(&note);
    return forged;
}

/* SIDE keeps the note that contradicts the log. */
static void assert_second_note(struct pair *pair, int side, enum store_side of)
{
    struct act *act = world_begin(pair->sides[side]);
    struct store_log_id log = {.link = 1, .side = of, .number = 1};
    struct kith_bytes note;
    uint64_t size = 0;

    assert_int_equal(
        store_note_from(act->txn, &log, STORE_SECOND, &size, act->arena, &note),
        KITH_OK);
    assert_true(note.len > 0);
    world_abort(pair->sides[side]);
}

static void test_second_history_of_known_entries_freezes(void **state)
{
    struct pair *pair = *state;
    struct pair_frame push;
    struct kith_buf forged;

    world_verify(pair->world);
    pair_connect(pair, 1, 0);
    while (pair->frames[0].from != 0 ||
           pair->frames[0].bytes.data[0] != KITH_FRAME_PUSH)
        assert_true(pair_deliver(pair));
    push = pair_take(pair, 0, KITH_FRAME_PUSH);
    forged = forge_push(pair, kith_buf_bytes(&push.bytes));
    pair_give(pair, 1, 1, kith_buf_bytes(&push.bytes));
    assert_int_equal(pair->n_closed[1], 0);
    pair_give(pair, 1, 1, kith_buf_bytes(&forged));
    assert_int_equal(pair->closed[1].code, KITH_REFUSE_FROZEN);
    assert_true(pair_link(pair, 1).in.frozen);
    assert_false(pair_link(pair, 1).out.frozen);
    assert_second_note(pair, 1, STORE_IN);
    kith_buf_clear(&push.bytes);
    kith_buf_clear(&forged);
}

/* What closes the link at once, and the code that both operators read. */
static void assert_barred(struct pair *pair, const struct store_link *link,
                          uint16_t code)
{
    pair_put(pair, 0, link);
    pair_flush(pair, 0);
    pair_run(pair);
    assert_int_equal(pair->closed[0].code, code);
    assert_int_equal(pair->closed[1].code, code);
    assert_true(pair->closed[1].by_partner);
    pair_connect(pair, 2, 1);
    pair_run(pair);
    assert_int_equal(pair->n_closed[0], 2);
    assert_int_equal(pair->closed[0].code, code);
    assert_int_equal(pair_phase(pair, 1), LINK_PHASE_DOWN);
}

static void test_paused_link_is_refused_at_once(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_open(pair);
    link = pair_link(pair, 0);
    link.paused = true;
    assert_barred(pair, &link, KITH_REFUSE_PAUSED);
}

static void test_removed_partner_is_refused_at_once(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_open(pair);
    link = pair_link(pair, 0);
    link.removed = true;
    assert_barred(pair, &link, KITH_REFUSE_UNKNOWN);
}

/* The frame came before the pause and is met behind it, in one transaction. */
static void test_frame_met_behind_a_pause_gets_no_answer(void **state)
{
    struct pair *pair = *state;
    const struct link_action *actions = NULL;
    struct kith_buf ping = {0};
    struct store_link link;
    struct act *act = NULL;
    size_t i, n;

    pair_open(pair);
    link = pair_link(pair, 0);
    link.paused = true;
    pair_put(pair, 0, &link);
    assert_int_equal(kith_ping_encode(KITH_FRAME_PING, 7, &ping), KITH_OK);
    act = world_begin(pair->sides[0]);
    assert_int_equal(
        link_frame(pair->machines[0], act, 1, kith_buf_bytes(&ping)), KITH_OK);
    world_commit(pair->sides[0]);
    n = link_actions(pair->machines[0], &actions);
    assert_true(n > 0);
    for (i = 0; i < n; i++)
        assert_int_not_equal(actions[i].type, LINK_SEND);
    assert_int_equal(actions[n - 1].type, LINK_CLOSE);
    assert_int_equal(actions[n - 1].code, KITH_REFUSE_PAUSED);
    kith_buf_clear(&ping);
}

static void test_link_with_both_logs_frozen_is_refused(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_open(pair);
    link = pair_link(pair, 0);
    link.in.frozen = link.out.frozen = true;
    assert_barred(pair, &link, KITH_REFUSE_FROZEN);
}

static void test_lost_transaction_forgets_sessions_and_frames(void **state)
{
    struct pair *pair = *state;
    const struct link_action *actions = NULL;
    struct link_up up = {.session = 1};
    struct act *act = world_begin(pair->sides[0]);

    assert_int_equal(link_connected(pair->machines[0], act, &up), KITH_OK);
    assert_int_equal(link_actions(pair->machines[0], &actions), 1);
    world_abort(pair->sides[0]);
    link_forget(pair->machines[0]);
    assert_int_equal(link_actions(pair->machines[0], &actions), 0);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_DOWN);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_same_fault_three_times_stalls_until_resumed),
        PAIR_TEST(test_second_history_of_known_entries_freezes),
        PAIR_TEST(test_paused_link_is_refused_at_once),
        PAIR_TEST(test_removed_partner_is_refused_at_once),
        PAIR_TEST(test_frame_met_behind_a_pause_gets_no_answer),
        PAIR_TEST(test_link_with_both_logs_frozen_is_refused),
        PAIR_TEST(test_lost_transaction_forgets_sessions_and_frames),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
