/* State objects, values, audit log, requests, reads and destruction of slots,
 * over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "kith/tree.h"
#include "store_fixture.h"

enum {
    KIND = 1001,
    FIELD = 3
};

static uint64_t put_state(struct store_fixture *f, uint32_t kind,
                          const char *text)
{
    struct kith_record record = store_fixture_record(f, kind, text);
    uint64_t number = 0;

    assert_int_equal(store_state_put(f->txn, kind, &number, &record), KITH_OK);
    return number;
}

static void test_state_numbers_are_never_drawn_twice(void **state)
{
    struct store_fixture *f = *state;
    struct kith_record record = store_fixture_record(f, KIND, "new text");
    uint64_t number = 0;

    assert_int_equal(put_state(f, KIND, "a"), 1);
    assert_int_equal(put_state(f, KIND, "b"), 2);
    assert_int_equal(put_state(f, KIND + 1, "c"), 1);
    assert_int_equal(store_state_drop(f->txn, KIND, 2), KITH_OK);
    assert_int_equal(store_state_drop(f->txn, KIND, 2), KITH_NOT_FOUND);
    assert_int_equal(store_state_drop(f->txn, KIND, 0), KITH_NOT_FOUND);
    store_fixture_reopen(f);
    assert_int_equal(put_state(f, KIND, "d"), 3);
    number = 1;
    assert_int_equal(store_state_put(f->txn, KIND, &number, &record), KITH_OK);
    assert_int_equal(store_state_get(f->txn, KIND, 1, f->arena, &record),
                     KITH_OK);
    assert_true(kith_bytes_is(kith_record_bytes(&record, FIELD), "new text"));
    assert_int_equal(store_state_get(f->txn, KIND, 2, f->arena, &record),
                     KITH_NOT_FOUND);
    assert_int_equal(store_state_get(f->txn, KIND, 0, f->arena, &record),
                     KITH_NOT_FOUND);
}

static void test_state_next_walks_one_kind(void **state)
{
    struct store_fixture *f = *state;
    struct kith_record record;
    uint64_t number = 0;

    (void)put_state(f, KIND, "a");
    (void)put_state(f, KIND - 1, "before");
    (void)put_state(f, KIND, "b");
    (void)put_state(f, KIND + 1, "after");
    store_fixture_reopen(f);
    assert_int_equal(store_state_next(f->txn, KIND, &number, f->arena, &record),
                     KITH_OK);
    assert_int_equal(number, 1);
    assert_true(kith_bytes_is(kith_record_bytes(&record, FIELD), "a"));
    assert_int_equal(store_state_next(f->txn, KIND, &number, f->arena, &record),
                     KITH_OK);
    assert_int_equal(number, 2);
    assert_int_equal(record.kind, KIND);
    assert_int_equal(store_state_next(f->txn, KIND, &number, f->arena, &record),
                     KITH_NOT_FOUND);
    assert_int_equal(number, 2);
}

static void test_value_is_replaced_and_bounded(void **state)
{
    struct store_fixture *f = *state;
    static const uint8_t large[16 * 1024 + 1];
    struct kith_bytes value = {large, sizeof(large)};

    assert_int_equal(store_value_put(f->txn, 7, value), KITH_LIMIT);
    assert_int_equal(store_value_put(f->txn, 7, kith_bytes_of("one")), KITH_OK);
    assert_int_equal(store_value_put(f->txn, 7, kith_bytes_of("other")),
                     KITH_OK);
    value.len = 0;
    assert_int_equal(store_value_put(f->txn, 8, value), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_value_get(f->txn, 7, f->arena, &value), KITH_OK);
    assert_true(kith_bytes_is(value, "other"));
    assert_int_equal(store_value_get(f->txn, 8, f->arena, &value), KITH_OK);
    assert_int_equal(value.len, 0);
    assert_int_equal(store_value_get(f->txn, 9, f->arena, &value),
                     KITH_NOT_FOUND);
}

static void test_audit_head_is_that_of_the_last_commit(void **state)
{
    struct store_fixture *f = *state;
    struct kith_record record = store_fixture_record(f, KIND, "posted");
    struct kith_hash before, after;
    struct kith_tree tree;
    struct kith_buf encoded = {0};
    uint64_t size = 9;

    memset(&tree, 0, sizeof(tree));
    assert_int_equal(kith_record_encode(&record, &encoded), KITH_OK);
    for (int i = 0; i < 5; i++) {
        kith_tree_leaf_hash(encoded.data, encoded.len, &after);
        assert_int_equal(kith_tree_append(&tree, &after), KITH_OK);
        assert_int_equal(store_audit_append(f->txn, &record), KITH_OK);
    }
    kith_buf_clear(&encoded);
    assert_int_equal(store_audit_head(f->txn, &size, &before), KITH_OK);
    assert_int_equal(size, 0);
    assert_int_equal(store_audit_size(f->txn), 5);
    store_fixture_reopen(f);
    assert_int_equal(store_audit_append(f->txn, &record), KITH_OK);
    assert_int_equal(store_audit_head(f->txn, &size, &before), KITH_OK);
    assert_int_equal(size, 5);
    kith_tree_root(&tree, &after);
    assert_memory_equal(before.b, after.b, sizeof(after.b));
    assert_int_equal(store_audit_get(f->txn, 5, f->arena, &record), KITH_OK);
    assert_true(kith_bytes_is(kith_record_bytes(&record, FIELD), "posted"));
    assert_int_equal(store_audit_get(f->txn, 6, f->arena, &record),
                     KITH_NOT_FOUND);
    store_abort(&f->txn);
    store_fixture_next(f);
    assert_int_equal(store_audit_size(f->txn), 5);
}

static void test_requests_forget_the_oldest_beyond_ten_thousand(void **state)
{
    struct store_fixture *f = *state;
    struct kith_id id = store_fixture_id(0);
    struct kith_bytes answer = {NULL, 0};

    for (uint64_t i = 0; i < 10003; i++) {
        uint8_t text[8];
        struct kith_bytes bytes = {text, sizeof(text)};

        kith_be_put64(text, i);
        id = store_fixture_id(i);
        assert_int_equal(store_request_put(f->txn, &id, bytes), KITH_OK);
    }
    assert_int_equal(store_request_put(f->txn, &id, answer), KITH_CONFLICT);
    store_fixture_reopen(f);
    for (uint64_t i = 0; i < 10003; i++) {
        enum kith_status expected = i < 3 ? KITH_NOT_FOUND : KITH_OK;

        id = store_fixture_id(i);
        kith_arena_reset(f->arena);
        assert_int_equal(store_request_get(f->txn, &id, f->arena, &answer),
                         expected);
        if (expected == KITH_OK)
            assert_int_equal(kith_be_get64(answer.data), i);
    }
}

static void test_read_is_kept_by_person_and_item(void **state)
{
    struct store_fixture *f = *state;
    struct store_ref ref = {2, 0, 9}, other = {2, 0, 10};
    uint64_t revision = 99;

    assert_int_equal(store_read_put(f->txn, 1, &ref, 4, 1700000000), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_read_get(f->txn, 1, &ref, &revision), KITH_OK);
    assert_int_equal(revision, 4);
    assert_int_equal(store_read_get(f->txn, 2, &ref, &revision), KITH_OK);
    assert_int_equal(revision, 0);
    assert_int_equal(store_read_get(f->txn, 1, &other, &revision), KITH_OK);
    assert_int_equal(revision, 0);
}

static struct store_head add_text(struct store_fixture *f, uint64_t id)
{
    struct store_head head = {0};

    head.id = store_fixture_id(id);
    head.kind = 1;
    assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of("secret")),
                     KITH_OK);
    return head;
}

static void test_destroyed_slot_makes_texts_unreadable(void **state)
{
    struct store_fixture *f = *state;
    struct store_head gone = add_text(f, 1), kept = add_text(f, 2), found;
    struct store_log_id log = {1, STORE_OUT, 1};
    uint8_t header[KITH_ENTRY_HEADER_LEN] = {1}, body[512] = {2};
    struct store_entry entry = {0};
    struct kith_bytes text = {NULL, 0};
    uint64_t slots[3] = {gone.slot, 0, gone.slot};

    entry.header = (struct kith_bytes){header, sizeof(header)};
    entry.sealed = (struct kith_bytes){body, sizeof(body)};
    entry.has_ek = true;
    entry.slot = gone.slot;
    memset(entry.ek.b, 0x44, sizeof(entry.ek.b));
    assert_int_equal(store_entry_append(f->txn, &log, 0, &entry), KITH_OK);
    assert_int_equal(store_slots_destroy(f->store, slots, 1, NULL), KITH_BUSY);
    assert_int_equal(store_commit(&f->txn), KITH_OK);
    slots[1] = kept.slot + 1;
    assert_int_equal(store_slots_destroy(f->store, slots, 3, NULL),
                     KITH_INVALID);
    slots[1] = gone.slot;
    assert_int_equal(store_slots_destroy(f->store, slots, 3, &f->err), KITH_OK);
    assert_int_equal(store_slots_destroy(f->store, slots, 1, &f->err), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(
        store_revision_get(f->txn, &gone, gone.newest, f->arena, &text),
        KITH_UNREADABLE);
    assert_int_equal(store_status(f->txn), KITH_OK);
    assert_int_equal(
        store_revision_get(f->txn, &kept, kept.newest, f->arena, &text),
        KITH_OK);
    assert_true(kith_bytes_is(text, "secret"));
    /* Head and entry stay, the entry without its key. */
    assert_int_equal(store_head_get(f->txn, &gone.ref, &found), KITH_OK);
    assert_int_equal(store_entry_get(f->txn, &log, 0, f->arena, &entry),
                     KITH_OK);
    assert_false(entry.has_ek);
    assert_int_equal(entry.sealed.len, sizeof(body));
    assert_int_equal(entry.slot, gone.slot);
    /* Slots drawn afterwards are new ones. */
    assert_int_equal(add_text(f, 3).slot, kept.slot + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_state_numbers_are_never_drawn_twice),
        STORE_TEST(test_state_next_walks_one_kind),
        STORE_TEST(test_value_is_replaced_and_bounded),
        STORE_TEST(test_audit_head_is_that_of_the_last_commit),
        STORE_TEST(test_requests_forget_the_oldest_beyond_ten_thousand),
        STORE_TEST(test_read_is_kept_by_person_and_item),
        STORE_TEST(test_destroyed_slot_makes_texts_unreadable),
    };

    return cmocka_run_group_tests_name("store.state", tests, NULL, NULL);
}
