/* test_strict_values - what a single value may be, and what memory it takes.
 *
 * The form of messages: test_strict.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/body.h"
#include "kith/control.h"
#include "kith/limits.h"
#include "pb.h"
#include "strict_fixture.h"

static void test_scan_number_beyond_its_type_is_malformed(void **state)
{
    static const uint8_t over_64_bits[] = {0x18, 0xff, 0xff, 0xff, 0xff, 0xff,
                                           0xff, 0xff, 0xff, 0xff, 0x02};
    struct kith_buf buf = {0};

    (void)state;
    pb_number(&buf, 1, (UINT64_C(1) << 32) + 4);
    strict_refused(&buf);
    pb_number(&buf, 1, 4);
    pb_raw(&buf, over_64_bits, sizeof(over_64_bits));
    strict_refused(&buf);
    pb_number(&buf, 1, 4);
    pb_number(&buf, 3, UINT64_MAX);
    assert_int_equal(strict_decode(&buf), KITH_OK);
}

static void test_scan_bool_beyond_1_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&buf, 6, 2);
    strict_refused(&buf);
    strict_start(&buf);
    pb_number(&buf, 6, 1);
    assert_int_equal(strict_decode(&buf), KITH_OK);
}

static void test_scan_optional_default_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&buf, 3, 0);
    strict_refused(&buf);
    strict_start(&buf);
    pb_number(&buf, 6, 0);
    strict_refused(&buf);
    pb_number(&buf, 1, 4);
    pb_bytes(&buf, 2, NULL, 0);
    strict_refused(&buf);
}

static void test_decode_id_of_zeros_is_malformed(void **state)
{
    static const uint8_t zeros[KITH_ID_LEN];
    struct kith_buf buf = {0};

    (void)state;
    pb_number(&buf, 1, 4);
    pb_bytes(&buf, 2, zeros, sizeof(zeros));
    strict_refused(&buf);
}

static void test_scan_empty_optional_message_is_malformed(void **state)
{
    struct kith_buf body = {0};
    struct kith_buf empty = {0};
    struct kith_buf record = {0};
    struct kith_body ret;

    (void)state;
    strict_start(&record);
    pb_number(&body, 1, 3);
    pb_message(&body, 2, &record);
    assert_int_equal(
        kith_body_decode(strict_arena, kith_buf_bytes(&body), &ret), KITH_OK);
    pb_message(&body, 6, &empty);
    assert_int_equal(
        kith_body_decode(strict_arena, kith_buf_bytes(&body), &ret),
        KITH_MALFORMED);
    kith_buf_clear(&body);
}

static void test_scan_two_values_in_one_field_are_malformed(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf field = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&field, 1, 1);
    pb_text(&field, 2, "text");
    pb_signed(&field, 3, 5);
    pb_message(&buf, 10, &field);
    strict_refused(&buf);
}

static void test_decode_field_without_value_is_malformed(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf field = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&field, 1, 1);
    pb_message(&buf, 10, &field);
    strict_refused(&buf);
}

static void test_scan_bad_utf8_is_malformed(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* a tail without a lead */
        "abc\xc3",          /* cut short */
        "\xc0\xaf",         /* '/' in two bytes */
        "\xe0\x80\xaf",     /* '/' in three bytes */
        "\xf0\x80\x80\xaf", /* '/' in four bytes */
        "\xed\xa0\x80",     /* half of a surrogate pair */
        "\xf4\x90\x80\x80", /* beyond the last character */
        "\xf5\x80\x80\x80", /* a lead that there is not */
        "\xff",             /* never in UTF-8 */
        "\xe2\x28\xa1",     /* a tail that is none */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct kith_buf buf = {0};

        strict_start(&buf);
        strict_add_text(&buf, 1, bad[i], strlen(bad[i]));
        strict_refused(&buf);
    }
}

static void test_scan_good_utf8_is_taken(void **state)
{
    static const char *const good[] = {
        "",
        "plain",
        "eight or more plain characters\nand a line",
        "\xc3\xa9\xc2\xa0",
        "\xe2\x82\xac",
        "\xef\xbf\xbd",
        "\xf0\x9f\x98\x80",
        "\xf4\x8f\xbf\xbf",
        "\xed\x9f\xbf\xee\x80\x80",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct kith_buf buf = {0};

        strict_start(&buf);
        strict_add_text(&buf, 1, good[i], strlen(good[i]));
        assert_int_equal(strict_decode(&buf), KITH_OK);
    }
}

static void test_scan_embedded_nul_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    strict_add_text(&buf, 1, "admin\0x", 7);
    strict_refused(&buf);
    strict_start(&buf);
    strict_add_text(&buf, 1, "sixteen letters\0", 16);
    strict_refused(&buf);
}

static void test_scan_control_characters_but_lf_are_malformed(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 0x20; c++) {
        char text[] = "0123456?89abcdef";
        struct kith_buf buf = {0};

        text[7] = (char)c;
        strict_start(&buf);
        strict_add_text(&buf, 1, text, strlen(text));
        assert_int_equal(strict_decode(&buf),
                         c == '\n' ? KITH_OK : KITH_MALFORMED);
    }
    for (unsigned c = 0x7f; c < 0xa0; c++) {
        char text[] = {(char)0xc2, (char)c, 0};
        struct kith_buf buf = {0};

        strict_start(&buf);
        strict_add_text(&buf, 1, c == 0x7f ? "abcdefg\x7f" : text,
                        c == 0x7f ? 8 : 2);
        strict_refused(&buf);
    }
}

/* An answer with this number as its status. */
static enum kith_status decode_answer(uint64_t number)
{
    struct kith_control_answer answer;
    struct kith_buf buf = {0};
    enum kith_status status;

    pb_bytes(&buf, 1, strict_id, sizeof(strict_id));
    pb_number(&buf, 2, number);
    kith_arena_reset(strict_arena);
    status =
        kith_control_answer_decode(strict_arena, kith_buf_bytes(&buf), &answer);
    kith_buf_clear(&buf);
    return status;
}

static void test_scan_undeclared_enum_value_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(decode_answer(KITH_STATUS_COUNT - 1), KITH_OK);
    assert_int_equal(decode_answer(KITH_STATUS_COUNT), KITH_MALFORMED);
    assert_int_equal(decode_answer(UINT64_MAX), KITH_MALFORMED);
}

static void test_decode_a_frame_of_empty_fields_takes_no_memory(void **state)
{
    struct kith_arena *none = NULL;
    struct kith_record record;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_arena_new(0, &none), KITH_OK);
    pb_number(&buf, 1, 4);
    while (buf.len + 2 < KITH_FRAME_MAX)
        pb_raw(&buf, "\x52\x00", 2);
    /* An strict_arena that holds nothing would answer KITH_NOMEM, were it asked. */
    assert_int_equal(kith_record_decode(none, kith_buf_bytes(&buf), &record),
                     KITH_MALFORMED);
    kith_arena_destroy(&none);
    kith_buf_clear(&buf);
}

static void test_decode_full_arena_is_nomem(void **state)
{
    struct kith_buf buf = {0};
    size_t refused = 0;

    (void)state;
    strict_good(&buf);
    for (size_t ceiling = 0; ceiling < 4096; ceiling += 16) {
        struct kith_arena *small = NULL;
        struct kith_record record = {.kind = 77};
        enum kith_status status;

        assert_int_equal(kith_arena_new(ceiling, &small), KITH_OK);
        status = kith_record_decode(small, kith_buf_bytes(&buf), &record);
        kith_arena_destroy(&small);
        if (status == KITH_OK)
            break;
        assert_int_equal(status, KITH_NOMEM);
        assert_int_equal(record.kind, 77);
        refused++;
    }
    assert_in_range(refused, 1, 4096 / 16 - 1);
    kith_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan_number_beyond_its_type_is_malformed),
        cmocka_unit_test(test_scan_bool_beyond_1_is_malformed),
        cmocka_unit_test(test_scan_optional_default_is_malformed),
        cmocka_unit_test(test_decode_id_of_zeros_is_malformed),
        cmocka_unit_test(test_scan_empty_optional_message_is_malformed),
        cmocka_unit_test(test_scan_two_values_in_one_field_are_malformed),
        cmocka_unit_test(test_decode_field_without_value_is_malformed),
        cmocka_unit_test(test_scan_bad_utf8_is_malformed),
        cmocka_unit_test(test_scan_good_utf8_is_taken),
        cmocka_unit_test(test_scan_embedded_nul_is_malformed),
        cmocka_unit_test(test_scan_control_characters_but_lf_are_malformed),
        cmocka_unit_test(test_scan_undeclared_enum_value_is_malformed),
        cmocka_unit_test(test_decode_a_frame_of_empty_fields_takes_no_memory),
        cmocka_unit_test(test_decode_full_arena_is_nomem),
    };

    return cmocka_run_group_tests(tests, strict_setup, strict_teardown);
}
