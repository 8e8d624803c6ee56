/* test_net_address - only numeric endpoints get through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/address.h"

static enum kith_status parse(const char *text, bool any_port)
{
    struct address address;

    return address_parse(kith_bytes_of(text), any_port, &address);
}

static void test_numeric_endpoints_are_taken(void **state)
{
    static const char *const good[] = {
        "tcp://1.2.3.4:5", "tcp://[::1]:65535", "tcp://0.0.0.0:7400",
        "tcp://[::ffff:10.0.0.1]:1", "tcp://[2001:db8::1]:7400"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_int_equal(parse(good[i], false), KITH_OK);
}

static void test_all_else_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "tcp://",
                                      "tcp://1.2.3.4",
                                      "tcp://1.2.3.4:",
                                      "1.2.3.4:5",
                                      "tcp://localhost:5",
                                      "tcp://kith.example.org:7400",
                                      "tcp://*:7400",
                                      "tcp://eth0:7400",
                                      "tcp://1.2.3.4:65536",
                                      "tcp://1.2.3.4:-1",
                                      "tcp://1.2.3.4:5x",
                                      "tcp://1.2.3.4: 5",
                                      "tcp://::1:5",
                                      "tcp://[::1]5",
                                      "tcp://[::1:5",
                                      "tcp://[]:5",
                                      "tcp://:5",
                                      "tcp://1.2.3:5",
                                      "tcp://9.9.9.9:1;1.2.3.4:5",
                                      "ipc:///tmp/x",
                                      "inproc://x",
                                      "tcp://[fe80::1%eth0]:5",
                                      "tcp://[1.2.3.4]:5"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(parse(bad[i], true), KITH_INVALID);
}

static void test_any_port_is_for_listening_only(void **state)
{
    (void)state;
    assert_int_equal(parse("tcp://127.0.0.1:0", true), KITH_OK);
    assert_int_equal(parse("tcp://127.0.0.1:0", false), KITH_INVALID);
    assert_int_equal(parse("tcp://[::1]:0", false), KITH_INVALID);
}

static void test_over_long_text_and_nul_are_refused(void **state)
{
    char text[KITH_CHILD_ADDRESS_MAX + 2];
    struct address address;
    struct kith_bytes bytes = {(const uint8_t *)text, sizeof(text) - 1};

    (void)state;
    memset(text, '1', sizeof(text));
    memcpy(text, "tcp://", 6);
    assert_int_equal(address_parse(bytes, true, &address), KITH_INVALID);
    bytes = kith_bytes_of("tcp://1.2.3.4:5");
    bytes.len++; /* with its NUL */
    assert_int_equal(address_parse(bytes, true, &address), KITH_INVALID);
}

static void test_families_and_routes_are_told_apart(void **state)
{
    struct address four, six;

    (void)state;
    assert_int_equal(
        address_parse(kith_bytes_of("tcp://127.0.0.1:9"), false, &four),
        KITH_OK);
    assert_int_equal(address_parse(kith_bytes_of("tcp://[::1]:9"), false, &six),
                     KITH_OK);
    assert_false(address_is_six(&four));
    assert_true(address_is_six(&six));
    assert_true(address_has_route(&four));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numeric_endpoints_are_taken),
        cmocka_unit_test(test_all_else_is_refused),
        cmocka_unit_test(test_any_port_is_for_listening_only),
        cmocka_unit_test(test_over_long_text_and_nul_are_refused),
        cmocka_unit_test(test_families_and_routes_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
