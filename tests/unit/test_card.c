/* test_card - cards and pairing groups: vectors, forgeries, order of cards. */
#include "vectors.h"

#include <string.h>

#include "kith/be.h"
#include "kith/card.h"
#include "kith/keys.h"
#include "kith/limits.h"
#include "kith/sign.h"

/* A company that can make cards. */
struct company {
    struct kith_sign_key root, next;
    struct kith_keys keys;
    struct kith_card_root part;
    struct kith_card_address address;
};

static void set_text(char *field, size_t size, const char *text)
{
    memset(field, 0, size);
    memcpy(field, text, strlen(text));
}

static void found_company(struct company *c)
{
    memset(c, 0, sizeof(*c));
    kith_sign_key_new(&c->root);
    kith_sign_key_new(&c->next);
    kith_keys_new(&c->keys);
    kith_keys_publish(&c->keys, &c->part);
    memcpy(c->part.company.b, c->root.pk.b, KITH_COMPANY_ID_LEN);
    kith_card_next_root(&c->next.pk, &c->part.next_root);
    c->part.revision = 100;
    c->part.valid_from_s = 1000;
    c->part.valid_until_s = 2000;
    c->address.revision = 100;
    c->address.roles = KITH_ROLE_OEM;
    set_text(c->address.name, sizeof(c->address.name), "Acme");
    c->address.n_endpoints = 1;
    set_text(c->address.endpoints[0], sizeof(c->address.endpoints[0]),
             "tcp://acme.example:7443");
}

static struct kith_card_signers signers_of(const struct company *c)
{
    struct kith_card_signers signers = {&c->root, &c->keys.statement, NULL, 0};

    return signers;
}

static void make_card(const struct company *c, struct kith_card *ret_card)
{
    struct kith_card_signers signers = signers_of(c);
    struct kith_buf buf = {NULL, 0, 0};

    assert_int_equal(kith_card_make(&c->part, &c->address, &signers, &buf),
                     KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&buf), ret_card), KITH_OK);
    kith_buf_clear(&buf);
}

static enum kith_status try_card(const struct company *c)
{
    struct kith_card_signers signers = signers_of(c);
    struct kith_buf buf = {NULL, 0, 0};
    enum kith_status status =
        kith_card_make(&c->part, &c->address, &signers, &buf);

    assert_true((status == KITH_OK) == (buf.len > 0));
    kith_buf_clear(&buf);
    return status;
}

static void test_read_takes_the_vector(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_hash digest = vector_hash(vector, "digest");
    struct kith_hash next = vector_hash(vector, "next_root");
    struct kith_card card;

    (void)state;
    assert_int_equal(kith_card_read(vector_bytes(vector, "card"), &card),
                     KITH_OK);
    assert_true(kith_hash_equal(&card.digest, &digest));
    assert_true(kith_hash_equal(&card.root.next_root, &next));
    assert_int_equal(card.root.revision, 1795000000);
    assert_int_equal(card.root.valid_until_s, 1858000000);
    assert_int_equal(card.address.revision, 1795000001);
    assert_int_equal(card.address.roles, KITH_ROLE_OEM);
    assert_string_equal(card.address.name, vector_text(vector, "name"));
    assert_int_equal(card.address.n_endpoints, 2);
    assert_string_equal(card.address.endpoints[0],
                        "tcp://sync.acme.example:7443");
    assert_string_equal(card.address.endpoints[1], "tcp://[2001:db8::1]:1");
    assert_int_equal(card.n_changes, 0);
}

/* Made anew from what was read, a card is the same bytes. */
static void test_make_matches_the_vector(void **state)
{
    json_t *vector = vectors_load("card.json");
    json_t *keys_vector = vectors_load("keys.json");
    struct kith_bytes bytes = vector_bytes(vector, "card");
    struct kith_card_signers signers = {NULL, NULL, NULL, 0};
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_sign_key root;
    struct kith_keys keys;
    struct kith_card card;

    (void)state;
    assert_int_equal(
        kith_keys_decode(vector_bytes(keys_vector, "encoded"), &keys), KITH_OK);
    kith_sign_key_from_seed(vector_bytes(vector, "root_seed").data, &root);
    signers.root = &root;
    signers.statement = &keys.statement;
    assert_int_equal(kith_card_read(bytes, &card), KITH_OK);
    assert_int_equal(kith_card_make(&card.root, &card.address, &signers, &buf),
                     KITH_OK);
    assert_bytes_equal(kith_buf_bytes(&buf), bytes);
    kith_buf_clear(&buf);
}

static void test_read_refuses_every_flipped_bit(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_bytes bytes = vector_bytes(vector, "changed");
    uint8_t *data = vector_copy(bytes);
    struct kith_card card;

    (void)state;
    assert_int_equal(kith_card_read(bytes, &card), KITH_OK);
    bytes.data = data;
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (kith_card_read(bytes, &card) == KITH_OK)
            fail_msg("bit %zu does not count", bit);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_read_refuses_every_cut_and_more(void **state)
{
    json_t *vector = vectors_load("card.json");
    struct kith_bytes bytes = vector_bytes(vector, "card");
    uint8_t longer[KITH_CARD_MAX + 1] = {0};
    struct kith_card card;

    (void)state;
    memcpy(longer, bytes.data, bytes.len);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(
            kith_card_read((struct kith_bytes){longer, len}, &card),
            KITH_MALFORMED);
    assert_int_equal(
        kith_card_read((struct kith_bytes){longer, bytes.len + 1}, &card),
        KITH_MALFORMED);
    assert_int_equal(
        kith_card_read((struct kith_bytes){longer, sizeof(longer)}, &card),
        KITH_LIMIT);
    longer[0] = 2;
    assert_int_equal(
        kith_card_read((struct kith_bytes){longer, bytes.len}, &card),
        KITH_NOT_UNDERSTOOD);
}

static void test_make_refuses_fields_without_sense(void **state)
{
    struct company good, c;

    (void)state;
    found_company(&good);
    assert_int_equal(try_card(&good), KITH_OK);
    c = good;
    c.part.revision = 0;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.part.valid_until_s = c.part.valid_from_s;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.part.receipt = c.part.log;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.address.roles = 0;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.address.roles = 4;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.address.n_endpoints = KITH_ENDPOINTS_MAX + 1;
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    memset(c.address.name, 'x', sizeof(c.address.name));
    assert_int_equal(try_card(&c), KITH_INVALID);
    c = good;
    c.address.n_endpoints = 0; /* only dials: fine */
    assert_int_equal(try_card(&c), KITH_OK);
}

static void test_make_refuses_names_that_deceive(void **state)
{
    static const char *const bad[] = {"",
                                      " Acme",
                                      "Acme ",
                                      "Ac\nme",
                                      "Ac\x7fme",
                                      "Ac\xc2\x9bme",
                                      "Ac\x1b[2Jme",
                                      "Ac\xff",
                                      "Acme\xe2\x80\xae",
                                      "Ac\xe2\x81\xa6me",
                                      "Ac\xe2\x80\x8fme"};
    struct company c;

    (void)state;
    found_company(&c);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        set_text(c.address.name, sizeof(c.address.name), bad[i]);
        assert_int_equal(try_card(&c), KITH_INVALID);
    }
    set_text(c.address.name, sizeof(c.address.name),
             "Acme \xe2\x80\x94 Gr\xc3\xb6\xc3\x9f"
             "e");
    assert_int_equal(try_card(&c), KITH_OK);
}

static void test_make_refuses_endpoints_that_are_none(void **state)
{
    static const char *const bad[] = {
        "",
        "tcp://",
        "tcp://host",
        "tcp://:7443",
        "tcp://host:",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://host:07443",
        "tcp://host:74a",
        "tcp://ho st:7443",
        "tcp://h\xc3\xb6st:7443",
        "udp://host:7443",
        "ipc:///tmp/x",
    };
    struct company c;

    (void)state;
    found_company(&c);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        set_text(c.address.endpoints[0], sizeof(c.address.endpoints[0]),
                 bad[i]);
        assert_int_equal(try_card(&c), KITH_INVALID);
    }
    set_text(c.address.endpoints[0], sizeof(c.address.endpoints[0]),
             "tcp://h:65535");
    assert_int_equal(try_card(&c), KITH_OK);
}

static void test_make_refuses_a_signer_that_does_not_fit(void **state)
{
    struct company c, other;
    struct kith_card_signers signers;
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    found_company(&c);
    found_company(&other);
    signers = signers_of(&c);
    signers.root = &other.root;
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    signers = signers_of(&c);
    signers.statement = &other.keys.statement;
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    c.part.log = c.root.pk; /* the root signs cards and nothing else */
    signers = signers_of(&c);
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_INVALID);
    assert_int_equal(buf.len, 0);
}

static void test_readdress_needs_no_root(void **state)
{
    struct kith_card_signers signers;
    struct kith_buf old = {NULL, 0, 0};
    struct kith_buf fresh = {NULL, 0, 0};
    struct kith_card before, after;
    struct company c;

    (void)state;
    found_company(&c);
    signers = signers_of(&c);
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &old),
                     KITH_OK);
    kith_sign_key_wipe(&c.root);
    c.address.revision = 101;
    set_text(c.address.endpoints[0], sizeof(c.address.endpoints[0]),
             "tcp://new.example:7443");
    assert_int_equal(kith_card_readdress(kith_buf_bytes(&old), &c.address,
                                         &c.keys.statement, &fresh),
                     KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&old), &before), KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&fresh), &after), KITH_OK);
    assert_true(kith_hash_equal(&before.root_digest, &after.root_digest));
    assert_string_equal(after.address.endpoints[0], "tcp://new.example:7443");
    assert_int_equal(kith_card_compare(&before, &after), KITH_CARD_NEWER);
    assert_int_equal(kith_card_compare(&after, &before), KITH_CARD_OLDER);
    kith_buf_clear(&old);
    kith_buf_clear(&fresh);
}

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

/* One byte more in the address part, signed as it should be. */
static void test_read_refuses_bytes_left_over_in_the_address(void **state)
{
    struct kith_card_signers signers;
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_card card;
    struct kith_sig sig;
    struct company c;
    size_t at = 1 + KITH_CARD_ROOT_LEN + KITH_SIG_LEN + 1;
    size_t len;

    (void)state;
    found_company(&c);
    signers = signers_of(&c);
    assert_int_equal(kith_card_make(&c.part, &c.address, &signers, &buf),
                     KITH_OK);
    len = kith_be_get16(buf.data + at) + 1u;
    assert_int_equal(kith_buf_add(&buf, "", 1), KITH_OK);
    kith_be_put16(buf.data + at, (uint16_t)len);
    buf.data[at + 2 + len - 1] = 0;
    assert_int_equal(kith_sign(&c.keys.statement, KITH_STATEMENT_CARD_ADDRESS,
                               (struct kith_bytes){buf.data + at + 2, len},
                               &sig),
                     KITH_OK);
    memcpy(buf.data + at + 2 + len, sig.b, sizeof(sig.b));
    assert_int_equal(kith_card_read(kith_buf_bytes(&buf), &card),
                     KITH_MALFORMED);
    kith_buf_clear(&buf);
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

static void test_pairing_groups_match_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("card.json"), "pairing");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(list), 2);
    json_array_foreach(list, i, one)
    {
        struct kith_company_id speaker = vector_company(one, "speaker");
        struct kith_company_id listener = vector_company(one, "listener");
        char own[KITH_PAIRING_SIZE], others[KITH_PAIRING_SIZE];

        kith_pairing_groups(&speaker, &listener, own);
        kith_pairing_groups(&listener, &speaker, others);
        assert_string_equal(own, vector_text(one, "groups"));
        assert_string_not_equal(own, others);
        assert_int_equal(kith_pairing_check(own, own), KITH_OK);
        assert_int_equal(kith_pairing_check(others, own), KITH_UNTRUSTED);
    }
}

static void test_pairing_check_takes_what_people_type(void **state)
{
    static const char want[KITH_PAIRING_SIZE] =
        "48213 90017 63352 71904 22865 10377";

    (void)state;
    assert_int_equal(
        kith_pairing_check("482139001763352719042286510377\n", want), KITH_OK);
    assert_int_equal(
        kith_pairing_check(" 48213-90017, 63352.71904 22865/10377 ", want),
        KITH_OK);
    assert_int_equal(
        kith_pairing_check("48213 90017 63352 71904 22865 10378", want),
        KITH_UNTRUSTED);
    assert_int_equal(kith_pairing_check("48213 90017", want), KITH_MALFORMED);
    assert_int_equal(
        kith_pairing_check("48213 90017 63352 71904 22865 103770", want),
        KITH_MALFORMED);
    assert_int_equal(kith_pairing_check("", want), KITH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_takes_the_vector),
        cmocka_unit_test(test_make_matches_the_vector),
        cmocka_unit_test(test_read_refuses_every_flipped_bit),
        cmocka_unit_test(test_read_refuses_every_cut_and_more),
        cmocka_unit_test(test_make_refuses_fields_without_sense),
        cmocka_unit_test(test_make_refuses_names_that_deceive),
        cmocka_unit_test(test_make_refuses_endpoints_that_are_none),
        cmocka_unit_test(test_make_refuses_a_signer_that_does_not_fit),
        cmocka_unit_test(test_readdress_needs_no_root),
        cmocka_unit_test(test_compare_tells_the_four_cases),
        cmocka_unit_test(test_compare_takes_the_root_that_was_named),
        cmocka_unit_test(test_compare_freezes_on_a_root_that_was_not_named),
        cmocka_unit_test(test_make_refuses_changes_that_lead_elsewhere),
        cmocka_unit_test(test_read_refuses_bytes_left_over_in_the_address),
        cmocka_unit_test(test_read_follows_the_changes_of_the_vector),
        cmocka_unit_test(test_in_time_at_its_borders),
        cmocka_unit_test(test_pairing_groups_match_vectors),
        cmocka_unit_test(test_pairing_check_takes_what_people_type),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
