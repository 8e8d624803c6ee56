/* test_kinds - every table of kinds is whole, and look-ups find what it says.
 *
 * The tests walk all tables there are, so a new one is held to the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/ids.h"
#include "kith/kinds.h"

/* Calls VISIT for every field of every kind. */
static void each_field(void (*visit)(const struct kith_kind_info *kind,
                                     const struct kith_field_info *field))
{
    for (size_t k = 0; k < kith_kind_count(); k++) {
        const struct kith_kind_info *kind = kith_kind_at(k);

        for (size_t i = 0; i < kind->n_fields; i++)
            visit(kind, &kind->fields[i]);
    }
}

static bool is_snake(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") ==
               strlen(name);
}

static bool is_help(const char *help)
{
    return help != NULL && help[0] != '\0' && strchr(help, '\n') == NULL &&
           help[strlen(help) - 1] != '.';
}

static void test_kinds_ascend_and_bear_distinct_names(void **state)
{
    uint32_t last = 0;

    (void)state;
    assert_true(kith_kind_count() > 0);
    for (size_t k = 0; k < kith_kind_count(); k++) {
        const struct kith_kind_info *kind = kith_kind_at(k);

        assert_true(kind->kind > last);
        last = kind->kind;
        assert_true(is_snake(kind->name));
        assert_true(is_help(kind->help));
        assert_true(kind->n_fields > 0);
        assert_ptr_equal(kith_kind_info(kind->kind), kind);
        assert_ptr_equal(kith_kind_by_name(kind->name), kind);
    }
    assert_null(kith_kind_at(kith_kind_count()));
}

static void test_kinds_stand_in_the_range_of_their_family(void **state)
{
    static const uint32_t ranges[][2] = {
        [KITH_FAMILY_BUSINESS] = {1, 99},
        [KITH_FAMILY_RELATION] = {100, 199},
        [KITH_FAMILY_DUTY] = {200, 299},
        [KITH_FAMILY_LOCAL] = {1000, UINT32_MAX},
    };

    (void)state;
    for (size_t k = 0; k < kith_kind_count(); k++) {
        const struct kith_kind_info *kind = kith_kind_at(k);

        assert_in_range(kind->family, KITH_FAMILY_BUSINESS, KITH_FAMILY_LOCAL);
        assert_true(kind->kind >= ranges[kind->family][0]);
        assert_true(kind->kind <= ranges[kind->family][1]);
    }
}

static void test_fields_ascend_and_bear_distinct_names(void **state)
{
    (void)state;
    for (size_t k = 0; k < kith_kind_count(); k++) {
        const struct kith_kind_info *kind = kith_kind_at(k);
        uint32_t last = 0;

        for (size_t i = 0; i < kind->n_fields; i++) {
            const struct kith_field_info *field = &kind->fields[i];

            if (field->number <= last || field->number > UINT16_MAX ||
                !is_snake(field->name) || !is_help(field->help))
                fail_msg("%s: field %u", kind->name, field->number);
            last = field->number;
            assert_ptr_equal(kith_field_info(kind, field->number), field);
            assert_ptr_equal(kith_field_by_name(kind, field->name), field);
        }
    }
}

static void check_length(const struct kith_kind_info *kind,
                         const struct kith_field_info *field)
{
    bool good = true;

    switch (field->type) {
    case KITH_FIELD_TEXT:
    case KITH_FIELD_NAME:
    case KITH_FIELD_OCTETS:
        good = field->max_len > 0;
        break;
    case KITH_FIELD_REF:
        good = field->max_len == KITH_ID_LEN;
        break;
    case KITH_FIELD_COMPANY:
    case KITH_FIELD_DIGEST:
        good = field->max_len == 32;
        break;
    default:
        good = field->max_len == 0 && field->type <= KITH_FIELD_OCTETS;
        break;
    }
    if ((field->flags & KITH_F_EXACT) != 0 && field->type != KITH_FIELD_OCTETS)
        good = false;
    if (!good || field->type == 0)
        fail_msg("%s: %s has no sound length", kind->name, field->name);
}

static void test_fields_have_the_length_of_their_type(void **state)
{
    (void)state;
    each_field(check_length);
}

static void check_choices(const struct kith_kind_info *kind,
                          const struct kith_field_info *field)
{
    uint32_t last = 0;

    if ((field->type == KITH_FIELD_CHOICE) != (field->choices != NULL))
        fail_msg("%s: %s", kind->name, field->name);
    if (field->choices == NULL)
        return;
    for (size_t i = 0; field->choices[i].number != 0; i++) {
        const struct kith_choice *choice = &field->choices[i];

        if (choice->number <= last || !is_snake(choice->name))
            fail_msg("%s: %s %u", kind->name, field->name, choice->number);
        last = choice->number;
        assert_string_equal(kith_choice_name(field->choices, choice->number),
                            choice->name);
        assert_int_equal(
            kith_choice_number(field->choices, kith_bytes_of(choice->name)),
            choice->number);
    }
    assert_true(last > 0);
    assert_null(kith_choice_name(field->choices, last + 1));
    assert_null(kith_choice_name(field->choices, 0));
    assert_int_equal(kith_choice_number(field->choices, kith_bytes_of("")), 0);
}

static void test_choices_are_closed_and_found_both_ways(void **state)
{
    (void)state;
    each_field(check_choices);
}

static void check_reference(const struct kith_kind_info *kind,
                            const struct kith_field_info *field)
{
    if (field->ref_kind != 0 && (field->type != KITH_FIELD_REF ||
                                 kith_kind_info(field->ref_kind) == NULL))
        fail_msg("%s: %s points to no kind", kind->name, field->name);
}

static void test_references_point_to_kinds_there_are(void **state)
{
    (void)state;
    each_field(check_reference);
}

static void check_key(const struct kith_kind_info *kind,
                      const struct kith_field_info *field)
{
    unsigned both = KITH_F_KEY | KITH_F_LIST;

    if ((field->flags & both) == both)
        fail_msg("%s: a list cannot be a key", kind->name);
    if (kind->family == KITH_FAMILY_BUSINESS &&
        (field->flags & KITH_F_KEY) != 0 && (field->flags & KITH_F_HEAD) == 0)
        fail_msg("%s: a key is never hidden", kind->name);
}

static void test_keys_are_single_and_never_hidden(void **state)
{
    (void)state;
    each_field(check_key);
}

static void test_business_kinds_share_the_source_fields(void **state)
{
    (void)state;
    for (size_t k = 0; k < kith_kind_count(); k++) {
        const struct kith_kind_info *kind = kith_kind_at(k);

        if (kind->family != KITH_FAMILY_BUSINESS)
            continue;
        assert_string_equal(kith_field_info(kind, 900)->name, "source_format");
        assert_string_equal(kith_field_info(kind, 901)->name, "source_ref");
        assert_string_equal(kith_field_info(kind, 902)->name, "source_at");
        assert_string_equal(kith_field_info(kind, 903)->name, "source_place");
        assert_string_equal(kith_field_info(kind, 904)->name, "note");
    }
}

static void test_look_ups_of_what_is_not_find_nothing(void **state)
{
    const struct kith_kind_info *kind = kith_kind_info(KITH_KIND_MESSAGE);

    (void)state;
    assert_null(kith_kind_info(0));
    assert_null(kith_kind_info(99));
    assert_null(kith_kind_info(UINT32_MAX));
    assert_null(kith_kind_by_name("massage"));
    assert_null(kith_kind_by_name(""));
    assert_null(kith_field_info(kind, 0));
    assert_null(kith_field_info(kind, 899));
    assert_null(kith_field_by_name(kind, "txt"));
}

static void test_labels_rise_from_public_to_strictly_confidential(void **state)
{
    (void)state;
    assert_int_equal(kith_choice_number(kith_labels, kith_bytes_of("public")),
                     1);
    assert_string_equal(kith_choice_name(kith_labels, 4),
                        "strictly_confidential");
    assert_null(kith_choice_name(kith_labels, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_ascend_and_bear_distinct_names),
        cmocka_unit_test(test_kinds_stand_in_the_range_of_their_family),
        cmocka_unit_test(test_fields_ascend_and_bear_distinct_names),
        cmocka_unit_test(test_fields_have_the_length_of_their_type),
        cmocka_unit_test(test_choices_are_closed_and_found_both_ways),
        cmocka_unit_test(test_references_point_to_kinds_there_are),
        cmocka_unit_test(test_keys_are_single_and_never_hidden),
        cmocka_unit_test(test_business_kinds_share_the_source_fields),
        cmocka_unit_test(test_look_ups_of_what_is_not_find_nothing),
        cmocka_unit_test(test_labels_rise_from_public_to_strictly_confidential),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
