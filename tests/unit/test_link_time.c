/* Tests of the clock of a link: handshakes, pings, partners that went away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "link_pair.h"
#include "rules/link_state.h"
#include "rules/outbox.h"

static void test_slow_handshake_ends(void **state)
{
    struct pair *pair = *state;

    pair_connect_end(pair, 1, 0, true);
    pair_tick(pair, 0, 1000000); /* however long the loop slept before */
    assert_int_equal(pair->n_closed[0], 0);
    assert_int_equal(pair->next_ms[0], 1000000 + KITH_HANDSHAKE_MS);
    pair_tick(pair, 0, 1000000 + KITH_HANDSHAKE_MS - 1);
    assert_int_equal(pair->n_closed[0], 0);
    pair_tick(pair, 0, 1000000 + KITH_HANDSHAKE_MS);
    assert_int_equal(pair->n_closed[0], 1);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_DOWN);
}

/* Opens session 1 and answers its first ping, at 1,000 ms. */
static void open_at_1000(struct pair *pair)
{
    pair_open(pair);
    for (int side = 0; side < 2; side++)
        pair_tick(pair, side, 1000);
    pair_run(pair);
}

static void test_quiet_session_is_pinged_now_and_then(void **state)
{
    struct pair *pair = *state;

    open_at_1000(pair);
    pair_tick(pair, 0, 1000);
    assert_int_equal(pair->next_ms[0], 1000 + KITH_HEARTBEAT_QUIET_MS);
    pair_tick(pair, 0, 1000 + KITH_HEARTBEAT_QUIET_MS - 1);
    assert_int_equal(pair->n_frames, 0);
    pair_tick(pair, 0, 1000 + KITH_HEARTBEAT_QUIET_MS);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PING), 1);
    pair_run(pair);
    pair_tick(pair, 0, 1000 + KITH_HEARTBEAT_QUIET_MS + 5000);
    assert_int_equal(pair->n_closed[0], 0);
}

/* Puts a place into SIDE's queue that no gate holds back, and pumps it. */
static void send_something(struct pair *pair, int side)
{
    struct kith_record record = {.kind = KITH_KIND_WITHDRAWAL};
    struct kith_record_builder builder;
    struct kith_id item = kith_id_random();
    struct act *act = world_begin(pair->sides[side]);
    struct store_link link = world_link(pair->sides[side]);

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, item.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_WITHDRAWAL_REASON,
                      KITH_WITHDRAWAL_REMOVED);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(outbox_add(act, &link, OUTBOX_DUTY, &record), KITH_OK);
    world_commit(pair->sides[side]);
    pair_flush(pair, side);
}

static void test_busy_session_is_pinged_each_second(void **state)
{
    struct pair *pair = *state;

    open_at_1000(pair);
    pair_tick(pair, 0, 1000);
    send_something(pair, 0);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PUSH), 1);
    pair_tick(pair, 0, 1000 + KITH_HEARTBEAT_BUSY_MS - 1);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PING), 0);
    pair_tick(pair, 0, 1000 + KITH_HEARTBEAT_BUSY_MS);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PING), 1);
}

static void test_push_that_vanished_is_sent_again(void **state)
{
    struct pair *pair = *state;
    int64_t now = 1000;

    open_at_1000(pair);
    pair_tick(pair, 0, now);
    send_something(pair, 0);
    pair_drop_all(pair);
    for (; now < 1000 + LINK_RESEND_MS; now += 500) {
        pair_tick(pair, 0, now);
        assert_int_equal(pair_count(pair, 0, KITH_FRAME_PUSH), 0);
        pair_run(pair);
    }
    pair_tick(pair, 0, now + 500);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PUSH), 1);
    pair_run(pair);
    assert_int_equal(pair_link(pair, 0).out.receipted,
                     pair_link(pair, 0).out.tree.size);
}

static void test_receipt_that_vanished_is_told_again(void **state)
{
    struct pair *pair = *state;
    struct pair_frame receipt;
    int64_t now = 1000;

    open_at_1000(pair);
    send_something(pair, 0);
    assert_true(pair_deliver(pair));
    receipt = pair_take(pair, 1, KITH_FRAME_RECEIPT);
    kith_buf_clear(&receipt.bytes);
    for (; now < 1000 + 2 * LINK_RESEND_MS; now += 500) {
        pair_tick(pair, 0, now);
        pair_run(pair);
    }
    assert_int_equal(pair_link(pair, 0).out.receipted,
                     pair_link(pair, 0).out.tree.size);
    assert_int_equal(pair->n_closed[0], 0);
}

static void test_want_that_vanished_is_asked_again(void **state)
{
    struct pair *pair = *state;
    struct pair_frame lost;
    int64_t now = 1000;

    open_at_1000(pair);
    send_something(pair, 0);
    send_something(pair, 0);
    lost = pair_take(pair, 0, KITH_FRAME_PUSH);
    kith_buf_clear(&lost.bytes);
    assert_true(pair_deliver(pair));
    lost = pair_take(pair, 1, KITH_FRAME_WANT);
    kith_buf_clear(&lost.bytes);
    for (; now <= 1000 + KITH_HEARTBEAT_DEAD_MS; now += 500)
        pair_tick(pair, 1, now);
    assert_int_equal(pair_count(pair, 1, KITH_FRAME_WANT), 1);
    pair_run(pair);
    assert_int_equal(pair_link(pair, 0).out.receipted,
                     pair_link(pair, 0).out.tree.size);
}

static void test_partner_that_answers_nothing_is_dropped(void **state)
{
    struct pair *pair = *state;
    const int64_t asked = 1000 + KITH_HEARTBEAT_QUIET_MS;

    open_at_1000(pair);
    pair_tick(pair, 0, 1000);
    pair_tick(pair, 0, asked);
    pair_drop_all(pair);
    pair_tick(pair, 0, asked + KITH_HEARTBEAT_DEAD_MS - 1);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    pair_tick(pair, 0, asked + KITH_HEARTBEAT_DEAD_MS);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_DOWN);
    assert_int_equal(pair->closed[0].code, 0);
    assert_int_equal(pair->n_frames, 0);
}

static void test_round_trip_is_measured(void **state)
{
    struct pair *pair = *state;
    struct link_view view;

    pair_open(pair);
    pair_tick(pair, 0, 1000);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_PING), 1);
    pair_run(pair);
    pair_tick(pair, 0, 1042);
    link_look(pair->machines[0], &view);
    assert_int_equal(view.round_trip_ms, 42);
}

static void test_pong_that_answers_nothing_is_passed_over(void **state)
{
    struct pair *pair = *state;
    struct kith_buf frame = {0};

    open_at_1000(pair);
    assert_int_equal(kith_ping_encode(KITH_FRAME_PONG, 99, &frame), KITH_OK);
    pair_give(pair, 0, 1, kith_buf_bytes(&frame));
    assert_int_equal(pair->n_closed[0], 0);
    kith_buf_clear(&frame);
}

static void test_second_session_makes_the_first_prove_that_it_lives(
    void **state)
{
    struct pair *pair = *state;
    int lower = memcmp(pair->sides[0]->company.id.b,
                       pair->sides[1]->company.id.b, KITH_COMPANY_ID_LEN) < 0
                    ? 0
                    : 1;

    world_verify(pair->world);
    pair_connect(pair, 1, lower);
    pair_run(pair);
    for (int side = 0; side < 2; side++)
        pair_tick(pair, side, 1000);
    pair_run(pair);
    pair_connect(pair, 2, 1 - lower);
    pair_run(pair);
    pair_tick(pair, lower, 1001);
    assert_int_equal(pair_count(pair, lower, KITH_FRAME_PING), 1);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_slow_handshake_ends),
        PAIR_TEST(test_quiet_session_is_pinged_now_and_then),
        PAIR_TEST(test_busy_session_is_pinged_each_second),
        PAIR_TEST(test_push_that_vanished_is_sent_again),
        PAIR_TEST(test_receipt_that_vanished_is_told_again),
        PAIR_TEST(test_want_that_vanished_is_asked_again),
        PAIR_TEST(test_partner_that_answers_nothing_is_dropped),
        PAIR_TEST(test_round_trip_is_measured),
        PAIR_TEST(test_pong_that_answers_nothing_is_passed_over),
        PAIR_TEST(test_second_session_makes_the_first_prove_that_it_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
