/* test_tree - the Merkle tree: vectors and every small size. */
#include "vectors.h"

#include <string.h>

#include "kith/be.h"
#include "kith/tree.h"

enum {
    LEAVES = 130
};

static struct kith_hash leaf_at(uint64_t index)
{
    uint8_t data[4];
    struct kith_hash hash;

    kith_be_put32(data, (uint32_t)index);
    kith_tree_leaf_hash(data, sizeof(data), &hash);
    return hash;
}

/* A source that computes each subtree from its leaves. */
static enum kith_status compute_node(void *ctx, unsigned level, uint64_t index,
                                     struct kith_hash *ret_hash)
{
    struct kith_tree tree;
    uint64_t size = *(const uint64_t *)ctx;

    kith_tree_init(&tree);
    for (uint64_t i = index << level; i < (index + 1) << level; i++) {
        struct kith_hash leaf = leaf_at(i);

        assert_true(i < size);
        assert_int_equal(kith_tree_append(&tree, &leaf), KITH_OK);
    }
    kith_tree_root(&tree, ret_hash);
    return KITH_OK;
}

static enum kith_status fail_node(void *ctx, unsigned level, uint64_t index,
                                  struct kith_hash *ret_hash)
{
    (void)ctx;
    (void)level;
    (void)index;
    (void)ret_hash;
    return KITH_DAMAGED;
}

static void grow(uint64_t size, struct kith_tree *ret_tree)
{
    kith_tree_init(ret_tree);
    for (uint64_t i = 0; i < size; i++) {
        struct kith_hash leaf = leaf_at(i);

        assert_int_equal(kith_tree_append(ret_tree, &leaf), KITH_OK);
    }
}

static struct kith_hash root_at(uint64_t size)
{
    struct kith_tree tree;
    struct kith_hash root;

    grow(size, &tree);
    kith_tree_root(&tree, &root);
    return root;
}

static void test_root_and_encoding_match_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("tree.json"), "trees");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
    {
        struct kith_hash want = vector_hash(one, "root");
        struct kith_tree tree, read;
        struct kith_hash root;
        uint8_t data[KITH_TREE_ENCODED_MAX];
        size_t len;

        grow(vector_number(one, "size"), &tree);
        kith_tree_root(&tree, &root);
        assert_true(kith_hash_equal(&root, &want));
        len = kith_tree_encode(&tree, data);
        assert_bytes_equal(((struct kith_bytes){data, len}),
                           vector_bytes(one, "encoded"));
        assert_int_equal(
            kith_tree_decode((struct kith_bytes){data, len}, &read), KITH_OK);
        kith_tree_root(&read, &root);
        assert_true(kith_hash_equal(&root, &want));
    }
}

static void test_decode_refuses_lengths_that_do_not_fit(void **state)
{
    uint8_t data[KITH_TREE_ENCODED_MAX + 1] = {0};
    struct kith_tree tree;
    size_t len;

    (void)state;
    grow(7, &tree);
    len = kith_tree_encode(&tree, data);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(kith_tree_decode((struct kith_bytes){data, i}, &tree),
                         KITH_MALFORMED);
    assert_int_equal(
        kith_tree_decode((struct kith_bytes){data, len + 1}, &tree),
        KITH_MALFORMED);
    memset(data, 0xff, 8);
    assert_int_equal(
        kith_tree_decode((struct kith_bytes){data, sizeof(data)}, &tree),
        KITH_MALFORMED);
}

static void test_append_stops_at_the_largest_size(void **state)
{
    struct kith_hash leaf = leaf_at(0);
    struct kith_tree tree;

    (void)state;
    kith_tree_init(&tree);
    tree.size = KITH_TREE_SIZE_MAX - 1;
    assert_int_equal(kith_tree_append(&tree, &leaf), KITH_OK);
    assert_int_equal(kith_tree_append(&tree, &leaf), KITH_LIMIT);
    assert_int_equal(tree.size, KITH_TREE_SIZE_MAX);
}

static void test_inclusion_matches_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("tree.json"), "inclusion");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
    {
        uint64_t size = vector_number(one, "size");
        struct kith_tree_source source = {compute_node, &size};
        struct kith_buf buf = {NULL, 0, 0};
        struct kith_proof proof;

        assert_int_equal(kith_inclusion_prove(&source,
                                              vector_number(one, "index"), size,
                                              &proof),
                         KITH_OK);
        assert_int_equal(kith_proof_encode(&proof, &buf), KITH_OK);
        assert_bytes_equal(kith_buf_bytes(&buf), vector_bytes(one, "proof"));
        kith_buf_clear(&buf);
    }
}

static void test_consistency_matches_vectors(void **state)
{
    json_t *list = json_object_get(vectors_load("tree.json"), "consistency");
    json_t *one = NULL;
    size_t i;

    (void)state;
    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, i, one)
    {
        uint64_t size = vector_number(one, "size2");
        struct kith_tree_source source = {compute_node, &size};
        struct kith_buf buf = {NULL, 0, 0};
        struct kith_proof proof;

        assert_int_equal(kith_consistency_prove(&source,
                                                vector_number(one, "size1"),
                                                size, &proof),
                         KITH_OK);
        assert_int_equal(kith_proof_encode(&proof, &buf), KITH_OK);
        assert_bytes_equal(kith_buf_bytes(&buf), vector_bytes(one, "proof"));
        kith_buf_clear(&buf);
    }
}

static void test_every_proof_of_small_trees_verifies(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= LEAVES; size += size < 20 ? 1 : 11) {
        struct kith_tree_source source = {compute_node, &size};
        struct kith_hash root = root_at(size);

        for (uint64_t i = 0; i < size; i++) {
            struct kith_inclusion claim = {i, size, leaf_at(i), root};
            struct kith_consistency growth = {i + 1, size, root_at(i + 1),
                                              root};
            struct kith_proof proof;

            assert_int_equal(kith_inclusion_prove(&source, i, size, &proof),
                             KITH_OK);
            assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_OK);
            claim.index = (i + 1) % size;
            if (size > 1)
                assert_int_equal(kith_inclusion_verify(&claim, &proof),
                                 KITH_UNTRUSTED);
            assert_int_equal(
                kith_consistency_prove(&source, i + 1, size, &proof), KITH_OK);
            assert_int_equal(kith_consistency_verify(&growth, &proof), KITH_OK);
            growth.root1.b[0] ^= 1;
            assert_int_equal(kith_consistency_verify(&growth, &proof),
                             KITH_UNTRUSTED);
        }
    }
}

/* Hashes that would lead on above the root, and places outside the tree. */
static void test_inclusion_verify_refuses_claims_beside_the_tree(void **state)
{
    struct kith_hash left = leaf_at(0), right = leaf_at(1), root;
    struct kith_proof proof = {.count = 1, .hashes = {left}};
    struct kith_inclusion claim;

    (void)state;
    kith_tree_node_hash(&left, &right, &root);
    claim = (struct kith_inclusion){1, 2, right, root};
    assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_OK);
    claim = (struct kith_inclusion){0, 1, right, root};
    assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_UNTRUSTED);
    proof.count = 0;
    claim = (struct kith_inclusion){0, 1, left, left};
    assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_OK);
    claim.index = 1;
    assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_UNTRUSTED);
    claim.size = 0;
    assert_int_equal(kith_inclusion_verify(&claim, &proof), KITH_UNTRUSTED);
}

static void test_consistency_verify_refuses_claims_without_sense(void **state)
{
    struct kith_hash root = leaf_at(0);
    struct kith_proof proof = {.count = 0, .hashes = {root}};
    struct kith_consistency claim = {1, 1, root, root};

    (void)state;
    assert_int_equal(kith_consistency_verify(&claim, &proof), KITH_OK);
    claim.size1 = 0;
    assert_int_equal(kith_consistency_verify(&claim, &proof), KITH_UNTRUSTED);
    claim.size2 = 0; /* the empty tree is the beginning of any: no proof */
    assert_int_equal(kith_consistency_verify(&claim, &proof), KITH_UNTRUSTED);
    claim.size1 = 2;
    claim.size2 = 1;
    assert_int_equal(kith_consistency_verify(&claim, &proof), KITH_UNTRUSTED);
    claim.size1 = 1;
    proof.count = 1; /* equal sizes need nothing */
    assert_int_equal(kith_consistency_verify(&claim, &proof), KITH_UNTRUSTED);
}

static void test_load_gives_the_tree_of_an_older_size(void **state)
{
    uint64_t size = 100;
    struct kith_tree_source source = {compute_node, &size};
    struct kith_tree loaded, grown;
    uint8_t a[KITH_TREE_ENCODED_MAX], b[KITH_TREE_ENCODED_MAX];

    (void)state;
    for (uint64_t at = 0; at <= size; at++) {
        assert_int_equal(kith_tree_load(&source, at, &loaded), KITH_OK);
        grow(at, &grown);
        assert_int_equal(kith_tree_encode(&loaded, a),
                         kith_tree_encode(&grown, b));
        assert_memory_equal(a, b, 8 + 32 * (size_t)__builtin_popcountll(at));
    }
}

static void test_prove_passes_on_the_fault_of_the_source(void **state)
{
    struct kith_tree_source source = {fail_node, NULL};
    struct kith_proof proof;
    struct kith_tree tree;

    (void)state;
    assert_int_equal(kith_inclusion_prove(&source, 0, 2, &proof), KITH_DAMAGED);
    assert_int_equal(kith_consistency_prove(&source, 1, 2, &proof),
                     KITH_DAMAGED);
    assert_int_equal(kith_tree_load(&source, 1, &tree), KITH_DAMAGED);
    assert_int_equal(kith_inclusion_prove(&source, 2, 2, &proof), KITH_INVALID);
    assert_int_equal(kith_consistency_prove(&source, 0, 2, &proof),
                     KITH_INVALID);
    assert_int_equal(kith_consistency_prove(&source, 3, 2, &proof),
                     KITH_INVALID);
}

static void test_proof_decode_wants_whole_hashes(void **state)
{
    uint8_t data[65 * 32] = {0};
    struct kith_proof proof;

    (void)state;
    assert_int_equal(kith_proof_decode((struct kith_bytes){data, 33}, &proof),
                     KITH_MALFORMED);
    assert_int_equal(
        kith_proof_decode((struct kith_bytes){data, sizeof(data)}, &proof),
        KITH_MALFORMED);
    assert_int_equal(kith_proof_decode((struct kith_bytes){data, 64}, &proof),
                     KITH_OK);
    assert_int_equal(proof.count, 2);
    assert_int_equal(kith_proof_decode((struct kith_bytes){NULL, 0}, &proof),
                     KITH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_root_and_encoding_match_vectors),
        cmocka_unit_test(test_decode_refuses_lengths_that_do_not_fit),
        cmocka_unit_test(test_append_stops_at_the_largest_size),
        cmocka_unit_test(test_inclusion_matches_vectors),
        cmocka_unit_test(test_consistency_matches_vectors),
        cmocka_unit_test(test_every_proof_of_small_trees_verifies),
        cmocka_unit_test(test_inclusion_verify_refuses_claims_beside_the_tree),
        cmocka_unit_test(test_consistency_verify_refuses_claims_without_sense),
        cmocka_unit_test(test_load_gives_the_tree_of_an_older_size),
        cmocka_unit_test(test_prove_passes_on_the_fault_of_the_source),
        cmocka_unit_test(test_proof_decode_wants_whole_hashes),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
