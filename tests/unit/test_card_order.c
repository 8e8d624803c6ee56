/* test_card_order - how one card stands to another: revisions, roots, time. */
#include "vectors.h"

#include <string.h>

#include "company.h"

static void test_compare_tells_the_four_cases(void **state)
{
    struct company c, other;
    struct kith_card held, offered;

    (void)state;
    found_company(&c);
    found_company(&other);
    make_card(&c, &held);
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_SAME);
    make_card(&other, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_OTHER);
    c.part.valid_until_s++;
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_FORK);
    c.part.revision++;
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_NEWER);
    assert_int_equal(kith_card_compare(&offered, &held), KITH_CARD_OLDER);
    /* A newer root part does not excuse a second truth about the address. */
    set_text(c.address.name, sizeof(c.address.name), "Acne");
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_FORK);
    c.address.revision--;
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_OLDER);
}

/* A card of C after its root changed to NEXT. */
static void change_root(const struct company *c,
                        const struct kith_sign_key *next, uint64_t revision,
                        struct kith_card *ret_card)
{
    struct kith_card_change change;
    struct kith_card_signers signers = signers_of(c);
    struct kith_card_root part = c->part;
    struct kith_buf buf = {NULL, 0, 0};

    assert_int_equal(
        kith_card_change_make(&part.company, &c->root, next, &change), KITH_OK);
    part.revision = revision;
    signers.root = next;
    signers.changes = &change;
    signers.n_changes = 1;
    assert_int_equal(kith_card_make(&part, &c->address, &signers, &buf),
                     KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&buf), ret_card), KITH_OK);
    kith_buf_clear(&buf);
}

static void test_compare_takes_the_root_that_was_named(void **state)
{
    struct company c;
    struct kith_card held, offered;

    (void)state;
    found_company(&c);
    make_card(&c, &held);
    change_root(&c, &c.next, 101, &offered);
    assert_int_equal(offered.n_changes, 1);
    assert_true(kith_key_equal(&offered.root_key, &c.next.pk));
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_NEWER);
}

/* Who stole the root can sign a change, but not to the root named before. */
static void test_compare_freezes_on_a_root_that_was_not_named(void **state)
{
    struct kith_sign_key thief;
    struct company c;
    struct kith_card held, changed, offered;

    (void)state;
    found_company(&c);
    make_card(&c, &held);
    kith_sign_key_new(&thief);
    change_root(&c, &thief, 101, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_FORK);
    /* Nor can he sign the same part anew, */
    change_root(&c, &c.next, 100, &offered);
    assert_int_equal(kith_card_compare(&held, &offered), KITH_CARD_FORK);
    /* or put his own change in the place of the one that was made, */
    change_root(&c, &c.next, 101, &changed);
    change_root(&c, &thief, 102, &offered);
    assert_int_equal(kith_card_compare(&changed, &offered), KITH_CARD_FORK);
    /* or go on with the old root after the change. */
    c.part.revision += 10;
    make_card(&c, &offered);
    assert_int_equal(kith_card_compare(&changed, &offered), KITH_CARD_FORK);
}

/* Changes that do not lead from the company id to the root that signs. */
static void test_make_refuses_changes_that_lead_elsewhere(void **state)
{
    struct company c, other;
    struct kith_card_signers signers;
    struct kith_card_change changes[2];
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    found_company(&c);
    found_company(&other);
    signers = signers_of(&c);
    signers.changes = changes;
    signers.n_changes = 1;
    signers.root = &c.next;
    assert_int_equal(kith_card_change_make(&c.part.company, &other.root,
                                           &c.next, &changes[0]),
                     KITH_OK);
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    signers.root = &c.root;
    assert_int_equal(
        kith_card_change_make(&c.part.company, &c.root, &c.root, &changes[0]),
        KITH_OK);
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    signers.n_changes = KITH_CARD_CHANGES_MAX + 1;
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    assert_int_equal(buf.len, 0);
}

static void test_read_follows_the_changes_of_the_vector(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_sign_key second;
    struct kith_card card, first;

    (void)state;
    kith_sign_key_from_seed(vector_bytes(vector, "next_seed").data, &second);
    assert_int_equal(kith_card_read(vector_bytes(vector, "card"), &first),
                     KITH_OK);
    assert_int_equal(kith_card_read(vector_bytes(vector, "changed"), &card),
                     KITH_OK);
    assert_int_equal(card.n_changes, 1);
    assert_true(kith_key_equal(&card.root_key, &second.pk));
    assert_int_equal(kith_card_compare(&first, &card), KITH_CARD_NEWER);
}

static void test_in_time_at_its_borders(void **state)
{
    struct company c;
    struct kith_card card;

    (void)state;
    found_company(&c);
    make_card(&c, &card);
    assert_int_equal(kith_card_in_time(&card, 999), KITH_CARD_NOT_YET);
    assert_int_equal(kith_card_in_time(&card, 1000), KITH_CARD_VALID);
    assert_int_equal(kith_card_in_time(&card, 1999), KITH_CARD_VALID);
    assert_int_equal(kith_card_in_time(&card, 2000), KITH_CARD_EXPIRED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare_tells_the_four_cases),
        cmocka_unit_test(test_compare_takes_the_root_that_was_named),
        cmocka_unit_test(test_compare_freezes_on_a_root_that_was_not_named),
        cmocka_unit_test(test_make_refuses_changes_that_lead_elsewhere),
        cmocka_unit_test(test_read_follows_the_changes_of_the_vector),
        cmocka_unit_test(test_in_time_at_its_borders),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
