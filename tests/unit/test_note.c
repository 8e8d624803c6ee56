/* test_note - signed notes: the C2SP example, the strict grammar, both types
 * of signature. */
#include "vectors.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "ed25519.h"
#include "kith/be.h"
#include "kith/limits.h"
#include "kith/note.h"
#include "kith/sign.h"

#define DASH "\xe2\x80\x94 "
/* Key hash 0 and one byte of signature. */
#define BLOB "AAAAAAA="

static struct kith_note_key example_key(void)
{
    struct kith_bytes text =
        vectors_file(KITH_TEST_DATA "/c2sp/signed-note.vkey");
    struct kith_note_key key;

    while (text.len > 0 && text.data[text.len - 1] == '\n')
        text.len--;
    assert_int_equal(kith_note_key_parse(text, &key), KITH_OK);
    return key;
}

static void test_c2sp_example_verifies(void **state)
{
    struct kith_bytes bytes =
        vectors_file(KITH_TEST_DATA "/c2sp/signed-note.txt");
    struct kith_note_key key = example_key();
    struct kith_note note;
    uint64_t time_s = 7;

    (void)state;
    assert_int_equal(kith_note_parse(bytes, &note), KITH_OK);
    assert_true(kith_bytes_is(note.text, "This is an example message.\n"));
    assert_int_equal(note.n_lines, 1);
    assert_int_equal(kith_note_verify(&note, &key, &time_s), KITH_OK);
    assert_int_equal(time_s, 0);
}

static void test_c2sp_example_with_any_flipped_bit_is_refused(void **state)
{
    struct kith_bytes bytes =
        vectors_file(KITH_TEST_DATA "/c2sp/signed-note.txt");
    struct kith_note_key key = example_key();
    uint8_t *data = vector_copy(bytes);

    (void)state;
    for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
        struct kith_note note;

        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (kith_note_parse((struct kith_bytes){data, bytes.len}, &note) ==
            KITH_OK)
            assert_int_not_equal(kith_note_verify(&note, &key, NULL), KITH_OK);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_key_text_round_trip(void **state)
{
    struct kith_note_key key = example_key();
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    assert_string_equal(key.name, "example.com/foo");
    assert_int_equal(key.type, KITH_NOTE_ED25519);
    assert_int_equal(key.hash, 0x530d903a);
    assert_int_equal(kith_note_key_format(&key, &buf), KITH_OK);
    assert_true(kith_bytes_is(kith_buf_bytes(&buf),
                              "example.com/foo+530d903a+"
                              "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
    kith_buf_clear(&buf);
}

static void test_key_parse_refuses_what_does_not_fit(void **state)
{
    static const struct {
        const char *text;
        enum kith_status status;
    } cases[] = {
        {"", KITH_MALFORMED},
        {"example.com/foo+530d903a", KITH_MALFORMED},
        {"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_MALFORMED},
        {"a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_MALFORMED},
        {"example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_MALFORMED},
        {"example.com/foo+530d903b+"
         "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_UNTRUSTED},
        {"example.com/fox+530d903a+"
         "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_UNTRUSTED},
        {"example.com/foo+530d903a+"
         "A+kyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
         KITH_NOT_UNDERSTOOD},
        {"example.com/foo+530d903a+AekyeRrm", KITH_MALFORMED},
    };
    struct kith_note_key key;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            kith_note_key_parse(kith_bytes_of(cases[i].text), &key),
            cases[i].status);
}

static void test_parse_takes_an_empty_line_inside_the_text(void **state)
{
    struct kith_note note;

    (void)state;
    assert_int_equal(
        kith_note_parse(kith_bytes_of("one\n\ntwo\n\n" DASH "k " BLOB "\n"),
                        &note),
        KITH_OK);
    assert_true(kith_bytes_is(note.text, "one\n\ntwo\n"));
    assert_true(kith_bytes_is(note.lines[0].name, "k"));
    assert_int_equal(note.lines[0].hash, 0);
}

static void test_parse_refuses_bad_notes(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n" DASH "k " BLOB "\n",
        "text\n\n" DASH "k " BLOB,
        "text\n\n- k " BLOB "\n",
        "text\n\n" DASH " " BLOB "\n",
        "text\n\n" DASH "k+ " BLOB "\n",
        "text\n\n" DASH "k\xc2\xa0k " BLOB "\n",
        "text\n\n" DASH "k\xe2\x80\x8ak " BLOB "\n",
        "text\n\n" DASH "k\n",
        "text\n\n" DASH "k \n",
        "text\n\n" DASH "k AAAA\n",
        "text\n\n" DASH "k AAAAAAA\n",
        "text\n\n" DASH "k AAAAAAB=\n",
        "text\n\n" DASH "k  " BLOB "\n",
        "text\n\n" DASH "k " BLOB " \n",
        "text\n\n" DASH "k " BLOB "\n\n",
        "text\n\n" DASH "k " BLOB "\nmore\n",
        "te\txt\n\n" DASH "k " BLOB "\n",
        "te\rxt\n\n" DASH "k " BLOB "\n",
        "te\xffxt\n\n" DASH "k " BLOB "\n",
    };
    struct kith_note note;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (kith_note_parse(kith_bytes_of(bad[i]), &note) != KITH_MALFORMED)
            fail_msg("taken: %s", bad[i]);
}

static void test_parse_bounds_lines_and_length(void **state)
{
    char text[KITH_NOTE_MAX + 2];
    struct kith_note note;

    (void)state;
    strcpy(text, "text\n\n");
    for (int i = 0; i < KITH_NOTE_LINES_MAX; i++)
        strcat(text, DASH "k " BLOB "\n");
    assert_int_equal(kith_note_parse(kith_bytes_of(text), &note), KITH_OK);
    assert_int_equal(note.n_lines, KITH_NOTE_LINES_MAX);
    strcat(text, DASH "k " BLOB "\n");
    assert_int_equal(kith_note_parse(kith_bytes_of(text), &note), KITH_LIMIT);
    memset(text, 'x', sizeof(text));
    assert_int_equal(
        kith_note_parse((struct kith_bytes){(uint8_t *)text, KITH_NOTE_MAX + 1},
                        &note),
        KITH_LIMIT);
}

struct signed_note {
    struct kith_sign_key secret;
    struct kith_note_key key;
    struct kith_buf bytes;
};

static void sign_note(const char *name, uint8_t type, uint64_t time_s,
                      struct signed_note *ret_note)
{
    struct kith_note_signer signer = {name, type, time_s, &ret_note->secret};

    memset(&ret_note->bytes, 0, sizeof(ret_note->bytes));
    kith_sign_key_new(&ret_note->secret);
    assert_int_equal(
        kith_note_key_make(name, type, &ret_note->secret.pk, &ret_note->key),
        KITH_OK);
    assert_int_equal(
        kith_note_sign(kith_bytes_of("text\n"), &signer, &ret_note->bytes),
        KITH_OK);
}

static void test_sign_then_verify_both_types(void **state)
{
    static const uint8_t types[] = {KITH_NOTE_ED25519, KITH_NOTE_COSIGNATURE};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct signed_note one;
        struct kith_note note;
        uint64_t time_s = 1;

        sign_note("kith/x", types[i], 1795000000, &one);
        assert_int_equal(kith_note_parse(kith_buf_bytes(&one.bytes), &note),
                         KITH_OK);
        assert_int_equal(kith_note_verify(&note, &one.key, &time_s), KITH_OK);
        assert_int_equal(time_s, i == 0 ? 0 : 1795000000);
        one.key.pk.b[3] ^= 1;
        assert_int_equal(kith_note_verify(&note, &one.key, &time_s),
                         KITH_UNTRUSTED);
        kith_buf_clear(&one.bytes);
    }
}

/* The same key and name under the other type has another key hash. */
static void test_verify_keeps_the_types_apart(void **state)
{
    struct signed_note one;
    struct kith_note_key other;
    struct kith_note note;

    (void)state;
    sign_note("kith/x", KITH_NOTE_ED25519, 0, &one);
    assert_int_equal(kith_note_key_make("kith/x", KITH_NOTE_COSIGNATURE,
                                        &one.secret.pk, &other),
                     KITH_OK);
    assert_int_equal(kith_note_parse(kith_buf_bytes(&one.bytes), &note),
                     KITH_OK);
    assert_int_equal(kith_note_verify(&note, &other, NULL), KITH_NOT_FOUND);
    other.hash = one.key.hash;
    assert_int_equal(kith_note_verify(&note, &other, NULL), KITH_UNTRUSTED);
    kith_buf_clear(&one.bytes);
}

/* A cosignature without a time, well signed all the same. */
static void test_verify_refuses_a_cosignature_of_time_zero(void **state)
{
    static const char message[] = "cosignature/v1\ntime 0\ntext\n";
    uint8_t blob[4 + 8 + KITH_SIG_LEN] = {0};
    struct kith_sign_key secret;
    struct kith_note_key key;
    struct kith_note note;
    struct kith_sig sig;
    char base64[120], text[200];

    (void)state;
    kith_sign_key_new(&secret);
    assert_int_equal(
        kith_note_key_make("kith/x", KITH_NOTE_COSIGNATURE, &secret.pk, &key),
        KITH_OK);
    assert_int_equal(ed25519_sign(&secret, kith_bytes_of(message), &sig),
                     KITH_OK);
    kith_be_put32(blob, key.hash);
    memcpy(blob + 12, sig.b, sizeof(sig.b));
    sodium_bin2base64(base64, sizeof(base64), blob, sizeof(blob),
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, sizeof(text), "text\n\n" DASH "kith/x %s\n", base64);
    assert_int_equal(kith_note_parse(kith_bytes_of(text), &note), KITH_OK);
    assert_int_equal(kith_note_verify(&note, &key, NULL), KITH_UNTRUSTED);
}

static void test_verify_refuses_two_lines_of_one_key(void **state)
{
    struct signed_note one;
    struct kith_note note;
    size_t line_len;

    (void)state;
    sign_note("kith/x", KITH_NOTE_ED25519, 0, &one);
    line_len = one.bytes.len - strlen("text\n\n");
    assert_int_equal(kith_buf_reserve(&one.bytes, line_len), KITH_OK);
    assert_int_equal(kith_buf_add(&one.bytes, one.bytes.data + 6, line_len),
                     KITH_OK);
    assert_int_equal(kith_note_parse(kith_buf_bytes(&one.bytes), &note),
                     KITH_OK);
    assert_int_equal(kith_note_verify(&note, &one.key, NULL), KITH_UNTRUSTED);
    kith_buf_clear(&one.bytes);
}

static void test_sign_refuses_unfit_input(void **state)
{
    static const struct {
        const char *text;
        const char *name;
        uint8_t type;
        uint64_t time_s;
    } cases[] = {
        {"no newline", "k", KITH_NOTE_ED25519, 0},
        {"", "k", KITH_NOTE_ED25519, 0},
        {"tab\t\n", "k", KITH_NOTE_ED25519, 0},
        {"text\n", "", KITH_NOTE_ED25519, 0},
        {"text\n", "k k", KITH_NOTE_ED25519, 0},
        {"text\n", "k+k", KITH_NOTE_ED25519, 0},
        {"text\n", "k", 0x02, 0},
        {"text\n", "k", KITH_NOTE_COSIGNATURE, 0},
        {"text\n", "k", KITH_NOTE_COSIGNATURE, (uint64_t)INT64_MAX + 1},
    };
    struct kith_sign_key secret;
    struct kith_buf buf = {NULL, 0, 0};

    (void)state;
    kith_sign_key_new(&secret);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kith_note_signer signer = {cases[i].name, cases[i].type,
                                          cases[i].time_s, &secret};

        assert_int_equal(
            kith_note_sign(kith_bytes_of(cases[i].text), &signer, &buf),
            KITH_INVALID);
    }
    assert_int_equal(buf.len, 0);
}

static void test_merge_keeps_both_lines_once(void **state)
{
    struct signed_note a, b;
    struct kith_buf merged = {NULL, 0, 0};
    struct kith_buf again = {NULL, 0, 0};
    struct kith_note note;

    (void)state;
    sign_note("kith/a", KITH_NOTE_ED25519, 0, &a);
    sign_note("kith/b", KITH_NOTE_COSIGNATURE, 1795000000, &b);
    assert_int_equal(kith_note_merge(kith_buf_bytes(&a.bytes),
                                     kith_buf_bytes(&b.bytes), &merged),
                     KITH_OK);
    assert_int_equal(kith_note_parse(kith_buf_bytes(&merged), &note), KITH_OK);
    assert_int_equal(note.n_lines, 2);
    assert_int_equal(kith_note_verify(&note, &a.key, NULL), KITH_OK);
    assert_int_equal(kith_note_verify(&note, &b.key, NULL), KITH_OK);
    assert_int_equal(kith_note_merge(kith_buf_bytes(&merged),
                                     kith_buf_bytes(&b.bytes), &again),
                     KITH_OK);
    assert_bytes_equal(kith_buf_bytes(&merged), kith_buf_bytes(&again));
    kith_buf_clear(&again);
    again.len = 0;
    assert_int_equal(
        kith_note_merge(kith_buf_bytes(&a.bytes),
                        kith_bytes_of("other\n\n" DASH "k " BLOB "\n"), &again),
        KITH_CONFLICT);
    kith_buf_clear(&a.bytes);
    kith_buf_clear(&b.bytes);
    kith_buf_clear(&merged);
    kith_buf_clear(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_c2sp_example_verifies),
        cmocka_unit_test(test_c2sp_example_with_any_flipped_bit_is_refused),
        cmocka_unit_test(test_key_text_round_trip),
        cmocka_unit_test(test_key_parse_refuses_what_does_not_fit),
        cmocka_unit_test(test_parse_takes_an_empty_line_inside_the_text),
        cmocka_unit_test(test_parse_refuses_bad_notes),
        cmocka_unit_test(test_parse_bounds_lines_and_length),
        cmocka_unit_test(test_sign_then_verify_both_types),
        cmocka_unit_test(test_verify_keeps_the_types_apart),
        cmocka_unit_test(test_verify_refuses_a_cosignature_of_time_zero),
        cmocka_unit_test(test_verify_refuses_two_lines_of_one_key),
        cmocka_unit_test(test_sign_refuses_unfit_input),
        cmocka_unit_test(test_merge_keeps_both_lines_once),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
