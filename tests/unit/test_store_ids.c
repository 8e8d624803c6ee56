/* Ids that are brought along: those that came lately and those that have moved
 * into the index, over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/recent.h"
#include "store_fixture.h"

static enum kith_status add_item(struct store_fixture *f, uint32_t owner,
                                 uint64_t number)
{
    struct store_head head = {.ref.owner = owner,
                              .ref.project = 3,
                              .id = store_fixture_id(number),
                              .revision = number};

    return store_head_add(f->txn, &head);
}

/* Every id of 1..N of OWNER leads to its head, and no other. */
static void expect_items(struct store_fixture *f, uint32_t owner, uint64_t n)
{
    struct kith_id id = store_fixture_id(n + 1);
    struct store_head found;

    assert_int_equal(store_head_by_id(f->txn, owner, &id, &found),
                     KITH_NOT_FOUND);
    for (uint64_t i = 1; i <= n; i++) {
        id = store_fixture_id(i);
        assert_int_equal(store_head_by_id(f->txn, owner, &id, &found), KITH_OK);
        assert_int_equal(found.revision, i);
        assert_int_equal(found.ref.owner, owner);
        assert_int_equal(found.ref.project, 3);
    }
}

static void test_ids_lead_to_heads_before_and_after_they_move(void **state)
{
    struct store_fixture *f = *state;
    const uint64_t n = RECENT_MAX + RECENT_MAX / 2;

    for (uint64_t i = 1; i <= n; i++) {
        assert_int_equal(add_item(f, 1, i), KITH_OK);
        if (i % 1000 == 0)
            store_fixture_next(f);
    }
    expect_items(f, 1, n);
    store_fixture_reopen(f);
    expect_items(f, 1, n);
    for (uint64_t i = 1; i <= n; i += 500) {
        assert_int_equal(add_item(f, 1, i), KITH_CONFLICT);
        assert_int_equal(add_item(f, 2, i), KITH_OK);
    }
}

static void test_more_ids_than_are_kept_come_in_one_transaction(void **state)
{
    struct store_fixture *f = *state;
    const uint64_t n = RECENT_MAX + 100;

    for (uint64_t i = 1; i <= n; i++)
        assert_int_equal(add_item(f, 1, i), KITH_OK);
    expect_items(f, 1, n);
    store_fixture_reopen(f);
    expect_items(f, 1, n);
}

static void test_ids_of_an_aborted_transaction_are_free_again(void **state)
{
    struct store_fixture *f = *state;

    assert_int_equal(add_item(f, 1, 1), KITH_OK);
    store_fixture_next(f);
    assert_int_equal(add_item(f, 1, 2), KITH_OK);
    assert_int_equal(add_item(f, 1, 1), KITH_CONFLICT);
    store_abort(&f->txn);
    store_fixture_next(f);
    expect_items(f, 1, 1);
    assert_int_equal(add_item(f, 1, 2), KITH_OK);
    store_fixture_reopen(f);
    expect_items(f, 1, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_ids_lead_to_heads_before_and_after_they_move),
        STORE_TEST(test_more_ids_than_are_kept_come_in_one_transaction),
        STORE_TEST(test_ids_of_an_aborted_transaction_are_free_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
