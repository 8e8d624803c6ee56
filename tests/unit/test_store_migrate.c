/* A store of schema 1 becomes one of today's, whole, wherever the migration is
 * killed; a newer one is refused and stays as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk_steps.h"
#include "kith/limits.h"
#include "store/migrate.h"
#include "store_old.h"
#include "store_sample.h"

enum {
    STEPS_MAX = 2000,
    PATH_LEN = 160,
    LATE = 7, /* entries of the second link's partner */
    BODY = 560,
    COUNTED = 12345 /* what the third link's row says */
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const long stride = 9; /* a sanitizer makes each child slow */
#else
static const long stride = 1;
#endif

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

static void take_entries(struct store_fixture *f, struct store_link *link)
{
    struct store_log_id log = {link->number, STORE_IN, 1};
    uint8_t bytes[BODY], header[KITH_ENTRY_HEADER_LEN];
    struct kith_hash leaf;

    for (uint64_t i = 0; i < LATE; i++) {
        struct kith_entry_header head = {.entry_class = KITH_CLASS_DUTY,
                                         .index = i,
                                         .time_s = 1700000000,
                                         .sealed_len = BODY};
        struct store_entry entry = {.header = {header, sizeof(header)},
                                    .sealed = {bytes, BODY},
                                    .has_ek = true};

        memset(bytes, (int)i, sizeof(bytes));
        memset(&head.commitment, 1, sizeof(head.commitment));
        kith_sha256(bytes, BODY, &head.sealed_hash);
        kith_entry_encode(&head, header);
        assert_int_equal(store_entry_append(f->txn, &log, i, &entry), KITH_OK);
        kith_tree_leaf_hash(header, sizeof(header), &leaf);
        assert_int_equal(kith_tree_append(&link->in.tree, &leaf), KITH_OK);
    }
}

/* Three links: that of the sample, one whose row does not count, one whose
 * row does. */
static void fill(struct store_fixture *f)
{
    struct store_check_report report;
    struct store_link link;

    store_sample_fill(f);
    for (uint8_t i = 2; i <= 3; i++) {
        memset(&link, 0, sizeof(link));
        memset(link.company.b, i, sizeof(link.company.b));
        (void)snprintf(link.alias, sizeof(link.alias), "partner %u", i);
        link.in.number = 1;
        assert_int_equal(store_link_add(f->txn, &link), KITH_OK);
        if (i == 2)
            take_entries(f, &link);
        else
            link.stored = COUNTED;
        assert_int_equal(store_link_put(f->txn, &link), KITH_OK);
    }
    shut(f);
    assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                     KITH_OK);
}

static uint64_t stored_of(struct store_fixture *f, uint32_t number)
{
    struct store_link link;

    store_abort(&f->txn);
    assert_int_equal(store_begin(f->store, false, &f->txn), KITH_OK);
    assert_int_equal(store_link_get(f->txn, number, &link), KITH_OK);
    store_abort(&f->txn);
    return link.stored;
}

/* The store is of today's schema, good, and says what was put in. */
static void expect_all(struct store_fixture *f, unsigned right)
{
    struct store_sample_result result = {0};
    struct store_check_report report;

    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_sample_compare(f, &result);
    assert_int_equal(result.wrong, 0);
    assert_int_equal(result.right, right);
    assert_int_equal(stored_of(f, 1), 0);
    assert_int_equal(stored_of(f, 2), LATE * (KITH_ENTRY_HEADER_LEN + BODY +
                                              KITH_QUOTA_ENTRY_BYTES));
    assert_int_equal(stored_of(f, 3), COUNTED);
    shut(f);
    assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                     KITH_OK);
}

static unsigned ask_all(struct store_fixture *f)
{
    struct store_sample_result result = {0};

    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_sample_compare(f, &result);
    store_abort(&f->txn);
    shut(f);
    return result.right;
}

static bool is_there(const struct store_fixture *f, const char *name)
{
    char path[PATH_LEN];

    (void)snprintf(path, sizeof(path), "%s/%s", f->dir, name);
    return access(path, F_OK) == 0;
}

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

    fill(f);
    right = ask_all(f);
    store_old_write(&f->options, 3);
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
    assert_false(is_there(f, "store.new"));
    expect_all(f, right);
    assert_int_equal(store_migrate(&f->options, &watch, &from, &f->err),
                     KITH_OK);
    assert_int_equal(from, STORE_SCHEMA);
}

static enum kith_status migrate_it(struct store_fixture *f)
{
    uint32_t from = 0;

    return store_migrate(&f->options, NULL, &from, NULL);
}

/* Old or new stands, whole; the old one byte by byte as it was. */
static bool expect_one_of_both(struct store_fixture *f)
{
    enum kith_status status = store_open(&f->options, &f->store, &f->err);
    char command[3 * PATH_LEN];

    if (status == KITH_OK) {
        shut(f);
        return true;
    }
    assert_int_equal(status, KITH_CONFLICT);
    kith_error_clear(&f->err);
    (void)snprintf(command, sizeof(command),
                   "cmp -s %s/store/data.mdb %s/whole/data.mdb && "
                   "cmp -s %s/store/slots %s/whole/slots",
                   f->dir, f->dir, f->dir, f->dir);
    assert_int_equal(system(command), 0);
    return false;
}

static void start_over(struct store_fixture *f)
{
    char path[PATH_LEN];

    (void)snprintf(path, sizeof(path), "%s/store.new", f->dir);
    store_fixture_remove(path);
    (void)snprintf(path, sizeof(path), "%s/store", f->dir);
    store_fixture_remove(path);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "whole", "store");
}

static void test_killed_at_each_step_one_of_both_stands(void **state)
{
    struct store_fixture *f = *state;
    char path[PATH_LEN];
    unsigned right = 0, old = 0, fresh = 0;
    bool ended = false;

    fill(f);
    right = ask_all(f);
    store_old_write(&f->options, 3);
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    for (long n = 0; !ended; n += stride) {
        assert_in_range(n, 0, STEPS_MAX);
        start_over(f);
        ended = disk_steps_run(f, n, migrate_it);
        *(expect_one_of_both(f) ? &fresh : &old) += 1;
        /* Killed once more while it begins anew. */
        if (!ended)
            (void)disk_steps_run(f, n * 7 % 31, migrate_it);
        (void)expect_one_of_both(f);
        assert_int_equal(migrate_it(f), KITH_OK);
        assert_false(is_there(f, "store.new"));
        expect_all(f, right);
    }
    print_message("the old store after %u kills, the new one after %u\n", old,
                  fresh - 1);
    assert_true(old > 10 && (fresh > 2 || stride > 1));
}

static void test_a_newer_store_is_refused_and_stays_as_it_is(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    char path[PATH_LEN];
    uint32_t from = 0;

    shut(f);
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
    assert_false(is_there(f, "store.new"));
}

/* One flipped bit in a row of the old store: nothing is migrated. */
static void test_a_damaged_old_store_stays_as_it_is(void **state)
{
    struct store_fixture *f = *state;
    struct store_options wrong;
    uint32_t from = 0;
    char path[PATH_LEN];
    FILE *file = NULL;

    fill(f);
    store_old_write(&f->options, 3);
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
    assert_false(is_there(f, "store.new"));
    assert_true(is_there(f, "store"));
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_an_old_store_is_migrated_whole),
        DISK_TEST(test_killed_at_each_step_one_of_both_stands),
        DISK_TEST(test_a_newer_store_is_refused_and_stays_as_it_is),
        DISK_TEST(test_a_damaged_old_store_stays_as_it_is),
    };

    return cmocka_run_group_tests_name("store.migrate", tests, NULL, NULL);
}
