/* test_net_backoff - waits grow, are spread, and stay within their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/backoff.h"

static void test_bound_doubles_up_to_the_longest(void **state)
{
    static const uint32_t bounds[] = {50, 100, 200, 400, 500, 500, 500};
    struct backoff backoff;

    (void)state;
    backoff_init(&backoff, 50, 500);
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
        assert_int_equal(backoff_take(&backoff, UINT32_MAX), bounds[i]);
}

static void test_half_of_each_wait_is_drawn(void **state)
{
    struct backoff backoff;

    (void)state;
    backoff_init(&backoff, 1000, 60000);
    assert_int_equal(backoff_take(&backoff, 0), 500);
    assert_int_equal(backoff_take(&backoff, 1u << 31), 1500);
    assert_int_equal(backoff_take(&backoff, UINT32_MAX), 4000);
}

static void test_reset_begins_anew(void **state)
{
    struct backoff backoff;

    (void)state;
    backoff_init(&backoff, 1000, 60000);
    for (int i = 0; i < 10; i++)
        (void)backoff_take(&backoff, 7);
    backoff_reset(&backoff);
    assert_int_equal(backoff_take(&backoff, UINT32_MAX), 1000);
}

static void test_extremes_do_not_overflow(void **state)
{
    struct backoff backoff;

    (void)state;
    backoff_init(&backoff, 1, UINT32_MAX);
    for (int i = 0; i < 40; i++)
        assert_true(backoff_take(&backoff, UINT32_MAX) >= 1);
    assert_int_equal(backoff_take(&backoff, UINT32_MAX), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bound_doubles_up_to_the_longest),
        cmocka_unit_test(test_half_of_each_wait_is_drawn),
        cmocka_unit_test(test_reset_begins_anew),
        cmocka_unit_test(test_extremes_do_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
