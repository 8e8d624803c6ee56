/* test_entry - the header of an entry: layout, bounds, leaf, binding. */
#include "vectors.h"

#include <string.h>

#include "kith/be.h"
#include "kith/entry.h"
#include "kith/tree.h"

static struct kith_origin load_origin(const json_t *vectors)
{
    struct kith_origin origin;

    memset(&origin, 0, sizeof(origin));
    origin.len = strlen(vector_text(vectors, "origin"));
    memcpy(origin.text, vector_text(vectors, "origin"), origin.len);
    return origin;
}

static struct kith_entry_header header_of(const json_t *one)
{
    struct kith_entry_header header;

    memset(&header, 0, sizeof(header));
    header.entry_class = (uint8_t)vector_number(one, "class");
    header.index = vector_number(one, "index");
    header.time_s = vector_number(one, "time");
    header.seen = vector_number(one, "seen");
    header.sealed_len = (uint32_t)vector_number(one, "sealed_len");
    header.sealed_hash = vector_hash(one, "sealed_hash");
    header.commitment = vector_hash(one, "commitment");
    header.witness = vector_hash(one, "witness");
    return header;
}

static void test_encode_matches_vectors(void **state)
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
        struct kith_entry_header header = header_of(one);
        struct kith_hash want = vector_hash(one, "leaf");
        struct kith_hash leaf;
        uint8_t data[KITH_ENTRY_HEADER_LEN];
        uint8_t ad[KITH_ENTRY_AD_MAX];
        size_t ad_len;

        kith_entry_encode(&header, data);
        assert_bytes_equal(((struct kith_bytes){data, sizeof(data)}),
                           vector_bytes(one, "header"));
        kith_entry_leaf(&header, &leaf);
        assert_true(kith_hash_equal(&leaf, &want));
        ad_len = kith_entry_ad(&origin, &header, ad);
        assert_bytes_equal(((struct kith_bytes){ad, ad_len}),
                           vector_bytes(one, "ad"));
    }
}

static void test_decode_gives_back_every_field(void **state)
{
    json_t *list = json_object_get(vectors_load("seal.json"), "entries");
    json_t *one = NULL;
    size_t i;

    (void)state;
    json_array_foreach(list, i, one)
    {
        struct kith_entry_header header;
        uint8_t again[KITH_ENTRY_HEADER_LEN];

        assert_int_equal(
            kith_entry_decode(vector_bytes(one, "header"), &header), KITH_OK);
        assert_int_equal(header.entry_class, vector_number(one, "class"));
        assert_int_equal(header.index, vector_number(one, "index"));
        assert_int_equal(header.time_s, vector_number(one, "time"));
        assert_int_equal(header.seen, vector_number(one, "seen"));
        kith_entry_encode(&header, again);
        assert_bytes_equal(((struct kith_bytes){again, sizeof(again)}),
                           vector_bytes(one, "header"));
    }
}

static void test_decode_refuses_numbers_out_of_range(void **state)
{
    static const struct {
        size_t at;
        size_t len;
        uint64_t value;
        enum kith_status status;
    } cases[] = {
        {0, 1, 0, KITH_NOT_UNDERSTOOD},
        {0, 1, 2, KITH_NOT_UNDERSTOOD},
        {1, 1, 0, KITH_MALFORMED},
        {1, 1, 4, KITH_MALFORMED},
        {2, 8, KITH_TREE_SIZE_MAX, KITH_MALFORMED},
        {2, 8, KITH_TREE_SIZE_MAX - 1, KITH_OK},
        {10, 8, (uint64_t)INT64_MAX + 1, KITH_MALFORMED},
        {18, 8, KITH_TREE_SIZE_MAX + 1, KITH_MALFORMED},
        {18, 8, KITH_TREE_SIZE_MAX, KITH_OK},
        {26, 4, 0, KITH_MALFORMED},
        {26, 4, 527, KITH_MALFORMED},
        {26, 4, 529, KITH_MALFORMED},
        {26, 4, 544 + 16, KITH_OK},
        {26, 4, 128 * 1024 + 16, KITH_OK},
        {26, 4, 256 * 1024 + 16, KITH_MALFORMED},
    };
    json_t *list = json_object_get(vectors_load("seal.json"), "entries");
    struct kith_bytes good = vector_bytes(json_array_get(list, 0), "header");

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t *data = vector_copy(good);
        struct kith_entry_header header;

        kith_be_put(data + cases[i].at, cases[i].value, cases[i].len);
        assert_int_equal(
            kith_entry_decode((struct kith_bytes){data, good.len}, &header),
            cases[i].status);
    }
}

static void test_decode_refuses_other_lengths(void **state)
{
    json_t *list = json_object_get(vectors_load("seal.json"), "entries");
    struct kith_bytes good = vector_bytes(json_array_get(list, 0), "header");
    uint8_t longer[KITH_ENTRY_HEADER_LEN + 1] = {0};
    struct kith_entry_header header;

    (void)state;
    memcpy(longer, good.data, good.len);
    for (size_t len = 0; len < good.len; len++)
        assert_int_equal(
            kith_entry_decode((struct kith_bytes){longer, len}, &header),
            KITH_MALFORMED);
    assert_int_equal(
        kith_entry_decode((struct kith_bytes){longer, sizeof(longer)}, &header),
        KITH_MALFORMED);
}

/* Whatever changes in a header, its leaf changes: nothing escapes the tree. */
static void test_leaf_covers_every_bit(void **state)
{
    json_t *list = json_object_get(vectors_load("seal.json"), "entries");
    struct kith_bytes good = vector_bytes(json_array_get(list, 0), "header");
    struct kith_hash leaf = vector_hash(json_array_get(list, 0), "leaf");
    uint8_t *data = vector_copy(good);

    (void)state;
    for (size_t bit = 0; bit < 8 * good.len; bit++) {
        struct kith_entry_header header;
        struct kith_hash other;

        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (kith_entry_decode((struct kith_bytes){data, good.len}, &header) ==
            KITH_OK) {
            kith_entry_leaf(&header, &other);
            assert_false(kith_hash_equal(&other, &leaf));
        }
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void test_check_sealed_wants_length_and_hash(void **state)
{
    json_t *list = json_object_get(vectors_load("seal.json"), "entries");
    const json_t *one = json_array_get(list, 0);
    struct kith_entry_header header = header_of(one);
    struct kith_bytes sealed = vector_bytes(one, "sealed");
    uint8_t *data = vector_copy(sealed);

    (void)state;
    assert_int_equal(kith_entry_check_sealed(&header, sealed), KITH_OK);
    sealed.len--;
    assert_int_equal(kith_entry_check_sealed(&header, sealed), KITH_UNTRUSTED);
    sealed.len++;
    header.sealed_len += 32; /* the hash alone would not tell */
    assert_int_equal(kith_entry_check_sealed(&header, sealed), KITH_UNTRUSTED);
    header.sealed_len -= 32;
    data[100] ^= 1;
    sealed.data = data;
    assert_int_equal(kith_entry_check_sealed(&header, sealed), KITH_UNTRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_matches_vectors),
        cmocka_unit_test(test_decode_gives_back_every_field),
        cmocka_unit_test(test_decode_refuses_numbers_out_of_range),
        cmocka_unit_test(test_decode_refuses_other_lengths),
        cmocka_unit_test(test_leaf_covers_every_bit),
        cmocka_unit_test(test_check_sealed_wants_length_and_hash),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
