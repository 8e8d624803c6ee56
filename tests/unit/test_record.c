/* test_record - records on the wire, their accessors and their builder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/limits.h"
#include "kith/record.h"

/* One of every value type, each head field used. */
static struct kith_record full_record(void)
{
    static const struct kith_field fields[] = {
        {.number = 1,
         .type = KITH_VALUE_OCTETS,
         .bytes = {(const void *)"ab", 2}},
        {.number = 2, .type = KITH_VALUE_CHOICE, .value = 5},
        {.number = 3,
         .type = KITH_VALUE_TEXT,
         .bytes = {(const void *)"text", 4}},
        {.number = 3, .type = KITH_VALUE_TEXT, .bytes = {NULL, 0}},
        {.number = 4,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_DATE}},
        {.number = 5, .type = KITH_VALUE_NUMBER, .value = INT64_MIN},
        {.number = 6,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_VERBATIM,
                  .text = {(const void *)"soon", 4}}},
        {.number = 65535, .type = KITH_VALUE_OCTETS},
    };

    return (struct kith_record){.kind = 3,
                                .id = {{1}},
                                .revision = UINT64_MAX,
                                .changed_at = -1,
                                .label = KITH_LABEL_STRICT,
                                .inactive = true,
                                .project = {{2}},
                                .author = {{3}},
                                .owner = {{4}},
                                .fields = fields,
                                .n_fields = 8};
}

static void assert_same_field(const struct kith_field *a,
                              const struct kith_field *b)
{
    assert_int_equal(a->number, b->number);
    assert_int_equal(a->type, b->type);
    assert_true(kith_bytes_equal(a->bytes, b->bytes));
    assert_int_equal(a->value, b->value);
    assert_true(kith_when_equal(&a->when, &b->when));
}

static void test_encode_decode_gives_the_record_back(void **state)
{
    struct kith_record record = full_record();
    struct kith_record again;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_record_encode(&record, &buf), KITH_OK);
    assert_int_equal(
        kith_record_decode(frame_arena, kith_buf_bytes(&buf), &again), KITH_OK);
    kith_buf_clear(&buf); /* nothing may still point there */
    assert_int_equal(again.kind, 3);
    assert_true(kith_id_equal(&again.id, &record.id));
    assert_true(again.revision == UINT64_MAX);
    assert_int_equal(again.changed_at, -1);
    assert_int_equal(again.label, KITH_LABEL_STRICT);
    assert_true(again.inactive);
    assert_true(kith_id_equal(&again.project, &record.project));
    assert_true(kith_id_equal(&again.author, &record.author));
    assert_true(kith_company_id_equal(&again.owner, &record.owner));
    assert_int_equal(again.n_fields, 8);
    for (size_t i = 0; i < 8; i++)
        assert_same_field(&again.fields[i], &record.fields[i]);
}

static void test_encode_empty_record_is_its_kind(void **state)
{
    struct kith_record record = {.kind = 4};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_record_encode(&record, &buf), KITH_OK);
    assert_int_equal(buf.len, 2);
    assert_memory_equal(buf.data, "\x08\x04", 2);
    kith_buf_clear(&buf);
}

static void test_encode_refuses_what_no_partner_would_take(void **state)
{
    static const struct kith_field bad[] = {
        {.number = 0, .type = KITH_VALUE_NUMBER},
        {.number = 65536, .type = KITH_VALUE_NUMBER},
        {.number = 1, .type = (enum kith_value_type)0},
        {.number = 1, .type = KITH_VALUE_CHOICE, .value = 0},
        {.number = 1, .type = KITH_VALUE_CHOICE, .value = INT64_C(1) << 32},
        {.number = 1,
         .type = KITH_VALUE_TEXT,
         .bytes = {(const void *)"\xff", 1}},
        {.number = 1,
         .type = KITH_VALUE_TEXT,
         .bytes = {(const void *)"a\0b", 3}},
        {.number = 1, .type = KITH_VALUE_WHEN},
        {.number = 1,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_WINDOW, .from_day = 2, .to_day = 1}},
        {.number = 1,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_DATE, .from_day = 4000000}},
        {.number = 1,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_UNKNOWN, .from_day = 1}},
        {.number = 1,
         .type = KITH_VALUE_WHEN,
         .when = {.kind = KITH_WHEN_VERBATIM}},
    };
    struct kith_buf buf = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct kith_record record = {
            .kind = 4, .fields = &bad[i], .n_fields = 1};

        assert_int_equal(kith_record_encode(&record, &buf), KITH_INVALID);
    }
    assert_int_equal(kith_record_encode(&(struct kith_record){0}, &buf),
                     KITH_INVALID);
    assert_int_equal(buf.len, 0);
    kith_buf_clear(&buf);
}

static void test_encode_fields_out_of_order_are_invalid(void **state)
{
    static const struct kith_field fields[] = {
        {.number = 2, .type = KITH_VALUE_NUMBER},
        {.number = 1, .type = KITH_VALUE_NUMBER}};
    struct kith_record record = {.kind = 4, .fields = fields, .n_fields = 2};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_record_encode(&record, &buf), KITH_INVALID);
}

static void test_decode_fields_out_of_order_are_malformed(void **state)
{
    static const uint8_t bytes[] = {8, 4,    0x52, 4, 8, 2,    0x18,
                                    0, 0x52, 4,    8, 1, 0x18, 0};
    struct kith_record record;

    (void)state;
    assert_int_equal(
        kith_record_decode(frame_arena, (struct kith_bytes){bytes, 8}, &record),
        KITH_OK);
    assert_int_equal(
        kith_record_decode(frame_arena,
                           (struct kith_bytes){bytes, sizeof(bytes)}, &record),
        KITH_MALFORMED);
}

static void test_decode_more_fields_than_a_record_has_is_malformed(void **state)
{
    static struct kith_field fields[KITH_FIELDS_MAX + 1];
    struct kith_record record = {
        .kind = 4, .fields = fields, .n_fields = KITH_FIELDS_MAX};
    struct kith_buf buf = {0};

    (void)state;
    for (size_t i = 0; i <= KITH_FIELDS_MAX; i++)
        fields[i] = (struct kith_field){.number = 9, .type = KITH_VALUE_NUMBER};
    assert_int_equal(kith_record_encode(&record, &buf), KITH_OK);
    assert_int_equal(
        kith_record_decode(frame_arena, kith_buf_bytes(&buf), &record),
        KITH_OK);
    assert_int_equal(record.n_fields, KITH_FIELDS_MAX);
    assert_int_equal(kith_buf_add(&buf, "\x52\x04\x08\x09\x18\x00", 6),
                     KITH_OK);
    assert_int_equal(
        kith_record_decode(frame_arena, kith_buf_bytes(&buf), &record),
        KITH_MALFORMED);
    record = (struct kith_record){
        .kind = 4, .fields = fields, .n_fields = KITH_FIELDS_MAX + 1};
    assert_int_equal(kith_record_encode(&record, &buf), KITH_LIMIT);
    kith_buf_clear(&buf);
}

static void test_decode_failure_leaves_the_record_alone(void **state)
{
    struct kith_record record = {.kind = 77};

    (void)state;
    assert_int_equal(
        kith_record_decode(frame_arena,
                           kith_bytes_of("\x08\x04\x52\x02\x08\x01"), &record),
        KITH_MALFORMED);
    assert_int_equal(record.kind, 77);
}

static void test_decode_newer_label_kind_and_date_are_kept(void **state)
{
    /* kind 37, label 9, field 1: when of kind 9 */
    static const uint8_t bytes[] = {8, 37, 0x28, 9, 0x52, 6,
                                    8, 1,  0x2a, 2, 8,    9};
    struct kith_record record;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(
        kith_record_decode(frame_arena,
                           (struct kith_bytes){bytes, sizeof(bytes)}, &record),
        KITH_OK);
    assert_int_equal(record.label, 9);
    assert_int_equal(record.fields[0].when.kind, 9);
    assert_int_equal(kith_record_encode(&record, &buf), KITH_OK);
    assert_int_equal(buf.len, sizeof(bytes));
    assert_memory_equal(buf.data, bytes, sizeof(bytes));
    kith_buf_clear(&buf);
}

static void test_field_finds_the_first_of_a_list(void **state)
{
    struct kith_record record = full_record();

    (void)state;
    assert_ptr_equal(kith_record_field(&record, 3), &record.fields[2]);
    assert_ptr_equal(kith_record_field(&record, 65535), &record.fields[7]);
    assert_null(kith_record_field(&record, 7));
    assert_null(kith_record_field(&record, 0));
}

static void test_accessors_of_another_type_find_nothing(void **state)
{
    struct kith_record record = full_record();
    uint8_t two[2] = {9, 9};

    (void)state;
    assert_true(kith_bytes_is(kith_record_bytes(&record, 3), "text"));
    assert_int_equal(kith_record_bytes(&record, 2).len, 0);
    assert_int_equal(kith_record_value(&record, 2, 77), 5);
    assert_int_equal(kith_record_value(&record, 3, 77), 77);
    assert_int_equal(kith_record_value(&record, 99, 77), 77);
    assert_int_equal(kith_record_octets(&record, 1, two, 1), KITH_NOT_FOUND);
    assert_int_equal(kith_record_octets(&record, 99, two, 2), KITH_NOT_FOUND);
    assert_int_equal(two[0], 9);
    assert_int_equal(kith_record_octets(&record, 1, two, 2), KITH_OK);
    assert_memory_equal(two, "ab", 2);
}

static void test_build_sorts_and_keeps_the_order_of_lists(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record = {.kind = 4};
    char text[] = "third";

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_number(&builder, 9, 1);
    kith_build_text(&builder, 3, kith_bytes_of(text));
    kith_build_number(&builder, 9, 2);
    kith_build_choice(&builder, 1, 7);
    kith_build_number(&builder, 9, 3);
    kith_build_octets(&builder, 2, "ab", 2);
    kith_build_when(&builder, 4, &(struct kith_when){.kind = KITH_WHEN_PASSED});
    memset(text, 'x', sizeof(text) - 1); /* the builder has its own copy */
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(record.n_fields, 7);
    for (size_t i = 0; i < 7; i++) {
        static const uint32_t order[] = {1, 2, 3, 4, 9, 9, 9};

        assert_int_equal(record.fields[i].number, order[i]);
    }
    assert_true(kith_bytes_is(kith_record_bytes(&record, 3), "third"));
    for (int64_t i = 0; i < 3; i++)
        assert_int_equal(record.fields[4 + i].value, i + 1);
}

static void test_build_holds_the_most_fields_and_no_more(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record = {.kind = 4};

    (void)state;
    kith_build_start(&builder, frame_arena);
    for (int64_t i = 0; i < KITH_FIELDS_MAX; i++)
        kith_build_number(&builder, 1, i);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(record.n_fields, KITH_FIELDS_MAX);
    for (int64_t i = 0; i < KITH_FIELDS_MAX; i++)
        assert_int_equal(record.fields[i].value, i);
    kith_build_number(&builder, 1, 0);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_LIMIT);
}

static void test_build_first_failure_sticks(void **state)
{
    struct kith_arena *small = NULL;
    struct kith_record_builder builder;
    struct kith_record record = {.kind = 4};

    (void)state;
    assert_int_equal(kith_arena_new(16, &small), KITH_OK);
    kith_build_start(&builder, small);
    kith_build_number(&builder, 1, 1);
    kith_build_number(&builder, 2, 2);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_NOMEM);
    assert_null(record.fields);
    kith_arena_destroy(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_decode_gives_the_record_back),
        cmocka_unit_test(test_encode_empty_record_is_its_kind),
        cmocka_unit_test(test_encode_refuses_what_no_partner_would_take),
        cmocka_unit_test(test_encode_fields_out_of_order_are_invalid),
        cmocka_unit_test(test_decode_fields_out_of_order_are_malformed),
        cmocka_unit_test(
            test_decode_more_fields_than_a_record_has_is_malformed),
        cmocka_unit_test(test_decode_failure_leaves_the_record_alone),
        cmocka_unit_test(test_decode_newer_label_kind_and_date_are_kept),
        cmocka_unit_test(test_field_finds_the_first_of_a_list),
        cmocka_unit_test(test_accessors_of_another_type_find_nothing),
        cmocka_unit_test(test_build_sorts_and_keeps_the_order_of_lists),
        cmocka_unit_test(test_build_holds_the_most_fields_and_no_more),
        cmocka_unit_test(test_build_first_failure_sticks),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
