/* test_bytes - borrowed bytes, the growable buffer, the arena, errors. */
#include "vectors.h"

#include <stdio.h>
#include <string.h>

#include "kith/bytes.h"
#include "kith/error.h"

static void test_bytes_is_compares_whole_text(void **state)
{
    (void)state;
    assert_true(kith_bytes_is(kith_bytes_of("acme"), "acme"));
    assert_false(kith_bytes_is(kith_bytes_of("acm"), "acme"));
    assert_false(kith_bytes_is(kith_bytes_of("acme "), "acme"));
    assert_true(kith_bytes_is((struct kith_bytes){NULL, 0}, ""));
}

static void test_utf8_takes_shortest_forms_only(void **state)
{
    static const char *const good[] = {"",
                                       "a",
                                       "\xc3\xb6",
                                       "\xe2\x80\x94",
                                       "\xf0\x9f\x98\x80",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xed\x9f\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xe2\x80",
                                      "\xed\xa0\x80",
                                      "\xff",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "a\xc3("};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(kith_bytes_is_utf8(kith_bytes_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(kith_bytes_is_utf8(kith_bytes_of(bad[i])));
    assert_false(
        kith_bytes_is_utf8((struct kith_bytes){(const uint8_t *)"a\0b", 3}));
}

static void test_buf_grows_and_keeps_content(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(kith_buf_add(&buf, "0123456789", 10), KITH_OK);
    assert_int_equal(buf.len, 10000);
    assert_memory_equal(buf.data + 9990, "0123456789", 10);
    kith_buf_clear(&buf);
    assert_null(buf.data);
    assert_int_equal(kith_buf_add(&buf, "x", 1), KITH_OK);
    kith_buf_clear(&buf);
}

static void test_buf_refuses_length_that_overflows(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    assert_int_equal(kith_buf_add(&buf, "x", 1), KITH_OK);
    assert_int_equal(kith_buf_reserve(&buf, SIZE_MAX), KITH_NOMEM);
    assert_int_equal(kith_buf_reserve(&buf, SIZE_MAX - 1), KITH_NOMEM);
    assert_int_equal(buf.len, 1);
    kith_buf_clear(&buf);
}

static void test_arena_stops_at_its_ceiling(void **state)
{
    struct kith_arena *arena = NULL;
    size_t got = 0;

    (void)state;
    assert_int_equal(kith_arena_new(100000, &arena), KITH_OK);
    while (kith_arena_alloc(arena, 1000) != NULL)
        got++;
    assert_in_range(got, 80, 100);
    assert_null(kith_arena_alloc(arena, SIZE_MAX));
    assert_null(kith_arena_alloc(arena, 200000));
    kith_arena_reset(arena);
    assert_non_null(kith_arena_alloc(arena, 1000));
    kith_arena_destroy(&arena);
    assert_null(arena);
    kith_arena_destroy(&arena);
}

static void test_arena_memory_is_zeroed_after_reset(void **state)
{
    struct kith_arena *arena = NULL;
    uint8_t *p = NULL;

    (void)state;
    assert_int_equal(kith_arena_new(100000, &arena), KITH_OK);
    p = kith_arena_alloc(arena, 64);
    memset(p, 0xaa, 64);
    kith_arena_reset(arena);
    p = kith_arena_alloc(arena, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(p[i], 0);
    assert_int_equal((uintptr_t)kith_arena_alloc(arena, 1) % 16, 0);
    assert_int_equal((uintptr_t)kith_arena_alloc(arena, 1) % 16, 0);
    kith_arena_destroy(&arena);
}

static void test_arena_large_first_wish_is_given_back(void **state)
{
    struct kith_arena *arena = NULL;

    (void)state;
    assert_int_equal(kith_arena_new(100000, &arena), KITH_OK);
    assert_non_null(kith_arena_alloc(arena, 90000));
    kith_arena_reset(arena);
    assert_non_null(kith_arena_alloc(arena, 100));
    assert_non_null(kith_arena_alloc(arena, 80000));
    kith_arena_destroy(&arena);
}

static void test_arena_copy_ends_in_nul(void **state)
{
    struct kith_arena *arena = NULL;
    struct kith_bytes copy;

    (void)state;
    assert_int_equal(kith_arena_new(1000, &arena), KITH_OK);
    copy = kith_arena_copy(arena, kith_bytes_of("lumen"));
    assert_int_equal(copy.len, 5);
    assert_string_equal((const char *)copy.data, "lumen");
    copy = kith_arena_copy(arena, (struct kith_bytes){copy.data, SIZE_MAX});
    assert_null(copy.data);
    kith_arena_destroy(&arena);
}

static void test_fail_keeps_the_first_error(void **state)
{
    struct kith_error err = {.status = KITH_OK};

    (void)state;
    assert_int_equal(kith_fail(&err, KITH_DENIED, "nda_missing", "kith nda",
                               "no agreement with %s", "acme"),
                     KITH_DENIED);
    assert_int_equal(kith_fail(&err, KITH_IO, "disk", NULL, "later"), KITH_IO);
    assert_int_equal(err.status, KITH_DENIED);
    assert_string_equal(err.code, "nda_missing");
    assert_string_equal(err.next, "kith nda");
    assert_string_equal(err.what, "no agreement with acme");
    kith_error_clear(&err);
    assert_int_equal(err.status, KITH_OK);
    assert_int_equal(kith_fail(NULL, KITH_IO, "disk", NULL, "x"), KITH_IO);
}

/* Whatever the place of the cut, no half character is left at the end. */
static void test_fail_cuts_between_characters(void **state)
{
    static const char *const fill[] = {"\xc3\xb6", "\xe2\x80\x94",
                                       "\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t shift = 0; shift < 4; shift++) {
            struct kith_error err = {.status = KITH_OK};
            char text[2000] = "";
            enum kith_status status;

            memset(text, 'x', shift);
            while (strlen(text) < 1900)
                strcat(text, fill[i]);
            status = kith_fail(&err, KITH_IO, "c", NULL, "%s", text);
            assert_int_equal(status, KITH_IO);
            assert_true(kith_bytes_is_utf8(kith_bytes_of(err.what)));
            assert_true(strlen(err.what) > KITH_ERROR_WHAT_MAX - 5);
        }
    }
}

static void test_only_ok_exits_with_0(void **state)
{
    (void)state;
    assert_int_equal(kith_status_exit(KITH_OK), 0);
    for (int a = KITH_OK + 1; a <= KITH_STATUS_COUNT; a++)
        assert_int_not_equal(kith_status_exit((enum kith_status)a), 0);
}

static void test_every_status_has_its_own_name(void **state)
{
    (void)state;
    for (int a = 0; a < KITH_STATUS_COUNT; a++) {
        const char *name = kith_status_name((enum kith_status)a);

        assert_string_not_equal(name, "UNKNOWN");
        for (int b = 0; b < a; b++)
            assert_string_not_equal(name,
                                    kith_status_name((enum kith_status)b));
    }
    assert_string_equal(kith_status_name(KITH_STATUS_COUNT), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_is_compares_whole_text),
        cmocka_unit_test(test_utf8_takes_shortest_forms_only),
        cmocka_unit_test(test_buf_grows_and_keeps_content),
        cmocka_unit_test(test_buf_refuses_length_that_overflows),
        cmocka_unit_test(test_arena_stops_at_its_ceiling),
        cmocka_unit_test(test_arena_memory_is_zeroed_after_reset),
        cmocka_unit_test(test_arena_large_first_wish_is_given_back),
        cmocka_unit_test(test_arena_copy_ends_in_nul),
        cmocka_unit_test(test_fail_keeps_the_first_error),
        cmocka_unit_test(test_fail_cuts_between_characters),
        cmocka_unit_test(test_every_status_has_its_own_name),
        cmocka_unit_test(test_only_ok_exits_with_0),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
