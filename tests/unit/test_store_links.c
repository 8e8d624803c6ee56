/* Links and cards, over every filling of the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "store_fixture.h"

static struct store_link make_link(const char *alias, uint8_t company)
{
    struct store_link link;

    memset(&link, 0, sizeof(link));
    memset(link.company.b, company, sizeof(link.company.b));
    (void)strncpy(link.alias, alias, sizeof(link.alias) - 1);
    return link;
}

static struct kith_hash make_hash(uint64_t number)
{
    struct kith_hash hash;

    memset(hash.b, 0x33, sizeof(hash.b));
    kith_be_put64(hash.b, number);
    return hash;
}

static void test_link_comes_back_whole(void **state)
{
    struct store_fixture *f = *state;
    struct store_link link = make_link("acme", 1), found;

    assert_int_equal(store_link_add(f->txn, &link), KITH_OK);
    assert_int_equal(link.number, 1);
    strcpy(link.alias, "acme-ems");
    strcpy(link.endpoint, "tcp://192.0.2.1:7420");
    link.card_digest = make_hash(9);
    link.card_revision = 1700000001;
    link.verified = link.paused = true;
    link.verified_at = 5;
    link.last_sync = 6;
    link.session = 7;
    link.partner_session = 8;
    link.told_card = 9;
    link.stall = 3;
    link.out.number = 2;
    link.out.processed = 11;
    link.out.noted = 12;
    link.out.receipted = 13;
    link.out.last_time = 14;
    link.in.frozen = true;
    for (uint64_t i = 0; i < 1000; i++) {
        struct kith_hash leaf = make_hash(i);

        assert_int_equal(kith_tree_append(&link.in.tree, &leaf), KITH_OK);
    }
    assert_int_equal(store_link_put(f->txn, &link), KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_link_get(f->txn, 1, &found), KITH_OK);
    assert_string_equal(found.alias, "acme-ems");
    assert_string_equal(found.endpoint, "tcp://192.0.2.1:7420");
    assert_memory_equal(&found.company, &link.company, sizeof(link.company));
    assert_memory_equal(&found.card_digest, &link.card_digest, 32);
    assert_int_equal(found.card_revision, 1700000001);
    assert_true(found.verified && found.paused && found.in.frozen);
    assert_false(found.verified_by_partner || found.removed ||
                 found.out.frozen);
    assert_int_equal(found.verified_at + found.last_sync, 11);
    assert_int_equal(found.session * 100 + found.partner_session * 10 +
                         found.told_card,
                     789);
    assert_int_equal(found.stall, 3);
    assert_int_equal(found.out.number, 2);
    assert_int_equal(found.out.processed, 11);
    assert_int_equal(found.out.noted, 12);
    assert_int_equal(found.out.receipted, 13);
    assert_int_equal(found.out.last_time, 14);
    assert_int_equal(found.in.tree.size, 1000);
    assert_memory_equal(found.in.tree.peaks[9].b, link.in.tree.peaks[9].b, 32);
}

static void test_link_add_taken_company_or_alias_conflicts(void **state)
{
    struct store_fixture *f = *state;
    struct store_link a = make_link("acme", 1), b = make_link("acme", 2);
    struct store_link c = make_link("other", 1), found;

    assert_int_equal(store_link_add(f->txn, &a), KITH_OK);
    assert_int_equal(store_link_add(f->txn, &b), KITH_CONFLICT);
    assert_int_equal(store_link_add(f->txn, &c), KITH_CONFLICT);
    /* What was refused left nothing behind. */
    strcpy(b.alias, "other");
    assert_int_equal(store_link_add(f->txn, &b), KITH_OK);
    assert_int_equal(b.number, 2);
    /* Renaming frees the old alias and cannot take another's. */
    strcpy(a.alias, "other");
    assert_int_equal(store_link_put(f->txn, &a), KITH_CONFLICT);
    strcpy(a.alias, "renamed");
    assert_int_equal(store_link_put(f->txn, &a), KITH_OK);
    c = make_link("acme", 3);
    assert_int_equal(store_link_add(f->txn, &c), KITH_OK);
    assert_int_equal(store_link_next(f->txn, 0, &found), KITH_OK);
    assert_string_equal(found.alias, "renamed");
    assert_int_equal(store_link_next(f->txn, 2, &found), KITH_OK);
    assert_int_equal(found.number, 3);
    assert_int_equal(store_link_next(f->txn, 3, &found), KITH_NOT_FOUND);
    assert_int_equal(store_link_get(f->txn, 4, &found), KITH_NOT_FOUND);
}

static void test_card_is_kept_by_digest(void **state)
{
    struct store_fixture *f = *state;
    struct kith_hash digest = make_hash(1), other = make_hash(2);
    struct kith_bytes card = {NULL, 0};
    static const uint8_t large[KITH_CARD_MAX + 1];

    assert_int_equal(store_card_put(f->txn, &digest, kith_bytes_of("a card")),
                     KITH_OK);
    store_fixture_reopen(f);
    assert_int_equal(store_card_get(f->txn, &digest, f->arena, &card), KITH_OK);
    assert_true(kith_bytes_is(card, "a card"));
    assert_int_equal(store_card_get(f->txn, &other, f->arena, &card),
                     KITH_NOT_FOUND);
    card = (struct kith_bytes){large, sizeof(large)};
    assert_int_equal(store_card_put(f->txn, &other, card), KITH_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_link_comes_back_whole),
        STORE_TEST(test_link_add_taken_company_or_alias_conflicts),
        STORE_TEST(test_card_is_kept_by_digest),
    };

    return cmocka_run_group_tests_name("store.links", tests, NULL, NULL);
}
