/* test_sign - key pairs and statements, against vectors. */
#include "vectors.h"

#include <string.h>

#include "kith/sign.h"

static struct kith_sign_key load_key(const json_t *vector)
{
    struct kith_key pk = vector_key(vector, "pk");
    struct kith_sign_key key;

    assert_int_equal(
        kith_sign_key_load(vector_bytes(vector, "seed").data, &pk, &key),
        KITH_OK);
    return key;
}

static void test_sign_matches_vectors_for_every_type(void **state)
{
    json_t *vector = vectors_load("sign.json");
    json_t *list = json_object_get(vector, "statements");
    struct kith_sign_key key = load_key(vector);
    struct kith_bytes bytes = vector_bytes(vector, "bytes");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(list), KITH_STATEMENT_END - 1);
    json_array_foreach(list, i, one)
    {
        enum kith_statement type =
            (enum kith_statement)vector_number(one, "number");
        struct kith_sig sig;

        assert_string_equal(kith_statement_name(type),
                            vector_text(one, "type"));
        assert_int_equal(kith_sign(&key, type, bytes, &sig), KITH_OK);
        assert_bytes_equal(((struct kith_bytes){sig.b, sizeof(sig.b)}),
                           vector_bytes(one, "signature"));
    }
}

static void test_sign_for_one_type_is_none_for_another(void **state)
{
    struct kith_bytes bytes = kith_bytes_of("what is said");
    struct kith_sign_key key;
    struct kith_sig sig;

    (void)state;
    kith_sign_key_new(&key);
    for (int a = 1; a < KITH_STATEMENT_END; a++) {
        assert_int_equal(kith_sign(&key, (enum kith_statement)a, bytes, &sig),
                         KITH_OK);
        for (int b = 1; b < KITH_STATEMENT_END; b++)
            assert_int_equal(
                kith_sign_verify(&key.pk, (enum kith_statement)b, bytes, &sig),
                a == b ? KITH_OK : KITH_UNTRUSTED);
    }
}

static void test_verify_refuses_any_flipped_bit(void **state)
{
    uint8_t data[] = "entry";
    struct kith_bytes bytes = {data, sizeof(data)};
    struct kith_sign_key key, other;
    struct kith_sig sig;

    (void)state;
    kith_sign_key_new(&key);
    kith_sign_key_new(&other);
    assert_int_equal(kith_sign(&key, KITH_STATEMENT_HELLO, bytes, &sig),
                     KITH_OK);
    assert_int_equal(
        kith_sign_verify(&other.pk, KITH_STATEMENT_HELLO, bytes, &sig),
        KITH_UNTRUSTED);
    for (size_t bit = 0; bit < 8 * sizeof(sig.b); bit++) {
        sig.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(
            kith_sign_verify(&key.pk, KITH_STATEMENT_HELLO, bytes, &sig),
            KITH_UNTRUSTED);
        sig.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(
            kith_sign_verify(&key.pk, KITH_STATEMENT_HELLO, bytes, &sig),
            KITH_UNTRUSTED);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_sign_refuses_a_type_that_is_none(void **state)
{
    struct kith_bytes bytes = kith_bytes_of("x");
    struct kith_sign_key key;
    struct kith_sig sig;

    (void)state;
    kith_sign_key_new(&key);
    assert_int_equal(kith_sign(&key, (enum kith_statement)0, bytes, &sig),
                     KITH_INVALID);
    assert_int_equal(kith_sign(&key, KITH_STATEMENT_END, bytes, &sig),
                     KITH_INVALID);
    assert_null(kith_statement_name(KITH_STATEMENT_END));
}

/* A wrong public half makes signatures that give the secret away. */
static void test_load_refuses_a_public_half_of_another_key(void **state)
{
    struct kith_sign_key sign, loaded;
    struct kith_box_key box, loaded_box;

    (void)state;
    kith_sign_key_new(&sign);
    kith_box_key_new(&box);
    assert_int_equal(kith_sign_key_load(sign.seed, &sign.pk, &loaded), KITH_OK);
    assert_int_equal(kith_box_key_load(box.secret, &box.pk, &loaded_box),
                     KITH_OK);
    sign.pk.b[5] ^= 1;
    box.pk.b[5] ^= 1;
    memset(&loaded, 7, sizeof(loaded));
    assert_int_equal(kith_sign_key_load(sign.seed, &sign.pk, &loaded),
                     KITH_DAMAGED);
    assert_int_equal(loaded.seed[0], 7);
    assert_int_equal(kith_box_key_load(box.secret, &box.pk, &loaded_box),
                     KITH_DAMAGED);
}

/* A fault in the key between two uses shows before a signature leaves. */
static void test_sign_with_a_damaged_public_half_gives_nothing(void **state)
{
    struct kith_sign_key key;
    struct kith_sig sig = {{9}};

    (void)state;
    kith_sign_key_new(&key);
    key.pk.b[0] ^= 1;
    assert_int_equal(
        kith_sign(&key, KITH_STATEMENT_HELLO, kith_bytes_of("x"), &sig),
        KITH_DAMAGED);
    assert_int_equal(sig.b[0], 9);
}

static void test_wipe_leaves_zeros(void **state)
{
    static const struct kith_sign_key none;
    struct kith_sign_key key;

    (void)state;
    kith_sign_key_new(&key);
    kith_sign_key_wipe(&key);
    assert_memory_equal(&key, &none, sizeof(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_matches_vectors_for_every_type),
        cmocka_unit_test(test_sign_for_one_type_is_none_for_another),
        cmocka_unit_test(test_verify_refuses_any_flipped_bit),
        cmocka_unit_test(test_sign_refuses_a_type_that_is_none),
        cmocka_unit_test(test_load_refuses_a_public_half_of_another_key),
        cmocka_unit_test(test_sign_with_a_damaged_public_half_gives_nothing),
        cmocka_unit_test(test_wipe_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
