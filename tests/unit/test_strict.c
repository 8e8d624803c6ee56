/* test_strict - the form of a message: order, presence, lengths, bounds.
 *
 * The rules are shown on records and bodies written by hand; what a good one
 * looks like is shown first, so that each refusal is about its own fault.
 * What values may be: test_strict_values.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/body.h"
#include "pb.h"
#include "strict.h"
#include "strict_fixture.h"

extern const struct ProtobufCMessageDescriptor kith__answer__descriptor;
extern const struct ProtobufCMessageDescriptor kith__body__descriptor;
extern const struct ProtobufCMessageDescriptor kith__hello__descriptor;
extern const struct ProtobufCMessageDescriptor kith__hello_text__descriptor;
extern const struct ProtobufCMessageDescriptor kith__push__descriptor;
extern const struct ProtobufCMessageDescriptor kith__receipt__descriptor;
extern const struct ProtobufCMessageDescriptor kith__record__descriptor;
extern const struct ProtobufCMessageDescriptor kith__request__descriptor;
extern const struct ProtobufCMessageDescriptor kith__want__descriptor;

static void test_scan_good_record_decodes(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_good(&buf);
    assert_int_equal(strict_decode(&buf), KITH_OK);
}

static void test_scan_every_cut_of_a_record_is_refused_or_whole(void **state)
{
    struct kith_buf buf = {0};
    struct kith_record record;
    size_t whole = 0;

    (void)state;
    strict_good(&buf);
    for (size_t len = 0; len <= buf.len; len++) {
        struct kith_bytes cut = {buf.data, len};
        struct kith_buf again = {0};

        if (kith_record_decode(strict_arena, cut, &record) != KITH_OK)
            continue;
        /* Cut between two fields: a shorter record, read as such. */
        assert_int_equal(kith_record_encode(&record, &again), KITH_OK);
        assert_int_equal(again.len, len);
        kith_buf_clear(&again);
        whole++;
    }
    assert_int_equal(whole, 8);
    kith_buf_clear(&buf);
}

/* The proof that the scan leaves one encoding: whatever a changed byte still
 * decodes to is encoded to those very bytes. */
static void test_scan_accepts_only_what_is_encoded_alike(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf again = {0};
    size_t accepted = 0;

    (void)state;
    strict_good(&buf);
    for (size_t at = 0; at < buf.len; at++) {
        uint8_t was = buf.data[at];

        for (unsigned value = 0; value < 256; value++) {
            struct kith_record record;

            buf.data[at] = (uint8_t)value;
            kith_arena_reset(strict_arena);
            if (kith_record_decode(strict_arena, kith_buf_bytes(&buf),
                                   &record) != KITH_OK)
                continue;
            again.len = 0;
            assert_int_equal(kith_record_encode(&record, &again), KITH_OK);
            assert_true(
                kith_bytes_equal(kith_buf_bytes(&again), kith_buf_bytes(&buf)));
            accepted++;
        }
        buf.data[at] = was;
    }
    assert_true(accepted > buf.len);
    kith_buf_clear(&buf);
    kith_buf_clear(&again);
}

static void test_scan_fields_out_of_order_are_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 2, strict_id, sizeof(strict_id));
    pb_number(&buf, 1, 4);
    strict_refused(&buf);
}

static void test_scan_single_field_twice_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    pb_bytes(&buf, 2, strict_id, sizeof(strict_id));
    strict_refused(&buf);
}

static void test_scan_list_in_two_parts_is_malformed(void **state)
{
    struct kith_buf body = {0};
    struct kith_buf audience = {0};
    struct kith_body ret;
    struct kith_buf record = {0};

    (void)state;
    pb_bytes(&audience, 2, strict_id, sizeof(strict_id));
    pb_number(&audience, 3, 1);
    pb_bytes(&audience, 2, strict_id, sizeof(strict_id));
    strict_start(&record);
    pb_number(&body, 1, 3);
    pb_message(&body, 2, &record);
    pb_message(&body, 6, &audience);
    assert_int_equal(
        kith_body_decode(strict_arena, kith_buf_bytes(&body), &ret),
        KITH_MALFORMED);
    kith_buf_clear(&body);
}

static void test_scan_missing_required_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 2, strict_id, sizeof(strict_id));
    strict_refused(&buf);
    strict_refused(&buf); /* no bytes at all */
}

static void test_scan_missing_required_inside_is_malformed(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf field = {0};

    (void)state;
    strict_start(&buf);
    pb_text(&field, 2, "no number");
    pb_message(&buf, 10, &field);
    strict_refused(&buf);
}

static void test_scan_unknown_field_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&buf, 11, 1);
    strict_refused(&buf);
}

static void test_scan_unknown_field_inside_is_malformed(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf field = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&field, 1, 1);
    pb_text(&field, 2, "text");
    pb_number(&field, 7, 1);
    pb_message(&buf, 10, &field);
    strict_refused(&buf);
}

static void test_scan_field_number_0_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_number(&buf, 0, 1);
    strict_start(&buf);
    strict_refused(&buf);
}

static void test_scan_wrong_wire_type_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_text(&buf, 1, "kind");
    strict_refused(&buf);
    pb_number(&buf, 1, 4);
    pb_number(&buf, 2, 16);
    strict_refused(&buf);
    pb_tag(&buf, 1, PB_FIXED32);
    pb_raw(&buf, strict_id, 4);
    strict_refused(&buf);
}

static void test_scan_group_is_malformed_even_as_unknown(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_start(&buf);
    pb_tag(&buf, 11, PB_GROUP);
    pb_tag(&buf, 11, PB_GROUP + 1);
    assert_int_equal(
        strict_scan(&kith__record__descriptor, kith_buf_bytes(&buf), 100),
        KITH_MALFORMED);
    strict_refused(&buf);
}

static void test_scan_overlong_varint_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_tag(&buf, 1, PB_VARINT);
    pb_long_varint(&buf, 4, 1);
    strict_refused(&buf);
    pb_tag(&buf, 1, PB_VARINT);
    pb_long_varint(&buf, 4, 9);
    strict_refused(&buf);
}

static void test_scan_overlong_tag_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_long_varint(&buf, 1 << 3, 1);
    pb_varint(&buf, 4);
    strict_refused(&buf);
}

static void test_scan_overlong_length_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_number(&buf, 1, 4);
    pb_tag(&buf, 2, PB_LEN);
    pb_long_varint(&buf, sizeof(strict_id), 1);
    pb_raw(&buf, strict_id, sizeof(strict_id));
    strict_refused(&buf);
}

static void test_scan_length_past_the_end_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_number(&buf, 1, 4);
    pb_tag(&buf, 2, PB_LEN);
    pb_varint(&buf, sizeof(strict_id) + 1);
    pb_raw(&buf, strict_id, sizeof(strict_id));
    strict_refused(&buf);
    pb_number(&buf, 1, 4);
    pb_tag(&buf, 2, PB_LEN);
    pb_varint(&buf, UINT64_MAX);
    pb_raw(&buf, strict_id, sizeof(strict_id));
    strict_refused(&buf);
}

static void test_scan_inner_length_past_its_message_is_malformed(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf field = {0};

    (void)state;
    strict_start(&buf);
    pb_number(&field, 1, 1);
    pb_tag(&field, 2, PB_LEN);
    pb_varint(&field, 4);
    pb_raw(&field, "abc", 3);
    pb_message(&buf, 10, &field);
    pb_raw(&buf, "\x52\x00", 2); /* would be the fourth character */
    strict_refused(&buf);
}

static void test_scan_left_over_byte_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    strict_good(&buf);
    pb_raw(&buf, "\0", 1);
    strict_refused(&buf);
}

static void test_scan_more_values_than_allowed_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 1, strict_id, sizeof(strict_id));
    pb_number(&buf, 2, 1);
    assert_int_equal(
        strict_scan(&kith__request__descriptor, kith_buf_bytes(&buf), 2),
        KITH_OK);
    assert_int_equal(
        strict_scan(&kith__request__descriptor, kith_buf_bytes(&buf), 1),
        KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_schema_has_no_recursive_type(void **state)
{
    (void)state;
    assert_int_equal(strict_depth(&kith__answer__descriptor), 4);
    assert_int_equal(strict_depth(&kith__request__descriptor), 4);
    assert_int_equal(strict_depth(&kith__body__descriptor), 4);
    assert_int_equal(strict_depth(&kith__hello__descriptor), 1);
    assert_int_equal(strict_depth(&kith__hello_text__descriptor), 2);
    assert_int_equal(strict_depth(&kith__push__descriptor), 2);
    assert_int_equal(strict_depth(&kith__receipt__descriptor), 1);
    assert_int_equal(strict_depth(&kith__want__descriptor), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan_good_record_decodes),
        cmocka_unit_test(test_scan_every_cut_of_a_record_is_refused_or_whole),
        cmocka_unit_test(test_scan_accepts_only_what_is_encoded_alike),
        cmocka_unit_test(test_scan_fields_out_of_order_are_malformed),
        cmocka_unit_test(test_scan_single_field_twice_is_malformed),
        cmocka_unit_test(test_scan_list_in_two_parts_is_malformed),
        cmocka_unit_test(test_scan_missing_required_is_malformed),
        cmocka_unit_test(test_scan_missing_required_inside_is_malformed),
        cmocka_unit_test(test_scan_unknown_field_is_malformed),
        cmocka_unit_test(test_scan_unknown_field_inside_is_malformed),
        cmocka_unit_test(test_scan_field_number_0_is_malformed),
        cmocka_unit_test(test_scan_wrong_wire_type_is_malformed),
        cmocka_unit_test(test_scan_group_is_malformed_even_as_unknown),
        cmocka_unit_test(test_scan_overlong_varint_is_malformed),
        cmocka_unit_test(test_scan_overlong_tag_is_malformed),
        cmocka_unit_test(test_scan_overlong_length_is_malformed),
        cmocka_unit_test(test_scan_length_past_the_end_is_malformed),
        cmocka_unit_test(test_scan_inner_length_past_its_message_is_malformed),
        cmocka_unit_test(test_scan_left_over_byte_is_malformed),
        cmocka_unit_test(test_scan_more_values_than_allowed_is_malformed),
        cmocka_unit_test(test_schema_has_no_recursive_type),
    };

    return cmocka_run_group_tests(tests, strict_setup, strict_teardown);
}
