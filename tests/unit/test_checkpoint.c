/* test_checkpoint - origins, checkpoints and receipts, against vectors. */
#include "vectors.h"

#include <stdio.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/note.h"
#include "kith/sign.h"
#include "kith/tree.h"

/* Everything of checkpoint.json. */
struct fixture {
    const json_t *vector;
    struct kith_company_id sender, receiver;
    struct kith_sign_key log, receipt;
    struct kith_checkpoint checkpoint;
    uint64_t time_s;
};

static void load(struct fixture *f)
{
    const json_t *v = vectors_load("checkpoint.json");

    memset(f, 0, sizeof(*f));
    f->vector = v;
    f->sender = vector_company(v, "sender");
    f->receiver = vector_company(v, "receiver");
    kith_sign_key_from_seed(vector_bytes(v, "log_seed").data, &f->log);
    kith_sign_key_from_seed(vector_bytes(v, "receipt_seed").data, &f->receipt);
    f->time_s = vector_number(v, "time");
    kith_origin_make(&f->sender, &f->receiver,
                     (uint32_t)vector_number(v, "log_number"),
                     &f->checkpoint.origin);
    f->checkpoint.size = vector_number(v, "size");
    f->checkpoint.root = vector_hash(v, "root");
}

static struct kith_bytes text_bytes(const struct fixture *f, const char *name)
{
    return kith_bytes_of(vector_text(f->vector, name));
}

static void test_origin_matches_vector_and_parses_back(void **state)
{
    struct kith_log_name name;
    struct fixture f;

    (void)state;
    load(&f);
    assert_string_equal(f.checkpoint.origin.text,
                        vector_text(f.vector, "origin"));
    assert_int_equal(kith_origin_parse(text_bytes(&f, "origin"), &name),
                     KITH_OK);
    assert_true(kith_company_id_equal(&name.sender, &f.sender));
    assert_true(kith_company_id_equal(&name.receiver, &f.receiver));
    assert_int_equal(name.log_number, 1);
}

static void test_origin_of_the_highest_log_fits(void **state)
{
    struct kith_company_id a = {{0xff}}, b = {{1}};
    struct kith_origin origin;
    struct kith_log_name name;

    (void)state;
    kith_origin_make(&a, &b, UINT32_MAX, &origin);
    assert_int_equal(origin.len, KITH_ORIGIN_SIZE - 1);
    assert_int_equal(kith_origin_parse(kith_bytes_of(origin.text), &name),
                     KITH_OK);
    assert_int_equal(name.log_number, UINT32_MAX);
}

static void test_origin_parse_wants_the_one_spelling(void **state)
{
    struct fixture f;
    struct kith_log_name name;
    char text[KITH_ORIGIN_SIZE + 8];
    size_t len;

    (void)state;
    load(&f);
    len = f.checkpoint.origin.len;
    static const char *const tails[] = {"/0",  "/01", "/",   "/4294967296",
                                        "/-1", "/1 ", "/1/", "1"};
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        memcpy(text, f.checkpoint.origin.text, len - 2);
        strcpy(text + len - 2, tails[i]);
        assert_int_equal(kith_origin_parse(kith_bytes_of(text), &name),
                         KITH_MALFORMED);
    }
    memcpy(text, f.checkpoint.origin.text, len + 1);
    text[5] = 'F'; /* the first digit of the vector's sender is an f */
    assert_int_equal(kith_origin_parse(kith_bytes_of(text), &name),
                     KITH_MALFORMED);
    text[5] = 'f';
    assert_int_equal(kith_origin_parse(kith_bytes_of(text), &name), KITH_OK);
    text[0] = 'K';
    assert_int_equal(kith_origin_parse(kith_bytes_of(text), &name),
                     KITH_MALFORMED);
}

static void test_sign_matches_vectors(void **state)
{
    struct fixture f;
    struct kith_receipt_signer signer;
    struct kith_buf checkpoint = {NULL, 0, 0};
    struct kith_buf receipt = {NULL, 0, 0};
    struct kith_buf merged = {NULL, 0, 0};

    (void)state;
    load(&f);
    signer.receiver = f.receiver;
    signer.receipt_key = &f.receipt;
    signer.time_s = f.time_s;
    assert_int_equal(kith_checkpoint_sign(&f.checkpoint, &f.log, &checkpoint),
                     KITH_OK);
    assert_bytes_equal(kith_buf_bytes(&checkpoint),
                       text_bytes(&f, "checkpoint"));
    assert_int_equal(kith_receipt_sign(&f.checkpoint, &signer, &receipt),
                     KITH_OK);
    assert_bytes_equal(kith_buf_bytes(&receipt), text_bytes(&f, "receipt"));
    assert_int_equal(kith_note_merge(kith_buf_bytes(&checkpoint),
                                     kith_buf_bytes(&receipt), &merged),
                     KITH_OK);
    assert_bytes_equal(kith_buf_bytes(&merged), text_bytes(&f, "merged"));
    kith_buf_clear(&checkpoint);
    kith_buf_clear(&receipt);
    kith_buf_clear(&merged);
}

static void test_key_texts_match_vectors(void **state)
{
    struct fixture f;
    struct kith_note_key key;

    (void)state;
    load(&f);
    assert_int_equal(kith_note_key_parse(text_bytes(&f, "log_key"), &key),
                     KITH_OK);
    assert_true(kith_key_equal(&key.pk, &f.log.pk));
    assert_int_equal(kith_note_key_parse(text_bytes(&f, "receipt_key"), &key),
                     KITH_OK);
    assert_int_equal(key.type, KITH_NOTE_COSIGNATURE);
    assert_true(kith_key_equal(&key.pk, &f.receipt.pk));
}

static void test_verify_reads_alone_and_merged(void **state)
{
    static const char *const checkpoints[] = {"checkpoint", "merged"};
    static const char *const receipts[] = {"receipt", "merged"};
    struct kith_checkpoint read;
    struct kith_receipt_read receipt;
    struct fixture f;

    (void)state;
    load(&f);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(kith_checkpoint_verify(text_bytes(&f, checkpoints[i]),
                                                &f.checkpoint.origin, &f.log.pk,
                                                &read),
                         KITH_OK);
        assert_true(kith_checkpoint_equal(&read, &f.checkpoint));
        assert_int_equal(kith_receipt_verify(text_bytes(&f, receipts[i]),
                                             &f.checkpoint.origin,
                                             &f.receipt.pk, &receipt),
                         KITH_OK);
        assert_true(kith_checkpoint_equal(&receipt.checkpoint, &f.checkpoint));
        assert_int_equal(receipt.time_s, f.time_s);
    }
}

static void test_verify_keeps_checkpoint_and_receipt_apart(void **state)
{
    struct kith_checkpoint read;
    struct kith_receipt_read receipt;
    struct fixture f;

    (void)state;
    load(&f);
    assert_int_equal(kith_checkpoint_verify(text_bytes(&f, "receipt"),
                                            &f.checkpoint.origin, &f.receipt.pk,
                                            &read),
                     KITH_UNTRUSTED);
    assert_int_equal(kith_receipt_verify(text_bytes(&f, "checkpoint"),
                                         &f.checkpoint.origin, &f.log.pk,
                                         &receipt),
                     KITH_UNTRUSTED);
}

static void test_verify_refuses_another_origin(void **state)
{
    struct kith_checkpoint read;
    struct kith_receipt_read receipt;
    struct kith_origin next, back;
    struct fixture f;

    (void)state;
    load(&f);
    kith_origin_make(&f.sender, &f.receiver, 2, &next);
    kith_origin_make(&f.receiver, &f.sender, 1, &back);
    assert_int_equal(kith_checkpoint_verify(text_bytes(&f, "checkpoint"), &next,
                                            &f.log.pk, &read),
                     KITH_UNTRUSTED);
    assert_int_equal(kith_receipt_verify(text_bytes(&f, "receipt"), &next,
                                         &f.receipt.pk, &receipt),
                     KITH_UNTRUSTED);
    assert_int_equal(kith_receipt_verify(text_bytes(&f, "receipt"), &back,
                                         &f.receipt.pk, &receipt),
                     KITH_UNTRUSTED);
}

static void test_verify_refuses_every_flipped_bit(void **state)
{
    struct kith_bytes merged;
    struct kith_checkpoint read;
    struct kith_receipt_read receipt;
    struct fixture f;
    uint8_t *data = NULL;

    (void)state;
    load(&f);
    merged = text_bytes(&f, "merged");
    data = vector_copy(merged);
    for (size_t bit = 0; bit < 8 * merged.len; bit++) {
        struct kith_bytes bytes = {data, merged.len};

        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        /* A flip hits one line or both, so one of the two must notice. */
        assert_false(kith_checkpoint_verify(bytes, &f.checkpoint.origin,
                                            &f.log.pk, &read) == KITH_OK &&
                     kith_receipt_verify(bytes, &f.checkpoint.origin,
                                         &f.receipt.pk, &receipt) == KITH_OK);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* Texts that a log key may have signed and that are no checkpoint of ours. */
static void test_parse_refuses_other_texts(void **state)
{
    static const char root[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    static const char *const tails[] = {
        "",
        "1\n",
        "01\nR\n",
        "-1\nR\n",
        "9223372036854775808\nR\n",
        "1\nAAAA\n",
        "1\nR\nextension\n",
        "1\nR",
        "1\n\n",
        "\nR\n",
        /* bytes that libsodium's decoder takes for base64 */
        ("1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc2\xa0"
         "btbPU=\n"),
    };
    struct kith_checkpoint checkpoint;
    struct fixture f;

    (void)state;
    load(&f);
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char text[400];
        const char *r = strchr(tails[i], 'R');
        int head = r == NULL ? (int)strlen(tails[i]) : (int)(r - tails[i]);

        snprintf(text, sizeof(text), "%s\n%.*s%s%s", f.checkpoint.origin.text,
                 head, tails[i], r == NULL ? "" : root, r == NULL ? "" : r + 1);
        assert_int_equal(
            kith_checkpoint_parse(kith_bytes_of(text), &checkpoint),
            KITH_MALFORMED);
    }
}

static void test_text_round_trip_at_the_ends_of_size(void **state)
{
    static const uint64_t sizes[] = {0, 1, KITH_TREE_SIZE_MAX};
    struct fixture f;

    (void)state;
    load(&f);
    for (size_t i = 0; i < 3; i++) {
        struct kith_buf text = {NULL, 0, 0};
        struct kith_checkpoint read;

        f.checkpoint.size = sizes[i];
        assert_int_equal(kith_checkpoint_text(&f.checkpoint, &text), KITH_OK);
        assert_int_equal(kith_checkpoint_parse(kith_buf_bytes(&text), &read),
                         KITH_OK);
        assert_true(kith_checkpoint_equal(&read, &f.checkpoint));
        kith_buf_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_origin_matches_vector_and_parses_back),
        cmocka_unit_test(test_origin_of_the_highest_log_fits),
        cmocka_unit_test(test_origin_parse_wants_the_one_spelling),
        cmocka_unit_test(test_sign_matches_vectors),
        cmocka_unit_test(test_key_texts_match_vectors),
        cmocka_unit_test(test_verify_reads_alone_and_merged),
        cmocka_unit_test(test_verify_keeps_checkpoint_and_receipt_apart),
        cmocka_unit_test(test_verify_refuses_another_origin),
        cmocka_unit_test(test_verify_refuses_every_flipped_bit),
        cmocka_unit_test(test_parse_refuses_other_texts),
        cmocka_unit_test(test_text_round_trip_at_the_ends_of_size),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
