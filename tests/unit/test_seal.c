/* test_seal - sealing and opening: vectors, and what a dishonest sender or a
 * damaged disk may do. */
#include "vectors.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "kith/entry.h"
#include "kith/seal.h"
#include "seal_steps.h"

static struct kith_origin load_origin(const json_t *vectors)
{
    struct kith_origin origin;

    memset(&origin, 0, sizeof(origin));
    origin.len = strlen(vector_text(vectors, "origin"));
    memcpy(origin.text, vector_text(vectors, "origin"), origin.len);
    return origin;
}

/* A sealed entry of our own to work on. */
struct fixture {
    struct kith_origin origin;
    struct kith_entry_header header;
    struct kith_ek ek;
    struct kith_buf sealed;
    struct kith_buf plain;
    struct kith_sealed_entry entry;
};

static void seal_text(struct fixture *f, const char *text)
{
    struct kith_company_id a = {{1}}, b = {{2}};

    memset(f, 0, sizeof(*f));
    kith_origin_make(&a, &b, 1, &f->origin);
    f->header.entry_class = KITH_CLASS_PROJECT;
    f->header.index = 5;
    f->header.time_s = 1795000000;
    f->header.seen = 3;
    f->header.witness.b[0] = 9;
    assert_int_equal(kith_seal_entry(&f->origin, &f->header,
                                     kith_bytes_of(text), &f->ek, &f->sealed),
                     KITH_OK);
    f->entry.origin = &f->origin;
    f->entry.header = &f->header;
    f->entry.sealed = kith_buf_bytes(&f->sealed);
}

static void drop(struct fixture *f)
{
    kith_buf_clear(&f->sealed);
    kith_plain_clear(&f->plain);
}

static enum kith_status open_again(struct fixture *f)
{
    struct kith_bytes body;

    return kith_open_entry(&f->entry, &f->ek, &f->plain, &body);
}

/* The body of a vector, as seal.json describes it; the caller frees. */
static struct kith_bytes make_body(const json_t *one)
{
    size_t len = vector_number(one, "body_len");
    uint8_t *data = malloc(len + 1);

    assert_non_null(data);
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(7 * i + len);
    return (struct kith_bytes){data, len};
}

static void check_sealed(const json_t *one, const struct kith_origin *origin,
                         const struct kith_entry_header *want,
                         struct kith_bytes body)
{
    struct seal_input input = {.origin = origin, .body = body};
    struct kith_entry_header header = *want;
    struct kith_buf sealed = {NULL, 0, 0};
    struct kith_ek ek;

    memcpy(input.random, vector_bytes(one, "random").data,
           sizeof(input.random));
    memset(&header.commitment, 0, sizeof(header.commitment));
    memset(&header.sealed_hash, 0, sizeof(header.sealed_hash));
    header.sealed_len = 0;
    assert_int_equal(seal_entry_with(&input, &header, &ek, &sealed), KITH_OK);
    assert_bytes_equal(((struct kith_bytes){ek.b, sizeof(ek.b)}),
                       vector_bytes(one, "ek"));
    assert_true(kith_hash_equal(&header.commitment, &want->commitment));
    assert_true(kith_hash_equal(&header.sealed_hash, &want->sealed_hash));
    assert_int_equal(header.sealed_len, want->sealed_len);
    assert_int_equal(kith_entry_check_sealed(want, kith_buf_bytes(&sealed)),
                     KITH_OK);
    if (json_object_get(one, "sealed") != NULL)
        assert_bytes_equal(kith_buf_bytes(&sealed),
                           vector_bytes(one, "sealed"));
    kith_buf_clear(&sealed);
}

static void check_opened(const json_t *one, const struct kith_origin *origin,
                         const struct kith_entry_header *header,
                         struct kith_bytes body)
{
    struct kith_sealed_entry entry = {origin, header, {NULL, 0}};
    struct kith_buf plain = {NULL, 0, 0};
    struct kith_bytes got;
    struct kith_ek ek;

    memcpy(ek.b, vector_bytes(one, "ek").data, sizeof(ek.b));
    assert_int_equal(kith_seal_commits(origin, header, &ek), KITH_OK);
    if (json_object_get(one, "sealed") == NULL)
        return;
    entry.sealed = vector_bytes(one, "sealed");
    assert_int_equal(kith_open_entry(&entry, &ek, &plain, &got), KITH_OK);
    assert_bytes_equal(got, body);
    kith_plain_clear(&plain);
}

static void test_seal_and_open_match_vectors(void **state)
{
    json_t *vectors = vectors_load("seal.json");
    struct kith_origin origin = load_origin(vectors);
    json_t *list = json_object_get(vectors, "entries");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
    {
        struct kith_bytes body = make_body(one);
        struct kith_entry_header header;

        assert_int_equal(
            kith_entry_decode(vector_bytes(one, "header"), &header), KITH_OK);
        check_sealed(one, &origin, &header, body);
        check_opened(one, &origin, &header, body);
        free((void *)(uintptr_t)body.data);
    }
}

static void test_seal_then_open_at_every_size_class(void **state)
{
    static const size_t lens[] = {0,    1,    508,   509,
                                  1020, 4000, 65532, KITH_BODY_TEXT_MAX};
    uint8_t *text = malloc(KITH_BODY_TEXT_MAX + 1);
    struct fixture f;

    (void)state;
    assert_non_null(text);
    memset(text, 'x', KITH_BODY_TEXT_MAX + 1);
    seal_text(&f, "");
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct kith_bytes body;

        f.sealed.len = 0;
        assert_int_equal(kith_seal_entry(&f.origin, &f.header,
                                         (struct kith_bytes){text, lens[i]},
                                         &f.ek, &f.sealed),
                         KITH_OK);
        assert_int_equal(f.header.sealed_len, f.sealed.len);
        f.entry.sealed = kith_buf_bytes(&f.sealed);
        assert_int_equal(kith_entry_check_sealed(&f.header, f.entry.sealed),
                         KITH_OK);
        assert_int_equal(kith_open_entry(&f.entry, &f.ek, &f.plain, &body),
                         KITH_OK);
        assert_bytes_equal(body, ((struct kith_bytes){text, lens[i]}));
    }
    assert_int_equal(
        kith_seal_entry(&f.origin, &f.header,
                        (struct kith_bytes){text, KITH_BODY_TEXT_MAX + 1},
                        &f.ek, &f.sealed),
        KITH_LIMIT);
    free(text);
    drop(&f);
}

/* Many entries behind one another in one buffer, as a bulk is sealed. */
static void test_seal_appends_to_what_is_there(void **state)
{
    struct fixture f;
    struct kith_entry_header second;
    struct kith_ek ek;
    struct kith_bytes body;
    size_t first_len;

    (void)state;
    seal_text(&f, "first");
    first_len = f.sealed.len;
    second = f.header;
    second.index++;
    assert_int_equal(kith_seal_entry(&f.origin, &second,
                                     kith_bytes_of("second"), &ek, &f.sealed),
                     KITH_OK);
    f.entry.sealed = (struct kith_bytes){f.sealed.data, first_len};
    assert_int_equal(kith_open_entry(&f.entry, &f.ek, &f.plain, &body),
                     KITH_OK);
    assert_true(kith_bytes_is(body, "first"));
    f.entry.header = &second;
    f.entry.sealed = (struct kith_bytes){f.sealed.data + first_len,
                                         f.sealed.len - first_len};
    assert_int_equal(kith_open_entry(&f.entry, &ek, &f.plain, &body), KITH_OK);
    assert_true(kith_bytes_is(body, "second"));
    drop(&f);
}

static void test_seal_twice_shares_nothing(void **state)
{
    struct fixture a, b;

    (void)state;
    seal_text(&a, "the same text");
    seal_text(&b, "the same text");
    assert_memory_not_equal(a.ek.b, b.ek.b, KITH_EK_LEN);
    assert_false(kith_hash_equal(&a.header.commitment, &b.header.commitment));
    assert_false(kith_hash_equal(&a.header.sealed_hash, &b.header.sealed_hash));
    drop(&a);
    drop(&b);
}

static void test_sealed_length_tells_no_short_text_from_another(void **state)
{
    struct fixture a, b;

    (void)state;
    seal_text(&a, "");
    seal_text(&b, "The board moves to eight layers; need your stack-up.");
    assert_int_equal(a.sealed.len, b.sealed.len);
    drop(&a);
    drop(&b);
}

/* Two answers that have two consequences (PROTOCOL.md 4.4): a key that is not
 * the committed one ends the session, a body that does not open is a verdict.
 */
static void test_open_with_another_key_is_untrusted(void **state)
{
    struct fixture f;

    (void)state;
    seal_text(&f, "text");
    for (size_t bit = 0; bit < 8 * KITH_EK_LEN; bit++) {
        f.ek.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(kith_seal_commits(&f.origin, &f.header, &f.ek),
                         KITH_UNTRUSTED);
        assert_int_equal(open_again(&f), KITH_UNTRUSTED);
        f.ek.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(open_again(&f), KITH_OK);
    drop(&f);
}

static void test_open_at_another_place_is_untrusted(void **state)
{
    struct kith_company_id a = {{1}}, b = {{2}}, c = {{3}};
    struct kith_origin other;
    struct fixture f;

    (void)state;
    seal_text(&f, "text");
    f.header.index++;
    assert_int_equal(open_again(&f), KITH_UNTRUSTED);
    f.header.index--;
    f.entry.origin = &other;
    kith_origin_make(&a, &c, 1, &other);
    assert_int_equal(open_again(&f), KITH_UNTRUSTED);
    kith_origin_make(&b, &a, 1, &other);
    assert_int_equal(open_again(&f), KITH_UNTRUSTED);
    kith_origin_make(&a, &b, 2, &other);
    assert_int_equal(open_again(&f), KITH_UNTRUSTED);
    drop(&f);
}

static void test_open_flipped_bit_is_unreadable(void **state)
{
    struct fixture f;

    (void)state;
    seal_text(&f, "text");
    for (size_t bit = 0; bit < 8 * f.sealed.len; bit += 7) {
        f.sealed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(open_again(&f), KITH_UNREADABLE);
        f.sealed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(open_again(&f), KITH_OK);
    drop(&f);
}

static void test_open_with_a_changed_header_is_unreadable(void **state)
{
    struct fixture f;

    (void)state;
    seal_text(&f, "text");
    f.header.time_s++;
    assert_int_equal(open_again(&f), KITH_UNREADABLE);
    f.header.time_s--;
    f.header.seen++;
    assert_int_equal(open_again(&f), KITH_UNREADABLE);
    f.header.seen--;
    f.header.entry_class = KITH_CLASS_DUTY;
    assert_int_equal(open_again(&f), KITH_UNREADABLE);
    f.header.entry_class = KITH_CLASS_PROJECT;
    f.header.witness.b[0] ^= 1;
    assert_int_equal(open_again(&f), KITH_UNREADABLE);
    drop(&f);
}

static void test_open_cut_body_is_unreadable(void **state)
{
    struct fixture f;

    (void)state;
    seal_text(&f, "text");
    for (size_t len = 0; len < f.sealed.len; len++) {
        f.entry.sealed.len = len;
        assert_int_equal(open_again(&f), KITH_UNREADABLE);
    }
    drop(&f);
}

/* A sender who pads otherwise could hide a channel in the zeros. */
static void test_open_wrong_padding_is_unreadable(void **state)
{
    static const char label[] = "kith/v1/entry key";
    static const uint8_t nonce[24];
    uint8_t key[32], ad[KITH_ENTRY_AD_MAX], padded[KITH_BODY_MIN];
    struct fixture f;
    size_t ad_len;

    (void)state;
    seal_text(&f, "text");
    seal_pad(kith_bytes_of("text"), padded, sizeof(padded));
    padded[KITH_BODY_MIN - 1] = 1;
    crypto_generichash(key, sizeof(key), (const uint8_t *)label, sizeof(label),
                       f.ek.b, KITH_EK_LEN);
    ad_len = kith_entry_ad(&f.origin, &f.header, ad);
    crypto_aead_xchacha20poly1305_ietf_encrypt(f.sealed.data, NULL, padded,
                                               sizeof(padded), ad, ad_len, NULL,
                                               nonce, key);
    assert_int_equal(open_again(&f), KITH_UNREADABLE);
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seal_and_open_match_vectors),
        cmocka_unit_test(test_seal_then_open_at_every_size_class),
        cmocka_unit_test(test_seal_appends_to_what_is_there),
        cmocka_unit_test(test_seal_twice_shares_nothing),
        cmocka_unit_test(test_sealed_length_tells_no_short_text_from_another),
        cmocka_unit_test(test_open_with_another_key_is_untrusted),
        cmocka_unit_test(test_open_at_another_place_is_untrusted),
        cmocka_unit_test(test_open_flipped_bit_is_unreadable),
        cmocka_unit_test(test_open_with_a_changed_header_is_unreadable),
        cmocka_unit_test(test_open_cut_body_is_unreadable),
        cmocka_unit_test(test_open_wrong_padding_is_unreadable),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
