/* test_net_allowed - the allow-list knows exactly the keys it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/be.h"
#include "net/allowed.h"

static struct kith_key key_number(uint32_t number)
{
    struct kith_key key = {{0}};

    kith_be_put32(key.b + 28, number);
    return key;
}

static int set_up(void **state)
{
    struct allowed *allowed = NULL;

    if (allowed_new(3, &allowed) != KITH_OK)
        return -1;
    *state = allowed;
    return 0;
}

static int tear_down(void **state)
{
    struct allowed *allowed = *state;

    allowed_destroy(&allowed);
    return 0;
}

static enum kith_status put(struct allowed *allowed, uint32_t partner,
                            uint32_t number)
{
    struct kith_key key = key_number(number);

    return allowed_put(allowed, partner, &key, NULL);
}

static uint32_t partner_of(struct allowed *allowed, uint32_t number)
{
    struct kith_key key = key_number(number);

    return allowed_partner(allowed, &key);
}

static void test_only_what_was_put_is_allowed(void **state)
{
    struct allowed *allowed = *state;
    struct kith_key key = key_number(11);

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(partner_of(allowed, 11), 1);
    assert_int_equal(partner_of(allowed, 12), 0);
    assert_int_equal(partner_of(allowed, 0), 0);
    assert_true(kith_key_equal(allowed_key(allowed, 1), &key));
    assert_null(allowed_key(allowed, 2));
}

static void test_a_replaced_key_is_not_allowed_any_more(void **state)
{
    struct allowed *allowed = *state;

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(put(allowed, 1, 12), KITH_OK);
    assert_int_equal(partner_of(allowed, 11), 0);
    assert_int_equal(partner_of(allowed, 12), 1);
}

static void test_the_former_key_is_let_in_until_it_is_left_out(void **state)
{
    struct allowed *allowed = *state;
    const struct kith_key newest = key_number(12), former = key_number(11);

    assert_int_equal(allowed_put(allowed, 1, &newest, &former), KITH_OK);
    assert_int_equal(partner_of(allowed, 11), 1);
    assert_int_equal(partner_of(allowed, 12), 1);
    assert_true(kith_key_equal(allowed_key(allowed, 1), &newest));
    assert_true(kith_key_equal(allowed_former(allowed, 1), &former));
    assert_int_equal(put(allowed, 2, 11), KITH_CONFLICT);
    assert_int_equal(put(allowed, 1, 12), KITH_OK);
    assert_int_equal(partner_of(allowed, 11), 0);
    assert_int_equal(partner_of(allowed, 12), 1);
    assert_null(allowed_former(allowed, 1));
    assert_int_equal(put(allowed, 2, 11), KITH_OK);
}

static void test_one_key_is_one_partner(void **state)
{
    struct allowed *allowed = *state;

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(put(allowed, 2, 11), KITH_CONFLICT);
    assert_int_equal(partner_of(allowed, 11), 1);
    assert_null(allowed_key(allowed, 2));
}

static void test_a_removed_partner_is_gone_both_ways(void **state)
{
    struct allowed *allowed = *state;

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    allowed_remove(allowed, 1);
    allowed_remove(allowed, 1);
    assert_int_equal(partner_of(allowed, 11), 0);
    assert_null(allowed_key(allowed, 1));
}

static void test_there_are_no_more_partners_than_set_up(void **state)
{
    struct allowed *allowed = *state;

    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(put(allowed, i, i), KITH_OK);
    assert_int_equal(put(allowed, 4, 4), KITH_LIMIT);
    assert_int_equal(put(allowed, 3, 5), KITH_OK);
}

static void test_handshakes_of_one_key_are_bounded_in_time(void **state)
{
    struct allowed *allowed = *state;

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(put(allowed, 2, 12), KITH_OK);
    for (int i = 0; i < KITH_HANDSHAKES_MAX; i++)
        assert_true(allowed_handshake(allowed, 1, 50000 + i));
    assert_int_equal(allowed_often(allowed), 0);
    assert_false(allowed_handshake(allowed, 1, 50200));
    assert_true(allowed_handshake(allowed, 2, 50200));
    assert_true(allowed_handshake(allowed, 1, 50000 + KITH_HANDSHAKES_MS));
    assert_false(allowed_handshake(allowed, 9, 50000));
}

static void test_who_comes_too_often_is_named_once_in_a_while(void **state)
{
    struct allowed *allowed = *state;
    int64_t now_ms = 50000;

    assert_int_equal(put(allowed, 1, 11), KITH_OK);
    assert_int_equal(put(allowed, 2, 12), KITH_OK);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < KITH_HANDSHAKES_MAX + 5; i++)
            (void)allowed_handshake(allowed, 2, now_ms);
        assert_int_equal(allowed_often(allowed), 2);
        assert_false(allowed_handshake(allowed, 2, now_ms + 1));
        assert_int_equal(allowed_often(allowed), 0);
        now_ms += KITH_HANDSHAKES_MS;
    }
    for (int i = 0; i < KITH_HANDSHAKES_MAX + 5; i++)
        (void)allowed_handshake(allowed, 1, now_ms);
    allowed_remove(allowed, 1);
    assert_int_equal(allowed_often(allowed), 0);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(test_only_what_was_put_is_allowed),
        HERE(test_a_replaced_key_is_not_allowed_any_more),
        HERE(test_the_former_key_is_let_in_until_it_is_left_out),
        HERE(test_one_key_is_one_partner),
        HERE(test_a_removed_partner_is_gone_both_ways),
        HERE(test_there_are_no_more_partners_than_set_up),
        HERE(test_handshakes_of_one_key_are_bounded_in_time),
        HERE(test_who_comes_too_often_is_named_once_in_a_while),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
