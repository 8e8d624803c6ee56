/* A store of schema 1 becomes one of today's, or stays as it is; a newer one is
 * refused. Kills: test_store_migrate_kill.c. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk_steps.h"
#include "migrate_fixture.h"
#include "store/migrate.h"
#include "store_old.h"

enum {
    PATH_LEN = 160
};

struct seen {
    uint32_t from;
    uint64_t rows, done;
};

static void see_begun(void *context, uint32_t from, uint64_t rows)
{
    *(struct seen *)context = (struct seen){from, rows, 0};
}

static void see_progress(void *context, uint64_t done, uint64_t total)
{
    struct seen *seen = context;

    assert_true(done >= seen->done && done <= total);
    seen->done = done;
}

static void test_an_old_store_is_migrated_whole(void **state)
{
    struct store_fixture *f = *state;
    struct seen seen = {0};
    const struct store_migrate_hooks watch = {see_begun, see_progress, &seen};
    struct store_check_report report;
    unsigned right = 0;
    uint32_t from = 0;

    migrate_fill(f);
    right = migrate_ask_all(f);
    store_old_write(&f->options, MIGRATE_COUNTED);
    assert_int_equal(store_open(&f->options, &f->store, &f->err),
                     KITH_CONFLICT);
    assert_string_equal(f->err.code, "store_older");
    kith_error_clear(&f->err);
    assert_int_equal(store_check(&f->options, NULL, &report, &f->err),
                     KITH_CONFLICT);
    assert_string_equal(f->err.code, "store_older");
    kith_error_clear(&f->err);
    assert_int_equal(store_migrate(&f->options, &watch, &from, &f->err),
                     KITH_OK);
    assert_int_equal(from, 1);
    assert_int_equal(seen.from, 1);
    assert_int_equal(seen.done, seen.rows);
    assert_true(seen.rows > 1000);
    assert_false(migrate_is_there(f, "store.new"));
    migrate_expect_all(f, right);
    assert_int_equal(store_migrate(&f->options, &watch, &from, &f->err),
                     KITH_OK);
    assert_int_equal(from, STORE_SCHEMA);
}

static void test_a_newer_store_is_refused_and_stays_as_it_is(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    char path[PATH_LEN];
    uint32_t from = 0;

    migrate_shut(f);
    store_old_claim(&f->options, STORE_SCHEMA + 1);
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    for (int i = 0; i < 3; i++) {
        enum kith_status status =
            i == 0   ? store_open(&f->options, &f->store, &f->err)
            : i == 1 ? store_migrate(&f->options, NULL, &from, &f->err)
                     : store_check(&f->options, NULL, &report, &f->err);

        assert_int_equal(status, KITH_NOT_UNDERSTOOD);
        assert_string_equal(f->err.code, "store_newer");
        assert_non_null(strstr(f->err.what, "schema 3"));
        assert_non_null(strstr(f->err.next, "version of kith"));
        kith_error_clear(&f->err);
    }
    (void)snprintf(path, sizeof(path),
                   "cd %s && for x in data.mdb slots mark; do cmp -s store/$x "
                   "whole/$x || exit 1; done",
                   f->dir);
    assert_int_equal(system(path), 0);
    assert_false(migrate_is_there(f, "store.new"));
}

/* One flipped bit in a row of the old store: nothing is migrated. */
static void test_a_damaged_old_store_stays_as_it_is(void **state)
{
    struct store_fixture *f = *state;
    struct store_options wrong;
    uint32_t from = 0;
    char path[PATH_LEN];
    FILE *file = NULL;

    migrate_fill(f);
    store_old_write(&f->options, MIGRATE_COUNTED);
    wrong = f->options;
    wrong.store_key[0] ^= 1;
    assert_int_equal(store_migrate(&wrong, NULL, &from, &f->err),
                     KITH_UNTRUSTED);
    kith_error_clear(&f->err);
    (void)snprintf(path, sizeof(path), "%s/store/data.mdb", f->dir);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    for (long at = ftell(file) / 2; at > 4096; at -= 4096) {
        assert_int_equal(fseek(file, at / 4096 * 4096 + 3000, SEEK_SET), 0);
        assert_int_equal(fwrite("damaged", 7, 1, file), 1);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(store_migrate(&f->options, NULL, &from, &f->err),
                     KITH_DAMAGED);
    assert_false(migrate_is_there(f, "store.new"));
    assert_true(migrate_is_there(f, "store"));
}

static void test_a_small_map_grows_while_rows_are_copied(void **state)
{
    struct store_fixture *f = *state;
    uint64_t map = f->options.map_bytes;
    unsigned right = 0;

    migrate_fill(f);
    right = migrate_ask_all(f);
    store_old_write(&f->options, MIGRATE_COUNTED);
    f->options.map_bytes = 256 * 1024;
    assert_int_equal(migrate_run(f), KITH_OK);
    f->options.map_bytes = map;
    migrate_expect_all(f, right);
}

/* No file of this process grows beyond LIMIT_BYTES. */
static enum kith_status migrate_without_room(struct store_fixture *f)
{
    enum {
        LIMIT_BYTES = 300 * 1024
    };
    const struct rlimit limit = {LIMIT_BYTES, LIMIT_BYTES};
    uint32_t from = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return store_migrate(&f->options, NULL, &from, NULL) == KITH_OK ? KITH_IO
                                                                    : KITH_OK;
}

static void test_without_room_the_old_store_stays_as_it_is(void **state)
{
    struct store_fixture *f = *state;
    unsigned right = 0;
    char path[PATH_LEN];

    migrate_fill(f);
    right = migrate_ask_all(f);
    store_old_write(&f->options, MIGRATE_COUNTED);
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    assert_true(disk_steps_run(f, -1, migrate_without_room));
    assert_false(migrate_is_there(f, "store.new"));
    assert_false(migrate_expect_one_of_both(f));
    assert_int_equal(migrate_run(f), KITH_OK);
    migrate_expect_all(f, right);
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_an_old_store_is_migrated_whole),
        DISK_TEST(test_a_newer_store_is_refused_and_stays_as_it_is),
        DISK_TEST(test_a_damaged_old_store_stays_as_it_is),
        DISK_TEST(test_a_small_map_grows_while_rows_are_copied),
        DISK_TEST(test_without_room_the_old_store_stays_as_it_is),
    };

    return cmocka_run_group_tests_name("store.migrate", tests, NULL, NULL);
}
