/* A full map, a full disk, and a write that stops half way. */
#define _GNU_SOURCE /* unshare */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store_fixture.h"

static void shut(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    kith_error_clear(&f->err);
}

static void test_full_map_grows_and_the_work_is_done_again(void **state)
{
    struct store_fixture *f = *state;
    struct store_size before, after;
    uint8_t *large = calloc(1, 16 * 1024);
    struct kith_bytes value = {large, 16 * 1024};
    enum kith_status status = KITH_OK;
    unsigned fulls = 0;

    assert_int_equal(store_size(f->store, &before), KITH_OK);
    for (uint32_t i = 1; i <= 1200; i++) {
        status = store_value_put(f->txn, i, value);
        if (status == KITH_OK) {
            status = store_commit(&f->txn);
        } else {
            /* Sticky: whatever follows is refused. */
            assert_int_equal(store_value_put(f->txn, 1, value), KITH_FULL);
            assert_int_equal(store_commit(&f->txn), KITH_FULL);
            status = KITH_FULL;
        }
        assert_int_equal(store_begin(f->store, true, &f->txn), KITH_OK);
        if (status == KITH_FULL) {
            fulls++;
            i--;
            continue;
        }
        assert_int_equal(status, KITH_OK);
    }
    assert_in_range(fulls, 1, 4);
    store_fixture_reopen(f);
    assert_int_equal(store_size(f->store, &after), KITH_OK);
    assert_true(after.map_bytes > before.map_bytes);
    for (uint32_t i = 1; i <= 1200; i++) {
        struct kith_bytes found = {NULL, 0};

        kith_arena_reset(f->arena);
        assert_int_equal(store_value_get(f->txn, i, f->arena, &found), KITH_OK);
        assert_int_equal(found.len, value.len);
    }
    free(large);
}

/* Writes values until one is refused; returns how many were acknowledged. */
static uint32_t fill_disk(struct store_fixture *f, uint32_t max,
                          enum kith_status *ret_status)
{
    uint8_t large[8 * 1024] = {0};
    struct kith_bytes value = {large, sizeof(large)};
    enum kith_status status = KITH_OK;
    uint32_t done = 0;

    while (status == KITH_OK && done < max) {
        status = store_begin(f->store, true, &f->txn);
        if (status == KITH_OK)
            status = store_value_put(f->txn, done + 1, value);
        if (status == KITH_OK)
            status = store_commit(&f->txn);
        else
            store_abort(&f->txn);
        if (status == KITH_OK)
            done++;
    }
    *ret_status = status;
    return done;
}

static bool all_are_there(struct store_fixture *f, uint32_t done)
{
    struct kith_bytes found = {NULL, 0};
    bool there = store_begin(f->store, false, &f->txn) == KITH_OK;

    for (uint32_t i = 1; i <= done && there; i++) {
        kith_arena_reset(f->arena);
        there = store_value_get(f->txn, i, f->arena, &found) == KITH_OK;
    }
    store_abort(&f->txn);
    return there;
}

/* A file may not grow past 1 MiB: writes stop half way. */
static int write_past_a_limit(struct store_fixture *f)
{
    struct rlimit limit, none;
    enum kith_status status = KITH_OK;
    uint32_t done = 0;

    if (getrlimit(RLIMIT_FSIZE, &none) != 0)
        return 2;
    limit = none;
    limit.rlim_cur = 1 << 20;
    (void)signal(SIGXFSZ, SIG_IGN);
    if (store_open(&f->options, &f->store, NULL) != KITH_OK ||
        setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 2;
    done = fill_disk(f, 1000, &status);
    if ((status != KITH_FULL && status != KITH_IO) || done < 10)
        return 3;
    /* Room again, and after KITH_IO a new start, as it asks. */
    store_close(&f->store);
    if (setrlimit(RLIMIT_FSIZE, &none) != 0 ||
        store_open(&f->options, &f->store, NULL) != KITH_OK)
        return 4;
    return all_are_there(f, done) && fill_disk(f, 10, &status) == 10 ? 0 : 5;
}

static int run_child(struct store_fixture *f,
                     int (*work)(struct store_fixture *f))
{
    pid_t child = fork();
    int result = 0;

    if (child == 0)
        _exit(work(f));
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    return WEXITSTATUS(result);
}

static void test_write_that_stops_half_way_loses_nothing(void **state)
{
    struct store_fixture *f = *state;

    shut(f);
    assert_int_equal(run_child(f, write_past_a_limit), 0);
}

/* A disk of 3 MiB that belongs to this child alone. 77: not permitted. */
static int fill_small_disk(struct store_fixture *f)
{
    int spaces = CLONE_NEWNS | (geteuid() != 0 ? CLONE_NEWUSER : 0);
    enum kith_status status = KITH_OK;
    uint32_t done = 0;

    if (unshare(spaces) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", f->dir, "tmpfs", 0, "size=3m") != 0)
        return 77;
    if (store_create(&f->options, NULL) != KITH_OK ||
        store_open(&f->options, &f->store, NULL) != KITH_OK)
        return 2;
    done = fill_disk(f, 1000, &status);
    if (status != KITH_FULL || done < 10)
        return 3;
    if (!all_are_there(f, done))
        return 4;
    if (mount("none", f->dir, "tmpfs", MS_REMOUNT, "size=16m") != 0)
        return 5;
    done = fill_disk(f, done + 100, &status);
    return status == KITH_OK && all_are_there(f, done) ? 0 : 6;
}

static void test_full_disk_refuses_and_goes_on_with_room(void **state)
{
    struct store_fixture *f = *state;
    int result = 0;

    shut(f);
    result = run_child(f, fill_small_disk);
    if (result == 77) {
        print_message("no small disk can be mounted here\n");
        skip();
    }
    assert_int_equal(result, 0);
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_full_map_grows_and_the_work_is_done_again),
        DISK_TEST(test_write_that_stops_half_way_loses_nothing),
        DISK_TEST(test_full_disk_refuses_and_goes_on_with_room),
    };

    return cmocka_run_group_tests_name("store.full", tests, NULL, NULL);
}
