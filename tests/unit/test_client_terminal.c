/* test_client_terminal - what of a partner's text reaches a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "memory.h"
#include "terminal.h"

static struct kith_bytes bytes(const char *text)
{
    return kith_bytes_of(text);
}

static void expect_clean(const char *text, const char *wanted)
{
    struct kith_buf buf = {0};

    terminal_clean(bytes(text), false, &buf);
    assert_string_equal(buffer_string(&buf), wanted);
    kith_buf_clear(&buf);
}

static void test_clean_drops_colour_sequences(void **state)
{
    (void)state;
    expect_clean("a\033[31mred\033[0mb", "aredb");
    expect_clean("\033[2J\033[1;1Hhome", "home");
}

static void test_clean_drops_window_titles_and_links(void **state)
{
    (void)state;
    expect_clean("\033]0;title\007text", "text");
    expect_clean("\033]8;;http://x\033\\link\033]8;;\033\\", "link");
    expect_clean("\033Pdevice\033\\end", "end");
}

static void test_clean_unended_sequence_takes_nothing_with_it_but_itself(
    void **state)
{
    (void)state;
    expect_clean("a\033[", "a");
    expect_clean("a\033", "a");
    expect_clean("a\033]0;never ends", "a");
}

static void test_clean_drops_controls_and_c1(void **state)
{
    (void)state;
    expect_clean("a\001\b\r\177b", "ab");
    expect_clean("a\xC2\x9B"
                 "31mb",
                 "a31mb"); /* U+009B alone is a CSI on some terminals */
}

static void test_clean_drops_marks_of_direction(void **state)
{
    (void)state;
    expect_clean("user\xE2\x80\xAE"
                 "txt.exe",
                 "usertxt.exe"); /* U+202E */
    expect_clean("a\xE2\x81\xA6"
                 "b\xE2\x80\x8B"
                 "c",
                 "abc"); /* U+2066, U+200B */
}

static void test_clean_replaces_what_is_not_utf8(void **state)
{
    (void)state;
    expect_clean("a\xFF"
                 "b",
                 "a\xEF\xBF\xBD"
                 "b");
    expect_clean("\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD");
    expect_clean("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void test_clean_keeps_other_scripts(void **state)
{
    (void)state;
    expect_clean("Za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xE6\x97\xA5\xE6\x9C\xAC",
                 "Za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 \xE6\x97\xA5\xE6\x9C\xAC");
}

static void test_clean_lines_stay_only_when_asked(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    expect_clean("one\ntwo\tthree", "one two three");
    terminal_clean(bytes("one\ntwo"), true, &buf);
    assert_string_equal(buffer_string(&buf), "one\ntwo");
    kith_buf_clear(&buf);
}

static void test_width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(terminal_width("abc"), 3);
    assert_int_equal(terminal_width("\xC5\xBC\xC3\xB3"), 2);
    assert_int_equal(terminal_width("\xE6\x97\xA5\xE6\x9C\xAC"), 4);
}

static void test_fit_never_cuts_a_character(void **state)
{
    (void)state;
    assert_int_equal(terminal_fit("\xE6\x97\xA5\xE6\x9C\xAC", 3), 3);
    assert_int_equal(terminal_fit("abc", 2), 2);
    assert_int_equal(terminal_fit("abc", 9), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_drops_colour_sequences),
        cmocka_unit_test(test_clean_drops_window_titles_and_links),
        cmocka_unit_test(
            test_clean_unended_sequence_takes_nothing_with_it_but_itself),
        cmocka_unit_test(test_clean_drops_controls_and_c1),
        cmocka_unit_test(test_clean_drops_marks_of_direction),
        cmocka_unit_test(test_clean_replaces_what_is_not_utf8),
        cmocka_unit_test(test_clean_keeps_other_scripts),
        cmocka_unit_test(test_clean_lines_stay_only_when_asked),
        cmocka_unit_test(test_width_counts_columns_not_bytes),
        cmocka_unit_test(test_fit_never_cuts_a_character),
    };

    terminal_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
