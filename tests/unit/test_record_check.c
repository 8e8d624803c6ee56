/* test_record_check - records held against the table of their kind.
 *
 * Rules between fields: test_record_rules.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/record.h"

static const uint8_t some_id[KITH_ID_LEN] = {1};

/* A builder that holds a good message. */
static struct kith_record_builder good_message(void)
{
    struct kith_record_builder builder;

    kith_arena_reset(frame_arena);
    kith_build_start(&builder, frame_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, some_id, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_RISK);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("late\nparts"));
    return builder;
}

static struct kith_record finish(struct kith_record_builder *builder,
                                 uint32_t kind)
{
    struct kith_record record = {
        .kind = kind, .id = {{9}}, .revision = 1, .label = KITH_LABEL_INTERNAL};

    assert_int_equal(kith_build_finish(builder, &record), KITH_OK);
    return record;
}

/* Checks what BUILDER holds; a refusal must name CODE. */
static void assert_check(struct kith_record_builder *builder, uint32_t kind,
                         enum kith_status status, const char *code)
{
    struct kith_record record = finish(builder, kind);
    struct kith_error err = {0};

    assert_int_equal(kith_record_check(&record, true, &err), status);
    assert_string_equal(err.code, code);
    assert_int_equal(err.status, status);
}

static void test_check_good_message_is_ok(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    kith_build_when(&builder, KITH_MESSAGE_DUE,
                    &(struct kith_when){.kind = KITH_WHEN_DATE});
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_OK, "");
}

static void test_check_unknown_kind_is_not_understood(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    assert_check(&builder, 37, KITH_NOT_UNDERSTOOD, "kind_unknown");
}

static void test_check_unknown_field_is_not_understood(void **state)
{
    static const uint32_t numbers[] = {40, 899, 905, 65535};

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct kith_record_builder builder = good_message();

        kith_build_number(&builder, numbers[i], 1);
        assert_check(&builder, KITH_KIND_MESSAGE, KITH_NOT_UNDERSTOOD,
                     "field_unknown");
    }
}

static void test_check_unknown_choice_is_not_understood(void **state)
{
    struct kith_record_builder builder;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, some_id, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, 40);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("text"));
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_NOT_UNDERSTOOD,
                 "field_unknown");
}

static void test_check_unknown_date_and_label_are_not_understood(void **state)
{
    struct kith_record_builder builder = good_message();
    struct kith_record record;

    (void)state;
    record = finish(&builder, KITH_KIND_MESSAGE);
    record.label = (enum kith_label)5;
    assert_int_equal(kith_record_check(&record, true, NULL),
                     KITH_NOT_UNDERSTOOD);
    kith_build_when(&builder, KITH_MESSAGE_DUE,
                    &(struct kith_when){.kind = (enum kith_when_kind)7});
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_NOT_UNDERSTOOD,
                 "field_unknown");
}

static void test_check_fault_outweighs_what_is_newer(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    kith_build_number(&builder, 40, 1);
    kith_build_text(&builder, KITH_SOURCE_REF, kith_bytes_of("two\nlines"));
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_INVALID, "field_lines");
}

static void test_check_missing_must_is_named(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record;
    struct kith_error err = {0};

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, some_id, KITH_ID_LEN);
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("text"));
    record = finish(&builder, KITH_KIND_MESSAGE);
    assert_int_equal(kith_record_check(&record, true, &err), KITH_INVALID);
    assert_string_equal(err.code, "field_missing");
    assert_string_equal(err.what, "message: type is missing");
}

/* A grant may hide any field that is not told with the record itself. */
static void test_check_hidden_must_is_missed_by_its_owner_only(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_octets(&builder, KITH_MESSAGE_ABOUT, some_id, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_ASK);
    record = finish(&builder, KITH_KIND_MESSAGE);
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_OK);
    assert_int_equal(kith_record_check(&record, false, NULL), KITH_INVALID);
}

static void test_check_empty_must_is_invalid(void **state)
{
    struct kith_record_builder builder;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of(""));
    assert_check(&builder, KITH_KIND_PROJECT, KITH_INVALID, "field_empty");
}

static void test_check_single_field_twice_is_invalid(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    kith_build_text(&builder, KITH_MESSAGE_TEXT, kith_bytes_of("more"));
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_INVALID, "field_repeated");
}

static void test_check_wrong_type_is_invalid(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    kith_build_number(&builder, KITH_MESSAGE_DUE, 20000);
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_INVALID, "field_type");
}

static void test_check_day_is_a_date_only(void **state)
{
    struct kith_record_builder builder = good_message();

    (void)state;
    kith_build_when(&builder, KITH_MESSAGE_DUE,
                    &(struct kith_when){.kind = KITH_WHEN_UNKNOWN});
    assert_check(&builder, KITH_KIND_MESSAGE, KITH_INVALID, "field_type");
}

static void test_check_reference_is_16_bytes(void **state)
{
    struct kith_record_builder builder;
    uint8_t longer[KITH_ID_LEN + 1] = {1};

    (void)state;
    for (size_t len = 0; len <= sizeof(longer); len++) {
        kith_build_start(&builder, frame_arena);
        kith_build_octets(&builder, KITH_ANSWER_TO, longer, len);
        kith_build_choice(&builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
        assert_check(&builder, KITH_KIND_ANSWER,
                     len == KITH_ID_LEN ? KITH_OK : KITH_INVALID,
                     len == KITH_ID_LEN  ? ""
                     : len < KITH_ID_LEN ? "field_type"
                                         : "field_too_long");
    }
}

static void test_check_path_for_a_reference_is_for_us_only(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_text(&builder, KITH_ANSWER_TO, kith_bytes_of("acme:lumen/g1"));
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
    record = finish(&builder, KITH_KIND_ANSWER);
    assert_int_equal(kith_record_check(&record, false, NULL), KITH_OK);
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
}

static void test_check_length_ends_at_the_bound(void **state)
{
    char long_name[KITH_NAME_MAX + 1];

    (void)state;
    memset(long_name, 'n', sizeof(long_name));
    for (size_t over = 0; over < 2; over++) {
        struct kith_record_builder builder;

        kith_build_start(&builder, frame_arena);
        kith_build_text(
            &builder, KITH_PROJECT_NAME,
            (struct kith_bytes){(const void *)long_name, KITH_NAME_MAX + over});
        assert_check(&builder, KITH_KIND_PROJECT,
                     over == 0 ? KITH_OK : KITH_INVALID,
                     over == 0 ? "" : "field_too_long");
    }
}

static void test_check_flag_is_0_or_1(void **state)
{
    for (int64_t value = -1; value <= 2; value++) {
        struct kith_record_builder builder;
        bool good = value == 0 || value == 1;

        (void)state;
        kith_build_start(&builder, frame_arena);
        kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("buyer"));
        kith_build_number(&builder, KITH_PERSON_LEFT, value);
        assert_check(&builder, KITH_KIND_PERSON, good ? KITH_OK : KITH_INVALID,
                     good ? "" : "field_type");
    }
}

static void test_check_business_record_without_head_is_invalid(void **state)
{
    struct kith_record_builder builder = good_message();
    struct kith_record good = finish(&builder, KITH_KIND_MESSAGE);
    struct kith_record record = good;

    (void)state;
    record.label = KITH_LABEL_NONE;
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
    assert_int_equal(kith_record_check(&record, false, NULL), KITH_OK);
    record = good;
    record.revision = 0;
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
    record = good;
    record.id = (struct kith_id){0};
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
}

static void test_check_person_without_id_is_invalid(void **state)
{
    struct kith_record_builder builder;
    struct kith_record record;

    (void)state;
    kith_build_start(&builder, frame_arena);
    kith_build_text(&builder, KITH_PERSON_ROLE, kith_bytes_of("buyer"));
    record = finish(&builder, KITH_KIND_PERSON);
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_OK);
    record.id = (struct kith_id){0};
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
}

static void test_check_partner_cannot_say_the_owner(void **state)
{
    struct kith_record_builder builder = good_message();
    struct kith_record record = finish(&builder, KITH_KIND_MESSAGE);

    (void)state;
    record.owner.b[31] = 1;
    assert_int_equal(kith_record_check(&record, true, NULL), KITH_INVALID);
    assert_int_equal(kith_record_check(&record, false, NULL), KITH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_good_message_is_ok),
        cmocka_unit_test(test_check_unknown_kind_is_not_understood),
        cmocka_unit_test(test_check_unknown_field_is_not_understood),
        cmocka_unit_test(test_check_unknown_choice_is_not_understood),
        cmocka_unit_test(test_check_unknown_date_and_label_are_not_understood),
        cmocka_unit_test(test_check_fault_outweighs_what_is_newer),
        cmocka_unit_test(test_check_missing_must_is_named),
        cmocka_unit_test(test_check_hidden_must_is_missed_by_its_owner_only),
        cmocka_unit_test(test_check_empty_must_is_invalid),
        cmocka_unit_test(test_check_single_field_twice_is_invalid),
        cmocka_unit_test(test_check_wrong_type_is_invalid),
        cmocka_unit_test(test_check_day_is_a_date_only),
        cmocka_unit_test(test_check_reference_is_16_bytes),
        cmocka_unit_test(test_check_path_for_a_reference_is_for_us_only),
        cmocka_unit_test(test_check_length_ends_at_the_bound),
        cmocka_unit_test(test_check_flag_is_0_or_1),
        cmocka_unit_test(test_check_business_record_without_head_is_invalid),
        cmocka_unit_test(test_check_person_without_id_is_invalid),
        cmocka_unit_test(test_check_partner_cannot_say_the_owner),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
