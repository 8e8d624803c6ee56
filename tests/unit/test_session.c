/* test_session - frames of fixed layout, and hello. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/session.h"
#include "pb.h"

static struct kith_bytes bytes(const void *data, size_t len)
{
    return (struct kith_bytes){data, len};
}

static void test_frame_type_of_empty_or_too_long_is_malformed(void **state)
{
    static uint8_t frame[KITH_FRAME_MAX + 1] = {200};
    uint8_t type = 7;

    (void)state;
    assert_int_equal(kith_frame_type(bytes(NULL, 0), &type), KITH_MALFORMED);
    assert_int_equal(kith_frame_type(bytes(frame, sizeof(frame)), &type),
                     KITH_MALFORMED);
    assert_int_equal(type, 7);
    assert_int_equal(kith_frame_type(bytes(frame, KITH_FRAME_MAX), &type),
                     KITH_OK);
    assert_int_equal(type, 200);
}

static void test_greet_has_its_fixed_layout(void **state)
{
    struct kith_greet greet = {.protocol_min = 1, .protocol_max = 0x0203};
    struct kith_greet again;
    struct kith_buf buf = {0};

    (void)state;
    memset(greet.nonce, 0xab, KITH_NONCE_LEN);
    assert_int_equal(kith_greet_encode(&greet, &buf), KITH_OK);
    assert_int_equal(buf.len, 37);
    assert_memory_equal(buf.data, "\x01\x00\x01\x02\x03\xab", 6);
    assert_int_equal(kith_greet_decode(kith_buf_bytes(&buf), &again), KITH_OK);
    assert_int_equal(again.protocol_min, 1);
    assert_int_equal(again.protocol_max, 0x0203);
    assert_memory_equal(again.nonce, greet.nonce, KITH_NONCE_LEN);
    assert_int_equal(kith_greet_decode(bytes(buf.data, 36), &again),
                     KITH_MALFORMED);
    pb_raw(&buf, "x", 1);
    assert_int_equal(kith_greet_decode(kith_buf_bytes(&buf), &again),
                     KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_greet_with_a_turned_range_is_refused(void **state)
{
    struct kith_greet greet = {.protocol_min = 2, .protocol_max = 1};
    struct kith_greet again;
    uint8_t frame[37] = {1, 0, 2, 0, 1};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_greet_encode(&greet, &buf), KITH_INVALID);
    assert_int_equal(kith_greet_decode(bytes(frame, sizeof(frame)), &again),
                     KITH_MALFORMED);
    frame[2] = 0; /* from protocol 0 on */
    assert_int_equal(kith_greet_decode(bytes(frame, sizeof(frame)), &again),
                     KITH_MALFORMED);
    frame[2] = 1;
    assert_int_equal(kith_greet_decode(bytes(frame, sizeof(frame)), &again),
                     KITH_OK);
    frame[0] = 2;
    assert_int_equal(kith_greet_decode(bytes(frame, sizeof(frame)), &again),
                     KITH_MALFORMED);
}

static void test_refuse_carries_code_and_sentence(void **state)
{
    struct kith_refuse refuse = {.code = KITH_REFUSE_PAUSED,
                                 .sentence = kith_bytes_of("paused by hand")};
    struct kith_refuse again;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_refuse_encode(&refuse, &buf), KITH_OK);
    assert_memory_equal(buf.data, "\x06\x00\x06paused by hand", 17);
    assert_int_equal(buf.len, 17);
    assert_int_equal(kith_refuse_decode(kith_buf_bytes(&buf), &again), KITH_OK);
    assert_int_equal(again.code, KITH_REFUSE_PAUSED);
    assert_true(kith_bytes_is(again.sentence, "paused by hand"));
    /* A newer code without words is read all the same. */
    assert_int_equal(kith_refuse_decode(bytes("\x06\xff\xff", 3), &again),
                     KITH_OK);
    assert_int_equal(again.code, 0xffff);
    kith_buf_clear(&buf);
}

static void test_refuse_a_terminal_would_obey_is_malformed(void **state)
{
    static const struct {
        const char *frame;
        size_t len;
    } bad[] = {
        {"\x06\x00\x00", 3},
        {"\x06\x00", 2},
        {"\x06\x00\x01\x1b[2J", 7},
        {"\x06\x00\x01"
         "a\0b",
         6},
        {"\x06\x00\x01\xff", 4},
        {"\x05\x00\x01", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct kith_refuse refuse = {.code = 77};

        assert_int_equal(
            kith_refuse_decode(bytes(bad[i].frame, bad[i].len), &refuse),
            KITH_MALFORMED);
        assert_int_equal(refuse.code, 77);
    }
}

static void test_refuse_sentence_ends_at_the_bound(void **state)
{
    static char words[KITH_REASON_MAX + 2];
    struct kith_refuse refuse = {.code = 1};
    struct kith_buf buf = {0};

    (void)state;
    memset(words, 'w', KITH_REASON_MAX + 1);
    refuse.sentence = kith_bytes_of(words);
    assert_int_equal(kith_refuse_encode(&refuse, &buf), KITH_LIMIT);
    refuse.sentence.len--;
    assert_int_equal(kith_refuse_encode(&refuse, &buf), KITH_OK);
    assert_int_equal(kith_refuse_decode(kith_buf_bytes(&buf), &refuse),
                     KITH_OK);
    pb_raw(&buf, "w", 1);
    assert_int_equal(kith_refuse_decode(kith_buf_bytes(&buf), &refuse),
                     KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_refuse_codes_all_have_names(void **state)
{
    (void)state;
    assert_null(kith_refuse_name(0));
    for (uint16_t code = 1; code <= KITH_REFUSE_OURS; code++)
        assert_non_null(kith_refuse_name(code));
    assert_null(kith_refuse_name(KITH_REFUSE_OURS + 1));
    assert_string_equal(kith_refuse_name(KITH_REFUSE_RESTORED), "restored");
}

static void test_ping_and_pong_carry_their_token(void **state)
{
    struct kith_buf buf = {0};
    uint64_t token = 0;

    (void)state;
    assert_int_equal(
        kith_ping_encode(KITH_FRAME_PONG, UINT64_C(0x0102030405060708), &buf),
        KITH_OK);
    assert_int_equal(buf.len, 9);
    assert_memory_equal(buf.data, "\x08\x01\x02\x03\x04\x05\x06\x07\x08", 9);
    assert_int_equal(kith_ping_decode(kith_buf_bytes(&buf), &token), KITH_OK);
    assert_true(token == UINT64_C(0x0102030405060708));
    assert_int_equal(kith_ping_decode(bytes(buf.data, 8), &token),
                     KITH_MALFORMED);
    pb_raw(&buf, "x", 1);
    assert_int_equal(kith_ping_decode(kith_buf_bytes(&buf), &token),
                     KITH_MALFORMED);
    buf.data[0] = KITH_FRAME_REFUSE;
    assert_int_equal(kith_ping_decode(bytes(buf.data, 9), &token),
                     KITH_MALFORMED);
    assert_int_equal(kith_ping_encode(KITH_FRAME_GREET, 1, &buf), KITH_INVALID);
    kith_buf_clear(&buf);
}

static struct kith_hello good_hello(void)
{
    struct kith_hello hello = {
        .sender = {{1}},
        .receiver = {{2}},
        .sender_transport = {{3}},
        .receiver_transport = {{4}},
        .sender_nonce = {5},
        .receiver_nonce = {6},
        .protocol = 1,
        .card = kith_bytes_of("a card"),
        .session = 12,
        .partner_session = 11,
        .verified = true,
        .mine = {.log_number = 1, .size = 9, .note = kith_bytes_of("mine")},
        .yours = {.log_number = 2, .size = 3, .note = kith_bytes_of("yours")},
    };

    return hello;
}

/* The frame of HELLO, unchecked signature and all. */
static void frame_hello(const struct kith_hello *hello, struct kith_buf *frame)
{
    struct kith_sig signature = {{0x51}};
    struct kith_buf text = {0};

    assert_int_equal(kith_hello_signed_bytes(hello, &text), KITH_OK);
    assert_int_equal(
        kith_hello_encode(kith_buf_bytes(&text), &signature, frame), KITH_OK);
    kith_buf_clear(&text);
}

static enum kith_status decode(struct kith_buf *frame)
{
    struct kith_hello hello;
    struct kith_bytes text;
    struct kith_sig signature;
    enum kith_status status;

    kith_arena_reset(frame_arena);
    status = kith_hello_decode(frame_arena, kith_buf_bytes(frame), &hello,
                               &text, &signature);
    kith_buf_clear(frame);
    return status;
}

static void test_hello_gives_back_all_it_says(void **state)
{
    struct kith_hello hello = good_hello();
    struct kith_hello again;
    struct kith_bytes text;
    struct kith_sig signature;
    struct kith_buf frame = {0};
    struct kith_buf signed_bytes = {0};

    (void)state;
    frame_hello(&hello, &frame);
    assert_int_equal(kith_hello_decode(frame_arena, kith_buf_bytes(&frame),
                                       &again, &text, &signature),
                     KITH_OK);
    assert_int_equal(kith_hello_signed_bytes(&hello, &signed_bytes), KITH_OK);
    assert_true(kith_bytes_equal(text, kith_buf_bytes(&signed_bytes)));
    assert_int_equal(signature.b[0], 0x51);
    assert_memory_equal(&again.sender, &hello.sender, 32);
    assert_memory_equal(&again.receiver, &hello.receiver, 32);
    assert_memory_equal(&again.sender_transport, &hello.sender_transport, 32);
    assert_memory_equal(&again.receiver_transport, &hello.receiver_transport,
                        32);
    assert_memory_equal(again.sender_nonce, hello.sender_nonce, 32);
    assert_memory_equal(again.receiver_nonce, hello.receiver_nonce, 32);
    assert_int_equal(again.protocol, 1);
    assert_int_equal(again.features, 0);
    assert_true(kith_bytes_is(again.card, "a card"));
    assert_int_equal(again.session, 12);
    assert_int_equal(again.partner_session, 11);
    assert_true(again.verified);
    assert_int_equal(again.mine.log_number, 1);
    assert_int_equal(again.mine.size, 9);
    assert_true(kith_bytes_is(again.mine.note, "mine"));
    assert_int_equal(again.yours.log_number, 2);
    assert_int_equal(again.yours.size, 3);
    assert_true(kith_bytes_is(again.yours.note, "yours"));
    kith_buf_clear(&frame);
    kith_buf_clear(&signed_bytes);
}

static void test_hello_first_of_all_says_no_logs(void **state)
{
    struct kith_hello hello = good_hello();
    struct kith_buf frame = {0};

    (void)state;
    hello.mine = (struct kith_log_claim){0};
    hello.yours = (struct kith_log_claim){0};
    hello.partner_session = 0;
    hello.verified = false;
    frame_hello(&hello, &frame);
    assert_int_equal(decode(&frame), KITH_OK);
}

static void test_hello_that_contradicts_itself_is_invalid(void **state)
{
    struct kith_hello bad[8];
    struct kith_buf buf = {0};

    (void)state;
    for (size_t i = 0; i < 8; i++)
        bad[i] = good_hello();
    bad[0].protocol = 0;
    bad[1].card = (struct kith_bytes){0};
    bad[2].session = 0;
    bad[3].mine.log_number = 0;
    bad[4].yours.size = 0; /* a receipt for nothing */
    bad[5].yours = (struct kith_log_claim){.note = kith_bytes_of("note")};
    bad[6].session = (uint64_t)INT64_MAX + 1;
    bad[7].partner_session = UINT64_MAX;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(kith_hello_signed_bytes(&bad[i], &buf), KITH_INVALID);
    assert_int_equal(buf.len, 0);
}

static void test_hello_over_a_bound_is_limit(void **state)
{
    static uint8_t big[KITH_CARD_MAX + 1];
    struct kith_hello hello = good_hello();
    struct kith_buf buf = {0};

    (void)state;
    hello.card = bytes(big, KITH_CARD_MAX);
    assert_int_equal(kith_hello_signed_bytes(&hello, &buf), KITH_OK);
    buf.len = 0;
    hello.card.len++;
    assert_int_equal(kith_hello_signed_bytes(&hello, &buf), KITH_LIMIT);
    hello = good_hello();
    hello.mine.note = bytes(big, KITH_NOTE_MAX + 1);
    assert_int_equal(kith_hello_signed_bytes(&hello, &buf), KITH_LIMIT);
    hello = good_hello();
    hello.yours.note = bytes(big, KITH_NOTE_MAX + 1);
    assert_int_equal(kith_hello_signed_bytes(&hello, &buf), KITH_LIMIT);
    kith_buf_clear(&buf);
}

static void test_hello_with_a_loose_inner_text_is_malformed(void **state)
{
    struct kith_hello hello = good_hello();
    struct kith_sig signature = {{1}};
    struct kith_buf text = {0};
    struct kith_buf frame = {0};

    (void)state;
    assert_int_equal(kith_hello_signed_bytes(&hello, &text), KITH_OK);
    pb_number(&text, 15, 1); /* of a newer version, signed or not */
    assert_int_equal(
        kith_hello_encode(kith_buf_bytes(&text), &signature, &frame), KITH_OK);
    assert_int_equal(decode(&frame), KITH_MALFORMED);
    kith_buf_clear(&text);
}

static void test_hello_with_a_short_key_or_signature_is_malformed(void **state)
{
    struct kith_hello hello = good_hello();
    struct kith_sig signature = {{1}};
    struct kith_buf text = {0};
    struct kith_buf shorter = {0};
    struct kith_buf frame = {0};

    (void)state;
    assert_int_equal(kith_hello_signed_bytes(&hello, &text), KITH_OK);
    pb_raw(&frame, "\x02", 1);
    pb_bytes(&frame, 1, text.data, text.len);
    pb_bytes(&frame, 2, text.data, 63);
    assert_int_equal(decode(&frame), KITH_MALFORMED);
    /* Field 1 of the text, the sender, loses its last byte. */
    pb_bytes(&shorter, 1, hello.sender.b, 31);
    pb_raw(&shorter, text.data + 34, text.len - 34);
    assert_int_equal(
        kith_hello_encode(kith_buf_bytes(&shorter), &signature, &frame),
        KITH_OK);
    assert_int_equal(decode(&frame), KITH_MALFORMED);
    kith_buf_clear(&text);
    kith_buf_clear(&shorter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_type_of_empty_or_too_long_is_malformed),
        cmocka_unit_test(test_greet_has_its_fixed_layout),
        cmocka_unit_test(test_greet_with_a_turned_range_is_refused),
        cmocka_unit_test(test_refuse_carries_code_and_sentence),
        cmocka_unit_test(test_refuse_a_terminal_would_obey_is_malformed),
        cmocka_unit_test(test_refuse_sentence_ends_at_the_bound),
        cmocka_unit_test(test_refuse_codes_all_have_names),
        cmocka_unit_test(test_ping_and_pong_carry_their_token),
        cmocka_unit_test(test_hello_gives_back_all_it_says),
        cmocka_unit_test(test_hello_first_of_all_says_no_logs),
        cmocka_unit_test(test_hello_that_contradicts_itself_is_invalid),
        cmocka_unit_test(test_hello_over_a_bound_is_limit),
        cmocka_unit_test(test_hello_with_a_loose_inner_text_is_malformed),
        cmocka_unit_test(test_hello_with_a_short_key_or_signature_is_malformed),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
