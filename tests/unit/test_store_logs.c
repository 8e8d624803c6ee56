/* Entries, tree nodes, notes and the queue, over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "store_fixture.h"

static struct kith_hash make_hash(uint64_t number)
{
    struct kith_hash hash;

    memset(hash.b, 0x33, sizeof(hash.b));
    kith_be_put64(hash.b, number);
    return hash;
}

/* Header of entry INDEX, for the tree only: no need to decode. */
static void fill_header(uint64_t index, uint8_t ret[KITH_ENTRY_HEADER_LEN])
{
    memset(ret, (int)(index % 251), KITH_ENTRY_HEADER_LEN);
    kith_be_put64(ret + 2, index);
}

static enum kith_status append(struct store_fixture *f,
                               const struct store_log_id *log, uint64_t index,
                               bool bring_leaf)
{
    uint8_t header[KITH_ENTRY_HEADER_LEN], body[600];
    struct kith_hash leaf;
    struct store_entry entry = {0};

    fill_header(index, header);
    memset(body, (int)(index % 7), sizeof(body));
    kith_tree_leaf_hash(header, sizeof(header), &leaf);
    entry.header = (struct kith_bytes){header, sizeof(header)};
    entry.sealed = (struct kith_bytes){body, 512 + index % 80};
    entry.has_ek = true;
    entry.ek = make_hash(index);
    entry.record = index + 1;
    entry.project = 4;
    entry.before = index;
    entry.at = 1700000000 + (int64_t)index;
    entry.verdict = STORE_PROCESSED;
    entry.code = (uint16_t)index;
    entry.leaf = bring_leaf ? &leaf : NULL;
    return store_entry_append(f->txn, log, index, &entry);
}

static void expect_entry(struct store_fixture *f,
                         const struct store_log_id *log, uint64_t index)
{
    uint8_t header[KITH_ENTRY_HEADER_LEN];
    struct kith_hash ek = make_hash(index);
    struct store_entry found = {0};

    fill_header(index, header);
    assert_int_equal(store_entry_get(f->txn, log, index, f->arena, &found),
                     KITH_OK);
    assert_int_equal(found.header.len, sizeof(header));
    assert_memory_equal(found.header.data, header, sizeof(header));
    assert_int_equal(found.sealed.len, 512 + index % 80);
    assert_int_equal(found.sealed.data[511], index % 7);
    assert_true(found.has_ek);
    assert_memory_equal(found.ek.b, ek.b, sizeof(ek.b));
    assert_int_equal(found.record, index + 1);
    assert_int_equal(found.project, 4);
    assert_int_equal(found.before, index);
    assert_int_equal(found.at, 1700000000 + (int64_t)index);
    assert_int_equal(found.code, (uint16_t)index);
    assert_int_not_equal(found.slot, 0);
}

static void test_entry_append_keeps_order_and_content(void **state)
{
    struct store_fixture *f = *state;
    struct store_log_id out = {1, STORE_OUT, 1}, in = {1, STORE_IN, 1};
    struct store_entry found;

    assert_int_equal(append(f, &out, 1, true), KITH_GAP);
    for (uint64_t i = 0; i < 10; i++) {
        assert_int_equal(append(f, &out, i, i % 2 == 0), KITH_OK);
        assert_int_equal(append(f, &in, i, i % 2 == 1), KITH_OK);
    }
    assert_int_equal(append(f, &out, 11, true), KITH_GAP);
    assert_int_equal(append(f, &out, 5, true), KITH_CONFLICT);
    store_fixture_reopen(f);
    assert_int_equal(append(f, &out, 10, true), KITH_OK);
    for (uint64_t i = 0; i < 11; i++)
        expect_entry(f, &out, i);
    assert_int_equal(store_entry_get(f->txn, &out, 11, f->arena, &found),
                     KITH_NOT_FOUND);
    out.number = 2;
    assert_int_equal(store_entry_get(f->txn, &out, 0, f->arena, &found),
                     KITH_NOT_FOUND);
}

static void test_entry_put_brings_the_body_later(void **state)
{
    struct store_fixture *f = *state;
    struct store_log_id log = {3, STORE_IN, 1};
    uint8_t header[KITH_ENTRY_HEADER_LEN], body[512] = {5};
    struct store_entry entry = {0}, found;

    fill_header(0, header);
    entry.header = (struct kith_bytes){header, sizeof(header)};
    entry.verdict = STORE_PENDING;
    assert_int_equal(store_entry_append(f->txn, &log, 0, &entry), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_entry_get(f->txn, &log, 0, f->arena, &found),
                     KITH_OK);
    assert_int_equal(found.verdict, STORE_PENDING);
    assert_int_equal(found.sealed.len, 0);
    assert_false(found.has_ek);
    assert_int_equal(found.slot, 0);
    entry.sealed = (struct kith_bytes){body, sizeof(body)};
    entry.has_ek = true;
    entry.ek = make_hash(77);
    entry.verdict = STORE_REJECTED;
    assert_int_equal(store_entry_put(f->txn, &log, 0, &entry), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_entry_get(f->txn, &log, 0, f->arena, &found),
                     KITH_OK);
    assert_int_equal(found.verdict, STORE_REJECTED);
    assert_int_equal(found.sealed.len, 512);
    assert_true(found.has_ek);
    assert_memory_equal(found.ek.b, entry.ek.b, 32);
    assert_int_not_equal(found.slot, 0);
    /* The header is a leaf: it may not change. */
    header[9] ^= 1;
    assert_int_equal(store_entry_put(f->txn, &log, 0, &entry), KITH_INVALID);
    assert_int_equal(store_entry_put(f->txn, &log, 1, &entry), KITH_NOT_FOUND);
}

static enum kith_status give_node(void *ctx, unsigned level, uint64_t index,
                                  struct kith_hash *ret_hash)
{
    struct store_fixture *f = ctx;
    struct store_log_id log = {1, STORE_OUT, 1};

    return store_tree_node(f->txn, &log, level, index, ret_hash);
}

static void test_tree_nodes_prove_every_size(void **state)
{
    struct store_fixture *f = *state;
    struct store_log_id log = {1, STORE_OUT, 1}, other = {2, STORE_OUT, 1};
    struct kith_tree_source source = {give_node, f};
    struct kith_tree mine, loaded;
    struct kith_hash a, b;

    memset(&mine, 0, sizeof(mine));
    for (uint64_t i = 0; i < 1100; i++) {
        uint8_t header[KITH_ENTRY_HEADER_LEN];
        struct kith_hash leaf;

        assert_int_equal(append(f, &log, i, i % 3 != 0), KITH_OK);
        if (i < 300)
            assert_int_equal(append(f, &other, i, true), KITH_OK);
        fill_header(i, header);
        kith_tree_leaf_hash(header, sizeof(header), &leaf);
        assert_int_equal(kith_tree_append(&mine, &leaf), KITH_OK);
        /* An abort and a reopening in the middle of a run. */
        if (i == 700)
            store_fixture_reopen(f);
        if (i == 800) {
            store_fixture_next(f);
            assert_int_equal(append(f, &log, 801, true), KITH_OK);
            store_abort(&f->txn);
            store_fixture_next(f);
        }
        if (i % 97 == 0 || i == 255 || i == 256 || i == 1023 || i == 1099) {
            assert_int_equal(kith_tree_load(&source, i + 1, &loaded), KITH_OK);
            kith_tree_root(&mine, &a);
            kith_tree_root(&loaded, &b);
            assert_memory_equal(a.b, b.b, sizeof(a.b));
        }
    }
    assert_int_equal(store_tree_node(f->txn, &log, 8, 4, &a), KITH_NOT_FOUND);
    assert_int_equal(store_tree_node(f->txn, &log, 63, 0, &a), KITH_INVALID);
}

static void test_note_of_one_size_stands_once(void **state)
{
    struct store_fixture *f = *state;
    struct store_log_id log = {1, STORE_OUT, 1}, other = {1, STORE_IN, 1};
    struct kith_bytes note = {NULL, 0};
    uint64_t size = 0;

    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT, 10,
                                    kith_bytes_of("ten")),
                     KITH_OK);
    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT, 20,
                                    kith_bytes_of("twenty")),
                     KITH_OK);
    assert_int_equal(store_note_put(f->txn, &log, STORE_RECEIPT, 10,
                                    kith_bytes_of("receipt")),
                     KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT, 10,
                                    kith_bytes_of("ten")),
                     KITH_OK);
    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT, 10,
                                    kith_bytes_of("tem")),
                     KITH_FORK);
    assert_int_equal(store_note_put(f->txn, &log, STORE_CHECKPOINT, 10,
                                    kith_bytes_of("longer")),
                     KITH_FORK);
    size = 19;
    assert_int_equal(
        store_note_at(f->txn, &log, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_OK);
    assert_int_equal(size, 10);
    assert_true(kith_bytes_is(note, "ten"));
    assert_int_equal(
        store_note_from(f->txn, &log, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_OK);
    assert_int_equal(size, 10);
    size = 11;
    assert_int_equal(
        store_note_from(f->txn, &log, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_OK);
    assert_int_equal(size, 20);
    assert_true(kith_bytes_is(note, "twenty"));
    size = 21;
    assert_int_equal(
        store_note_from(f->txn, &log, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_NOT_FOUND);
    size = 9;
    assert_int_equal(
        store_note_at(f->txn, &log, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_NOT_FOUND);
    size = UINT64_MAX;
    assert_int_equal(
        store_note_at(f->txn, &other, STORE_CHECKPOINT, &size, f->arena, &note),
        KITH_NOT_FOUND);
}

static void test_queue_is_walked_in_order_and_counted(void **state)
{
    struct store_fixture *f = *state;
    struct store_queued queued = {.cause = 3, .project = 4, .record = 5};
    uint64_t length = 99, first = 0, after = 0;

    assert_int_equal(store_queue_length(f->txn, 1, &length), KITH_OK);
    assert_int_equal(length, 0);
    /* More links than lengths are kept at hand. */
    for (uint32_t i = 0; i < 60; i++) {
        queued.revision_row = i;
        queued.at = i;
        assert_int_equal(store_queue_add(f->txn, 1 + i % 20, &queued), KITH_OK);
        if (i == 0)
            first = queued.sequence;
    }
    queued = (struct store_queued){.cause = 1, .body = kith_bytes_of("body")};
    assert_int_equal(store_queue_add(f->txn, 1, &queued), KITH_OK);
    store_fixture_reopen(f);
    for (uint32_t i = 1; i <= 20; i++) {
        assert_int_equal(store_queue_length(f->txn, i, &length), KITH_OK);
        assert_int_equal(length, i == 1 ? 4 : 3);
    }
    for (uint64_t i = 0; i < 60; i += 20) {
        assert_int_equal(store_queue_next(f->txn, 1, after, f->arena, &queued),
                         KITH_OK);
        assert_int_equal(queued.revision_row, i);
        assert_int_equal(queued.cause, 3);
        assert_int_equal(queued.project, 4);
        assert_int_equal(queued.record, 5);
        assert_true(queued.sequence > after);
        after = queued.sequence;
    }
    assert_int_equal(store_queue_next(f->txn, 1, after, f->arena, &queued),
                     KITH_OK);
    assert_true(kith_bytes_is(queued.body, "body"));
    assert_int_equal(queued.record, 0);
    assert_int_equal(
        store_queue_next(f->txn, 1, queued.sequence, f->arena, &queued),
        KITH_NOT_FOUND);
    assert_int_equal(store_queue_drop(f->txn, 1, first), KITH_OK);
    assert_int_equal(store_queue_drop(f->txn, 1, first), KITH_NOT_FOUND);
    assert_int_equal(store_queue_length(f->txn, 1, &length), KITH_OK);
    assert_int_equal(length, 3);
    /* Taken back with the transaction. */
    store_abort(&f->txn);
    store_fixture_next(f);
    assert_int_equal(store_queue_length(f->txn, 1, &length), KITH_OK);
    assert_int_equal(length, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_entry_append_keeps_order_and_content),
        STORE_TEST(test_entry_put_brings_the_body_later),
        STORE_TEST(test_tree_nodes_prove_every_size),
        STORE_TEST(test_note_of_one_size_stands_once),
        STORE_TEST(test_queue_is_walked_in_order_and_counted),
    };

    return cmocka_run_group_tests_name("store.logs", tests, NULL, NULL);
}
