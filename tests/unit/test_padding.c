/* test_padding - the lengths a body may have once it is sealed. */
#include "vectors.h"

#include <string.h>

#include "seal_steps.h"

static void test_padded_len_matches_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("seal.json"), "padding");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
        assert_int_equal(kith_padded_len(vector_number(one, "len")),
                         vector_number(one, "padded"));
    assert_int_equal(kith_padded_len(KITH_BODY_TEXT_MAX), KITH_BODY_MAX);
    assert_int_equal(kith_padded_len(KITH_BODY_TEXT_MAX + 1), 0);
    assert_int_equal(kith_padded_len(SIZE_MAX), 0);
}

static void test_padded_len_grows_by_an_eighth_at_most(void **state)
{
    size_t last = 0;

    (void)state;
    for (size_t len = 0; len <= KITH_BODY_TEXT_MAX; len++) {
        size_t padded = kith_padded_len(len);

        assert_true(padded >= last && padded >= len + 4);
        assert_true(padded == KITH_BODY_MIN || padded <= (len + 4) * 9 / 8);
        assert_true(kith_sealed_len_fits(padded + KITH_SEAL_TAG_LEN));
        last = padded;
    }
}

static void test_unpad_takes_one_padding_only(void **state)
{
    uint8_t padded[KITH_BODY_MIN + 64];
    struct kith_bytes bytes = {padded, KITH_BODY_MIN};
    struct kith_bytes body;

    (void)state;
    seal_pad(kith_bytes_of("body"), padded, KITH_BODY_MIN);
    assert_int_equal(seal_unpad(bytes, &body), KITH_OK);
    assert_true(kith_bytes_is(body, "body"));
    padded[8] = 1; /* right behind the body */
    assert_int_equal(seal_unpad(bytes, &body), KITH_MALFORMED);
    padded[8] = 0;
    padded[KITH_BODY_MIN - 1] = 1; /* the last one */
    assert_int_equal(seal_unpad(bytes, &body), KITH_MALFORMED);
    padded[KITH_BODY_MIN - 1] = 0;
    memset(padded, 0xff, 4); /* longer than what is there */
    assert_int_equal(seal_unpad(bytes, &body), KITH_MALFORMED);
    seal_pad(kith_bytes_of("body"), padded, sizeof(padded));
    bytes.len = 544; /* longer than this body needs */
    assert_int_equal(seal_unpad(bytes, &body), KITH_MALFORMED);
    assert_int_equal(seal_unpad((struct kith_bytes){NULL, 0}, &body),
                     KITH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_padded_len_matches_vectors),
        cmocka_unit_test(test_padded_len_grows_by_an_eighth_at_most),
        cmocka_unit_test(test_unpad_takes_one_padding_only),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
