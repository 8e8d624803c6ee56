/* The inside of the store: what a value is bound to, ids that lead to their
 * row, slot blocks that a power cut tore, readers that were killed. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/txn.h"
#include "store_fixture.h"

static struct kv_place value_place(uint32_t which)
{
    struct kv_place place = kv_place(KV_VALUE);

    kv_place_add(&place, which, 4);
    return place;
}

/* Puts the sealed bytes of FROM at TO, as a bad page or a thief could. */
static void move_value(struct store_fixture *f, const struct kv_place *from,
                       const struct kv_place *to, size_t shorter)
{
    struct kv *kv = f->store->kv;
    struct kith_bytes sealed = {NULL, 0};
    uint8_t copy[256], *space = NULL;

    assert_int_equal(kv->ops->get(kv, from, &sealed), KITH_OK);
    assert_true(sealed.len <= sizeof(copy));
    memcpy(copy, sealed.data, sealed.len);
    assert_int_equal(kv->ops->put(kv, to, 0, sealed.len - shorter, &space),
                     KITH_OK);
    memcpy(space, copy, sealed.len - shorter);
}

static void test_value_of_another_row_is_damage_and_sticks(void **state)
{
    struct store_fixture *f = *state;
    struct kv_place one = value_place(1), two = value_place(2);
    struct kith_bytes value = {NULL, 0};

    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("one")), KITH_OK);
    assert_int_equal(store_value_put(f->txn, 2, kith_bytes_of("two")), KITH_OK);
    move_value(f, &one, &two, 0);
    assert_int_equal(store_value_get(f->txn, 1, f->arena, &value), KITH_OK);
    assert_int_equal(store_value_get(f->txn, 2, f->arena, &value),
                     KITH_DAMAGED);
    assert_int_equal(store_status(f->txn), KITH_DAMAGED);
    assert_int_equal(store_value_get(f->txn, 1, f->arena, &value),
                     KITH_DAMAGED);
    assert_int_equal(store_commit(&f->txn), KITH_DAMAGED);
    store_fixture_next(f);
    assert_int_equal(store_value_get(f->txn, 2, f->arena, &value),
                     KITH_NOT_FOUND);
}

static void test_value_of_another_table_is_damage(void **state)
{
    struct store_fixture *f = *state;
    struct kv_place from = value_place(1), to = value_place(1);
    struct kith_bytes value = {NULL, 0};
    struct kith_hash digest;

    memset(&digest, 0, sizeof(digest));
    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("x")), KITH_OK);
    to = row_hashed(f->txn, KV_CARD,
                    (struct kith_bytes){digest.b, sizeof(digest.b)});
    move_value(f, &from, &to, 0);
    assert_int_equal(store_card_get(f->txn, &digest, f->arena, &value),
                     KITH_DAMAGED);
}

static void test_shortened_value_is_damage(void **state)
{
    struct store_fixture *f = *state;
    struct kv_place one = value_place(1);
    struct kith_bytes value = {NULL, 0};

    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("xyz")), KITH_OK);
    move_value(f, &one, &one, 42);
    assert_int_equal(store_value_get(f->txn, 1, f->arena, &value),
                     KITH_DAMAGED);
}

static void test_same_text_is_sealed_differently_each_time(void **state)
{
    struct store_fixture *f = *state;
    struct kv *kv = f->store->kv;
    struct kv_place place = value_place(1);
    struct kith_bytes sealed = {NULL, 0};
    uint8_t first[64];

    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("same")),
                     KITH_OK);
    assert_int_equal(kv->ops->get(kv, &place, &sealed), KITH_OK);
    assert_int_equal(sealed.len, 4 + ROWSEAL_OVERHEAD);
    memcpy(first, sealed.data, sealed.len);
    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("same")),
                     KITH_OK);
    assert_int_equal(kv->ops->get(kv, &place, &sealed), KITH_OK);
    assert_memory_not_equal(first, sealed.data, sealed.len);
}

static void test_placed_id_is_read_back_by_its_key_alone(void **state)
{
    struct placed_id_key key = {{1, 2, 3}}, other = {{1, 2, 4}};
    struct kith_id id, again;

    (void)state;
    for (uint64_t i = 0; i < 2000; i++) {
        struct placed_id place = {(uint32_t)(i % 3), i * 0x1234567 >> 3,
                                  (i << 36 | i) & 0xffffffffffff};
        struct placed_id read = {place.realm, 0, 0};

        assert_int_equal(placed_id_make(&key, &place, (uint32_t)i, &id),
                         KITH_OK);
        assert_int_equal(placed_id_make(&key, &place, (uint32_t)i + 1, &again),
                         KITH_OK);
        assert_false(kith_id_equal(&id, &again));
        assert_int_equal(id.b[6] >> 4, 4);
        assert_int_equal(id.b[8] >> 6, 2);
        assert_true(placed_id_read(&key, &id, &read));
        assert_int_equal(read.project, place.project);
        assert_int_equal(read.record, place.record);
        (void)placed_id_read(&other, &id, &read);
        assert_false(read.project == place.project &&
                     read.record == place.record);
    }
}

static void test_placed_id_refuses_what_does_not_fit(void **state)
{
    struct placed_id_key key = {{0}};
    struct placed_id large = {0, UINT64_C(1) << 48, 1}, read = {0, 0, 0};
    struct kith_id id = {{0}};

    (void)state;
    assert_int_equal(placed_id_make(&key, &large, 0, &id), KITH_LIMIT);
    large = (struct placed_id){0, 1, UINT64_C(1) << 48};
    assert_int_equal(placed_id_make(&key, &large, 0, &id), KITH_LIMIT);
    assert_false(placed_id_read(&key, &id, &read));
}

/* The layout is on disk: it may not change unnoticed. Computed besides with a
 * SipHash written in Python, checked with the vector of its paper. */
static void test_placed_id_keeps_its_value(void **state)
{
    struct placed_id_key key = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
    struct placed_id place = {7, 0x123456, 0xabcdef};
    struct kith_id id;
    char text[KITH_ID_TEXT_SIZE];

    (void)state;
    assert_int_equal(placed_id_make(&key, &place, 0x3ffffff, &id), KITH_OK);
    kith_id_text(&id, text);
    assert_string_equal(text, "7b0e7a2f-3b67-4a7c-86a8-c28be8486caa");
}

static void test_torn_block_of_unused_slots_is_drawn_anew(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    struct kith_bytes text = {NULL, 0};
    struct store_head head = {.kind = 1};
    char path[128];
    uint8_t zeros[4096] = {0};
    int fd = -1;

    assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
    assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    (void)snprintf(path, sizeof(path), "%s/store/slots", f->dir);
    fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    /* Blocks 1 and 2, and a part of one behind the end. */
    assert_int_equal(pwrite(fd, zeros, sizeof(zeros), 4240), sizeof(zeros));
    assert_int_equal(pwrite(fd, zeros, sizeof(zeros), 8376), sizeof(zeros));
    assert_int_equal(lseek(fd, 0, SEEK_END) > 0, 1);
    assert_int_equal(write(fd, zeros, 100), 100);
    (void)close(fd);
    assert_int_equal(store_check(&f->options, NULL, &report, &f->err), KITH_OK);
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_fixture_next(f);
    for (uint64_t i = 0; i < 400; i++) {
        head = (struct store_head){.kind = 1};
        assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
        assert_int_equal(
            store_revision_add(f->txn, &head, kith_bytes_of("text")), KITH_OK);
        assert_int_equal(
            store_revision_get(f->txn, &head, head.newest, f->arena, &text),
            KITH_OK);
    }
}

/* A reader that dies keeps its pages from being used again, until somebody
 * looks: the file would grow with every commit. */
static void test_killed_reader_pins_no_pages(void **state)
{
    struct store_fixture *f = *state;
    struct store_size before, after;
    int ready[2];
    char byte = 0;
    pid_t child = -1;

    assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("v")), KITH_OK);
    assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        struct kith_bytes value;

        if (store_open(&f->options, &f->store, NULL) != KITH_OK ||
            store_begin(f->store, false, &f->txn) != KITH_OK ||
            store_value_get(f->txn, 1, f->arena, &value) != KITH_OK)
            _exit(1);
        (void)!write(ready[1], "x", 1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ready[0]);
    (void)close(ready[1]);
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    assert_int_equal(store_size(f->store, &before), KITH_OK);
    for (uint32_t i = 0; i < 300; i++) {
        store_fixture_next(f);
        assert_int_equal(store_value_put(f->txn, 1, kith_bytes_of("w")),
                         KITH_OK);
    }
    assert_int_equal(store_commit(&f->txn), KITH_OK);
    assert_int_equal(store_tend(f->store), KITH_OK);
    assert_int_equal(store_size(f->store, &after), KITH_OK);
    assert_in_range(after.used_bytes, 0, before.used_bytes + 40 * 4096);
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_value_of_another_row_is_damage_and_sticks),
        STORE_TEST(test_value_of_another_table_is_damage),
        STORE_TEST(test_shortened_value_is_damage),
        STORE_TEST(test_same_text_is_sealed_differently_each_time),
        cmocka_unit_test(test_placed_id_is_read_back_by_its_key_alone),
        cmocka_unit_test(test_placed_id_refuses_what_does_not_fit),
        cmocka_unit_test(test_placed_id_keeps_its_value),
        DISK_TEST(test_torn_block_of_unused_slots_is_drawn_anew),
        DISK_TEST(test_killed_reader_pins_no_pages),
    };

    return cmocka_run_group_tests_name("store.rows", tests, NULL, NULL);
}
