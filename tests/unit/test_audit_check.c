/* The audit log is held against what our own entries bear witness of: what was
 * changed is found, and its place is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "rules/audit.h"
#include "rules/audit_check.h"
#include "rules_share.h"
#include "store/entries.h"
#include "store/state.h"

enum {
    DAY = 20500,
    UNITS = 7 /* of one step: many steps make a check */
};

/* Shares project lumen, and tells of MILESTONES, one entry each. */
static void tell(struct world *world, int milestones)
{
    const struct store_head head = world_project(&world->oem, "lumen");
    const struct grant_wish wish = share_wish(&head);

    assert_int_equal(share_grant(&world->oem, &wish), KITH_OK);
    for (int i = 0; i < milestones; i++) {
        const char title[] = {'m', (char)('a' + i), '\0'};

        (void)world_milestone(&world->oem, "lumen/g1", title, DAY,
                              KITH_LABEL_INTERNAL);
        (void)world_carry(&world->oem, &world->ems);
    }
}

/* Each step in a transaction of its own, as the daemon does it. */
static void check(struct world_company *company, struct audit_check *check)
{
    bool done = false;

    memset(check, 0, sizeof(*check));
    assert_int_equal(audit_check_start(world_begin(company), check), KITH_OK);
    world_abort(company);
    while (!done) {
        assert_int_equal(
            audit_check_step(world_begin(company), check, UNITS, &done),
            KITH_OK);
        world_abort(company);
    }
}

static struct kv_place row_place(uint64_t index)
{
    struct kv_place place = kv_place(KV_AUDIT);

    kv_place_add(&place, index, 8);
    return place;
}

/* What an administrator can do who has the store's key: rows FROM on are as he
 * likes, and the root row covers them. */
static void cover(struct world_company *company, uint64_t rows)
{
    struct store *store = company->store;
    struct kith_tree tree;

    kith_tree_init(&tree);
    for (uint64_t i = 0; i < rows; i++) {
        struct kith_record row;
        struct kith_hash leaf;

        assert_int_equal(
            store_audit_read(company->act.txn, i, company->arena, &row, &leaf),
            KITH_OK);
        assert_int_equal(kith_tree_append(&tree, &leaf), KITH_OK);
    }
    store->root.audit = tree;
    store->txn.changed = true;
}

static void replace_text(struct world_company *company, uint64_t index,
                         const char *text)
{
    const struct kv_place place = row_place(index);
    struct kith_record row;
    struct kith_record_builder builder;
    struct kith_buf encoded = {0};
    struct act *act = &company->act;

    assert_int_equal(store_audit_get(act->txn, index, act->arena, &row),
                     KITH_OK);
    kith_build_from(&builder, act->arena, &row, 0);
    kith_build_text(&builder, KITH_AUDIT_TEXT, kith_bytes_of(text));
    assert_int_equal(kith_build_finish(&builder, &row), KITH_OK);
    assert_int_equal(kith_record_encode(&row, &encoded), KITH_OK);
    assert_int_equal(row_put(act->txn, &place, 0, kith_buf_bytes(&encoded)),
                     KITH_OK);
    kith_buf_clear(&encoded);
}

/* Puts what stands before row INDEX in its place too. */
static void repeat(struct world_company *company, uint64_t index)
{
    const struct kv_place place = row_place(index);
    struct act *act = &company->act;
    struct kith_buf encoded = {0};
    struct kith_record row;

    assert_int_equal(store_audit_get(act->txn, index - 1, act->arena, &row),
                     KITH_OK);
    assert_int_equal(kith_record_encode(&row, &encoded), KITH_OK);
    assert_int_equal(row_put(act->txn, &place, 0, kith_buf_bytes(&encoded)),
                     KITH_OK);
    kith_buf_clear(&encoded);
}

/* Flips a bit at OFFSET of the row at PLACE, as a disk does. */
static void damage(struct world_company *company, const struct kv_place *place,
                   size_t offset)
{
    struct kv *kv = company->store->kv;
    struct kith_bytes row;
    uint8_t copy[2048], *space;

    assert_int_equal(kv->ops->get(kv, place, &row), KITH_OK);
    assert_true(row.len <= sizeof(copy) && offset < row.len);
    memcpy(copy, row.data, row.len);
    copy[offset] ^= 1;
    assert_int_equal(kv->ops->put(kv, place, 0, row.len, &space), KITH_OK);
    memcpy(space, copy, row.len);
    company->store->txn.changed = true;
}

/* The first row that says ACT, at FROM or behind. */
static uint64_t find_row(struct world_company *company, uint64_t from,
                         const char *act)
{
    struct kith_record row;

    for (;; from++) {
        assert_int_equal(
            store_audit_get(company->act.txn, from, company->act.arena, &row),
            KITH_OK);
        if (kith_bytes_is(kith_record_bytes(&row, KITH_AUDIT_ACT), act))
            return from;
    }
}

/* The row "disclosed" that tells of entry INDEX of log 1. */
static uint64_t telling(struct world_company *company, uint64_t index)
{
    struct kith_record row;
    uint64_t at = 0;

    for (;; at++) {
        int64_t first;

        at = find_row(company, at, "disclosed");
        assert_int_equal(
            store_audit_get(company->act.txn, at, company->act.arena, &row),
            KITH_OK);
        first = kith_record_value(&row, KITH_AUDIT_INDEX, 0);
        if ((uint64_t)first <= index &&
            index < (uint64_t)(first +
                               kith_record_value(&row, KITH_AUDIT_COUNT, 0)))
            return at;
    }
}

static void test_what_was_told_bears_witness_of_every_row(void **state)
{
    struct world *world = *state;
    struct audit_check done;

    tell(world, 5);
    check(&world->oem, &done);
    assert_true(audit_check_fits(&done));
    assert_int_equal(done.logs.count, 1);
    assert_true(done.logs.list[0].entries > 8);
    assert_int_equal(done.logs.list[0].fit, done.logs.list[0].entries);
    assert_int_equal(done.logs.list[0].receipted, done.logs.list[0].entries);
    assert_int_equal(done.logs.list[0].back, 0);
    assert_true(done.witnessed < done.rows);
    assert_true(done.rows - done.witnessed < 4);
    audit_check_clear(&done);
    /* the other company has told of its agreement alone */
    check(&world->ems, &done);
    assert_true(audit_check_fits(&done));
    assert_true(done.witnessed > 0);
    audit_check_clear(&done);
}

static void test_rows_written_while_it_goes_on_are_left_out(void **state)
{
    struct world *world = *state;
    struct audit_check going = {0};
    bool done = false;

    tell(world, 2);
    assert_int_equal(audit_check_start(world_begin(&world->oem), &going),
                     KITH_OK);
    world_abort(&world->oem);
    while (!done) {
        (void)world_milestone(&world->oem, "lumen/g1", "later", DAY,
                              KITH_LABEL_INTERNAL);
        (void)world_carry(&world->oem, &world->ems);
        assert_int_equal(
            audit_check_step(world_begin(&world->oem), &going, UNITS, &done),
            KITH_OK);
        world_abort(&world->oem);
    }
    assert_true(audit_check_fits(&going));
    audit_check_clear(&going);
}

static void test_another_salt_fits_nothing(void **state)
{
    struct world *world = *state;
    struct audit_check done;

    tell(world, 3);
    world->oem.company.witness_salt[0] ^= 1;
    check(&world->oem, &done);
    assert_false(audit_check_fits(&done));
    assert_int_equal(done.found.fault, AUDIT_WITNESS);
    assert_int_equal(done.found.log_number, 1);
    assert_int_equal(done.found.index, 0);
    assert_int_equal(done.witnessed, 0);
    assert_int_equal(done.found.from, 0);
    audit_check_clear(&done);
}

static void test_a_changed_row_is_found_between_two_entries(void **state)
{
    struct world *world = *state;
    struct audit_check done;
    uint64_t entry, row, before, after;

    tell(world, 6);
    (void)world_begin(&world->oem);
    entry = world_link(&world->oem).out.tree.size - 3;
    before = telling(&world->oem, entry - 1);
    row = telling(&world->oem, entry);
    after = telling(&world->oem, entry + 1);
    replace_text(&world->oem, row, "nothing, really");
    cover(&world->oem, store_audit_size(world->oem.act.txn));
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_int_equal(done.found.fault, AUDIT_WITNESS);
    assert_int_equal(done.found.index, entry + 1);
    assert_true(done.found.from <= row && row < done.found.to);
    assert_true(done.found.from > before);
    assert_true(done.found.to <= after + 1);
    assert_int_equal(done.logs.list[0].fit, entry + 1);
    audit_check_clear(&done);
}

static void test_a_row_behind_the_last_witness_is_held_by_the_root(void **state)
{
    struct world *world = *state;
    struct audit_check done;
    struct act *act;

    tell(world, 2);
    act = world_begin(&world->oem);
    assert_int_equal(
        audit_add(act, &(struct audit_line){.what = "posted", .text = "x"}),
        KITH_OK);
    world_commit(&world->oem);
    act = world_begin(&world->oem);
    replace_text(&world->oem, store_audit_size(act->txn) - 1, "y");
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_int_equal(done.found.fault, AUDIT_ROOT);
    assert_int_equal(done.found.from, done.witnessed);
    assert_int_equal(done.found.to, done.rows);
    audit_check_clear(&done);
}

static void test_a_cut_tail_leaves_entries_untold(void **state)
{
    struct world *world = *state;
    struct audit_check done;
    uint64_t entry, cut;

    tell(world, 6);
    (void)world_begin(&world->oem);
    entry = world_link(&world->oem).out.tree.size - 3;
    cut = telling(&world->oem, entry);
    cover(&world->oem, cut);
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_int_equal(done.found.fault, AUDIT_UNTOLD);
    assert_int_equal(done.found.link, 1);
    assert_int_equal(done.found.log_number, 1);
    assert_int_equal(done.found.index, entry);
    assert_int_equal(done.found.to, cut);
    assert_int_equal(done.logs.list[0].fit, entry);
    audit_check_clear(&done);
}

static void test_a_row_that_is_cut_out_leaves_an_entry_untold(void **state)
{
    struct world *world = *state;
    struct audit_check done;
    uint64_t entry;

    tell(world, 6);
    (void)world_begin(&world->oem);
    entry = world_link(&world->oem).out.tree.size - 3;
    repeat(&world->oem, telling(&world->oem, entry));
    cover(&world->oem, store_audit_size(world->oem.act.txn));
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_int_equal(done.found.fault, AUDIT_UNTOLD);
    assert_int_equal(done.found.index, entry);
    audit_check_clear(&done);
}

static void test_a_row_that_does_not_open_is_named(void **state)
{
    struct world *world = *state;
    const struct kv_place place = row_place(5);
    struct audit_check done;

    tell(world, 3);
    (void)world_begin(&world->oem);
    damage(&world->oem, &place, 30);
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_int_equal(done.found.fault, AUDIT_ROW);
    assert_int_equal(done.found.from, 5);
    assert_int_equal(done.found.to, 6);
    audit_check_clear(&done);
}

static void test_a_damaged_header_is_not_blamed_on_the_rows(void **state)
{
    struct world *world = *state;
    const struct store_log_id log = {1, STORE_OUT, 1};
    const struct kv_place place = entry_place(&log, 6);
    struct audit_check done;

    tell(world, 6);
    (void)world_begin(&world->oem);
    damage(&world->oem, &place, 100); /* in the witness */
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_false(audit_check_fits(&done));
    assert_int_equal(done.found.fault, AUDIT_FITS);
    assert_int_equal(done.phase, AUDIT_DONE);
    assert_int_equal(done.logs.list[0].fault, AUDIT_HEADER);
    assert_int_equal(done.logs.list[0].fault_index, 6);
    audit_check_clear(&done);
}

/* An older copy of the whole store agrees with itself: only the partner knows. */
static void test_a_store_that_went_back_as_a_whole_fits(void **state)
{
    struct world *world = *state;
    struct audit_check done;
    struct store_link link;
    uint64_t rows;

    tell(world, 2);
    (void)world_begin(&world->oem);
    rows = store_audit_size(world->oem.act.txn);
    link = world_link(&world->oem);
    world_abort(&world->oem);
    (void)world_milestone(&world->oem, "lumen/g1", "later", DAY,
                          KITH_LABEL_INTERNAL);
    (void)world_carry(&world->oem, &world->ems);
    /* rows and link as they were; what is behind has no row any more */
    (void)world_begin(&world->oem);
    cover(&world->oem, rows);
    assert_int_equal(store_link_put(world->oem.act.txn, &link), KITH_OK);
    world_commit(&world->oem);
    check(&world->oem, &done);
    assert_true(audit_check_fits(&done));
    assert_int_equal(done.rows, rows);
    audit_check_clear(&done);
}

int main(void)
{
#define SHARED(f) cmocka_unit_test_setup_teardown(f, share_up, world_down)
    const struct CMUnitTest tests[] = {
        SHARED(test_what_was_told_bears_witness_of_every_row),
        SHARED(test_rows_written_while_it_goes_on_are_left_out),
        SHARED(test_another_salt_fits_nothing),
        SHARED(test_a_changed_row_is_found_between_two_entries),
        SHARED(test_a_row_behind_the_last_witness_is_held_by_the_root),
        SHARED(test_a_cut_tail_leaves_entries_untold),
        SHARED(test_a_row_that_is_cut_out_leaves_an_entry_untold),
        SHARED(test_a_row_that_does_not_open_is_named),
        SHARED(test_a_damaged_header_is_not_blamed_on_the_rows),
        SHARED(test_a_store_that_went_back_as_a_whole_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
