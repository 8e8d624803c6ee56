/* test_control - requests and answers of the control socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/control.h"
#include "kith/limits.h"
#include "pb.h"

static struct kith_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    return kith_arena_new(KITH_ARENA_CONTROL_MAX, &arena) == KITH_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    kith_arena_destroy(&arena);
    return 0;
}

static const struct kith_field number_field = {
    .number = 1, .type = KITH_VALUE_NUMBER, .value = -7};

static void test_request_comes_back_whole(void **state)
{
    struct kith_record records[2] = {
        {.kind = 4, .fields = &number_field, .n_fields = 1}, {.kind = 5}};
    struct kith_control_request request = {.request_id = {{1, 2}},
                                           .verb = 21,
                                           .as_person = kith_bytes_of("ann"),
                                           .dry_run = true,
                                           .records = records,
                                           .n_records = 2};
    struct kith_control_request again;
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_OK);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &again),
        KITH_OK);
    assert_true(kith_id_equal(&again.request_id, &request.request_id));
    assert_int_equal(again.verb, 21);
    assert_true(kith_bytes_is(again.as_person, "ann"));
    assert_true(again.dry_run);
    assert_int_equal(again.n_records, 2);
    assert_int_equal(kith_record_value(&again.records[0], 1, 0), -7);
    assert_int_equal(again.records[1].kind, 5);
    kith_buf_clear(&buf);
}

static void test_answer_carries_the_error_for_a_person(void **state)
{
    struct kith_record row = {.kind = 1200};
    struct kith_control_answer answer = {
        .request_id = {{3}}, .more = true, .records = &row, .n_records = 1};
    struct kith_control_answer again;
    struct kith_buf buf = {0};

    (void)state;
    (void)kith_fail(&answer.error, KITH_DENIED, "nda_missing",
                    "kith nda propose acme", "no agreement with %s", "acme");
    assert_int_equal(kith_control_answer_encode(&answer, &buf), KITH_OK);
    assert_int_equal(
        kith_control_answer_decode(arena, kith_buf_bytes(&buf), &again),
        KITH_OK);
    assert_true(kith_id_equal(&again.request_id, &answer.request_id));
    assert_int_equal(again.error.status, KITH_DENIED);
    assert_string_equal(again.error.code, "nda_missing");
    assert_string_equal(again.error.what, "no agreement with acme");
    assert_string_equal(again.error.next, "kith nda propose acme");
    assert_true(again.more);
    assert_false(again.warnings);
    assert_int_equal(again.n_records, 1);
    assert_int_equal(again.records[0].kind, 1200);
    kith_buf_clear(&buf);
}

static void test_answer_of_every_status_comes_back(void **state)
{
    (void)state;
    for (int status = 0; status < KITH_STATUS_COUNT; status++) {
        struct kith_control_answer answer = {
            .error = {.status = (enum kith_status)status}, .warnings = true};
        struct kith_control_answer again;
        struct kith_buf buf = {0};

        assert_int_equal(kith_control_answer_encode(&answer, &buf), KITH_OK);
        assert_int_equal(
            kith_control_answer_decode(arena, kith_buf_bytes(&buf), &again),
            KITH_OK);
        assert_int_equal(again.error.status, status);
        assert_true(again.warnings);
        kith_buf_clear(&buf);
    }
}

static void test_request_of_the_most_records_and_one_more(void **state)
{
    static struct kith_record records[KITH_CONTROL_RECORDS_MAX + 1];
    struct kith_control_request request = {
        .records = records, .n_records = KITH_CONTROL_RECORDS_MAX};
    struct kith_control_request again;
    struct kith_buf buf = {0};

    (void)state;
    for (size_t i = 0; i <= KITH_CONTROL_RECORDS_MAX; i++)
        records[i] = (struct kith_record){
            .kind = 4, .fields = &number_field, .n_fields = 1};
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_OK);
    kith_arena_reset(arena);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &again),
        KITH_OK);
    assert_int_equal(again.n_records, KITH_CONTROL_RECORDS_MAX);
    pb_raw(&buf, "\x2a\x02\x08\x04", 4); /* one more record, by hand */
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &again),
        KITH_MALFORMED);
    request.n_records++;
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_LIMIT);
    kith_buf_clear(&buf);
}

static void test_request_longer_than_a_frame_is_limit(void **state)
{
    static char text[KITH_TEXT_MAX + 1];
    static struct kith_record records[300];
    struct kith_field field = {.number = 3, .type = KITH_VALUE_TEXT};
    struct kith_control_request request = {.records = records,
                                           .n_records = 300};
    struct kith_buf buf = {0};

    (void)state;
    memset(text, 't', KITH_TEXT_MAX);
    field.bytes = kith_bytes_of(text);
    for (size_t i = 0; i < 300; i++)
        records[i] =
            (struct kith_record){.kind = 4, .fields = &field, .n_fields = 1};
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
}

static void test_request_with_a_bad_record_is_not_sent(void **state)
{
    struct kith_record record = {.kind = 0};
    struct kith_control_request request = {.records = &record, .n_records = 1};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_INVALID);
    request.n_records = 0;
    request.as_person = kith_bytes_of("\xff");
    assert_int_equal(kith_control_request_encode(&request, &buf), KITH_INVALID);
    assert_int_equal(buf.len, 0);
}

static void test_decode_short_request_id_is_malformed(void **state)
{
    struct kith_control_request request;
    struct kith_control_answer answer;
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 1, "fifteen letters", 15);
    pb_number(&buf, 2, 1);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &request),
        KITH_MALFORMED);
    assert_int_equal(
        kith_control_answer_decode(arena, kith_buf_bytes(&buf), &answer),
        KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_decode_bad_record_inside_is_malformed(void **state)
{
    struct kith_control_request request = {.verb = 77};
    struct kith_buf buf = {0};
    struct kith_buf record = {0};

    (void)state;
    pb_bytes(&buf, 1, "sixteen letters!", 16);
    pb_number(&buf, 2, 1);
    pb_number(&record, 1, 0); /* no kind */
    pb_message(&buf, 5, &record);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &request),
        KITH_MALFORMED);
    assert_int_equal(request.verb, 77);
    kith_buf_clear(&buf);
}

static void test_decode_error_text_that_is_too_long_is_malformed(void **state)
{
    static const struct {
        uint32_t field;
        size_t size;
    } texts[] = {{3, KITH_ERROR_CODE_MAX},
                 {4, KITH_ERROR_WHAT_MAX},
                 {5, KITH_ERROR_NEXT_MAX}};
    static char text[KITH_ERROR_WHAT_MAX];

    (void)state;
    memset(text, 't', sizeof(text));
    for (size_t i = 0; i < 3; i++) {
        for (size_t over = 0; over < 2; over++) {
            struct kith_control_answer answer;
            struct kith_buf buf = {0};

            pb_bytes(&buf, 1, "sixteen letters!", 16);
            pb_number(&buf, 2, 3);
            pb_bytes(&buf, texts[i].field, text, texts[i].size - 1 + over);
            assert_int_equal(kith_control_answer_decode(
                                 arena, kith_buf_bytes(&buf), &answer),
                             over == 0 ? KITH_OK : KITH_MALFORMED);
            kith_buf_clear(&buf);
        }
    }
}

static void test_decode_unknown_field_is_malformed(void **state)
{
    struct kith_control_request request;
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 1, "sixteen letters!", 16);
    pb_number(&buf, 2, 1);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &request),
        KITH_OK);
    pb_number(&buf, 6, 1);
    assert_int_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &request),
        KITH_MALFORMED);
    kith_buf_clear(&buf);
}

/* The costliest request of its length stays within the arena or is refused
 * for it; either way it ends. */
static void test_decode_hostile_request_is_bounded(void **state)
{
    struct kith_control_request request;
    struct kith_buf buf = {0};

    (void)state;
    pb_bytes(&buf, 1, "sixteen letters!", 16);
    pb_number(&buf, 2, 1);
    for (size_t r = 0; r < KITH_CONTROL_RECORDS_MAX; r++) {
        struct kith_buf record = {0};

        pb_number(&record, 1, 4);
        for (size_t f = 0; f < KITH_FIELDS_MAX; f++)
            pb_raw(&record, "\x52\x04\x08\x01\x18\x00", 6);
        pb_message(&buf, 5, &record);
    }
    assert_true(buf.len < KITH_CONTROL_MAX);
    kith_arena_reset(arena);
    assert_int_not_equal(
        kith_control_request_decode(arena, kith_buf_bytes(&buf), &request),
        KITH_OK);
    kith_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_comes_back_whole),
        cmocka_unit_test(test_answer_carries_the_error_for_a_person),
        cmocka_unit_test(test_answer_of_every_status_comes_back),
        cmocka_unit_test(test_request_of_the_most_records_and_one_more),
        cmocka_unit_test(test_request_longer_than_a_frame_is_limit),
        cmocka_unit_test(test_request_with_a_bad_record_is_not_sent),
        cmocka_unit_test(test_decode_short_request_id_is_malformed),
        cmocka_unit_test(test_decode_bad_record_inside_is_malformed),
        cmocka_unit_test(test_decode_error_text_that_is_too_long_is_malformed),
        cmocka_unit_test(test_decode_unknown_field_is_malformed),
        cmocka_unit_test(test_decode_hostile_request_is_bounded),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
