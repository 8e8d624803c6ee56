/* Tests of session numbers and claims: sides that were restored from a backup
 * or run twice, and sides that only look so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "link_pair.h"

static void assert_restored(struct pair *pair, int side)
{
    struct store_link link = pair_link(pair, side);

    pair_assert_refused(pair, side, KITH_REFUSE_RESTORED);
    assert_int_equal(link.stall, KITH_REFUSE_RESTORED);
    assert_true(link.in.frozen && link.out.frozen);
}

static void test_number_above_ours_shows_that_we_are_restored(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_connect(pair, 1, 0);
    pair_run(pair);
    pair_cut(pair, 1);
    link = pair_link(pair, 0);
    link.session = 0; /* as in a backup of before */
    pair_put(pair, 0, &link);
    pair_connect(pair, 2, 0);
    pair_run(pair);
    assert_true(pair->n_closed[0] > 0 && pair->n_closed[1] > 0);
    assert_int_equal(pair_link(pair, 0).stall + pair_link(pair, 1).stall > 0,
                     1);
    /* Whoever saw it first, neither lets the other in again. */
    pair_cut(pair, 2);
    pair_connect(pair, 3, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_DOWN);
    assert_int_equal(pair_phase(pair, 1), LINK_PHASE_DOWN);
}

static void test_number_seen_before_shows_that_they_are_restored(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_connect(pair, 1, 0);
    pair_run(pair);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    hello.session = 1;
    pair_give_hello(pair, 1, 2, &hello);
    world_abort(pair->sides[1]);
    assert_restored(pair, 0);
}

static void test_numbers_that_crossed_are_no_restore(void **state)
{
    struct pair *pair = *state;
    struct pair_frame first, second;

    world_verify(pair->world);
    pair_connect(pair, 1, 1);
    pair_connect(pair, 2, 1);
    for (int i = 0; i < 4; i++)
        assert_true(pair_deliver(pair));
    first = pair_take(pair, 1, KITH_FRAME_HELLO);
    second = pair_take(pair, 1, KITH_FRAME_HELLO);
    assert_int_equal(first.session, 1);
    pair_give(pair, 0, 2, kith_buf_bytes(&second.bytes));
    pair_give(pair, 0, 1, kith_buf_bytes(&first.bytes));
    assert_int_equal(pair_link(pair, 0).stall, 0);
    pair_assert_refused(pair, 0, KITH_REFUSE_REPLACED);
    kith_buf_clear(&first.bytes);
    kith_buf_clear(&second.bytes);
}

static void test_clone_that_uses_one_number_twice_is_seen(void **state)
{
    struct pair *pair = *state;
    struct kith_hello first, second;

    pair_connect(pair, 1, 1);
    pair_connect(pair, 2, 1);
    for (int i = 0; i < 4; i++)
        assert_true(pair_deliver(pair));
    world_begin(pair->sides[1]);
    first = pair_take_hello(pair, 1, pair->sides[1]->arena);
    second = pair_take_hello(pair, 1, pair->sides[1]->arena);
    second.session = first.session;
    pair_give_hello(pair, 1, 1, &first);
    pair_give_hello(pair, 1, 2, &second);
    world_abort(pair->sides[1]);
    assert_int_equal(pair_link(pair, 0).stall, KITH_REFUSE_RESTORED);
}

static void test_partner_that_proves_more_than_we_made(void **state)
{
    struct pair *pair = *state;
    struct store_link link;

    pair_open(pair);
    pair_cut(pair, 1);
    link = pair_link(pair, 0);
    link.out.tree = (struct kith_tree){.size = 0};
    link.out.noted = link.out.processed = link.out.receipted = 0;
    pair_put(pair, 0, &link);
    pair_connect(pair, 2, 0);
    pair_run(pair);
    assert_restored(pair, 0);
}

static void test_claim_without_our_signature_proves_nothing(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_open(pair);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    hello.yours.size += 100;
    pair_give_hello(pair, 1, 2, &hello);
    world_abort(pair->sides[1]);
    pair_assert_refused(pair, 0, KITH_REFUSE_FRAME);
    assert_int_equal(pair_link(pair, 0).stall, 0);
    assert_false(pair_link(pair, 0).out.frozen);
}

static void test_partner_whose_log_is_shorter_than_we_hold(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_open(pair);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    hello.mine = (struct kith_log_claim){0};
    pair_give_hello(pair, 1, 2, &hello);
    world_abort(pair->sides[1]);
    assert_restored(pair, 0);
}

static void test_partner_that_forgot_what_it_receipted(void **state)
{
    struct pair *pair = *state;
    struct kith_hello hello;

    pair_open(pair);
    pair_cut(pair, 1);
    pair_greet(pair, 2);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    hello.yours.size--;
    pair_give_hello(pair, 1, 2, &hello);
    world_abort(pair->sides[1]);
    assert_restored(pair, 0);
}

/* A checkpoint of SENDER's log over SIZE entries that never were, signed with
 * KEY of SIGNER. The caller clears it. */
static struct kith_buf forge(struct pair *pair, int sender, int signer,
                             uint64_t size)
{
    struct kith_checkpoint checkpoint = {.size = size};
    struct kith_buf note = {0};

    kith_origin_make(&pair->sides[sender]->company.id,
                     &pair->sides[1 - sender]->company.id, 1,
                     &checkpoint.origin);
    kith_sha256("another history", 15, &checkpoint.root);
    assert_int_equal(kith_checkpoint_sign(
                         &checkpoint, &pair->sides[signer]->company.log, &note),
                     KITH_OK);
    return note;
}

/* The EMS's hello of session 2, with NOTE as what it says of SENDER's log. */
static void give_claim(struct pair *pair, int sender, struct kith_bytes note,
                       uint64_t size)
{
    struct kith_hello hello;
    struct kith_log_claim *claim;

    pair_cut(pair, 1);
    pair_greet(pair, 2);
    world_begin(pair->sides[1]);
    hello = pair_take_hello(pair, 1, pair->sides[1]->arena);
    claim = sender == 0 ? &hello.yours : &hello.mine;
    claim->note = note;
    claim->size = size;
    pair_give_hello(pair, 1, 2, &hello);
    world_abort(pair->sides[1]);
}

static void test_claim_signed_by_another_key_is_refused(void **state)
{
    struct pair *pair = *state;
    struct kith_buf note;

    pair_open(pair);
    note = forge(pair, 0, 1, 100);
    give_claim(pair, 0, kith_buf_bytes(&note), 100);
    pair_assert_refused(pair, 0, KITH_REFUSE_SIGNATURE);
    assert_int_equal(pair_link(pair, 0).stall, 0);
    kith_buf_clear(&note);
}

static void test_our_own_signature_over_another_history(void **state)
{
    struct pair *pair = *state;
    struct kith_buf note;

    pair_open(pair);
    note = forge(pair, 0, 0, 3); /* as our clone would sign */
    give_claim(pair, 0, kith_buf_bytes(&note), 3);
    assert_restored(pair, 0);
    kith_buf_clear(&note);
}

static void test_their_signature_over_another_history_freezes(void **state)
{
    struct pair *pair = *state;
    struct kith_buf note;

    pair_open(pair);
    note = forge(pair, 1, 1, 3);
    give_claim(pair, 1, kith_buf_bytes(&note), 3);
    pair_assert_refused(pair, 0, KITH_REFUSE_FROZEN);
    assert_true(pair_link(pair, 0).in.frozen);
    assert_false(pair_link(pair, 0).out.frozen);
    kith_buf_clear(&note);
}

static void test_size_without_note_is_refused(void **state)
{
    struct pair *pair = *state;
    struct kith_bytes none = {NULL, 0};

    pair_open(pair);
    give_claim(pair, 1, none, 50);
    assert_int_equal(pair->n_closed[0], 1);
    assert_int_equal(pair->closed[0].code, KITH_REFUSE_FRAME);
}

#define PAIR_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, pair_up, pair_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(test_number_above_ours_shows_that_we_are_restored),
        PAIR_TEST(test_number_seen_before_shows_that_they_are_restored),
        PAIR_TEST(test_numbers_that_crossed_are_no_restore),
        PAIR_TEST(test_clone_that_uses_one_number_twice_is_seen),
        PAIR_TEST(test_partner_that_proves_more_than_we_made),
        PAIR_TEST(test_claim_without_our_signature_proves_nothing),
        PAIR_TEST(test_partner_whose_log_is_shorter_than_we_hold),
        PAIR_TEST(test_partner_that_forgot_what_it_receipted),
        PAIR_TEST(test_claim_signed_by_another_key_is_refused),
        PAIR_TEST(test_our_own_signature_over_another_history),
        PAIR_TEST(test_their_signature_over_another_history_freezes),
        PAIR_TEST(test_size_without_note_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
