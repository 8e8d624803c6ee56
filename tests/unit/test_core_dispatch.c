/* test_core_dispatch - every verb has a handler, and says what it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/dispatch.h"
#include "kith/kinds.h"
#include "kith/verbs.h"

static void test_every_verb_has_a_handler(void **state)
{
    (void)state;
    for (uint32_t verb = 1; verb < KITH_VERB_COUNT; verb++) {
        if (dispatch_handler(verb) == NULL)
            fail_msg("verb %u has no handler", verb);
    }
}

static void test_no_handler_outside_the_table(void **state)
{
    (void)state;
    assert_null(dispatch_handler(0));
    assert_null(dispatch_handler(KITH_VERB_COUNT));
    assert_null(dispatch_handler(UINT32_MAX));
}

/* Two verbs with one handler would be a row copied and forgotten. */
static void test_handlers_are_all_different(void **state)
{
    (void)state;
    for (uint32_t a = 1; a < KITH_VERB_COUNT; a++) {
        for (uint32_t b = a + 1; b < KITH_VERB_COUNT; b++)
            assert_false(dispatch_handler(a) == dispatch_handler(b));
    }
}

static void test_kinds_that_verbs_name_exist(void **state)
{
    (void)state;
    for (uint32_t verb = 1; verb < KITH_VERB_COUNT; verb++) {
        const struct kith_verb_info *info = kith_verb_info(verb);

        assert_non_null(info);
        assert_int_equal(info->verb, verb);
        assert_true(info->role >= KITH_ROLE_READER &&
                    info->role <= KITH_ROLE_ADMIN);
        if (info->argument_kind != 0)
            assert_non_null(kith_kind_info(info->argument_kind));
        if (info->row_kind != 0)
            assert_non_null(kith_kind_info(info->row_kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_verb_has_a_handler),
        cmocka_unit_test(test_no_handler_outside_the_table),
        cmocka_unit_test(test_handlers_are_all_different),
        cmocka_unit_test(test_kinds_that_verbs_name_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
