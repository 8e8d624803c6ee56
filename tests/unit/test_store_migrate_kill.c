/* A migration that is killed before each call that changes the disk, and one of
 * a store in which a destruction was killed so. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "disk_steps.h"
#include "migrate_fixture.h"
#include "store_old.h"
#include "store_sample.h"

enum {
    STEPS_MAX = 2000,
    PATH_LEN = 160,
    HEADER_LEN = 104 /* of a slot file */
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const long stride = 9; /* a sanitizer makes each child slow */
#else
static const long stride = 1;
#endif

static void test_killed_at_each_step_one_of_both_stands(void **state)
{
    struct store_fixture *f = *state;
    char path[PATH_LEN];
    unsigned right = 0, old = 0, fresh = 0;
    bool ended = false;

    migrate_fill(f);
    right = migrate_ask_all(f);
    store_old_write(&f->options, MIGRATE_COUNTED);
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    for (long n = 0; !ended; n += stride) {
        assert_in_range(n, 0, STEPS_MAX);
        migrate_start_over(f);
        ended = disk_steps_run(f, n, migrate_run);
        *(migrate_expect_one_of_both(f) ? &fresh : &old) += 1;
        /* Killed once more while it begins anew. */
        if (!ended)
            (void)disk_steps_run(f, n * 7 % 31, migrate_run);
        (void)migrate_expect_one_of_both(f);
        assert_int_equal(migrate_run(f), KITH_OK);
        assert_false(migrate_is_there(f, "store.new"));
        migrate_expect_all(f, right);
    }
    print_message("the old store after %u kills, the new one after %u\n", old,
                  fresh - 1);
    assert_true(old > 10 && (fresh > 2 || stride > 1));
}

static enum kith_status destroy_one(struct store_fixture *f)
{
    uint64_t slot = 9; /* of a head of the sample */
    enum kith_status status = store_open(&f->options, &f->store, NULL);

    if (status == KITH_OK)
        status = store_slots_destroy(f->store, &slot, 1, NULL);
    store_close(&f->store);
    return status;
}

/* A destruction that was cut off in the old store ends in the new one. */
static void test_an_interrupted_destruction_goes_over(void **state)
{
    struct store_fixture *f = *state;
    struct store_sample_result result;
    struct store_check_report report;
    unsigned right = 0, destroyed = 0;
    char path[PATH_LEN], slots[PATH_LEN];
    uint8_t header[HEADER_LEN];
    bool ended = false;
    int fd = -1;

    migrate_fill(f);
    right = migrate_ask_all(f);
    (void)snprintf(path, sizeof(path), "%s/whole", f->dir);
    (void)snprintf(slots, sizeof(slots), "%s/store/slots", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "store", "whole");
    for (long n = 0; !ended; n++) {
        migrate_start_over(f);
        /* Held open, so that its keys can be looked for without a name. */
        fd = open(slots, O_RDONLY);
        assert_true(fd >= 0);
        ended = disk_steps_run(f, n, destroy_one);
        store_old_write(&f->options, MIGRATE_COUNTED);
        assert_int_equal(migrate_run(f), KITH_OK);
        assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
        result = (struct store_sample_result){0};
        store_sample_compare(f, &result);
        store_abort(&f->txn);
        assert_int_equal(result.wrong, 0);
        assert_true(result.right == right || result.right + 1 == right);
        assert_int_equal(pread(fd, header, sizeof(header), 0), sizeof(header));
        (void)close(fd);
        if (result.right != right) {
            destroyed++;
            assert_true(sodium_is_zero(header, sizeof(header)));
        }
        migrate_shut(f);
        assert_false(migrate_is_there(f, "store/slots.old"));
        assert_false(migrate_is_there(f, "store/slots.new"));
        assert_int_equal(
            store_check(&f->options, &migrate_hooks, &report, &f->err),
            KITH_OK);
    }
    assert_true(destroyed > 5);
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_killed_at_each_step_one_of_both_stands),
        DISK_TEST(test_an_interrupted_destruction_goes_over),
    };

    return cmocka_run_group_tests_name("store.migrate_kill", tests, NULL, NULL);
}
