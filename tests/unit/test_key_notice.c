/* key_notice - a receipt key counts in the log that its notice names, whatever
 * number the log has in which the notice stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/body.h"
#include "kith/kinds.h"
#include "rules/key_notice.h"
#include "rules/keyring.h"
#include "rules/verdict.h"
#include "rules_share.h"

/* A notice that the OEM's key of USE is good from size 3 to 5 of log NUMBER, for its
 * own log OWN; into BYTES. */
static void make_notice(struct world *world, enum kith_link_key_use use,
                        uint32_t number, uint32_t own, struct kith_buf *bytes)
{
    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);
    struct keyring_row row = {.use = use,
                              .ours = true,
                              .log_number = number,
                              .key = act->company->receipt.pk,
                              .from = 3,
                              .to = 5,
                              .compromised = true};
    struct kith_record record;

    link.out.number = own;
    assert_int_equal(key_notice_record(act, &link, &row, &record), KITH_OK);
    assert_int_equal(kith_record_value(&record, KITH_KEY_NOTICE_LOG_NUMBER, 0),
                     use == KITH_LINK_KEY_USE_RECEIPT && number != own ? number
                                                                       : 0);
    assert_int_equal(kith_record_encode(&record, bytes), KITH_OK);
    world_abort(&world->oem);
}

/* How the EMS, whose own log is number 3, takes a notice. */
struct taking {
    uint32_t number, own; /* the notice is of log NUMBER, in log OWN */
    uint64_t held_from;   /* the EMS knew the key from this size; 0: not */
    int64_t forged;       /* put in the place of the number that is signed; 0:
                             nothing */
};

static void forge_number(struct kith_record *record, int64_t number)
{
    for (size_t i = 0; i < record->n_fields; i++) {
        struct kith_field *field = (struct kith_field *)&record->fields[i];

        if (field->number == KITH_KEY_NOTICE_LOG_NUMBER)
            field->value = number;
    }
}

/* Returns the code of its verdict; *ret_row: what it keeps for that log. */
static uint16_t take_notice(struct world *world, const struct taking *taking,
                            struct keyring_row *ret_row)
{
    struct kith_body body = {.entry_class = KITH_CLASS_RELATION};
    struct store_entry row = {.code = 0};
    struct apply_entry entry = {.row = &row};
    struct keyring_row held = {.use = KITH_LINK_KEY_USE_RECEIPT,
                               .log_number = taking->number,
                               .key = world->oem.company.receipt.pk,
                               .from = taking->held_from,
                               .to = UINT64_MAX};
    struct kith_buf bytes = {0};
    struct store_link link;
    struct act *act;

    make_notice(world, held.use, taking->number, taking->own, &bytes);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    link.out.number = 3;
    link.in.number = taking->own;
    if (taking->held_from != 0)
        assert_int_equal(keyring_put(act, link.number, &held), KITH_OK);
    assert_int_equal(
        kith_record_decode(act->arena, kith_buf_bytes(&bytes), &body.record),
        KITH_OK);
    if (taking->forged != 0)
        forge_number(&body.record, taking->forged);
    assert_int_equal(key_notice_take(act, &link, &body, &entry), KITH_OK);
    *ret_row = held;
    if (row.code == 0)
        assert_int_equal(keyring_find(act, link.number, ret_row), KITH_OK);
    world_abort(&world->ems);
    kith_buf_clear(&bytes);
    return row.code;
}

static void test_a_receipt_key_ends_in_the_log_that_is_named(void **state)
{
    struct world *world = *state;
    struct keyring_row row;

    for (uint32_t own = 1; own <= 4; own++) {
        for (uint32_t number = 1; number <= 3; number++) {
            const struct taking taking = {.number = number, .own = own};

            assert_int_equal(take_notice(world, &taking, &row), 0);
            assert_int_equal(row.from, 3);
            assert_int_equal(row.to, 5);
            assert_true(row.compromised);
        }
    }
}

static void test_a_key_is_good_from_the_least_size_it_was_told_from(
    void **state)
{
    static const uint64_t held[] = {1, 3, 4};
    struct keyring_row row;

    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
        const struct taking taking = {
            .number = 1, .own = 2, .held_from = held[i]};

        assert_int_equal(take_notice(*state, &taking, &row), 0);
        assert_int_equal(row.from, held[i] < 3 ? held[i] : 3);
    }
}

static void test_the_number_is_signed(void **state)
{
    const struct taking taking = {.number = 1, .own = 2, .forged = 3};
    struct keyring_row row;

    assert_int_equal(take_notice(*state, &taking, &row), APPLY_KEY);
}

static void test_a_log_that_we_do_not_have_is_refused(void **state)
{
    static const uint32_t numbers[] = {0, 4};
    struct keyring_row row;

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        const struct taking taking = {.number = numbers[i], .own = 1};

        assert_int_equal(take_notice(*state, &taking, &row), APPLY_KEY);
    }
}

static void test_a_log_key_is_of_the_log_it_stands_in(void **state)
{
    struct kith_buf bytes = {0};

    make_notice(*state, KITH_LINK_KEY_USE_LOG, 2, 1, &bytes);
    kith_buf_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_a_receipt_key_ends_in_the_log_that_is_named, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_a_key_is_good_from_the_least_size_it_was_told_from, share_up,
            world_down),
        cmocka_unit_test_setup_teardown(test_the_number_is_signed, share_up,
                                        world_down),
        cmocka_unit_test_setup_teardown(
            test_a_log_that_we_do_not_have_is_refused, share_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_a_log_key_is_of_the_log_it_stands_in, share_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
