/* What a transaction reads of what it has itself written: the same as the next
 * one reads of the rows, over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/fresh.h"
#include "store_fixture.h"

static struct store_head add_head(struct store_fixture *f, uint64_t project)
{
    struct store_head head = {0};

    head.ref.owner = STORE_OWN;
    head.ref.project = project;
    head.kind = 3;
    assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
    return head;
}

static uint64_t add_place(struct store_fixture *f, uint32_t link,
                          uint64_t record, const char *body)
{
    struct store_queued queued = {
        .cause = 2, .record = record, .body = kith_bytes_of(body)};

    assert_int_equal(store_queue_add(f->txn, link, &queued), KITH_OK);
    return queued.sequence;
}

/* The queue of LINK holds places of these records and no others; record 0: one
 * with a body. */
static void expect_queue(struct store_fixture *f, uint32_t link,
                         const uint64_t *records, size_t n)
{
    struct store_queued queued = {0};
    uint64_t length = 0;

    assert_int_equal(store_queue_length(f->txn, link, &length), KITH_OK);
    assert_int_equal(length, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(
            store_queue_next(f->txn, link, queued.sequence, f->arena, &queued),
            KITH_OK);
        assert_int_equal(queued.record, records[i]);
        assert_int_equal(queued.cause, 2);
        assert_int_equal(queued.body.len, records[i] == 0 ? 4 : 0);
    }
    assert_int_equal(
        store_queue_next(f->txn, link, queued.sequence, f->arena, &queued),
        KITH_NOT_FOUND);
}

static void test_heads_of_one_transaction_all_come_back(void **state)
{
    struct store_fixture *f = *state;
    const uint64_t n = FRESH_HEADS * 2 + 3;
    struct store_head head, found;
    struct store_ref first = {0};

    for (uint64_t i = 1; i <= n; i++) {
        head = add_head(f, 7);
        if (i == 1)
            first = head.ref;
        head.revision = i;
        assert_int_equal(store_head_put(f->txn, &head), KITH_OK);
    }
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 1; i <= n; i++) {
            const struct store_ref ref = {STORE_OWN, 7, first.record + i - 1};

            assert_int_equal(store_head_get(f->txn, &ref, &found), KITH_OK);
            assert_int_equal(found.revision, i);
        }
        store_fixture_reopen(f);
    }
    assert_int_equal(
        store_head_next(f->txn, STORE_OWN, 7, first.record + n - 1, &found),
        KITH_NOT_FOUND);
}

static void test_heads_of_an_aborted_transaction_are_gone(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, 7), found;

    store_fixture_next(f);
    head.revision = 5;
    assert_int_equal(store_head_put(f->txn, &head), KITH_OK);
    (void)add_head(f, 8);
    store_abort(&f->txn);
    store_fixture_next(f);
    assert_int_equal(store_head_get(f->txn, &head.ref, &found), KITH_OK);
    assert_int_equal(found.revision, 0);
    assert_int_equal(store_head_next(f->txn, STORE_OWN, 8, 0, &found),
                     KITH_NOT_FOUND);
}

static void test_places_are_met_in_order_with_and_without_a_body(void **state)
{
    struct store_fixture *f = *state;
    static const uint64_t one[] = {1, 0, 4}, two[] = {2, 3, 5};

    (void)add_place(f, 1, 1, "");
    (void)add_place(f, 2, 2, "");
    (void)add_place(f, 1, 0, "body");
    (void)add_place(f, 2, 3, "");
    (void)add_place(f, 1, 4, "");
    (void)add_place(f, 2, 5, "");
    expect_queue(f, 1, one, 3);
    expect_queue(f, 2, two, 3);
    store_fixture_reopen(f);
    expect_queue(f, 1, one, 3);
    expect_queue(f, 2, two, 3);
    (void)add_place(f, 1, 6, "");
    expect_queue(f, 1, (const uint64_t[]){1, 0, 4, 6}, 4);
}

static void test_place_dropped_at_once_leaves_nothing(void **state)
{
    struct store_fixture *f = *state;
    const uint64_t first = add_place(f, 1, 1, "");
    const uint64_t second = add_place(f, 1, 2, "");

    assert_int_equal(store_queue_drop(f->txn, 2, first), KITH_NOT_FOUND);
    assert_int_equal(store_queue_drop(f->txn, 1, first), KITH_OK);
    assert_int_equal(store_queue_drop(f->txn, 1, first), KITH_NOT_FOUND);
    expect_queue(f, 1, (const uint64_t[]){2}, 1);
    store_fixture_reopen(f);
    expect_queue(f, 1, (const uint64_t[]){2}, 1);
    assert_int_equal(store_queue_drop(f->txn, 1, second), KITH_OK);
    expect_queue(f, 1, NULL, 0);
}

static void test_more_places_than_are_kept_lose_none(void **state)
{
    struct store_fixture *f = *state;
    struct store_queued queued = {0};
    const uint64_t n = FRESH_PLACES * 2 + 5;

    for (uint64_t i = 1; i <= n; i++)
        (void)add_place(f, 1, i, "");
    for (uint64_t i = 1; i <= n; i++) {
        assert_int_equal(
            store_queue_next(f->txn, 1, queued.sequence, f->arena, &queued),
            KITH_OK);
        assert_int_equal(queued.record, i);
        if (i % 2 == 0)
            assert_int_equal(store_queue_drop(f->txn, 1, queued.sequence),
                             KITH_OK);
        kith_arena_reset(f->arena);
    }
    store_fixture_reopen(f);
    queued.sequence = 0;
    for (uint64_t i = 1; i <= n; i += 2) {
        assert_int_equal(
            store_queue_next(f->txn, 1, queued.sequence, f->arena, &queued),
            KITH_OK);
        assert_int_equal(queued.record, i);
        kith_arena_reset(f->arena);
    }
}

static void test_places_of_an_aborted_transaction_are_gone(void **state)
{
    struct store_fixture *f = *state;

    (void)add_place(f, 1, 1, "");
    store_fixture_next(f);
    (void)add_place(f, 1, 2, "");
    store_abort(&f->txn);
    store_fixture_next(f);
    expect_queue(f, 1, (const uint64_t[]){1}, 1);
}

static void test_text_reads_the_same_before_and_after_commit(void **state)
{
    struct store_fixture *f = *state;
    struct store_head head = add_head(f, 7), other = add_head(f, 7);
    struct kith_bytes text = {NULL, 0};
    uint64_t first;

    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of("one")),
                     KITH_OK);
    first = head.newest;
    assert_int_equal(store_revision_add(f->txn, &other, kith_bytes_of("two")),
                     KITH_OK);
    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of("three")),
                     KITH_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(
            store_revision_get(f->txn, &head, first, f->arena, &text), KITH_OK);
        assert_true(kith_bytes_is(text, "one"));
        assert_int_equal(
            store_revision_get(f->txn, &head, head.newest, f->arena, &text),
            KITH_OK);
        assert_true(kith_bytes_is(text, "three"));
        assert_int_equal(
            store_revision_get(f->txn, &head, other.newest, f->arena, &text),
            KITH_NOT_FOUND);
        store_fixture_reopen(f);
    }
}

/* Is RECORD told to LINK? */
static bool is_told(struct store_fixture *f, uint32_t link, uint64_t record)
{
    const struct store_ref ref = {STORE_OWN, 7, record};
    struct store_told told;
    enum kith_status status = store_told_get(f->txn, link, &ref, &told);

    assert_true(status == KITH_OK || status == KITH_NOT_FOUND);
    return status == KITH_OK;
}

static void tell(struct store_fixture *f, uint32_t link, uint64_t record)
{
    struct store_told told = {.ref = {STORE_OWN, 7, record},
                              .item_revision = 1};

    assert_int_equal(store_told_put(f->txn, link, &told), KITH_OK);
}

static void test_new_record_is_untold_until_each_link_is_told(void **state)
{
    struct store_fixture *f = *state;
    const uint64_t first = add_head(f, 7).ref.record;
    const uint64_t second = add_head(f, 7).ref.record;

    for (uint32_t link = 1; link <= FRESH_LINKS + 2; link++) {
        assert_false(is_told(f, link, first));
        assert_false(is_told(f, link, second));
        /* the later record first: what is told in between is searched */
        tell(f, link, second);
        assert_true(is_told(f, link, second));
        assert_false(is_told(f, link, first));
        tell(f, link, first);
        assert_true(is_told(f, link, first));
    }
    store_fixture_reopen(f);
    for (uint32_t link = 1; link <= FRESH_LINKS + 2; link++)
        assert_true(is_told(f, link, first) && is_told(f, link, second));
}

static void append_entry_of(struct store_fixture *f,
                            const struct store_log_id *log, uint64_t index)
{
    uint8_t header[KITH_ENTRY_HEADER_LEN], body[600];
    struct store_entry entry = {.has_ek = true, .record = index + 1};

    memset(header, (int)index + 1, sizeof(header));
    memset(body, (int)index + 2, sizeof(body));
    memset(entry.ek.b, (int)index + 3, sizeof(entry.ek.b));
    entry.header = (struct kith_bytes){header, sizeof(header)};
    entry.sealed = (struct kith_bytes){body, sizeof(body)};
    entry.verdict = STORE_PROCESSED;
    assert_int_equal(store_entry_append(f->txn, log, index, &entry), KITH_OK);
}

static void expect_entry(struct store_fixture *f,
                         const struct store_log_id *log, uint64_t index,
                         uint8_t verdict)
{
    struct store_entry found = {0};

    assert_int_equal(store_entry_get(f->txn, log, index, f->arena, &found),
                     KITH_OK);
    assert_int_equal(found.header.len, KITH_ENTRY_HEADER_LEN);
    assert_int_equal(found.header.data[5], index + 1);
    assert_int_equal(found.sealed.len, 600);
    assert_int_equal(found.sealed.data[599], index + 2);
    assert_true(found.has_ek);
    assert_int_equal(found.ek.b[31], index + 3);
    assert_int_equal(found.record, index + 1);
    assert_int_not_equal(found.slot, 0);
    assert_int_equal(found.verdict, verdict);
    assert_null(found.leaf);
}

static void test_entry_reads_the_same_before_and_after_commit(void **state)
{
    struct store_fixture *f = *state;
    const struct store_log_id one = {1, STORE_OUT, 1}, two = {2, STORE_OUT, 1};
    struct store_entry changed;

    append_entry_of(f, &one, 0);
    append_entry_of(f, &one, 1);
    append_entry_of(f, &two, 0);
    append_entry_of(f, &one, 2);
    assert_int_equal(store_entry_get(f->txn, &one, 2, f->arena, &changed),
                     KITH_OK);
    changed.verdict = STORE_VOID;
    assert_int_equal(store_entry_put(f->txn, &one, 2, &changed), KITH_OK);
    for (int round = 0; round < 2; round++) {
        expect_entry(f, &one, 0, STORE_PROCESSED);
        expect_entry(f, &one, 1, STORE_PROCESSED);
        expect_entry(f, &two, 0, STORE_PROCESSED);
        expect_entry(f, &one, 2, STORE_VOID);
        store_fixture_reopen(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_heads_of_one_transaction_all_come_back),
        STORE_TEST(test_heads_of_an_aborted_transaction_are_gone),
        STORE_TEST(test_places_are_met_in_order_with_and_without_a_body),
        STORE_TEST(test_place_dropped_at_once_leaves_nothing),
        STORE_TEST(test_more_places_than_are_kept_lose_none),
        STORE_TEST(test_places_of_an_aborted_transaction_are_gone),
        STORE_TEST(test_text_reads_the_same_before_and_after_commit),
        STORE_TEST(test_new_record_is_untold_until_each_link_is_told),
        STORE_TEST(test_entry_reads_the_same_before_and_after_commit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
