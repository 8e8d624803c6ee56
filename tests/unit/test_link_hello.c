/* Tests of greet and hello: who is there, session numbers, claims, cards, and
 * which of two sessions stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/card.h"
#include "link_pair.h"
#include "rules/keyring.h"
#include "rules/transport_key.h"

static void test_both_sides_greet_at_once(void **state)
{
    struct pair *pair = *state;

    pair_connect(pair, 1, 0);
    assert_int_equal(pair_count(pair, 0, KITH_FRAME_GREET), 1);
    assert_int_equal(pair_count(pair, 1, KITH_FRAME_GREET), 1);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_GREETING);
}

static void test_hello_number_is_stored_before_it_is_sent(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_greet(pair, 1);
    world_begin(pair->sides[0]);
    hello = pair_take_hello(pair, 0, pair->sides[0]->arena);
    assert_int_equal(hello.session, 1);
    assert_int_equal(world_link(pair->sides[0]).session, 1);
    world_abort(pair->sides[0]);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    assert_int_equal(pair_link(pair, 0).session, 2);
}

static void test_session_opens_when_both_have_verified(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_connect(pair, 1, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_UNVERIFIED);
    assert_int_equal(pair_link(pair, 0).out.number, 0);
    link = pair_link(pair, 0);
    link.verified = true;
    pair_put(pair, 0, &link);
    pair_flush(pair, 0);
    pair_assert_refused(pair, 0, KITH_REFUSE_REVERIFY);
    pair_cut(pair, 1);
    pair_connect(pair, 2, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_UNVERIFIED);
    assert_true(pair_link(pair, 1).verified_by_partner);
    link = pair_link(pair, 1);
    link.verified = true;
    pair_put(pair, 1, &link);
    pair_flush(pair, 1);
    pair_cut(pair, 2);
    pair_connect(pair, 3, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    assert_int_equal(pair_phase(pair, 1), LINK_PHASE_OPEN);
    assert_true(pair_link(pair, 0).out.receipted > 0);
}

static void test_greet_without_common_protocol_is_refused_by_name(void **state)
{
    struct pair *pair = *state;
    struct kith_greet newer = {.protocol_min = 7, .protocol_max = 9};
    struct kith_buf frame = {0};

    pair_connect_end(pair, 1, 0, true);
    assert_int_equal(kith_greet_encode(&newer, &frame), KITH_OK);
    pair_give(pair, 0, 1, kith_buf_bytes(&frame));
    pair_assert_refused(pair, 0, KITH_REFUSE_VERSION);
    assert_non_null(strstr(pair->closed[0].sentence, "7 to 9"));
    kith_buf_clear(&frame);
}

static void test_hello_with_any_byte_flipped_is_refused(void **state)
{
    struct pair *pair = *state;
    size_t at = 1;

    for (uint64_t session = 1; session < 60; session++, at += 13) {
        struct pair_frame frame;
        struct store_link before;

        pair_greet(pair, session);
        frame = pair_take(pair, 1, KITH_FRAME_HELLO);
        frame.bytes.data[at % frame.bytes.len] ^= 0x10;
        before = pair_link(pair, 0);
        pair_give(pair, 0, session, kith_buf_bytes(&frame.bytes));
        assert_int_equal(pair->n_closed[0], session);
        assert_int_equal(pair_link(pair, 0).partner_session,
                         before.partner_session);
        assert_int_equal(pair_link(pair, 0).stall, 0);
        kith_buf_clear(&frame.bytes);
        pair_cut(pair, session);
    }
}

static void test_hello_of_another_session_is_refused(void **state)
{
    struct pair *pair = *state;
    struct pair_frame old;

    pair_greet(pair, 1);
    old = pair_take(pair, 1, KITH_FRAME_HELLO);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    pair_give(pair, 0, 2, kith_buf_bytes(&old.bytes));
    pair_assert_refused(pair, 0, KITH_REFUSE_IDENTITY);
    kith_buf_clear(&old.bytes);
}

static void test_hello_over_another_transport_key_is_refused(void **state)
{
    struct pair *pair = *state;

    memset(pair->other_key.b, 7, sizeof(pair->other_key.b));
    pair->use_other_key = true;
    pair_connect_end(pair, 1, 0, true);
    pair->use_other_key = false;
    pair_connect_end(pair, 1, 1, false);
    pair_run(pair);
    pair_assert_refused(pair, 0, KITH_REFUSE_IDENTITY);
}

/* The partner's former transport key counts until a session was proved with the
 * one of its card. */
static void test_hello_over_the_key_of_the_card_ends_the_former_one(
    void **state)
{
    struct pair *pair = *state;
    struct keyring_row row = {.use = KITH_LINK_KEY_USE_TRANSPORT,
                              .to = UINT64_MAX};
    struct kith_key former;
    struct act *act = world_begin(pair->sides[0]);
    struct store_link link = world_link(pair->sides[0]);

    memset(row.key.b, 7, sizeof(row.key.b));
    row.card = link.card_digest;
    assert_int_equal(keyring_put(act, link.number, &row), KITH_OK);
    assert_int_equal(transport_key_former(act, link.number, &former), KITH_OK);
    assert_true(kith_key_equal(&former, &row.key));
    world_commit(pair->sides[0]);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    act = world_begin(pair->sides[0]);
    assert_int_equal(transport_key_former(act, link.number, &former),
                     KITH_NOT_FOUND);
    world_abort(pair->sides[0]);
}

static void test_hello_for_another_company_is_refused(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_greet(pair, 1);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    hello.receiver.b[0] ^= 1;
    pair_give_hello(pair, 1, 1, &hello);
    pair_assert_refused(pair, 0, KITH_REFUSE_IDENTITY);
    world_abort(pair->sides[1]);
}

/* Of two sessions that DIALLER_1 and DIALLER_2 dialled, KEPT stays. */
static void assert_stays(struct pair *pair, int dialler_1, int dialler_2,
                         uint64_t kept)
{
    struct link_view view;

    world_verify(pair->world);
    pair_connect(pair, 1, dialler_1);
    pair_connect(pair, 2, dialler_2);
    pair_run(pair);
    for (int side = 0; side < 2; side++) {
        link_look(pair->machines[side], &view);
        assert_int_equal(view.session, kept);
        assert_int_equal(view.phase, LINK_PHASE_OPEN);
        assert_int_equal(pair->closed[side].code, KITH_REFUSE_REPLACED);
    }
}

static void test_of_two_by_one_side_the_newer_hello_stays(void **state)
{
    assert_stays(*state, 1, 1, 2);
}

static void test_of_two_by_both_sides_the_lower_ids_stays(void **state)
{
    struct pair *pair = *state;
    int lower = memcmp(pair->sides[0]->company.id.b,
                       pair->sides[1]->company.id.b, KITH_COMPANY_ID_LEN) < 0
                    ? 0
                    : 1;

    assert_stays(pair, lower, 1 - lower, 1);
}

/* The EMS's card with another name, of REVISION. */
static void readdress(struct pair *pair, uint64_t revision)
{
    struct company *company = &pair->sides[1]->company;
    struct kith_card_address address = {.revision = revision,
                                        .roles = KITH_ROLE_EMS,
                                        .name = "Northwind, moved"};
    struct kith_buf card = {0};

    assert_int_equal(kith_card_readdress(kith_buf_bytes(&company->card),
                                         &address, &company->statement, &card),
                     KITH_OK);
    kith_buf_clear(&company->card);
    company->card = card;
    kith_sha256(card.data, card.len, &company->card_digest);
}

static void test_newer_card_in_a_hello_is_taken(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    readdress(pair, WORLD_NOW + 5);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    link = pair_link(pair, 0);
    assert_true(kith_hash_equal(&link.card_digest,
                                &pair->sides[1]->company.card_digest));
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_UNVERIFIED);
}

static void test_older_card_is_ignored_and_told(void **state)
{
    struct pair *pair = *state;
    struct kith_hash held = pair_link(pair, 0).card_digest;
    struct store_link link;

    readdress(pair, WORLD_NOW - 5);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    link = pair_link(pair, 0);
    assert_true(kith_hash_equal(&link.card_digest, &held));
    assert_int_equal(pair->n_told[0], 1);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_UNVERIFIED);
}

static void test_two_cards_of_one_revision_freeze(void **state)
{
    struct pair *pair = *state;

    readdress(pair, WORLD_NOW);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FROZEN);
    assert_true(pair_link(pair, 0).in.frozen);
    assert_true(pair_link(pair, 0).out.frozen);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_both_sides_greet_at_once),
        PAIR_TEST(test_hello_number_is_stored_before_it_is_sent),
        PAIR_TEST(test_session_opens_when_both_have_verified),
        PAIR_TEST(test_greet_without_common_protocol_is_refused_by_name),
        PAIR_TEST(test_hello_with_any_byte_flipped_is_refused),
        PAIR_TEST(test_hello_of_another_session_is_refused),
        PAIR_TEST(test_hello_over_another_transport_key_is_refused),
        PAIR_TEST(test_hello_over_the_key_of_the_card_ends_the_former_one),
        PAIR_TEST(test_hello_for_another_company_is_refused),
        PAIR_TEST(test_of_two_by_one_side_the_newer_hello_stays),
        PAIR_TEST(test_of_two_by_both_sides_the_lower_ids_stays),
        PAIR_TEST(test_newer_card_in_a_hello_is_taken),
        PAIR_TEST(test_older_card_is_ignored_and_told),
        PAIR_TEST(test_two_cards_of_one_revision_freeze),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
