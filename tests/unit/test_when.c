/* test_when - days, windows, weeks and words, as text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/record.h"

static struct kith_when parse(const char *text)
{
    struct kith_when when = {0};

    assert_int_equal(kith_when_parse(kith_bytes_of(text), &when), KITH_OK);
    return when;
}

static void assert_text(const struct kith_when *when, const char *text)
{
    struct kith_buf buf = {0};

    assert_int_equal(kith_when_text(when, &buf), KITH_OK);
    assert_true(kith_bytes_is(kith_buf_bytes(&buf), text));
    kith_buf_clear(&buf);
}

static void test_day_of_known_dates(void **state)
{
    static const struct {
        int year, month, day;
        int32_t count;
    } known[] = {
        {1970, 1, 1, 0},     {1969, 12, 31, -1},      {2000, 2, 29, 11016},
        {2000, 3, 1, 11017}, {1900, 3, 1, -25508},    {2026, 11, 23, 20780},
        {1, 1, 1, -719162},  {9999, 12, 31, 2932896}, {1600, 12, 31, -134775},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        int year, month, day;
        int32_t count = 1;

        assert_int_equal(kith_day_from_civil(known[i].year, known[i].month,
                                             known[i].day, &count),
                         KITH_OK);
        assert_int_equal(count, known[i].count);
        kith_day_to_civil(count, &year, &month, &day);
        assert_int_equal(year, known[i].year);
        assert_int_equal(month, known[i].month);
        assert_int_equal(day, known[i].day);
    }
}

static void test_day_every_one_comes_back(void **state)
{
    int last_day = 31, last_month = 12;

    (void)state;
    /* Every day from 1892 to 2110 follows the one before it. */
    for (int32_t count = -28490; count < 51500; count++) {
        int year, month, day;
        int32_t again;

        kith_day_to_civil(count, &year, &month, &day);
        assert_int_equal(kith_day_from_civil(year, month, day, &again),
                         KITH_OK);
        assert_int_equal(again, count);
        if (count > -28490)
            assert_true(day == last_day + 1 ||
                        (day == 1 && (month == last_month + 1 ||
                                      (month == 1 && last_month == 12))));
        last_day = day;
        last_month = month;
    }
}

static void test_day_that_is_not_is_invalid(void **state)
{
    static const int none[][3] = {{2023, 2, 29}, {1900, 2, 29}, {2024, 4, 31},
                                  {2024, 0, 1},  {2024, 13, 1}, {2024, 1, 0},
                                  {0, 1, 1},     {10000, 1, 1}, {2024, 1, 32}};

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        int32_t day = 7;

        assert_int_equal(
            kith_day_from_civil(none[i][0], none[i][1], none[i][2], &day),
            KITH_INVALID);
        assert_int_equal(day, 7);
    }
}

static void test_parse_date_window_and_words_come_back(void **state)
{
    static const char *const texts[] = {
        "2027-03-01",
        "2027-03-01..2027-04-15",
        "2027-03-01..2027-03-01",
        "unknown",
        "not_announced",
        "passed",
        "0001-01-01",
        "9999-12-31",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct kith_when when = parse(texts[i]);

        assert_text(&when, texts[i]);
    }
}

static void test_parse_month_is_its_window(void **state)
{
    struct kith_when when = parse("2028-02");

    (void)state;
    assert_int_equal(when.kind, KITH_WHEN_WINDOW);
    assert_text(&when, "2028-02-01..2028-02-29");
}

static void test_parse_week_is_monday_to_sunday(void **state)
{
    static const char *const weeks[][2] = {
        {"2027-W09", "2027-03-01..2027-03-07"},
        {"2026-W01", "2025-12-29..2026-01-04"},
        {"2026-W53", "2026-12-28..2027-01-03"},
        {"2021-W01", "2021-01-04..2021-01-10"},
        {"2020-W53", "2020-12-28..2021-01-03"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(weeks) / sizeof(weeks[0]); i++) {
        struct kith_when when = parse(weeks[i][0]);

        assert_int_equal(when.kind, KITH_WHEN_WINDOW);
        assert_text(&when, weeks[i][1]);
    }
}

static void test_parse_anything_else_is_invalid(void **state)
{
    static const char *const none[] = {
        "",
        "2027",
        "2027-3-1",
        "2027-02-30",
        "27-02-03",
        "2027-13",
        "2027-00",
        "2027-W00",
        "2027-W53",
        "2027-W9",
        "2027-w09",
        " 2027-03-01",
        "2027-03-01 ",
        "Unknown",
        "soon",
        "2027-03-01..2027-02-28",
        "2027-03-01...2027-04-01",
        "2027-03-01..",
        "2027-03-01T00:00",
        "2027-W1x",
        "-027-03-01",
        "2027/03/01",
        "0000-01-01",
        "9999-W01",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct kith_when when = {.from_day = 7};

        assert_int_equal(kith_when_parse(kith_bytes_of(none[i]), &when),
                         KITH_INVALID);
        assert_int_equal(when.from_day, 7);
    }
}

static void test_text_verbatim_is_its_own(void **state)
{
    struct kith_when when = {.kind = KITH_WHEN_VERBATIM,
                             .text = kith_bytes_of("Q3, if all goes well")};

    (void)state;
    assert_text(&when, "Q3, if all goes well");
}

static void test_text_of_no_date_is_invalid_and_adds_nothing(void **state)
{
    struct kith_when newer = {.kind = (enum kith_when_kind)9};
    struct kith_when turned = {
        .kind = KITH_WHEN_WINDOW, .from_day = 5, .to_day = 4};
    struct kith_buf buf = {0};

    (void)state;
    assert_int_equal(kith_when_text(&newer, &buf), KITH_INVALID);
    assert_int_equal(kith_when_text(&turned, &buf), KITH_INVALID);
    assert_int_equal(buf.len, 0);
    kith_buf_clear(&buf);
}

static void test_equal_sees_every_part(void **state)
{
    struct kith_when a = parse("2027-03-01..2027-04-15");
    struct kith_when b = a;

    (void)state;
    assert_true(kith_when_equal(&a, &b));
    b.to_day++;
    assert_false(kith_when_equal(&a, &b));
    b = a;
    b.from_day++;
    assert_false(kith_when_equal(&a, &b));
    b = a;
    b.kind = KITH_WHEN_DATE;
    assert_false(kith_when_equal(&a, &b));
    a = (struct kith_when){.kind = KITH_WHEN_VERBATIM,
                           .text = kith_bytes_of("soon")};
    b = a;
    b.text = kith_bytes_of("late");
    assert_false(kith_when_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_day_of_known_dates),
        cmocka_unit_test(test_day_every_one_comes_back),
        cmocka_unit_test(test_day_that_is_not_is_invalid),
        cmocka_unit_test(test_parse_date_window_and_words_come_back),
        cmocka_unit_test(test_parse_month_is_its_window),
        cmocka_unit_test(test_parse_week_is_monday_to_sunday),
        cmocka_unit_test(test_parse_anything_else_is_invalid),
        cmocka_unit_test(test_text_verbatim_is_its_own),
        cmocka_unit_test(test_text_of_no_date_is_invalid_and_adds_nothing),
        cmocka_unit_test(test_equal_sees_every_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
