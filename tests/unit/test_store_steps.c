/* Kill -9 before each system call that changes the disk, while a slot is
 * destroyed and while a store is made. */
#define _GNU_SOURCE /* memmem */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "disk_steps.h"
#include "store_fixture.h"

enum {
    STEPS_MAX = 400,
    PATH_LEN = 160
};

static void shut(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    kith_error_clear(&f->err);
}

static void print_finding(void *context, const char *sentence)
{
    (void)context;
    print_message("%s\n", sentence);
}

static const struct store_check_hooks hooks = {print_finding, NULL, NULL};

/* Adds an encoded record whose revision is NUMBER as a revision of HEAD. */
static enum kith_status add_text(struct store_fixture *f,
                                 struct store_head *head, uint64_t number)
{
    struct kith_record record = {.kind = 1, .revision = number};
    struct kith_buf buf = {0};
    enum kith_status status = kith_record_encode(&record, &buf);

    if (status == KITH_OK)
        status = store_revision_add(f->txn, head, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return status;
}

static uint64_t doomed; /* slot */

static enum kith_status destroy_doomed(struct store_fixture *f)
{
    enum kith_status status = store_open(&f->options, &f->store, NULL);

    return status == KITH_OK ? store_slots_destroy(f->store, &doomed, 1, NULL)
                             : status;
}

static enum kith_status only_open(struct store_fixture *f)
{
    return store_open(&f->options, &f->store, NULL);
}

static enum kith_status read_text(struct store_fixture *f,
                                  const struct store_head *head)
{
    struct kith_bytes text = {NULL, 0};
    enum kith_status status = KITH_OK;

    assert_int_equal(store_begin(f->store, false, &f->txn), KITH_OK);
    status = store_revision_get(f->txn, head, head->newest, f->arena, &text);
    store_abort(&f->txn);
    return status;
}

/* True when a file of the store's folder holds the sealed bytes of OLD. */
static bool old_key_is_left(const char *dir, const uint8_t *old, size_t len)
{
    static uint8_t bytes[1 << 16];
    char path[PATH_LEN];
    DIR *folder = NULL;
    struct dirent *entry = NULL;
    bool left = false;

    (void)snprintf(path, sizeof(path), "%s/store", dir);
    folder = opendir(path);
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        int fd = -1;
        ssize_t got = 0;

        if (strncmp(entry->d_name, "slots", 5) != 0)
            continue;
        (void)snprintf(path, sizeof(path), "%s/store/%.60s", dir,
                       entry->d_name);
        fd = open(path, O_RDONLY);
        assert_true(fd >= 0);
        got = read(fd, bytes, sizeof(bytes));
        (void)close(fd);
        left = left || strcmp(entry->d_name, "slots") != 0 ||
               (got > 0 && memmem(bytes, (size_t)got, old, len) != NULL);
    }
    (void)closedir(folder);
    return left;
}

static void test_destroy_killed_at_each_step_is_carried_on(void **state)
{
    enum {
        HEADER_LEN = 104
    };
    struct store_fixture *f = *state;
    struct store_head gone = {.kind = 1}, kept = {.kind = 1};
    struct store_check_report report;
    char path[PATH_LEN];
    uint8_t header[HEADER_LEN], now[HEADER_LEN];
    unsigned destroyed = 0, untouched = 0;
    bool ended = false;
    int fd = -1;

    assert_int_equal(store_head_add(f->txn, &gone), KITH_OK);
    assert_int_equal(add_text(f, &gone, 1), KITH_OK);
    assert_int_equal(store_head_add(f->txn, &kept), KITH_OK);
    assert_int_equal(add_text(f, &kept, 2), KITH_OK);
    shut(f);
    doomed = gone.slot;
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    (void)snprintf(path, sizeof(path), "%s/whole/slots", f->dir);
    fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, header, sizeof(header)), sizeof(header));
    (void)close(fd);
    for (long n = 0; !ended; n++) {
        enum kith_status status = KITH_OK;

        assert_in_range(n, 0, STEPS_MAX);
        disk_steps_copy(f->dir, "whole", "store");
        /* Held open, so that its blocks can be looked at without a name. */
        (void)snprintf(path, sizeof(path), "%s/store/slots", f->dir);
        fd = open(path, O_RDONLY);
        ended = disk_steps_run(f, n, destroy_doomed);
        /* Killed once more while it is carried on. */
        if (!ended)
            (void)disk_steps_run(f, n * 7 % 17, only_open);
        assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
        status = read_text(f, &gone);
        assert_true(status == KITH_UNREADABLE || (status == KITH_OK && !ended));
        assert_int_equal(read_text(f, &kept), KITH_OK);
        *(status == KITH_OK ? &untouched : &destroyed) += 1;
        if (status == KITH_UNREADABLE) {
            assert_false(old_key_is_left(f->dir, header, sizeof(header)));
            assert_int_equal(pread(fd, now, sizeof(now), 0), sizeof(now));
            assert_true(sodium_is_zero(now, sizeof(now)));
        }
        (void)close(fd);
        shut(f);
        assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                         KITH_OK);
    }
    print_message("destroyed after %u kills, untouched after %u\n",
                  destroyed - 1, untouched);
    assert_true(destroyed > 10 && untouched > 2);
}

static enum kith_status create_it(struct store_fixture *f)
{
    return store_create(&f->options, NULL);
}

static void test_create_killed_at_each_step_is_whole_or_not_there(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    char path[PATH_LEN];
    unsigned absent = 0;
    bool ended = false;

    shut(f);
    (void)snprintf(path, sizeof(path), "%s/new", f->dir);
    f->options.dir = path;
    for (long n = 0; !ended; n++) {
        enum kith_status status = KITH_OK;

        assert_in_range(n, 0, STEPS_MAX);
        store_fixture_remove(path);
        ended = disk_steps_run(f, n, create_it);
        kith_error_clear(&f->err);
        status = store_open(&f->options, &f->store, &f->err);
        if (status != KITH_OK) {
            assert_int_equal(status, KITH_NOT_FOUND);
            absent++;
            kith_error_clear(&f->err);
            assert_int_equal(access(path, F_OK) == 0
                                 ? store_create(&f->options, &f->err)
                                 : KITH_OK,
                             KITH_OK);
        }
        shut(f);
        if (access(path, F_OK) == 0)
            assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                             KITH_OK);
    }
    assert_true(absent > 5);
    f->options.dir = f->dir;
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_destroy_killed_at_each_step_is_carried_on),
        DISK_TEST(test_create_killed_at_each_step_is_whole_or_not_there),
    };

    return cmocka_run_group_tests_name("store.steps", tests, NULL, NULL);
}
