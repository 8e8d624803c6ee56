/* test_net_refused - strangers are counted and told of, in bounded room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "net/refused.h"

static struct refused refused;

static int set_up(void **state)
{
    (void)state;
    memset(&refused, 0, sizeof(refused));
    return 0;
}

static struct kith_key key_number(uint32_t number)
{
    struct kith_key key = {{0}};

    kith_be_put32(key.b, number);
    return key;
}

static void knock(uint32_t number, int64_t now_ms)
{
    struct kith_key key = key_number(number);

    refused_count(&refused, &key, "10.0.0.1", now_ms);
}

static void test_first_knock_is_reported_at_once(void **state)
{
    const struct refused_key *report = NULL;
    struct kith_key key = key_number(1);

    (void)state;
    assert_null(refused_report(&refused, 5000));
    knock(1, 5000);
    assert_int_equal(refused_due_ms(&refused), 5000);
    report = refused_report(&refused, 5000);
    assert_non_null(report);
    assert_true(kith_key_equal(&report->key, &key));
    assert_int_equal(report->count, 1);
    assert_string_equal(report->remote, "10.0.0.1");
    assert_null(refused_report(&refused, 5000));
    assert_true(refused_due_ms(&refused) == INT64_MAX);
}

static void test_further_knocks_are_one_report_a_second(void **state)
{
    const struct refused_key *report = NULL;

    (void)state;
    knock(1, 5000);
    assert_non_null(refused_report(&refused, 5000));
    for (int64_t now_ms = 5001; now_ms < 6000; now_ms++) {
        knock(1, now_ms);
        assert_null(refused_report(&refused, now_ms));
    }
    assert_int_equal(refused_due_ms(&refused), 6000);
    report = refused_report(&refused, 6000);
    assert_non_null(report);
    assert_int_equal(report->count, 1000);
}

static void test_the_key_quiet_longest_makes_room(void **state)
{
    const struct refused_key *report = NULL;
    struct kith_key quiet = key_number(7);

    (void)state;
    for (uint32_t i = 0; i < KITH_PENDING_MAX; i++)
        knock(i, 1000 + i);
    for (uint32_t i = 0; i < KITH_PENDING_MAX; i++)
        if (i != 7)
            knock(i, 5000 + i);
    knock(100000, 9000);
    assert_int_equal(refused.n_keys, KITH_PENDING_MAX);
    while ((report = refused_report(&refused, 9000)) != NULL)
        assert_false(kith_key_equal(&report->key, &quiet));
}

static void test_many_keys_take_no_more_room(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 10 * KITH_PENDING_MAX; i++)
        knock(i, i);
    assert_int_equal(refused.n_keys, KITH_PENDING_MAX);
}

static void test_a_key_that_is_allowed_is_forgotten(void **state)
{
    struct kith_key first = key_number(1);
    const struct refused_key *report = NULL;

    (void)state;
    knock(1, 1000);
    knock(2, 1000);
    refused_forget(&refused, &first);
    refused_forget(&refused, &first);
    report = refused_report(&refused, 1000);
    assert_non_null(report);
    assert_int_equal(report->key.b[3], 2);
    assert_null(refused_report(&refused, 1000));
}

static void test_count_and_address_stay_in_bounds(void **state)
{
    struct kith_key key = key_number(1);
    char remote[4 * REFUSED_REMOTE_SIZE];

    (void)state;
    memset(remote, 'x', sizeof(remote));
    remote[sizeof(remote) - 1] = '\0';
    refused_count(&refused, &key, remote, 1);
    assert_int_equal(strlen(refused.keys[0].remote), REFUSED_REMOTE_SIZE - 1);
    refused.keys[0].count = UINT32_MAX;
    refused_count(&refused, &key, remote, 2);
    assert_true(refused.keys[0].count == UINT32_MAX);
}

#define HERE(test) cmocka_unit_test_setup(test, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(test_first_knock_is_reported_at_once),
        HERE(test_further_knocks_are_one_report_a_second),
        HERE(test_the_key_quiet_longest_makes_room),
        HERE(test_many_keys_take_no_more_room),
        HERE(test_a_key_that_is_allowed_is_forgotten),
        HERE(test_count_and_address_stay_in_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
