/* Tests of keys that change: what the old one signed still verifies, and
 * nothing above the sizes for which it was good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/card.h"
#include "rules/key_change.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "rules_world.h"

/* The former keys of the OEM. */
struct former {
    struct kith_card card;
    struct kith_sign_key log, statement;
};

/* The OEM takes other keys; with a card or without, the EMS gets it. */
static struct former turn(struct world *world, bool compromised)
{
    struct company *oem = &world->oem.company;
    struct former former = {.log = oem->log, .statement = oem->statement};
    struct key_change change = {.former = &former.card,
                                .compromised = compromised};
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
            test_former_statement_counts_unless_its_key_is_compromised,
            world_up, world_down),
        cmocka_unit_test_setup_teardown(test_keyring_of_a_link_is_bounded,
                                        world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
