/* Heads, names, revisions and told rows, over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store_fixture.h"

static struct store_head add_head(struct store_fixture *f, uint32_t owner,
                                  uint64_t project, uint64_t id)
{
    struct store_head head = {0};

    head.ref.owner = owner;
    head.ref.project = project;
    head.id = store_fixture_id(id);
    head.kind = 3;
    head.label = KITH_LABEL_INTERNAL;
    head.changed_at = 1700000000 + (int64_t)id;
    assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
    return head;
}

static void test_head_comes_back_by_place_and_id(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, STORE_OWN, 7, 1), found = {0};
    struct kith_id other = store_fixture_id(2);

    head.revision = 9;
    head.parent = 77;
    head.log_number = 5;
    head.inactive = true;
    head.withdrawn = true;
    assert_int_equal(store_head_put(f->txn, &head), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_head_get(f->txn, &head.ref, &found), KITH_OK);
    assert_memory_equal(&found.id, &head.id, sizeof(head.id));
    assert_int_equal(found.revision, 9);
    assert_int_equal(found.parent, 77);
    assert_int_equal(found.log_number, 5);
    assert_int_equal(found.kind, 3);
    assert_int_equal(found.slot, head.slot);
    assert_int_equal(found.changed_at, 1700000001);
    assert_int_equal(found.label, KITH_LABEL_INTERNAL);
    assert_true(found.inactive);
    assert_true(found.withdrawn);
    memset(&found, 0, sizeof(found));
    assert_int_equal(store_head_by_id(f->txn, STORE_OWN, &head.id, &found),
                     KITH_OK);
    assert_int_equal(found.ref.record, head.ref.record);
    assert_int_equal(found.ref.project, 7);
    assert_int_equal(store_head_by_id(f->txn, 1, &head.id, &found),
                     KITH_NOT_FOUND);
    assert_int_equal(store_head_by_id(f->txn, STORE_OWN, &other, &found),
                     KITH_NOT_FOUND);
}

static void test_head_add_same_id_conflicts_and_changes_nothing(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, STORE_OWN, 0, 1), again = head;
    struct store_head next;

    assert_int_equal(store_head_add(f->txn, &again), KITH_CONFLICT);
    assert_int_equal(store_status(f->txn), KITH_OK);
    next = add_head(f, STORE_OWN, 0, 2);
    assert_int_equal(next.ref.record, head.ref.record + 1);
    assert_int_equal(next.slot, head.slot + 1);
    /* Another owner may bear the same id. */
    (void)add_head(f, 4, 0, 1);
}

static void test_head_next_walks_one_project_of_one_owner(void **state)
{
    struct store_fixture *f = *state;
    struct store_head a = add_head(f, STORE_OWN, 5, 1);
    struct store_head b = add_head(f, STORE_OWN, 6, 2);
    struct store_head c = add_head(f, STORE_OWN, 5, 3);
    struct store_head d = add_head(f, 1, 5, 4), found;

    assert_int_equal(store_head_next(f->txn, STORE_OWN, 5, 0, &found), KITH_OK);
    assert_int_equal(found.ref.record, a.ref.record);
    assert_int_equal(
        store_head_next(f->txn, STORE_OWN, 5, found.ref.record, &found),
        KITH_OK);
    assert_int_equal(found.ref.record, c.ref.record);
    assert_int_equal(
        store_head_next(f->txn, STORE_OWN, 5, found.ref.record, &found),
        KITH_NOT_FOUND);
    assert_int_equal(store_head_next(f->txn, STORE_OWN, 6, 0, &found), KITH_OK);
    assert_int_equal(found.ref.record, b.ref.record);
    assert_int_equal(store_head_next(f->txn, 1, 5, 0, &found), KITH_OK);
    assert_int_equal(found.ref.record, d.ref.record);
    assert_int_equal(store_head_next(f->txn, 1, 5, UINT64_MAX, &found),
                     KITH_NOT_FOUND);
}

static void test_name_leads_to_its_newest_record(void **state)
{
    struct store_fixture *f = *state;
    struct store_name name = {STORE_OWN, 2, 11, kith_bytes_of("g1")};
    struct store_name other = {STORE_OWN, 2, 12, kith_bytes_of("g1")};
    struct store_ref ref = {STORE_OWN, 3, 14}, found = {0};

    assert_int_equal(store_name_get(f->txn, &name, &found), KITH_NOT_FOUND);
    assert_int_equal(store_name_put(f->txn, &name, &ref), KITH_OK);
    ref.record = 15;
    assert_int_equal(store_name_put(f->txn, &name, &ref), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_name_get(f->txn, &name, &found), KITH_OK);
    assert_int_equal(found.record, 15);
    assert_int_equal(found.project, 3);
    assert_int_equal(store_name_get(f->txn, &other, &found), KITH_NOT_FOUND);
    assert_int_equal(store_name_drop(f->txn, &name), KITH_OK);
    assert_int_equal(store_name_get(f->txn, &name, &found), KITH_NOT_FOUND);
    assert_int_equal(store_name_drop(f->txn, &name), KITH_NOT_FOUND);
}

static void test_revisions_chain_from_newest_to_first(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, STORE_OWN, 0, 1);
    struct store_head other = add_head(f, STORE_OWN, 0, 2), found;
    struct kith_bytes text = {NULL, 0};
    uint64_t before = 99, first = 0;

    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of("one")),
                     KITH_OK);
    first = head.newest;
    assert_int_equal(store_revision_add(f->txn, &other, kith_bytes_of("other")),
                     KITH_OK);
    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of("two")),
                     KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_head_get(f->txn, &head.ref, &found), KITH_OK);
    assert_int_equal(found.newest, head.newest);
    assert_int_equal(
        store_revision_get(f->txn, &head, head.newest, f->arena, &text),
        KITH_OK);
    assert_true(kith_bytes_is(text, "two"));
    assert_int_equal(store_revision_before(f->txn, &head, head.newest, &before),
                     KITH_OK);
    assert_int_equal(before, first);
    assert_int_equal(store_revision_get(f->txn, &head, before, f->arena, &text),
                     KITH_OK);
    assert_true(kith_bytes_is(text, "one"));
    assert_int_equal(store_revision_before(f->txn, &head, first, &before),
                     KITH_OK);
    assert_int_equal(before, 0);
    assert_int_equal(
        store_revision_get(f->txn, &head, other.newest, f->arena, &text),
        KITH_NOT_FOUND);
    assert_int_equal(store_revision_get(f->txn, &head, 50, f->arena, &text),
                     KITH_NOT_FOUND);
}

static void test_told_is_found_by_record_and_by_item(void **state)
{
    struct store_fixture *f = *state;
    struct store_told told = {.ref = {STORE_OWN, 5, 8},
                              .item = store_fixture_id(3),
                              .item_revision = 1,
                              .revision = 4,
                              .grant = 2,
                              .log_number = 1,
                              .index = 9};
    struct store_told found = {0};
    struct kith_id old = told.item;
    uint64_t slot = 0;

    memset(told.view, 0x77, sizeof(told.view));
    assert_int_equal(store_told_put(f->txn, 1, &told), KITH_OK);
    slot = told.slot;
    assert_int_not_equal(slot, 0);
    told.item_revision = 2;
    told.withdrawn = true;
    assert_int_equal(store_told_put(f->txn, 1, &told), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_told_get(f->txn, 1, &told.ref, &found), KITH_OK);
    assert_int_equal(found.item_revision, 2);
    assert_int_equal(found.revision, 4);
    assert_int_equal(found.grant, 2);
    assert_int_equal(found.slot, slot);
    assert_int_equal(found.log_number, 1);
    assert_int_equal(found.index, 9);
    assert_true(found.withdrawn);
    assert_memory_equal(found.view, told.view, sizeof(told.view));
    assert_int_equal(store_told_by_item(f->txn, 1, &old, &found), KITH_OK);
    assert_int_equal(found.ref.record, 8);
    assert_int_equal(store_told_by_item(f->txn, 2, &old, &found),
                     KITH_NOT_FOUND);
    /* A narrower view is a new item: the old id leads nowhere. */
    told.item = store_fixture_id(4);
    assert_int_equal(store_told_put(f->txn, 1, &told), KITH_OK);
    assert_int_equal(store_told_by_item(f->txn, 1, &old, &found),
                     KITH_NOT_FOUND);
    assert_int_equal(store_told_by_item(f->txn, 1, &told.item, &found),
                     KITH_OK);
    assert_int_equal(store_told_next(f->txn, 1, 5, 0, &found), KITH_OK);
    assert_int_equal(found.ref.record, 8);
    assert_int_equal(store_told_next(f->txn, 1, 5, 8, &found), KITH_NOT_FOUND);
    assert_int_equal(store_told_next(f->txn, 1, 4, 0, &found), KITH_NOT_FOUND);
}

static void test_drawn_ids_lead_back_and_differ_by_link(void **state)
{
    enum {
        MANY = 300
    };
    struct store_fixture *f = *state;
    struct store_head heads[MANY], found;
    struct store_told told = {0}, other = {0}, seen;

    for (size_t i = 0; i < MANY; i++) {
        memset(&heads[i], 0, sizeof(heads[i]));
        heads[i].ref.project = i % 3;
        heads[i].kind = 3;
        assert_int_equal(store_head_add(f->txn, &heads[i]), KITH_OK);
        assert_int_equal(heads[i].id.b[6] >> 4, 4);
        assert_int_equal(heads[i].id.b[8] >> 6, 2);
    }
    found = heads[7];
    assert_int_equal(store_head_add(f->txn, &found), KITH_CONFLICT);
    store_fixture_reopen(f);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(
            store_head_by_id(f->txn, STORE_OWN, &heads[i].id, &found), KITH_OK);
        assert_int_equal(found.ref.record, heads[i].ref.record);
        assert_int_equal(found.ref.project, i % 3);
    }
    /* As an item of a partner it is some id: nothing known. */
    assert_int_equal(store_head_by_id(f->txn, 1, &heads[0].id, &found),
                     KITH_NOT_FOUND);
    told.ref = other.ref = heads[4].ref;
    assert_int_equal(store_told_draw(f->txn, 1, &told), KITH_OK);
    assert_int_not_equal(told.slot, 0);
    assert_int_equal(store_told_get(f->txn, 1, &told.ref, &seen),
                     KITH_NOT_FOUND);
    assert_int_equal(store_told_put(f->txn, 1, &told), KITH_OK);
    assert_int_equal(store_told_put(f->txn, 2, &other), KITH_OK);
    assert_false(kith_id_equal(&told.item, &other.item));
    assert_false(kith_id_equal(&told.item, &heads[4].id));
    store_fixture_reopen(f);
    assert_int_equal(store_told_by_item(f->txn, 1, &told.item, &seen), KITH_OK);
    assert_int_equal(seen.ref.record, heads[4].ref.record);
    assert_int_equal(store_told_by_item(f->txn, 2, &told.item, &seen),
                     KITH_NOT_FOUND);
    assert_int_equal(store_told_by_item(f->txn, 2, &other.item, &seen),
                     KITH_OK);
    /* A new item for the same record: the former id leads nowhere. */
    other = told;
    memset(&other.item, 0, sizeof(other.item));
    assert_int_equal(store_told_put(f->txn, 1, &other), KITH_OK);
    assert_false(kith_id_equal(&told.item, &other.item));
    assert_int_equal(store_told_by_item(f->txn, 1, &told.item, &seen),
                     KITH_NOT_FOUND);
    assert_int_equal(store_told_by_item(f->txn, 1, &other.item, &seen),
                     KITH_OK);
}

static void test_told_item_of_another_record_conflicts(void **state)
{
    struct store_fixture *f = *state;
    struct store_told a = {.ref = {STORE_OWN, 0, 1},
                           .item = store_fixture_id(1)};
    struct store_told b = {.ref = {STORE_OWN, 0, 2},
                           .item = store_fixture_id(1)};
    struct store_told seen;

    assert_int_equal(store_told_put(f->txn, 1, &a), KITH_OK);
    assert_int_equal(store_told_put(f->txn, 1, &b), KITH_CONFLICT);
    assert_int_equal(store_told_get(f->txn, 1, &b.ref, &seen), KITH_NOT_FOUND);
    assert_int_equal(store_told_put(f->txn, 2, &b), KITH_OK);
}

static void test_abort_takes_back_everything(void **state)
{
    struct store_fixture *f = *state;
    struct store_head kept = add_head(f, STORE_OWN, 0, 1), lost, found;
    struct store_name name = {STORE_OWN, 1, 0, kith_bytes_of("lumen")};
    struct store_ref ref = {0};

    assert_int_equal(store_name_put(f->txn, &name, &kept.ref), KITH_OK);
    store_fixture_reopen(f);
    lost = add_head(f, STORE_OWN, 0, 2);
    kept.revision = 5;
    assert_int_equal(store_head_put(f->txn, &kept), KITH_OK);
    assert_int_equal(store_name_drop(f->txn, &name), KITH_OK);
    assert_int_equal(store_name_put(f->txn, &name, &lost.ref), KITH_OK);
    assert_int_equal(store_revision_add(f->txn, &kept, kith_bytes_of("x")),
                     KITH_OK);
    store_abort(&f->txn);
    assert_null(f->txn);
    store_fixture_next(f);
    assert_int_equal(store_head_get(f->txn, &lost.ref, &found), KITH_NOT_FOUND);
    assert_int_equal(store_head_get(f->txn, &kept.ref, &found), KITH_OK);
    assert_int_equal(found.revision, 0);
    assert_int_equal(found.newest, 0);
    assert_int_equal(store_name_get(f->txn, &name, &ref), KITH_OK);
    assert_int_equal(ref.record, kept.ref.record);
    /* Counters go back too. */
    assert_int_equal(add_head(f, STORE_OWN, 0, 3).ref.record, lost.ref.record);
}

static void test_read_transaction_refuses_to_write(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, STORE_OWN, 0, 1), found;
    struct store_txn *txn = NULL, *second = NULL;

    assert_int_equal(store_commit(&f->txn), KITH_OK);
    assert_int_equal(store_begin(f->store, false, &txn), KITH_OK);
    assert_int_equal(store_begin(f->store, true, &second), KITH_BUSY);
    assert_int_equal(store_head_get(txn, &head.ref, &found), KITH_OK);
    assert_int_equal(store_head_put(txn, &head), KITH_INVALID);
    head.id = store_fixture_id(2);
    assert_int_equal(store_head_add(txn, &head), KITH_INVALID);
    assert_int_equal(store_commit(&txn), KITH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_head_comes_back_by_place_and_id),
        STORE_TEST(test_head_add_same_id_conflicts_and_changes_nothing),
        STORE_TEST(test_head_next_walks_one_project_of_one_owner),
        STORE_TEST(test_name_leads_to_its_newest_record),
        STORE_TEST(test_revisions_chain_from_newest_to_first),
        STORE_TEST(test_told_is_found_by_record_and_by_item),
        STORE_TEST(test_drawn_ids_lead_back_and_differ_by_link),
        STORE_TEST(test_told_item_of_another_record_conflicts),
        STORE_TEST(test_abort_takes_back_everything),
        STORE_TEST(test_read_transaction_refuses_to_write),
    };

    return cmocka_run_group_tests_name("store.records", tests, NULL, NULL);
}
