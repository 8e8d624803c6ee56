/* test_card - making and reading cards: vectors, forgeries, senseless fields. */
#include "vectors.h"

#include <string.h>

#include "company.h"
#include "kith/be.h"
#include "kith/limits.h"

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
        cmocka_unit_test(test_read_refuses_bytes_left_over_in_the_address),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
