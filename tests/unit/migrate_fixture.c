/* migrate_fixture - see the header. */
#include "migrate_fixture.h"

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
#include "store_sample.h"

enum {
    PATH_LEN = 160,
    LATE = 7, /* entries of the second link's partner */
    BODY = 560,
    COUNTED = 12345 /* what the third link's row says */
};

void migrate_shut(struct store_fixture *f)
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

const struct store_check_hooks migrate_hooks = {print_finding, NULL, NULL};

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

void migrate_fill(struct store_fixture *f)
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
    migrate_shut(f);
    assert_int_equal(store_check(&f->options, &migrate_hooks, &report, &f->err),
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

void migrate_expect_all(struct store_fixture *f, unsigned right)
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
    migrate_shut(f);
    assert_int_equal(store_check(&f->options, &migrate_hooks, &report, &f->err),
                     KITH_OK);
}

unsigned migrate_ask_all(struct store_fixture *f)
{
    struct store_sample_result result = {0};

    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    store_sample_compare(f, &result);
    store_abort(&f->txn);
    migrate_shut(f);
    return result.right;
}

bool migrate_is_there(const struct store_fixture *f, const char *name)
{
    char path[PATH_LEN];

    (void)snprintf(path, sizeof(path), "%s/%s", f->dir, name);
    return access(path, F_OK) == 0;
}

enum kith_status migrate_run(struct store_fixture *f)
{
    uint32_t from = 0;

    return store_migrate(&f->options, NULL, &from, NULL);
}

bool migrate_expect_one_of_both(struct store_fixture *f)
{
    enum kith_status status = store_open(&f->options, &f->store, &f->err);
    char command[3 * PATH_LEN];

    if (status == KITH_OK) {
        migrate_shut(f);
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

void migrate_start_over(struct store_fixture *f)
{
    char path[PATH_LEN];

    (void)snprintf(path, sizeof(path), "%s/store.new", f->dir);
    store_fixture_remove(path);
    (void)snprintf(path, sizeof(path), "%s/store", f->dir);
    store_fixture_remove(path);
    assert_int_equal(mkdir(path, 0700), 0);
    disk_steps_copy(f->dir, "whole", "store");
}
