/* Tests of the table of frames: every type in every state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "link_pair.h"
#include "rules/link_machine.h"

/* Brings session NUMBER of the OEM into STATE. */
static void bring_into(struct pair *pair, uint64_t number,
                       enum session_state state)
{
    pair_connect(pair, number, 0);
    if (state == SESSION_GREET)
        return;
    if (state == SESSION_HELLO) {
        struct pair_frame greet = pair_take(pair, 1, KITH_FRAME_GREET);

        pair_give(pair, 0, number, kith_buf_bytes(&greet.bytes));
        kith_buf_clear(&greet.bytes);
        return;
    }
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), state == SESSION_OPEN
                                              ? LINK_PHASE_OPEN
                                              : LINK_PHASE_UNVERIFIED);
}

static bool may_come(enum session_state state, unsigned type)
{
    bool good = state == SESSION_UNVERIFIED || state == SESSION_OPEN;

    switch (type) {
    case KITH_FRAME_GREET:
        return state == SESSION_GREET;
    case KITH_FRAME_HELLO:
        return state == SESSION_HELLO;
    case KITH_FRAME_PUSH:
    case KITH_FRAME_RECEIPT:
    case KITH_FRAME_WANT:
    case KITH_FRAME_HELD:
        return state == SESSION_OPEN;
    case KITH_FRAME_REFUSE:
        return true;
    case KITH_FRAME_PING:
    case KITH_FRAME_PONG:
        return good;
    default:
        return false;
    }
}

/* What the table says is what PROTOCOL.md 5.1 says, for all 256 types. */
static void test_table_allows_what_the_protocol_allows(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        const struct link_rule *rule = link_rule((uint8_t)type);

        for (int s = SESSION_GREET; s < SESSION_STATE_COUNT; s++) {
            bool allowed = rule != NULL && (rule->states >> s & 1) != 0;

            assert_int_equal(allowed, may_come((enum session_state)s, type));
        }
        if (rule != NULL)
            assert_non_null(rule->take);
    }
}

/* A frame at the wrong time, or of no type, ends the session with a Refuse and
 * changes nothing that is stored. */
static void walk(struct pair *pair, enum session_state state)
{
    uint64_t number = 10;

    for (unsigned type = 0; type <= KITH_FRAME_HELD + 2; type++) {
        uint8_t bytes[9] = {(uint8_t)type};
        struct store_link before, after;
        size_t closed = pair->n_closed[0];

        if (may_come(state, type))
            continue;
        bring_into(pair, ++number, state);
        pair_drop_all(pair);
        before = pair_link(pair, 0);
        pair_give(pair, 0, number, (struct kith_bytes){bytes, sizeof(bytes)});
        assert_int_equal(pair->n_closed[0], closed + 1);
        assert_int_equal(pair->closed[0].code, KITH_REFUSE_FRAME);
        assert_int_equal(pair_count(pair, 0, KITH_FRAME_REFUSE), 1);
        after = pair_link(pair, 0);
        assert_memory_equal(&before, &after, sizeof(before));
        pair_cut(pair, number);
    }
}

static void test_wrong_frame_while_greeting(void **state)
{
    walk(*state, SESSION_GREET);
}

static void test_wrong_frame_before_hello(void **state)
{
    walk(*state, SESSION_HELLO);
}

static void test_wrong_frame_while_unverified(void **state)
{
    walk(*state, SESSION_UNVERIFIED);
}

static void test_wrong_frame_while_open(void **state)
{
    struct pair *pair = *state;

    world_verify(pair->world);
    walk(pair, SESSION_OPEN);
}

/* Every type with content that is none, in every state in which it may come:
 * the session ends, nothing crashes. */
static void test_garbage_of_each_type_ends_the_session(void **state)
{
    struct pair *pair = *state;
    uint64_t number = 100;

    world_verify(pair->world);
    for (int s = SESSION_GREET; s < SESSION_STATE_COUNT; s++) {
        for (unsigned type = 1; type <= KITH_FRAME_HELD; type++) {
            uint8_t bytes[40];
            size_t closed = pair->n_closed[0];
            struct store_link link = pair_link(pair, 0);

            if (s == SESSION_UNVERIFIED ||
                !may_come((enum session_state)s, type))
                continue;
            link.stall = 0; /* garbage at one index three times stalls */
            pair_put(pair, 0, &link);
            memset(bytes, 0xFF, sizeof(bytes));
            bytes[0] = (uint8_t)type;
            bring_into(pair, ++number, (enum session_state)s);
            pair_drop_all(pair);
            pair_give(pair, 0, number,
                      (struct kith_bytes){bytes, sizeof(bytes)});
            assert_int_equal(pair->n_closed[0], closed + 1);
            pair_cut(pair, number);
        }
    }
}

static void test_refuse_is_told_and_never_answered(void **state)
{
    struct pair *pair = *state;
    struct kith_refuse refuse = {.code = KITH_REFUSE_STOPPING,
                                 .sentence =
                                     kith_bytes_of("we stop\nfor lunch")};
    struct kith_buf frame = {0};

    assert_int_equal(kith_refuse_encode(&refuse, &frame), KITH_OK);
    for (int s = SESSION_GREET; s <= SESSION_UNVERIFIED; s++) {
        uint64_t number = (uint64_t)s;

        bring_into(pair, number, (enum session_state)s);
        pair_drop_all(pair);
        pair_give(pair, 0, number, kith_buf_bytes(&frame));
        assert_int_equal(pair->n_frames, 0);
        assert_int_equal(pair->told[0].code, KITH_REFUSE_STOPPING);
        assert_true(pair->told[0].by_partner);
        assert_string_equal(pair->told[0].sentence, "we stop for lunch");
        assert_true(pair->closed[0].by_partner);
        pair_cut(pair, number);
    }
    kith_buf_clear(&frame);
}

static void test_frame_of_an_ended_session_is_passed_over(void **state)
{
    struct pair *pair = *state;
    uint8_t ping[9] = {KITH_FRAME_PING};

    pair_give(pair, 0, 77, (struct kith_bytes){ping, sizeof(ping)});
    assert_int_equal(pair->n_frames, 0);
    assert_int_equal(pair->n_closed[0], 0);
}

static void test_many_connections_do_not_keep_the_newest_out(void **state)
{
    struct pair *pair = *state;

    for (uint64_t number = 1; number <= 20; number++)
        pair_connect_end(pair, number, 0, false);
    assert_int_equal(pair->n_closed[0], 20 - LINK_SESSIONS_MAX);
    pair_drop_all(pair);
    pair_connect(pair, 21, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_UNVERIFIED);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_allows_what_the_protocol_allows),
        PAIR_TEST(test_wrong_frame_while_greeting),
        PAIR_TEST(test_wrong_frame_before_hello),
        PAIR_TEST(test_wrong_frame_while_unverified),
        PAIR_TEST(test_wrong_frame_while_open),
        PAIR_TEST(test_garbage_of_each_type_ends_the_session),
        PAIR_TEST(test_refuse_is_told_and_never_answered),
        PAIR_TEST(test_frame_of_an_ended_session_is_passed_over),
        PAIR_TEST(test_many_connections_do_not_keep_the_newest_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
