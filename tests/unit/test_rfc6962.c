/* test_rfc6962 - every published case of proofs behaves as it says. */
#include "vectors.h"

#include "kith/tree.h"

/* The proof of one line; false when one of its hashes is none. */
static bool read_proof(const json_t *line, struct kith_proof *ret_proof)
{
    const json_t *list = json_object_get(line, "proof");

    ret_proof->count = json_array_size(list);
    assert_true(ret_proof->count <= KITH_PROOF_HASHES_MAX);
    for (size_t i = 0; i < ret_proof->count; i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (kith_hash_read(vector_base64(text), &ret_proof->hashes[i]) !=
            KITH_OK)
            return false;
    }
    return true;
}

static bool read_hash(const json_t *line, const char *name,
                      struct kith_hash *ret_hash)
{
    return kith_hash_read(vector_base64(vector_text(line, name)), ret_hash) ==
           KITH_OK;
}

static bool inclusion_holds(const json_t *line)
{
    struct kith_inclusion claim;
    struct kith_proof proof;

    claim.index = vector_number(line, "leafIdx");
    claim.size = vector_number(line, "treeSize");
    return read_hash(line, "leafHash", &claim.leaf) &&
           read_hash(line, "root", &claim.root) && read_proof(line, &proof) &&
           kith_inclusion_verify(&claim, &proof) == KITH_OK;
}

static bool consistency_holds(const json_t *line)
{
    struct kith_consistency claim;
    struct kith_proof proof;

    claim.size1 = vector_number(line, "size1");
    claim.size2 = vector_number(line, "size2");
    return read_hash(line, "root1", &claim.root1) &&
           read_hash(line, "root2", &claim.root2) && read_proof(line, &proof) &&
           kith_consistency_verify(&claim, &proof) == KITH_OK;
}

static void run_lines(const char *path, bool (*holds)(const json_t *line),
                      size_t expected)
{
    json_t *lines = vectors_load_lines(path);
    json_t *line = NULL;
    size_t i;

    assert_int_equal(json_array_size(lines), expected);
    json_array_foreach(lines, i, line)
    {
        bool bad = json_is_true(json_object_get(line, "wantErr"));

        if (holds(line) == bad)
            fail_msg("%s: wantErr is %d", vector_text(line, "name"), bad);
    }
}

static void test_rfc6962_inclusion_lines_behave(void **state)
{
    (void)state;
    run_lines(KITH_TEST_DATA "/rfc6962/inclusion.jsonl", inclusion_holds, 55);
}

static void test_rfc6962_consistency_lines_behave(void **state)
{
    (void)state;
    run_lines(KITH_TEST_DATA "/rfc6962/consistency.jsonl", consistency_holds,
              62);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc6962_inclusion_lines_behave),
        cmocka_unit_test(test_rfc6962_consistency_lines_behave),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
