/* Tests of keys that change: what the old one signed still verifies, and
 * nothing above the sizes for which it was good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/card.h"
#include "kith/session.h"
#include "rules/intake.h"
#include "rules/key_change.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "rules/pump.h"
#include "rules_world.h"

/* The former keys of the OEM. */
struct former {
    struct kith_card card;
    struct kith_sign_key log, statement;
};

/* The OEM takes other keys, and the EMS gets the card. LIMIT: up to where the
 * former ones were good; NULL: none is named. */
static struct former turn_limited(struct world *world, bool compromised,
                                  const struct key_limit *limit)
{
    struct company *oem = &world->oem.company;
    struct former former = {.log = oem->log, .statement = oem->statement};
    struct key_change change = {.former = &former.card,
                                .compromised = compromised,
                                .limits = limit,
                                .n_limits = limit != NULL};
    struct store_link link;
    struct kith_card card;
    enum kith_card_order order;
    struct act *act;

    assert_int_equal(kith_card_read(kith_buf_bytes(&oem->card), &former.card),
                     KITH_OK);
    kith_sign_key_new(&oem->log);
    kith_sign_key_new(&oem->receipt);
    kith_sign_key_new(&oem->statement);
    act = world_begin(&world->oem);
    world_renew_card(&world->oem);
    assert_int_equal(key_change_tell(act, &change), KITH_OK);
    world_commit(&world->oem);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(kith_card_read(kith_buf_bytes(&oem->card), &card),
                     KITH_OK);
    assert_int_equal(partner_take_card(act, &link, kith_buf_bytes(&oem->card),
                                       &card, &order),
                     KITH_OK);
    assert_int_equal(order, KITH_CARD_NEWER);
    world_commit(&world->ems);
    return former;
}

static struct former turn(struct world *world, bool compromised)
{
    return turn_limited(world, compromised, NULL);
}

/* Notes of one kind that COMPANY holds of the log of SIDE; *ret_bad: those that
 * no key is good for. */
static size_t count_notes(struct world_company *company, enum store_side side,
                          enum store_note kind, size_t *ret_bad)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    const struct store_log_id log = logkeys_id(&link, side);
    struct keyring_note note = {
        .link = &link, .side = side, .log_number = log.number};
    struct kith_checkpoint checkpoint;
    struct kith_receipt_read receipt;
    size_t count = 0;
    uint64_t size;

    *ret_bad = 0;
    for (size = 0; store_note_from(act->txn, &log, kind, &size, act->arena,
                                   &note.note) == KITH_OK;
         size++) {
        count++;
        if ((kind == STORE_CHECKPOINT
                 ? keyring_checkpoint(act, &note, &checkpoint)
                 : keyring_receipt(act, &note, &receipt)) != KITH_OK)
            (*ret_bad)++;
    }
    world_abort(company);
    return count;
}

static size_t bad_notes(struct world_company *company, enum store_side side,
                        enum store_note kind)
{
    size_t bad;

    (void)count_notes(company, side, kind, &bad);
    return bad;
}

/* The OEM's whole log goes to the EMS once more, as after a want. */
static void send_again(struct world *world)
{
    const struct pump_span span = {.gated_from = 0};
    struct kith_buf frame = {0};
    struct intake_result result;
    struct quota_use use = {0};
    struct pump_span next = span;
    enum kith_status status = KITH_OK;

    for (;;) {
        struct act *act = world_begin(&world->oem);
        struct store_link link = world_link(&world->oem);

        status = pump_frame(act, &link, &next, &frame, &next.from);
        world_abort(&world->oem);
        if (status != KITH_OK)
            break;
        act = world_begin(&world->ems);
        link = world_link(&world->ems);
        assert_int_equal(
            intake_push(act, &link, kith_buf_bytes(&frame), &use, &result),
            KITH_OK);
        assert_false(link.in.frozen);
        world_commit(&world->ems);
        kith_buf_clear(&frame);
    }
    assert_int_equal(status, KITH_NOT_FOUND);
}

/* The OEM tells its newest receipt once more, as each session does. */
static void repeat_receipt(struct world *world)
{
    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);
    const struct store_log_id log = logkeys_id(&link, STORE_IN);
    struct kith_receipt receipt = {.log_number = link.in.number,
                                   .processed = link.in.processed};
    struct kith_buf frame = {0};
    uint64_t size = link.in.receipted;
    int64_t time;

    assert_int_equal(store_note_at(act->txn, &log, STORE_RECEIPT, &size,
                                   act->arena, &receipt.note),
                     KITH_OK);
    assert_int_equal(kith_receipt_encode(&receipt, &frame), KITH_OK);
    world_abort(&world->oem);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(pump_receipt(act, &link, kith_buf_bytes(&frame), &time),
                     KITH_OK);
    world_commit(&world->ems);
    kith_buf_clear(&frame);
}

/* A checkpoint of the OEM's log as the EMS judges it. */
static enum kith_status judge(struct world *world, uint64_t size,
                              const struct kith_sign_key *key)
{
    struct act *act = world_begin(&world->ems);
    struct store_link link = world_link(&world->ems);
    struct kith_checkpoint point = {.size = size};
    struct kith_buf note = {0};
    struct keyring_note question = {
        .link = &link, .side = STORE_IN, .log_number = link.in.number};
    enum kith_status status;

    logkeys_origin(act, &link, STORE_IN, &point.origin);
    assert_int_equal(kith_checkpoint_sign(&point, key, &note), KITH_OK);
    question.note = kith_buf_bytes(&note);
    status = keyring_checkpoint(act, &question, &point);
    kith_buf_clear(&note);
    world_abort(&world->ems);
    return status;
}

static uint64_t size_at_ems(struct world *world)
{
    uint64_t size;

    (void)world_begin(&world->ems);
    size = world_link(&world->ems).in.noted;
    world_abort(&world->ems);
    return size;
}

/* Something told both ways before the keys change. */
static void talk(struct world *world)
{
    world_verify(world);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_true(world_carry(&world->ems, &world->oem) > 0);
}

static void test_logs_go_on_under_other_keys(void **state)
{
    struct world *world = *state;

    talk(world);
    (void)turn(world, false);
    assert_int_equal(world_carry(&world->oem, &world->ems), 4);
    world_agree(world, 0, 30000);
    (void)turn(world, false);
    assert_int_equal(world_carry(&world->oem, &world->ems), 4);
    (void)world_begin(&world->oem);
    assert_int_equal(world_link(&world->oem).out.receipted,
                     world_link(&world->oem).out.noted);
    world_abort(&world->oem);
}

static void test_former_key_is_good_up_to_its_last_size(void **state)
{
    struct world *world = *state;
    struct former former;
    uint64_t last;

    talk(world);
    last = size_at_ems(world);
    former = turn(world, false);
    assert_int_equal(judge(world, last, &former.log), KITH_OK);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge(world, last, &former.log), KITH_OK);
    assert_int_equal(judge(world, last + 1, &former.log), KITH_UNTRUSTED);
    assert_int_equal(judge(world, last + 1, &world->oem.company.log), KITH_OK);
    assert_int_equal(world_audited(&world->ems, "key_ended"), 2);
}

static void test_compromised_key_is_refused_above_its_last_good_size(
    void **state)
{
    struct world *world = *state;
    struct former former;
    uint64_t last;

    talk(world);
    last = size_at_ems(world);
    former = turn(world, true);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge(world, last, &former.log), KITH_OK);
    assert_int_equal(judge(world, last + 1, &former.log), KITH_UNTRUSTED);
    assert_int_equal(world_audited(&world->ems, "key_compromised"), 3);
}

/* Both have several checkpoints and receipts then. */
static void talk_twice(struct world *world)
{
    talk(world);
    world_agree(world, 0, 30000);
}

static void test_no_checkpoint_above_the_last_good_size_is_without_a_key(
    void **state)
{
    const struct key_limit limit = {.last_good = 2};
    struct world *world = *state;
    struct former former;
    size_t bad, count;
    uint64_t held;

    talk_twice(world);
    held = size_at_ems(world);
    former = turn_limited(world, true, &limit);
    count = count_notes(&world->oem, STORE_OUT, STORE_CHECKPOINT, &bad);
    assert_true(count >= 2);
    assert_int_equal(bad, 0);
    assert_int_equal(world_audited(&world->oem, "checkpoints_anew"), 1);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge(world, 2, &former.log), KITH_OK);
    assert_int_equal(judge(world, 3, &former.log), KITH_UNTRUSTED);
    assert_int_equal(judge(world, 2, &world->oem.company.log), KITH_UNTRUSTED);
    assert_int_equal(judge(world, 3, &world->oem.company.log), KITH_OK);
    assert_true(held > 3);
    assert_int_equal(world_audited(&world->ems, "key_compromised"), 3);
}

/* What the partner holds under the compromised key gives way to the same under
 * the new one, and is no second history. */
static void test_partner_takes_a_checkpoint_that_was_signed_anew(void **state)
{
    const struct key_limit limit = {.last_good = 1};
    struct world *world = *state;

    talk_twice(world);
    (void)turn_limited(world, true, &limit);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_true(bad_notes(&world->ems, STORE_IN, STORE_CHECKPOINT) > 0);
    send_again(world);
    assert_int_equal(bad_notes(&world->ems, STORE_IN, STORE_CHECKPOINT), 0);
}

/* Made, not sent, and then the key goes: it is sent under the new one. */
static void test_checkpoints_on_their_way_are_signed_anew(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct act *act;
    uint64_t bytes;

    world_verify(world);
    act = world_begin(&world->oem);
    link = world_link(&world->oem);
    assert_int_equal(pump_open_log(act, &link), KITH_OK);
    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    assert_true(link.out.noted > 0);
    world_commit(&world->oem);
    (void)turn(world, true);
    assert_int_equal(bad_notes(&world->oem, STORE_OUT, STORE_CHECKPOINT), 0);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(bad_notes(&world->ems, STORE_IN, STORE_CHECKPOINT), 0);
}

static void test_receipts_above_the_last_good_size_are_given_anew(void **state)
{
    const struct key_limit limit = {.last_good = 1};
    struct world *world = *state;

    talk_twice(world);
    (void)turn_limited(world, true, &limit);
    assert_int_equal(bad_notes(&world->oem, STORE_IN, STORE_RECEIPT), 0);
    assert_int_equal(world_audited(&world->oem, "receipts_anew"), 1);
    repeat_receipt(world);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    /* the newest is good again, and covers what those below it did */
    assert_int_equal(
        bad_notes(&world->ems, STORE_OUT, STORE_RECEIPT),
        count_notes(&world->ems, STORE_OUT, STORE_RECEIPT, &(size_t){0}) - 1);
}

static void test_size_of_one_partner_counts_for_no_other(void **state)
{
    const struct key_limit limit = {.link = 7, .last_good = 1};
    struct world *world = *state;
    struct former former;
    uint64_t last;

    talk_twice(world);
    last = size_at_ems(world);
    former = turn_limited(world, true, &limit);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge(world, last, &former.log), KITH_OK);
    assert_int_equal(judge(world, last + 1, &former.log), KITH_UNTRUSTED);
}

/* A row of KEY, a log key of the OEM, at the EMS. */
static void put_row(struct world *world, const struct kith_key *key,
                    uint32_t log_number, uint64_t to)
{
    struct keyring_row row = {.use = KITH_LINK_KEY_USE_LOG,
                              .log_number = log_number,
                              .key = *key,
                              .from = to / 2,
                              .to = to};
    struct act *act = world_begin(&world->ems);
    struct store_link link = world_link(&world->ems);

    row.card = link.card_digest;
    assert_int_equal(keyring_put(act, link.number, &row), KITH_OK);
    world_commit(&world->ems);
}

/* Log 1 was closed before log 5, in which the key ended. */
static void test_key_that_ended_later_counts_in_a_closed_log(void **state)
{
    struct world *world = *state;
    struct kith_sign_key key;

    talk(world);
    kith_sign_key_new(&key);
    assert_int_equal(judge(world, 1, &key), KITH_UNTRUSTED);
    put_row(world, &key.pk, 5, 40);
    assert_int_equal(judge(world, 1, &key), KITH_OK);
    put_row(world, &key.pk, 1, 4);
    assert_int_equal(judge(world, 1, &key), KITH_UNTRUSTED);
    assert_int_equal(judge(world, 4, &key), KITH_OK);
    assert_int_equal(judge(world, 5, &key), KITH_UNTRUSTED);
    /* a key that ended before is none of a later log's */
    kith_sign_key_new(&key);
    put_row(world, &key.pk, 0, 40);
    assert_int_equal(judge(world, 30, &key), KITH_UNTRUSTED);
}

static enum kith_status judge_statement(struct world *world,
                                        const struct kith_sign_key *key)
{
    struct act *act = world_begin(&world->ems);
    struct store_link link = world_link(&world->ems);
    struct kith_bytes bytes = {(const uint8_t *)"terms", 5};
    struct kith_sig signature;
    enum kith_status status;

    assert_int_equal(
        kith_sign(key, KITH_STATEMENT_AGREEMENT, bytes, &signature), KITH_OK);
    status = keyring_statement(act, &link, KITH_STATEMENT_AGREEMENT, bytes,
                               &signature);
    world_abort(&world->ems);
    return status;
}

static void test_former_statement_counts_unless_its_key_is_compromised(
    void **state)
{
    struct world *world = *state;
    struct former former, stolen;

    talk(world);
    former = turn(world, false);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge_statement(world, &former.statement), KITH_OK);
    stolen = turn(world, true);
    assert_true(world_carry(&world->oem, &world->ems) > 0);
    assert_int_equal(judge_statement(world, &former.statement), KITH_OK);
    assert_int_equal(judge_statement(world, &stolen.statement), KITH_UNTRUSTED);
}

/* Changes without end are refused, and cost no more room (inv. 7). */
static void test_keyring_of_a_link_is_bounded(void **state)
{
    struct world *world = *state;
    struct act *act = world_begin(&world->ems);
    struct keyring_row row = {.use = KITH_LINK_KEY_USE_STATEMENT};
    size_t i;

    row.card.b[0] = 1;
    for (i = 0; i < KEYRING_ROWS_MAX; i++) {
        row.key.b[0] = (uint8_t)i;
        row.key.b[1] = (uint8_t)(i >> 8);
        assert_int_equal(keyring_put(act, 1, &row), KITH_OK);
    }
    assert_int_equal(keyring_put(act, 1, &row), KITH_LIMIT);
    assert_int_equal(keyring_put(act, 2, &row), KITH_OK);
    world_abort(&world->ems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_logs_go_on_under_other_keys,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_former_key_is_good_up_to_its_last_size, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_compromised_key_is_refused_above_its_last_good_size, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_no_checkpoint_above_the_last_good_size_is_without_a_key,
            world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_partner_takes_a_checkpoint_that_was_signed_anew, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_checkpoints_on_their_way_are_signed_anew, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_receipts_above_the_last_good_size_are_given_anew, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_size_of_one_partner_counts_for_no_other, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_key_that_ended_later_counts_in_a_closed_log, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_former_statement_counts_unless_its_key_is_compromised,
            world_up, world_down),
        cmocka_unit_test_setup_teardown(test_keyring_of_a_link_is_bounded,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
