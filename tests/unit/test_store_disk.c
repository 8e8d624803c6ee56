/* What only a store on disk can show: creation, lock, keys, lost commits, a
 * folder that cannot be written, and what a thief finds. */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kith/be.h"
#include "store/disk.h"
#include "store_fixture.h"

static void path_of(const struct store_fixture *f, const char *name,
                    char ret_path[128])
{
    (void)snprintf(ret_path, 128, "%s/%s", f->dir, name);
}

static struct kith_bytes load(const struct store_fixture *f, const char *name)
{
    struct kith_bytes bytes = {NULL, 0};
    struct stat info;
    uint8_t *data = NULL;
    char path[128];
    int fd = -1;

    path_of(f, name, path);
    fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    data = kith_arena_alloc(f->arena, (size_t)info.st_size);
    assert_non_null(data);
    assert_int_equal(read(fd, data, (size_t)info.st_size), info.st_size);
    (void)close(fd);
    bytes = (struct kith_bytes){data, (size_t)info.st_size};
    return bytes;
}

static void save(const struct store_fixture *f, const char *name,
                 struct kith_bytes bytes)
{
    char path[128];
    int fd = -1;

    path_of(f, name, path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.data, bytes.len), bytes.len);
    (void)close(fd);
}

static void put_value(struct store_fixture *f, uint32_t which, const char *text)
{
    assert_int_equal(store_value_put(f->txn, which, kith_bytes_of(text)),
                     KITH_OK);
}

static void shut(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    kith_error_clear(&f->err);
}

static void test_create_twice_conflicts(void **state)
{
    struct store_fixture *f = *state;

    shut(f);
    assert_int_equal(store_create(&f->options, &f->err), KITH_CONFLICT);
    assert_string_equal(f->err.code, "store_exists");
}

static void test_create_that_fails_leaves_nothing(void **state)
{
    struct store_fixture *f = *state;
    struct store_options options = f->options;
    char dir[128], path[160];

    path_of(f, "other", dir);
    options.dir = dir;
    options.map_bytes = 8192; /* too small for the tables */
    assert_int_equal(store_create(&options, &f->err), KITH_FULL);
    (void)snprintf(path, sizeof(path), "%s/store", dir);
    assert_int_equal(access(path, F_OK), -1);
    (void)snprintf(path, sizeof(path), "%s/store.new", dir);
    assert_int_equal(access(path, F_OK), -1);
    /* A half-made one that a crash left is in nobody's way. */
    assert_int_equal(mkdir(path, 0700), 0);
    options.map_bytes = 1 << 20;
    kith_error_clear(&f->err);
    assert_int_equal(store_create(&options, &f->err), KITH_OK);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_open_second_process_is_busy(void **state)
{
    struct store_fixture *f = *state;
    pid_t child = -1;
    int result = 0;

    assert_int_equal(store_commit(&f->txn), KITH_OK);
    child = fork();
    if (child == 0) {
        struct store *second = NULL;

        _exit(store_open(&f->options, &second, NULL) == KITH_BUSY ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
}

static void test_open_wrong_key_is_untrusted(void **state)
{
    struct store_fixture *f = *state;
    struct store_options wrong = f->options;

    put_value(f, 1, "x");
    shut(f);
    wrong.store_key[31] ^= 1;
    assert_int_equal(store_open(&wrong, &f->store, &f->err), KITH_UNTRUSTED);
    wrong = f->options;
    wrong.master_key[0] ^= 1;
    assert_int_equal(store_open(&wrong, &f->store, &f->err), KITH_UNTRUSTED);
    wrong.dir = "/nonexistent/kith";
    assert_int_equal(store_open(&wrong, &f->store, NULL), KITH_NOT_FOUND);
}

static void test_open_missing_store_is_not_found(void **state)
{
    struct store_fixture *f = *state;
    struct store_options options = f->options;
    char dir[128];

    path_of(f, "empty", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    options.dir = dir;
    shut(f);
    assert_int_equal(store_open(&options, &f->store, &f->err), KITH_NOT_FOUND);
    assert_string_equal(f->err.next, "kith init");
}

static void test_open_older_data_file_is_damaged(void **state)
{
    struct store_fixture *f = *state;
    struct kith_bytes old = {NULL, 0};

    put_value(f, 1, "old");
    shut(f);
    old = load(f, "store/data.mdb");
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_fixture_next(f);
    put_value(f, 1, "new");
    shut(f);
    save(f, "store/data.mdb", old);
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_DAMAGED);
}

/* A bit that makes the newer meta page look older must not bring back the
 * state before, without the mark either. */
static void test_open_meta_page_that_fell_behind_is_damaged(void **state)
{
    enum {
        META_NUMBER_AT = 16 + 128
    };
    struct store_fixture *f = *state;
    struct kith_bytes whole = {NULL, 0};
    uint8_t *bytes = NULL;
    unsigned served = 0;

    for (int i = 0; i < 5; i++) {
        put_value(f, 1, i % 2 == 0 ? "even" : "odd");
        store_fixture_next(f);
    }
    shut(f);
    whole = load(f, "store/data.mdb");
    bytes = malloc(whole.len);
    assert_non_null(bytes);
    for (unsigned bit = 0; bit < 128; bit++) {
        size_t at = META_NUMBER_AT + bit % 64 / 8 + (bit / 64) * 4096;
        struct kith_bytes flipped = {bytes, whole.len};

        memcpy(bytes, whole.data, whole.len);
        bytes[at] ^= (uint8_t)(1 << (bit % 8));
        save(f, "store/data.mdb", flipped);
        kith_error_clear(&f->err);
        if (store_open(&f->options, &f->store, &f->err) == KITH_OK)
            served++;
        store_close(&f->store);
    }
    free(bytes);
    assert_int_equal(served, 0);
}

static void test_open_missing_mark_is_no_damage(void **state)
{
    struct store_fixture *f = *state;
    char path[128];

    shut(f);
    path_of(f, "store/mark", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    assert_int_equal(access(path, F_OK), 0);
}

static void test_folder_that_cannot_be_written_is_refused(void **state)
{
    struct store_fixture *f = *state;
    char path[128];
    pid_t child = -1;
    int result = 0;

    shut(f);
    path_of(f, "store", path);
    assert_int_equal(chmod(path, 0500), 0);
    path_of(f, "store/data.mdb", path);
    assert_int_equal(chmod(path, 0400), 0);
    child = fork();
    if (child == 0) {
        /* Root writes everywhere: become nobody, as the owner of it all. */
        if (geteuid() == 0 && (chown(f->dir, 65534, 65534) != 0 ||
                               chown(path, 65534, 65534) != 0 ||
                               chmod(f->dir, 0700) != 0 || seteuid(65534) != 0))
            _exit(2);
        _exit(store_open(&f->options, &f->store, &f->err) == KITH_OK ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(WEXITSTATUS(result), 0);
    path_of(f, "store", path);
    assert_int_equal(chmod(path, 0700), 0);
}

static void test_network_file_systems_are_known(void **state)
{
    (void)state;
    assert_true(disk_is_remote(0x6969));
    assert_true(disk_is_remote(0xff534d42));
    assert_true(disk_is_remote(0x65735546));
    assert_false(disk_is_remote(0xef53));     /* ext */
    assert_false(disk_is_remote(0x01021994)); /* tmpfs */
    assert_false(disk_is_remote(0x58465342)); /* XFS */
}

static void test_thief_finds_no_text_in_the_files(void **state)
{
    static const char *const names[] = {"store/data.mdb", "store/slots",
                                        "store/mark"};
    static const char canary[] = "canary-lumen-ramp-date";
    struct store_fixture *f = *state;
    struct store_head head = {0};
    struct store_link link;
    struct store_name name = {0, 1, 0, kith_bytes_of(canary)};
    struct kith_record record = store_fixture_record(f, 1001, canary);
    uint64_t number = 0;

    memset(&link, 0, sizeof(link));
    strcpy(link.alias, canary);
    strcpy(link.endpoint, canary);
    head.id = store_fixture_id(1);
    memcpy(head.id.b, canary, sizeof(head.id.b));
    assert_int_equal(store_head_add(f->txn, &head), KITH_OK);
    assert_int_equal(store_revision_add(f->txn, &head, kith_bytes_of(canary)),
                     KITH_OK);
    assert_int_equal(store_name_put(f->txn, &name, &head.ref), KITH_OK);
    assert_int_equal(store_link_add(f->txn, &link), KITH_OK);
    assert_int_equal(store_state_put(f->txn, 1001, &number, &record), KITH_OK);
    assert_int_equal(store_audit_append(f->txn, &record), KITH_OK);
    put_value(f, 3, canary);
    shut(f);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct kith_bytes file = load(f, names[i]);

        assert_null(memmem(file.data, file.len, canary, 12));
    }
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_create_twice_conflicts),
        DISK_TEST(test_create_that_fails_leaves_nothing),
        DISK_TEST(test_open_second_process_is_busy),
        DISK_TEST(test_open_wrong_key_is_untrusted),
        DISK_TEST(test_open_missing_store_is_not_found),
        DISK_TEST(test_open_older_data_file_is_damaged),
        DISK_TEST(test_open_meta_page_that_fell_behind_is_damaged),
        DISK_TEST(test_open_missing_mark_is_no_damage),
        DISK_TEST(test_folder_that_cannot_be_written_is_refused),
        DISK_TEST(test_network_file_systems_are_known),
        DISK_TEST(test_thief_finds_no_text_in_the_files),
    };

    return cmocka_run_group_tests_name("store.disk", tests, NULL, NULL);
}
