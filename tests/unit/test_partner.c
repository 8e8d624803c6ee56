/* partner - cards taken, groups compared, and what each refusal is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/partner.h"
#include "rules/resolve.h"
#include "rules_world.h"

/* A company that nobody knows, and the keys that sign its cards. */
struct other {
    struct kith_sign_key root, statement;
    struct kith_card_root part;
    struct kith_card_address address;
    struct kith_buf card;
};

static void make_card(struct other *other)
{
    const struct kith_card_signers signers = {.root = &other->root,
                                              .statement = &other->statement};

    kith_buf_clear(&other->card);
    assert_int_equal(
        kith_card_make(&other->part, &other->address, &signers, &other->card),
        KITH_OK);
}

static void other_up(struct other *other, const char *name)
{
    struct kith_sign_key log, receipt;
    struct kith_box_key transport, sealing;

    *other = (struct other){.address = {.revision = 1, .roles = KITH_ROLE_OEM}};
    kith_sign_key_new(&other->root);
    kith_sign_key_new(&other->statement);
    kith_sign_key_new(&log);
    kith_sign_key_new(&receipt);
    kith_box_key_new(&transport);
    kith_box_key_new(&sealing);
    other->part = (struct kith_card_root){.revision = 1,
                                          .valid_from_s = WORLD_NOW - 1,
                                          .valid_until_s = WORLD_NOW + 1000,
                                          .log = log.pk,
                                          .receipt = receipt.pk,
                                          .statement = other->statement.pk,
                                          .transport = transport.pk,
                                          .sealing = sealing.pk};
    memcpy(other->part.company.b, other->root.pk.b, KITH_COMPANY_ID_LEN);
    strcpy(other->address.name, name);
    make_card(other);
}

static enum kith_status add(struct world_company *company,
                            struct kith_bytes card, const char *alias,
                            struct store_link *ret_link)
{
    struct act *act = world_begin(company);
    enum kith_status status =
        partner_add(act, card, kith_bytes_of(alias), ret_link);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

static void test_new_partner_gets_a_name_of_its_own(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct other one, two, three;

    other_up(&one, "ACME Devices");
    other_up(&two, "acme");
    other_up(&three, "\xc3\x85ngstr\xc3\xb6m");
    assert_int_equal(add(&world->ems, kith_buf_bytes(&one.card), "", &link),
                     KITH_OK);
    assert_string_equal(link.alias, "acme-2"); /* the OEM is acme */
    assert_false(link.verified);
    assert_int_equal(
        add(&world->ems, kith_buf_bytes(&two.card), "acme-2", &link),
        KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "alias_taken");
    assert_int_equal(
        add(&world->ems, kith_buf_bytes(&two.card), "Acme Inc", &link),
        KITH_INVALID);
    assert_int_equal(add(&world->ems, kith_buf_bytes(&two.card), "", &link),
                     KITH_OK);
    assert_string_equal(link.alias, "acme-3");
    assert_int_equal(add(&world->ems, kith_buf_bytes(&three.card), "", &link),
                     KITH_OK);
    assert_string_equal(link.alias, "ngstr");
    kith_buf_clear(&one.card);
    kith_buf_clear(&two.card);
    kith_buf_clear(&three.card);
}

static void test_card_that_is_no_card_is_refused(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct other other;

    other_up(&other, "Other");
    assert_int_equal(
        add(&world->ems, (struct kith_bytes){other.card.data, 90}, "", &link),
        KITH_MALFORMED);
    assert_int_equal(add(&world->ems, kith_bytes_of("card"), "", &link),
                     KITH_NOT_UNDERSTOOD);
    other.card.data[100] ^= 1;
    assert_int_equal(add(&world->ems, kith_buf_bytes(&other.card), "", &link),
                     KITH_UNTRUSTED);
    assert_int_equal(
        add(&world->ems, kith_buf_bytes(&world->ems.company.card), "", &link),
        KITH_INVALID);
    assert_string_equal(world->ems.err.code, "card_own");
    assert_int_equal(
        add(&world->ems, kith_buf_bytes(&world->oem.company.card), "", &link),
        KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "card_known");
    kith_buf_clear(&other.card);
}

static void test_newer_card_is_kept_older_is_not_and_two_are_a_fork(
    void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct other other;
    struct kith_buf former;

    other_up(&other, "Other");
    assert_int_equal(add(&world->ems, kith_buf_bytes(&other.card), "", &link),
                     KITH_OK);
    former = other.card;
    other.card = (struct kith_buf){0};
    other.part.valid_until_s++;
    make_card(&other);
    assert_int_equal(add(&world->ems, kith_buf_bytes(&other.card), "", &link),
                     KITH_FORK);
    other.part.revision = 2;
    make_card(&other);
    assert_int_equal(add(&world->ems, kith_buf_bytes(&other.card), "", &link),
                     KITH_OK);
    assert_int_equal(link.card_revision, 2);
    assert_int_equal(add(&world->ems, kith_buf_bytes(&former), "", &link),
                     KITH_CONFLICT);
    kith_buf_clear(&former);
    kith_buf_clear(&other.card);
}

/* Nothing can be sealed to such a key: each push to that partner would fail,
 * and with it the transaction of everybody. */
static void test_card_with_a_key_of_low_order_cannot_be(void **state)
{
    struct other other;
    const struct kith_card_signers signers = {.root = &other.root,
                                              .statement = &other.statement};
    struct kith_buf card = {0};

    (void)state;
    other_up(&other, "Other");
    memset(&other.part.sealing, 0, sizeof(other.part.sealing));
    assert_int_not_equal(
        kith_card_make(&other.part, &other.address, &signers, &card), KITH_OK);
    other.part.sealing.b[0] = 1;
    assert_int_not_equal(
        kith_card_make(&other.part, &other.address, &signers, &card), KITH_OK);
    kith_buf_clear(&card);
    kith_buf_clear(&other.card);
}

static void test_wrong_groups_verify_nobody(void **state)
{
    struct world *world = *state;
    char groups[KITH_PAIRING_SIZE];
    struct store_link link;
    struct act *act = world_begin(&world->ems);

    link = world_link(&world->ems);
    assert_int_equal(partner_verify(act, &link, kith_bytes_of("1 2 3")),
                     KITH_UNTRUSTED);
    kith_pairing_groups(&world->ems.company.id, &world->oem.company.id, groups);
    assert_int_equal(partner_verify(act, &link, kith_bytes_of(groups)),
                     KITH_UNTRUSTED); /* our own, not theirs */
    assert_false(link.verified);
    kith_pairing_groups(&world->oem.company.id, &world->ems.company.id, groups);
    kith_error_clear(&world->ems.err);
    assert_int_equal(partner_verify(act, &link, kith_bytes_of(groups)),
                     KITH_OK);
    assert_true(link.verified);
    assert_int_equal(link.verified_at, WORLD_NOW);
    world_abort(&world->ems);
}

static void test_removed_partner_comes_back_unverified(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct act *act;

    world_verify(world);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(partner_remove(act, &link), KITH_OK);
    assert_int_equal(partner_remove(act, &link), KITH_OK);
    assert_int_equal(partner_verify(act, &link, kith_bytes_of("1 2 3")),
                     KITH_NOT_FOUND);
    world_commit(&world->ems);
    assert_int_equal(world_audited(&world->ems, "partner_removed"), 1);
    assert_int_equal(
        add(&world->ems, kith_buf_bytes(&world->oem.company.card), "", &link),
        KITH_OK);
    assert_false(link.removed);
    assert_false(link.verified);
}

static void test_partner_is_found_by_name_beginning_or_id(void **state)
{
    struct world *world = *state;
    char hex[KITH_COMPANY_HEX_SIZE];
    struct store_link link;
    struct other other;
    struct act *act;

    other_up(&other, "acorn");
    assert_int_equal(add(&world->ems, kith_buf_bytes(&other.card), "", &link),
                     KITH_OK);
    act = world_begin(&world->ems);
    kith_company_id_hex(&world->oem.company.id, hex);
    assert_int_equal(resolve_partner(act, kith_bytes_of("acme"), &link),
                     KITH_OK);
    assert_int_equal(link.number, 1);
    assert_int_equal(resolve_partner(act, kith_bytes_of("aco"), &link),
                     KITH_OK);
    assert_int_equal(link.number, 2);
    assert_int_equal(resolve_partner(act, kith_bytes_of(hex), &link), KITH_OK);
    assert_int_equal(link.number, 1);
    assert_int_equal(resolve_partner(act, kith_bytes_of("ac"), &link),
                     KITH_CONFLICT);
    assert_string_equal(world->ems.err.code, "partner_unclear");
    kith_error_clear(&world->ems.err);
    assert_int_equal(resolve_partner(act, kith_bytes_of("x"), &link),
                     KITH_NOT_FOUND);
    assert_int_equal(resolve_partner(act, kith_bytes_of("acmes"), &link),
                     KITH_NOT_FOUND);
    assert_int_equal(resolve_partner(act, (struct kith_bytes){NULL, 0}, &link),
                     KITH_NOT_FOUND);
    /* A removed one only by its whole name. */
    assert_int_equal(resolve_partner(act, kith_bytes_of("acorn"), &link),
                     KITH_OK);
    assert_int_equal(partner_remove(act, &link), KITH_OK);
    assert_int_equal(resolve_partner(act, kith_bytes_of("ac"), &link), KITH_OK);
    assert_int_equal(link.number, 1);
    assert_int_equal(resolve_partner(act, kith_bytes_of("acorn"), &link),
                     KITH_OK);
    world_abort(&world->ems);
    kith_buf_clear(&other.card);
}

static void test_rename_endpoint_and_pause_are_noted(void **state)
{
    struct world *world = *state;
    struct store_link link;
    struct act *act = world_begin(&world->ems);

    link = world_link(&world->ems);
    assert_int_equal(partner_rename(act, &link, kith_bytes_of("north")),
                     KITH_OK);
    assert_int_equal(partner_rename(act, &link, kith_bytes_of("-x")),
                     KITH_INVALID);
    assert_string_equal(link.alias, "north");
    assert_int_equal(partner_endpoint(act, &link, kith_bytes_of("http://x:1")),
                     KITH_INVALID);
    assert_int_equal(
        partner_endpoint(act, &link, kith_bytes_of("tcp://host:7400")),
        KITH_OK);
    assert_string_equal(link.endpoint, "tcp://host:7400");
    assert_int_equal(partner_endpoint(act, &link, (struct kith_bytes){NULL, 0}),
                     KITH_OK);
    assert_string_equal(link.endpoint, "");
    assert_int_equal(partner_pause(act, &link, true), KITH_OK);
    assert_int_equal(partner_pause(act, &link, true), KITH_OK);
    assert_true(link.paused);
    assert_int_equal(partner_pause(act, &link, false), KITH_OK);
    assert_false(link.paused);
    world_commit(&world->ems);
    assert_int_equal(world_audited(&world->ems, "partner_paused"), 1);
    assert_int_equal(world_audited(&world->ems, "partner_renamed"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_partner_gets_a_name_of_its_own,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(test_card_that_is_no_card_is_refused,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_newer_card_is_kept_older_is_not_and_two_are_a_fork, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_card_with_a_key_of_low_order_cannot_be, world_up, world_down),
        cmocka_unit_test_setup_teardown(test_wrong_groups_verify_nobody,
                                        world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_removed_partner_comes_back_unverified, world_up, world_down),
        cmocka_unit_test_setup_teardown(
            test_partner_is_found_by_name_beginning_or_id, world_up,
            world_down),
        cmocka_unit_test_setup_teardown(
            test_rename_endpoint_and_pause_are_noted, world_up, world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
