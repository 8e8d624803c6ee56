/* test_ekbox - boxes of entry keys, witnesses, owner references. */
#include "vectors.h"

#include <string.h>

#include "kith/seal.h"
#include "kith/sign.h"

static struct kith_origin load_origin(const json_t *vectors)
{
    struct kith_origin origin;

    memset(&origin, 0, sizeof(origin));
    origin.len = strlen(vector_text(vectors, "origin"));
    memcpy(origin.text, vector_text(vectors, "origin"), origin.len);
    return origin;
}

static void test_ek_box_matches_vector(void **state)
{
    const json_t *box = json_object_get(vectors_load("seal.json"), "box");
    struct kith_bytes eks = vector_bytes(box, "eks");
    struct kith_bytes bytes = vector_bytes(box, "box");
    struct kith_key pk = vector_key(box, "pk");
    struct kith_box_key key;
    struct kith_ek got[16];
    size_t count = eks.len / KITH_EK_LEN;

    (void)state;
    assert_int_equal(
        kith_box_key_load(vector_bytes(box, "secret").data, &pk, &key),
        KITH_OK);
    assert_int_equal(kith_ek_box_open(&key, bytes, count, got), KITH_OK);
    assert_memory_equal(got, eks.data, eks.len);
}

static void test_ek_box_opens_with_its_key_and_count_only(void **state)
{
    struct kith_box_key key, other;
    struct kith_ek eks[3], got[4];
    struct kith_buf box = {NULL, 0, 0};

    (void)state;
    kith_box_key_new(&key);
    kith_box_key_new(&other);
    kith_random(eks, sizeof(eks));
    assert_int_equal(kith_ek_box_seal(&key.pk, eks, 3, &box), KITH_OK);
    assert_int_equal(box.len, 3 * KITH_EK_LEN + KITH_EK_BOX_EXTRA);
    assert_int_equal(kith_ek_box_open(&key, kith_buf_bytes(&box), 3, got),
                     KITH_OK);
    assert_memory_equal(got, eks, sizeof(eks));
    assert_int_equal(kith_ek_box_open(&other, kith_buf_bytes(&box), 3, got),
                     KITH_UNREADABLE);
    assert_int_equal(kith_ek_box_open(&key, kith_buf_bytes(&box), 2, got),
                     KITH_MALFORMED);
    assert_int_equal(kith_ek_box_open(&key, kith_buf_bytes(&box), 4, got),
                     KITH_MALFORMED);
    box.data[40] ^= 1;
    assert_int_equal(kith_ek_box_open(&key, kith_buf_bytes(&box), 3, got),
                     KITH_UNREADABLE);
    assert_int_equal(kith_ek_box_seal(&key.pk, eks, 0, &box), KITH_LIMIT);
    assert_int_equal(
        kith_ek_box_seal(&key.pk, eks, KITH_PUSH_ENTRIES_MAX + 1, &box),
        KITH_LIMIT);
    memset(&key.pk, 0, sizeof(key.pk)); /* a point of small order */
    assert_int_equal(kith_ek_box_seal(&key.pk, eks, 3, &box), KITH_INVALID);
    kith_buf_clear(&box);
}

static void test_witness_matches_vector_and_hides_repetition(void **state)
{
    json_t *vectors = vectors_load("seal.json");
    const json_t *one = json_object_get(vectors, "witness");
    struct kith_origin origin = load_origin(vectors);
    struct kith_place place = {&origin, vector_number(one, "index")};
    struct kith_hash root = vector_hash(one, "audit_root");
    struct kith_hash want = vector_hash(one, "witness");
    const uint8_t *salt = vector_bytes(one, "salt_key").data;
    struct kith_hash got;

    (void)state;
    kith_witness(salt, &place, vector_number(one, "audit_size"), &root, &got);
    assert_true(kith_hash_equal(&got, &want));
    place.index++;
    kith_witness(salt, &place, vector_number(one, "audit_size"), &root, &got);
    assert_false(kith_hash_equal(&got, &want));
}

static void test_owner_ref_matches_vector_and_keeps_its_place(void **state)
{
    json_t *vectors = vectors_load("seal.json");
    const json_t *one = json_object_get(vectors, "owner_ref");
    struct kith_origin origin = load_origin(vectors);
    struct kith_place place = {&origin, vector_number(one, "index")};
    struct kith_bytes sealed = vector_bytes(one, "sealed");
    const uint8_t *key = vector_bytes(one, "recovery_key").data;
    uint8_t data[KITH_OWNER_REF_LEN];
    struct kith_owner_ref ref;

    (void)state;
    assert_int_equal(kith_owner_ref_open(key, &place, sealed, &ref), KITH_OK);
    assert_bytes_equal(((struct kith_bytes){ref.id.b, sizeof(ref.id.b)}),
                       vector_bytes(one, "id"));
    assert_int_equal(ref.revision, vector_number(one, "revision"));
    kith_owner_ref_seal(key, &place, &ref, data);
    assert_memory_not_equal(data, sealed.data, sizeof(data));
    sealed.data = data;
    assert_int_equal(kith_owner_ref_open(key, &place, sealed, &ref), KITH_OK);
    place.index++;
    assert_int_equal(kith_owner_ref_open(key, &place, sealed, &ref),
                     KITH_UNREADABLE);
    sealed.len--;
    assert_int_equal(kith_owner_ref_open(key, &place, sealed, &ref),
                     KITH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ek_box_matches_vector),
        cmocka_unit_test(test_ek_box_opens_with_its_key_and_count_only),
        cmocka_unit_test(test_witness_matches_vector_and_hides_repetition),
        cmocka_unit_test(test_owner_ref_matches_vector_and_keeps_its_place),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
