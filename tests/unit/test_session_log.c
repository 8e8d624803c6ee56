/* test_session_log - push, receipt and want. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/entry.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "pb.h"

static const uint8_t header[KITH_ENTRY_HEADER_LEN + 1] = {1, 3};

/* A push of N entries with bodies of BODY_LEN bytes. */
static struct kith_push push_of(struct kith_push_entry *entries, size_t n,
                                size_t body_len)
{
    static uint8_t body[KITH_SEALED_MAX + 1];

    for (size_t i = 0; i < n; i++)
        entries[i] =
            (struct kith_push_entry){.header = {header, KITH_ENTRY_HEADER_LEN},
                                     .sealed = {body, body_len}};
    return (struct kith_push){
        .log_number = 1,
        .first = 40,
        .entries = entries,
        .n_entries = n,
        .checkpoint = kith_bytes_of("a checkpoint"),
        .keys = kith_bytes_of(body_len == 0 ? "" : "a box of keys")};
}

static enum kith_status encode(const struct kith_push *push)
{
    struct kith_buf buf = {0};
    enum kith_status status = kith_push_encode(push, &buf);

    if (status != KITH_OK)
        assert_int_equal(buf.len, 0);
    kith_buf_clear(&buf);
    return status;
}

static void test_push_gives_its_entries_back(void **state)
{
    struct kith_push_entry entries[3];
    struct kith_push push = push_of(entries, 3, 700);
    struct kith_push again;
    struct kith_buf buf = {0};

    (void)state;
    entries[1].sealed.len = 0; /* a bare header between two bodies */
    assert_int_equal(kith_push_encode(&push, &buf), KITH_OK);
    assert_int_equal(buf.data[0], KITH_FRAME_PUSH);
    assert_int_equal(
        kith_push_decode(frame_arena, kith_buf_bytes(&buf), &again), KITH_OK);
    assert_int_equal(again.log_number, 1);
    assert_int_equal(again.first, 40);
    assert_int_equal(again.n_entries, 3);
    assert_true(kith_bytes_is(again.checkpoint, "a checkpoint"));
    assert_true(kith_bytes_is(again.keys, "a box of keys"));
    for (size_t i = 0; i < 3; i++) {
        assert_true(
            kith_bytes_equal(again.entries[i].header, entries[i].header));
        assert_true(
            kith_bytes_equal(again.entries[i].sealed, entries[i].sealed));
    }
    kith_buf_clear(&buf);
}

static void test_push_of_the_most_entries_fits_the_arena(void **state)
{
    static struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX + 1];
    struct kith_push push = push_of(entries, KITH_PUSH_ENTRIES_MAX, 370);
    struct kith_push again;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_push_encode(&push, &buf), KITH_OK);
    assert_true(buf.len > KITH_FRAME_MAX - 6 * 1024);
    kith_arena_reset(frame_arena);
    assert_int_equal(
        kith_push_decode(frame_arena, kith_buf_bytes(&buf), &again), KITH_OK);
    assert_int_equal(again.n_entries, KITH_PUSH_ENTRIES_MAX);
    kith_buf_clear(&buf);
}

static void test_push_with_the_longest_body_fits_a_frame(void **state)
{
    struct kith_push_entry entry;
    struct kith_push push = push_of(&entry, 1, KITH_SEALED_MAX);

    (void)state;
    assert_int_equal(encode(&push), KITH_OK);
    entry.sealed.len++;
    assert_int_equal(encode(&push), KITH_LIMIT);
}

static void test_push_over_a_bound_is_limit(void **state)
{
    static struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX + 1];
    static uint8_t note[KITH_NOTE_MAX + 1];
    struct kith_push push = push_of(entries, KITH_PUSH_ENTRIES_MAX + 1, 0);

    (void)state;
    assert_int_equal(encode(&push), KITH_LIMIT);
    push = push_of(entries, KITH_PUSH_ENTRIES_MAX, 600); /* no frame so long */
    assert_int_equal(encode(&push), KITH_LIMIT);
    push = push_of(entries, 1, 0);
    push.checkpoint = (struct kith_bytes){note, sizeof(note)};
    assert_int_equal(encode(&push), KITH_LIMIT);
}

static void test_push_that_makes_no_sense_is_invalid(void **state)
{
    struct kith_push_entry entries[1];
    struct kith_push good = push_of(entries, 1, 600);
    struct kith_push push = good;

    (void)state;
    push.log_number = 0;
    assert_int_equal(encode(&push), KITH_INVALID);
    push = good;
    push.n_entries = 0;
    assert_int_equal(encode(&push), KITH_INVALID);
    push = good;
    push.checkpoint.len = 0;
    assert_int_equal(encode(&push), KITH_INVALID);
    push = good;
    push.first = INT64_MAX;
    assert_int_equal(encode(&push), KITH_INVALID);
    push = good;
    push.keys.len = 0; /* bodies that nobody can open */
    assert_int_equal(encode(&push), KITH_INVALID);
    push = push_of(entries, 1, 0);
    push.keys = kith_bytes_of("keys of no body");
    assert_int_equal(encode(&push), KITH_INVALID);
    push = push_of(entries, 1, 0);
    entries[0].header.len++;
    assert_int_equal(encode(&push), KITH_INVALID);
}

/* A push frame by hand: its head, then N entries with HEADER_LEN bytes. */
static enum kith_status decode_push(size_t n, size_t header_len, bool with_keys)
{
    struct kith_push push = {.log_number = 77};
    struct kith_buf frame = {0};
    enum kith_status status;

    pb_raw(&frame, "\x03", 1);
    pb_number(&frame, 1, 1);
    pb_number(&frame, 2, 0);
    pb_text(&frame, 3, "a checkpoint");
    if (with_keys)
        pb_text(&frame, 4, "keys");
    for (size_t i = 0; i < n; i++) {
        struct kith_buf entry = {0};

        pb_bytes(&entry, 1, header, header_len);
        pb_message(&frame, 5, &entry);
    }
    kith_arena_reset(frame_arena);
    status = kith_push_decode(frame_arena, kith_buf_bytes(&frame), &push);
    if (status != KITH_OK)
        assert_int_equal(push.log_number, 77);
    kith_buf_clear(&frame);
    return status;
}

static void test_push_decode_holds_the_same_bounds(void **state)
{
    (void)state;
    assert_int_equal(decode_push(1, KITH_ENTRY_HEADER_LEN, false), KITH_OK);
    assert_int_equal(
        decode_push(KITH_PUSH_ENTRIES_MAX, KITH_ENTRY_HEADER_LEN, false),
        KITH_OK);
    assert_int_equal(decode_push(0, KITH_ENTRY_HEADER_LEN, false),
                     KITH_MALFORMED);
    assert_int_equal(decode_push(1, KITH_ENTRY_HEADER_LEN - 1, false),
                     KITH_MALFORMED);
    assert_int_equal(decode_push(1, KITH_ENTRY_HEADER_LEN + 1, false),
                     KITH_MALFORMED);
    assert_int_equal(decode_push(1, KITH_ENTRY_HEADER_LEN, true),
                     KITH_MALFORMED);
    assert_int_equal(
        decode_push(KITH_PUSH_ENTRIES_MAX + 1, KITH_ENTRY_HEADER_LEN, false),
        KITH_LIMIT);
    assert_int_equal(decode_push(KITH_PUSH_ENTRIES_MAX * 2, 0, false),
                     KITH_MALFORMED);
}

static void test_decoders_refuse_frames_of_another_type(void **state)
{
    struct kith_receipt receipt = {.log_number = 1};
    struct kith_push push;
    struct kith_want want;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_receipt_encode(&receipt, &buf), KITH_OK);
    assert_int_equal(kith_push_decode(frame_arena, kith_buf_bytes(&buf), &push),
                     KITH_MALFORMED);
    assert_int_equal(kith_want_decode(frame_arena, kith_buf_bytes(&buf), &want),
                     KITH_MALFORMED);
    buf.data[0] = 99;
    assert_int_equal(
        kith_receipt_decode(frame_arena, kith_buf_bytes(&buf), &receipt),
        KITH_MALFORMED);
    assert_int_equal(
        kith_receipt_decode(frame_arena, (struct kith_bytes){0}, &receipt),
        KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_receipt_comes_back_with_and_without_note(void **state)
{
    static const char *const notes[] = {"", "a cosigned checkpoint"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct kith_receipt receipt = {.log_number = 2,
                                       .processed = i * 1000,
                                       .note = kith_bytes_of(notes[i])};
        struct kith_receipt again;
        struct kith_buf buf = {0};

        assert_int_equal(kith_receipt_encode(&receipt, &buf), KITH_OK);
        assert_int_equal(
            kith_receipt_decode(frame_arena, kith_buf_bytes(&buf), &again),
            KITH_OK);
        assert_int_equal(again.log_number, 2);
        assert_int_equal(again.processed, i * 1000);
        assert_true(kith_bytes_is(again.note, notes[i]));
        kith_buf_clear(&buf);
    }
}

static void test_receipt_out_of_bounds_is_refused(void **state)
{
    static uint8_t note[KITH_NOTE_MAX + 1];
    struct kith_receipt receipt = {.processed = 1};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_receipt_encode(&receipt, &buf), KITH_INVALID);
    receipt.log_number = 1;
    receipt.processed = (uint64_t)INT64_MAX + 1;
    assert_int_equal(kith_receipt_encode(&receipt, &buf), KITH_INVALID);
    receipt.processed = 1;
    receipt.note = (struct kith_bytes){note, sizeof(note)};
    assert_int_equal(kith_receipt_encode(&receipt, &buf), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
    pb_raw(&buf, "\x04", 1);
    pb_number(&buf, 1, 0);
    pb_number(&buf, 2, 0);
    assert_int_equal(
        kith_receipt_decode(frame_arena, kith_buf_bytes(&buf), &receipt),
        KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_want_gives_its_ranges_back(void **state)
{
    static const struct kith_range ranges[] = {{0, 3}, {4, 1}, {100, 512}};
    struct kith_want want = {
        .own_log = true, .log_number = 3, .ranges = ranges, .n_ranges = 3};
    struct kith_want again;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_want_encode(&want, &buf), KITH_OK);
    assert_int_equal(
        kith_want_decode(frame_arena, kith_buf_bytes(&buf), &again), KITH_OK);
    assert_true(again.own_log);
    assert_int_equal(again.log_number, 3);
    assert_int_equal(again.n_ranges, 3);
    assert_memory_equal(again.ranges, ranges, sizeof(ranges));
    kith_buf_clear(&buf);
}

static void test_want_ranges_ascend_and_do_not_touch(void **state)
{
    static const struct {
        struct kith_range ranges[2];
        bool good;
    } cases[] = {
        {{{0, 3}, {4, 1}}, true},
        {{{0, 3}, {3, 1}}, false}, /* one range, said in two */
        {{{0, 3}, {2, 1}}, false},
        {{{4, 1}, {0, 3}}, false},
        {{{0, 0}, {4, 1}}, false},
        {{{0, 1}, {INT64_MAX, 1}}, false},
        {{{0, 1}, {UINT64_MAX, 2}}, false},
        {{{0, 1}, {5, UINT64_MAX}}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kith_want want = {
            .log_number = 1, .ranges = cases[i].ranges, .n_ranges = 2};
        struct kith_buf buf = {0};
        struct kith_buf range = {0};

        assert_int_equal(kith_want_encode(&want, &buf),
                         cases[i].good ? KITH_OK : KITH_INVALID);
        buf.len = 0;
        pb_raw(&buf, "\x05", 1);
        pb_number(&buf, 2, 1);
        for (size_t r = 0; r < 2; r++) {
            pb_number(&range, 1, cases[i].ranges[r].from);
            pb_number(&range, 2, cases[i].ranges[r].count);
            pb_message(&buf, 3, &range);
        }
        assert_int_equal(
            kith_want_decode(frame_arena, kith_buf_bytes(&buf), &want),
            cases[i].good ? KITH_OK : KITH_MALFORMED);
        kith_buf_clear(&buf);
    }
}

static void test_want_of_nothing_or_too_much_is_refused(void **state)
{
    struct kith_range ranges[KITH_RANGES_MAX + 1];
    struct kith_want want = {.log_number = 1, .ranges = ranges};
    struct kith_buf buf = {0};
    struct kith_buf range = {0};

    (void)state;
    for (size_t i = 0; i <= KITH_RANGES_MAX; i++)
        ranges[i] = (struct kith_range){i * 2, 1};
    assert_int_equal(kith_want_encode(&want, &buf), KITH_INVALID);
    want.n_ranges = KITH_RANGES_MAX + 1;
    assert_int_equal(kith_want_encode(&want, &buf), KITH_LIMIT);
    want.n_ranges = KITH_RANGES_MAX;
    assert_int_equal(kith_want_encode(&want, &buf), KITH_OK);
    assert_int_equal(kith_want_decode(frame_arena, kith_buf_bytes(&buf), &want),
                     KITH_OK);
    pb_number(&range, 1, 1000);
    pb_number(&range, 2, 1);
    pb_message(&buf, 3, &range);
    assert_int_not_equal(
        kith_want_decode(frame_arena, kith_buf_bytes(&buf), &want), KITH_OK);
    kith_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_push_gives_its_entries_back),
        cmocka_unit_test(test_push_of_the_most_entries_fits_the_arena),
        cmocka_unit_test(test_push_with_the_longest_body_fits_a_frame),
        cmocka_unit_test(test_push_over_a_bound_is_limit),
        cmocka_unit_test(test_push_that_makes_no_sense_is_invalid),
        cmocka_unit_test(test_push_decode_holds_the_same_bounds),
        cmocka_unit_test(test_decoders_refuse_frames_of_another_type),
        cmocka_unit_test(test_receipt_comes_back_with_and_without_note),
        cmocka_unit_test(test_receipt_out_of_bounds_is_refused),
        cmocka_unit_test(test_want_gives_its_ranges_back),
        cmocka_unit_test(test_want_ranges_ascend_and_do_not_touch),
        cmocka_unit_test(test_want_of_nothing_or_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
