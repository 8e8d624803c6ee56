/* apply - duty entries of a partner: voids, withdrawals, verdicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/act.h"
#include "rules/apply.h"
#include "rules/logkeys.h"
#include "rules/verdict.h"
#include "rules_forge.h"

static void test_second_opening_of_a_log_is_rejected(void **state)
{
    struct world *world = *state;
    struct kith_record record = {.kind = KITH_KIND_LOG_OPENED};
    struct kith_record_builder builder;
    uint8_t digest[KITH_HASH_LEN] = {1};

    kith_build_start(&builder, forge_arena);
    kith_build_number(&builder, KITH_LOG_OPENED_LOG_NUMBER, 1);
    kith_build_octets(&builder, KITH_LOG_OPENED_OWN_CARD, digest,
                      sizeof(digest));
    kith_build_octets(&builder, KITH_LOG_OPENED_PARTNER_CARD, digest,
                      sizeof(digest));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
}

static void test_log_that_begins_with_anything_else_is_rejected(void **state)
{
    struct world *world = *state;
    const struct kith_record project = forge_project("lumen");
    const struct kith_body body = forge_body(world, &project);
    struct store_entry row = {.verdict = STORE_PROCESSED};
    struct apply_entry entry = {.row = &row};
    struct act *act = world_begin(&world->ems);
    struct store_link link = world_link(&world->ems);

    assert_int_equal(apply_body(act, &link, &body, &entry), KITH_OK);
    assert_int_equal(row.verdict, STORE_REJECTED);
    assert_int_equal(row.code, APPLY_PLACE);
    entry.index = 1;
    row = (struct store_entry){.verdict = STORE_PROCESSED};
    assert_int_equal(apply_body(act, &link, &body, &entry), KITH_OK);
    assert_int_equal(row.verdict, STORE_PROCESSED);
    world_abort(&world->ems);
}

/* The verdict VALUE about the EMS's entry 3 with that leaf. */
static struct kith_record verdict_of(const struct kith_hash *leaf,
                                     int64_t value)
{
    struct kith_record record = {.kind = KITH_KIND_VERDICT};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_number(&builder, KITH_VERDICT_LOG_NUMBER, 1);
    kith_build_number(&builder, KITH_VERDICT_INDEX, 3);
    kith_build_octets(&builder, KITH_VERDICT_LEAF, leaf->b, KITH_HASH_LEN);
    kith_build_choice(&builder, KITH_VERDICT_VERDICT, value);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

/* A rejected verdict about the EMS's entry INDEX with that leaf and code. */
static struct kith_record verdict_about(int64_t log_number, int64_t index,
                                        const struct kith_hash *leaf,
                                        const char *code)
{
    struct kith_record record = {.kind = KITH_KIND_VERDICT};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_number(&builder, KITH_VERDICT_LOG_NUMBER, log_number);
    kith_build_number(&builder, KITH_VERDICT_INDEX, index);
    kith_build_octets(&builder, KITH_VERDICT_LEAF, leaf->b, KITH_HASH_LEN);
    kith_build_choice(&builder, KITH_VERDICT_VERDICT, KITH_VERDICT_REJECTED);
    kith_build_text(&builder, KITH_VERDICT_CODE, kith_bytes_of(code));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

/* Leaf of the EMS's own entry INDEX. */
static struct kith_hash leaf_of(struct world_company *company, uint64_t index,
                                uint8_t *ret_verdict)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct store_log_id log = logkeys_id(&link, STORE_OUT);
    struct store_entry row;
    struct kith_hash leaf;

    assert_int_equal(store_entry_get(act->txn, &log, index, act->arena, &row),
                     KITH_OK);
    kith_tree_leaf_hash(row.header.data, row.header.len, &leaf);
    *ret_verdict = row.verdict;
    world_abort(company);
    return leaf;
}

static void test_verdict_marks_the_entry_it_names(void **state)
{
    struct world *world = *state;
    uint8_t verdict;
    struct kith_hash leaf = leaf_of(&world->ems, 3, &verdict);
    struct kith_record record = verdict_about(1, 3, &leaf, "fields");

    assert_int_equal(verdict, STORE_PROCESSED);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    leaf_of(&world->ems, 3, &verdict);
    assert_int_equal(verdict, STORE_REJECTED);
    assert_int_equal(world_audited(&world->ems, "verdict_received"), 1);
}

static void test_a_later_verdict_takes_the_place_of_an_earlier(void **state)
{
    static const struct {
        int64_t told;
        uint8_t stands;
    } steps[] = {
        {KITH_VERDICT_PROCESSED, STORE_PROCESSED},
        {KITH_VERDICT_NOT_UNDERSTOOD, STORE_NOT_UNDERSTOOD},
        {KITH_VERDICT_UNREADABLE, STORE_NOT_UNDERSTOOD},
        {KITH_VERDICT_PROCESSED, STORE_PROCESSED},
        {KITH_VERDICT_NOT_UNDERSTOOD, STORE_NOT_UNDERSTOOD},
        {KITH_VERDICT_REJECTED, STORE_REJECTED},
        {KITH_VERDICT_NOT_UNDERSTOOD, STORE_REJECTED},
        {KITH_VERDICT_PROCESSED, STORE_PROCESSED},
        {KITH_VERDICT_UNREADABLE, STORE_UNREADABLE},
        {KITH_VERDICT_PROCESSED, STORE_UNREADABLE},
    };
    struct world *world = *state;
    uint8_t verdict;
    struct kith_hash leaf = leaf_of(&world->ems, 3, &verdict);

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct kith_record record = verdict_of(&leaf, steps[i].told);

        assert_int_equal(forge_send(world, &record), APPLY_NONE);
        leaf_of(&world->ems, 3, &verdict);
        assert_int_equal(verdict, steps[i].stands);
    }
}

static void test_verdict_about_no_entry_of_ours_changes_nothing(void **state)
{
    struct world *world = *state;
    uint8_t verdict;
    struct kith_hash leaf = leaf_of(&world->ems, 3, &verdict);
    struct kith_record record = verdict_about(2, 3, &leaf, "log");

    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    record = verdict_about(1, 1000, &leaf, "index");
    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    record = verdict_about(1, -1, &leaf, "index");
    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    leaf.b[0] ^= 1;
    record = verdict_about(1, 3, &leaf, "leaf");
    assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    leaf_of(&world->ems, 3, &verdict);
    assert_int_equal(verdict, STORE_PROCESSED);
    assert_int_equal(world_audited(&world->ems, "verdict_received"), 0);
}

/* The audit row takes the code whole: cut at 64 bytes it would end within a
 * character, and the row, and with it the transaction, would fail. */
static void test_longest_code_of_a_verdict_is_kept_whole(void **state)
{
    struct world *world = *state;
    char code[KITH_NAME_MAX + 1] = "x";
    struct kith_record record;
    struct kith_hash leaf;
    uint8_t verdict;
    size_t i;

    for (i = 1; i + 2 < sizeof(code); i += 2)
        memcpy(code + i, "\xc3\xa9", 2);
    leaf = leaf_of(&world->ems, 3, &verdict);
    record = verdict_about(1, 3, &leaf, code);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    assert_int_equal(world_audited(&world->ems, "verdict_received"), 1);
}

static void test_verdict_is_never_sent_about_a_verdict_or_void(void **state)
{
    struct world *world = *state;
    struct kith_record record = {.kind = KITH_KIND_VERDICT};
    struct kith_record_builder builder;

    kith_build_start(&builder, forge_arena);
    kith_build_number(&builder, KITH_VERDICT_LOG_NUMBER, 1);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(forge_send(world, &record), APPLY_FIELDS);
    record.kind = KITH_KIND_VOID;
    assert_int_equal(forge_send(world, &record), APPLY_FIELDS);
    assert_int_equal(world_queued(&world->ems), 0);
    record.kind = KITH_KIND_WITHDRAWAL;
    assert_int_equal(forge_send(world, &record), APPLY_FIELDS);
    assert_int_equal(world_queued(&world->ems), 1);
}

static struct kith_record void_of(const int64_t *pairs, size_t n)
{
    struct kith_record record = {.kind = KITH_KIND_VOID};
    struct kith_record_builder builder;
    size_t i;

    kith_build_start(&builder, forge_arena);
    for (i = 0; i < n; i++) {
        kith_build_number(&builder, KITH_VOID_FROM, pairs[2 * i]);
        kith_build_number(&builder, KITH_VOID_COUNT, pairs[2 * i + 1]);
    }
    kith_build_choice(&builder, KITH_VOID_REASON, KITH_VOID_NOT_ALLOWED);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static void test_void_of_ranges_that_do_not_fit_is_rejected(void **state)
{
    static const int64_t bad[][4] = {
        {0, INT64_MAX, 0, 0}, {-1, 2, 0, 0}, {0, 0, 0, 0}, {0, -1, 0, 0},
        {1000, 1, 0, 0},      {2, 1, 0, 1},  {0, 3, 2, 1}};
    struct world *world = *state;
    struct kith_record record;
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        record = void_of(bad[i], bad[i][3] != 0 ? 2 : 1);
        assert_int_equal(forge_send(world, &record), APPLY_PLACE);
    }
    record = void_of((const int64_t[]){0, 2, 2, 1}, 2);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    /* What was processed stays so. */
    assert_int_equal(world_verdict(&world->ems, 0, NULL), STORE_PROCESSED);
}

static void test_withdrawal_takes_back_each_item_it_names(void **state)
{
    struct world *world = *state;
    struct kith_record one = forge_project("lumen");
    struct kith_record two = forge_project("solis"), record;
    const struct kith_id unknown = kith_id_random();
    struct kith_record_builder builder;

    assert_int_equal(forge_send(world, &one), APPLY_NONE);
    assert_int_equal(forge_send(world, &two), APPLY_NONE);
    record = (struct kith_record){.kind = KITH_KIND_WITHDRAWAL};
    kith_build_start(&builder, forge_arena);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, one.id.b, KITH_ID_LEN);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, unknown.b, KITH_ID_LEN);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, two.id.b, KITH_ID_LEN);
    kith_build_choice(&builder, KITH_WITHDRAWAL_REASON,
                      KITH_WITHDRAWAL_NARROWED);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    assert_int_equal(world_items(&world->ems, KITH_KIND_PROJECT), 0);
    assert_int_equal(world_audited(&world->ems, "withdrawn_by_owner"), 2);
    /* And again: harmless. Nor does it come back by a further revision. */
    assert_int_equal(forge_send(world, &record), APPLY_NONE);
    assert_int_equal(world_audited(&world->ems, "withdrawn_by_owner"), 2);
    one.revision = 2;
    assert_int_equal(forge_send(world, &one), APPLY_REVISION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_second_opening_of_a_log_is_rejected, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_log_that_begins_with_anything_else_is_rejected, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_a_later_verdict_takes_the_place_of_an_earlier, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(test_verdict_marks_the_entry_it_names,
                                        forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_verdict_about_no_entry_of_ours_changes_nothing, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_longest_code_of_a_verdict_is_kept_whole, forge_up, forge_down),
        cmocka_unit_test_setup_teardown(
            test_verdict_is_never_sent_about_a_verdict_or_void, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_void_of_ranges_that_do_not_fit_is_rejected, forge_up,
            forge_down),
        cmocka_unit_test_setup_teardown(
            test_withdrawal_takes_back_each_item_it_names, forge_up,
            forge_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
