/* The frame that brings an own log back: what it holds and what it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/session.h"
#include "pb.h"

static void test_held_gives_its_parts_back(void **state)
{
    const struct kith_held cases[] = {
        {.log_number = 1},
        {.log_number = 1, .next_log = 1767225600},
        {.log_number = 3,
         .size = 12,
         .note = kith_bytes_of("note"),
         .receipt = kith_bytes_of("receipt"),
         .push = kith_bytes_of("\003push")},
        {.card = kith_bytes_of("card")},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct kith_held *held = &cases[i];
        struct kith_held again;
        struct kith_buf buf = {0};

        assert_int_equal(kith_held_encode(held, &buf), KITH_OK);
        assert_int_equal(
            kith_held_decode(frame_arena, kith_buf_bytes(&buf), &again),
            KITH_OK);
        assert_int_equal(again.log_number, held->log_number);
        assert_int_equal(again.size, held->size);
        assert_int_equal(again.next_log, held->next_log);
        assert_true(kith_bytes_equal(again.note, held->note));
        assert_true(kith_bytes_equal(again.receipt, held->receipt));
        assert_true(kith_bytes_equal(again.push, held->push));
        assert_true(kith_bytes_equal(again.card, held->card));
        kith_buf_clear(&buf);
    }
}

static void put_number(struct kith_buf *buf, uint32_t field, uint64_t value)
{
    if (value != 0)
        pb_number(buf, field, value);
}

static void put_bytes(struct kith_buf *buf, uint32_t field,
                      struct kith_bytes value)
{
    if (value.len != 0)
        pb_bytes(buf, field, value.data, value.len);
}

/* Each contradicts itself: no encoder writes it and no decoder takes it. */
static void test_held_that_contradicts_itself_is_refused(void **state)
{
    const struct kith_held cases[] = {
        {.log_number = 0},
        {.log_number = 1, .card = kith_bytes_of("card")},
        {.log_number = 1, .size = 2},
        {.log_number = 1, .note = kith_bytes_of("note")},
        {.log_number = 1, .receipt = kith_bytes_of("receipt")},
        {.log_number = 1, .push = kith_bytes_of("push")},
        {.log_number = 5, .next_log = 5},
        {.log_number = 5,
         .size = (uint64_t)INT64_MAX + 1,
         .note = kith_bytes_of("note")},
    };
    struct kith_held again;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct kith_held *held = &cases[i];
        struct kith_buf buf = {0};

        assert_int_equal(kith_held_encode(held, &buf), KITH_INVALID);
        assert_int_equal(buf.len, 0);
        pb_raw(&buf, "\x09", 1);
        put_number(&buf, 1, held->log_number);
        put_number(&buf, 2, held->size);
        put_bytes(&buf, 3, held->note);
        put_bytes(&buf, 4, held->receipt);
        put_number(&buf, 5, held->next_log);
        put_bytes(&buf, 6, held->push);
        put_bytes(&buf, 7, held->card);
        assert_int_equal(
            kith_held_decode(frame_arena, kith_buf_bytes(&buf), &again),
            KITH_MALFORMED);
        kith_buf_clear(&buf);
    }
}

static void test_held_over_its_bounds_is_refused(void **state)
{
    static uint8_t bytes[KITH_CARD_MAX + 1];
    struct kith_held held = {.card = {bytes, sizeof(bytes)}};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_held_encode(&held, &buf), KITH_LIMIT);
    held = (struct kith_held){
        .log_number = 1, .size = 1, .note = {bytes, KITH_NOTE_MAX + 1}};
    assert_int_equal(kith_held_encode(&held, &buf), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_held_gives_its_parts_back),
        cmocka_unit_test(test_held_that_contradicts_itself_is_refused),
        cmocka_unit_test(test_held_over_its_bounds_is_refused),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
