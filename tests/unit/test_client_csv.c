/* test_client_csv - reading and writing of CSV cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/csv_file.h"
#include "kith/error.h"

static struct kith_arena *arena;
static struct kith_error error;

static int open_arena(void **state)
{
    (void)state;
    kith_error_clear(&error);
    return kith_arena_new(1 << 24, &arena) == KITH_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    kith_arena_destroy(&arena);
    return 0;
}

static struct csv_file parse_text(const char *text)
{
    struct csv_file file = {0};

    assert_int_equal(
        csv_file_read(arena, "test.csv", kith_bytes_of(text), &file, &error),
        KITH_OK);
    return file;
}

static void test_csv_rows_know_their_line_behind_quoted_ones(void **state)
{
    struct csv_file file =
        parse_text("\xEF\xBB\xBF"
                   "a,b\r\n\"one\ntwo\",x\r\n\"say \"\"hi\"\"\",y\n");

    (void)state;
    assert_int_equal(csv_file_column(&file, "a"), 0);
    assert_int_equal(file.n_rows, 3);
    assert_int_equal(file.rows[1].line, 2);
    assert_int_equal(file.rows[2].line, 4);
    assert_true(kith_bytes_is(file.rows[1].cells[0], "one\ntwo"));
    assert_true(kith_bytes_is(file.rows[2].cells[0], "say \"hi\""));
}

static void expect_bad_csv(const char *text, size_t len)
{
    struct csv_file file = {0};

    kith_error_clear(&error);
    assert_int_equal(
        csv_file_read(arena, "x",
                      (struct kith_bytes){(const uint8_t *)text, len}, &file,
                      &error),
        KITH_INVALID);
}

static void test_csv_refuses_what_is_no_table(void **state)
{
    (void)state;
    expect_bad_csv("", 0);
    expect_bad_csv("a,\"b\n", 5);
    expect_bad_csv("a\nb\xFF\n", 5);
    expect_bad_csv("a\n\"b\"c\n", 7);
}

static void round_trip(const char *value, const char *written)
{
    struct kith_buf buf = {0};
    struct csv_file file;

    assert_int_equal(kith_buf_add(&buf, "h\n", 2), KITH_OK);
    assert_int_equal(csv_cell_write(kith_bytes_of(value), &buf), KITH_OK);
    assert_int_equal(kith_buf_add(&buf, "\n", 2), KITH_OK);
    assert_non_null(strstr((char *)buf.data, written));
    file = parse_text((char *)buf.data);
    assert_true(kith_bytes_is(file.rows[1].cells[0], value));
    kith_buf_clear(&buf);
}

static void test_csv_formulas_are_tamed_and_come_back(void **state)
{
    (void)state;
    round_trip("=1+1", "\n'=1+1\n");
    round_trip("+48 22", "\n'+48 22\n");
    round_trip("-5", "\n'-5\n");
    round_trip("@cmd", "\n'@cmd\n");
    round_trip("'=1+1", "\n''=1+1\n");
    round_trip("'tis", "\n'tis\n");
    round_trip("a=b", "\na=b\n");
    round_trip("=\"x\",y", "\n\"'=\"\"x\"\",y\"\n");
}

static void test_csv_blanks_are_part_of_a_cell(void **state)
{
    (void)state;
    round_trip(" x ", "\n x \n");
}

#define CASE(test)                                                             \
    cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_csv_rows_know_their_line_behind_quoted_ones),
        CASE(test_csv_refuses_what_is_no_table),
        CASE(test_csv_formulas_are_tamed_and_come_back),
        CASE(test_csv_blanks_are_part_of_a_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
