/* proof.c - inclusion and consistency proofs of RFC 6962 trees.
 *
 * Responsible for: building them from a source of subtree hashes, checking
 * them (the loops of RFC 9162, 2.1.3.2 and 2.1.4.2), their encoding.
 * Not here: the growing tree (tree.c).
 */
#include "kith/tree.h"

#include <string.h>

/* Leaves [from, from + count) of the tree at hand; from is a multiple of every
 * power of two below count. */
struct range {
    uint64_t from;
    uint64_t count;
};

/* Level of the largest complete subtree strictly smaller than COUNT leaves;
 * COUNT > 1. */
static unsigned split_level(uint64_t count)
{
    unsigned level = 0;

    while (((uint64_t)2 << level) < count)
        level++;
    return level;
}

/* Root of RANGE, whose right side may be ragged: its complete subtrees are
 * folded from the smallest, on the right, to the largest. */
static enum kith_status fold_range(const struct kith_tree_source *source,
                                   struct range range,
                                   struct kith_hash *ret_root)
{
    struct kith_hash root = {{0}};
    uint64_t end = range.from + range.count;
    bool begun = false;

    for (unsigned level = 0; level < KITH_TREE_LEVELS; level++) {
        struct kith_hash peak;
        enum kith_status status;

        if ((range.count >> level & 1) == 0)
            continue;
        end -= (uint64_t)1 << level;
        status = source->node(source->ctx, level, end >> level, &peak);
        if (status != KITH_OK)
            return status;
        if (begun)
            kith_tree_node_hash(&peak, &root, &root);
        else
            root = peak;
        begun = true;
    }
    *ret_root = root;
    return KITH_OK;
}

/* Proofs are found from the root down and written from the leaf up. */
static void reverse(struct kith_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct kith_hash hash = proof->hashes[i];

        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = hash;
    }
}

/* Splits RANGE and puts the hash of the half that does not hold leaf TARGET
 * into PROOF; RANGE becomes the other half. */
static enum kith_status descend(const struct kith_tree_source *source,
                                uint64_t target, struct range *range,
                                struct kith_proof *proof)
{
    uint64_t half = (uint64_t)1 << split_level(range->count);
    struct range left = {range->from, half};
    struct range right = {range->from + half, range->count - half};
    bool go_left = target < right.from;
    enum kith_status status = fold_range(source, go_left ? right : left,
                                         &proof->hashes[proof->count]);

    if (status != KITH_OK)
        return status;
    proof->count++;
    *range = go_left ? left : right;
    return KITH_OK;
}

enum kith_status kith_inclusion_prove(const struct kith_tree_source *source,
                                      uint64_t index, uint64_t size,
                                      struct kith_proof *ret_proof)
{
    struct kith_proof proof = {.count = 0};
    struct range range = {0, size};

    if (index >= size || size > KITH_TREE_SIZE_MAX)
        return KITH_INVALID;
    while (range.count > 1) {
        enum kith_status status = descend(source, index, &range, &proof);

        if (status != KITH_OK)
            return status;
    }
    reverse(&proof);
    *ret_proof = proof;
    return KITH_OK;
}

enum kith_status kith_consistency_prove(const struct kith_tree_source *source,
                                        uint64_t size1, uint64_t size2,
                                        struct kith_proof *ret_proof)
{
    struct kith_proof proof = {.count = 0};
    struct range range = {0, size2};
    enum kith_status status;

    if (size1 == 0 || size1 > size2 || size2 > KITH_TREE_SIZE_MAX)
        return KITH_INVALID;
    /* Down along the last leaf of the old tree, until a subtree ends there. */
    while (range.from + range.count != size1) {
        status = descend(source, size1 - 1, &range, &proof);
        if (status != KITH_OK)
            return status;
    }
    /* The old root itself is known to the verifier. */
    if (range.from > 0) {
        status = fold_range(source, range, &proof.hashes[proof.count]);
        if (status != KITH_OK)
            return status;
        proof.count++;
    }
    reverse(&proof);
    *ret_proof = proof;
    return KITH_OK;
}

/* One step up: a node that is the right child, or the last of its level, takes
 * its sibling on the left. Returns true then, and moves to the parent, past
 * the levels at which the last node has no sibling. */
static bool step_up(uint64_t *node, uint64_t *last)
{
    bool sibling_left = (*node & 1) == 1 || *node == *last;

    while (sibling_left && (*node & 1) == 0 && *node != 0) {
        *node >>= 1;
        *last >>= 1;
    }
    *node >>= 1;
    *last >>= 1;
    return sibling_left;
}

enum kith_status kith_inclusion_verify(const struct kith_inclusion *claim,
                                       const struct kith_proof *proof)
{
    struct kith_hash root = claim->leaf;
    uint64_t node = claim->index;
    uint64_t last = claim->size - 1;

    if (claim->size > KITH_TREE_SIZE_MAX || claim->index >= claim->size ||
        proof->count > KITH_PROOF_HASHES_MAX)
        return KITH_UNTRUSTED;
    for (size_t i = 0; i < proof->count; i++) {
        if (last == 0)
            return KITH_UNTRUSTED;
        if (step_up(&node, &last))
            kith_tree_node_hash(&proof->hashes[i], &root, &root);
        else
            kith_tree_node_hash(&root, &proof->hashes[i], &root);
    }
    if (last != 0 || !kith_hash_equal(&root, &claim->root))
        return KITH_UNTRUSTED;
    return KITH_OK;
}

/* The case of size1 < size2, both in range. */
static enum kith_status verify_growth(const struct kith_consistency *claim,
                                      const struct kith_proof *proof)
{
    bool whole = (claim->size1 & (claim->size1 - 1)) == 0;
    uint64_t node = claim->size1 - 1;
    uint64_t last = claim->size2 - 1;
    struct kith_hash root1, root2;

    if (proof->count == 0)
        return KITH_UNTRUSTED;
    while ((node & 1) == 1) {
        node >>= 1;
        last >>= 1;
    }
    root1 = whole ? claim->root1 : proof->hashes[0];
    root2 = root1;
    for (size_t i = whole ? 0 : 1; i < proof->count; i++) {
        const struct kith_hash *sibling = &proof->hashes[i];

        if (last == 0)
            return KITH_UNTRUSTED;
        if (step_up(&node, &last)) {
            kith_tree_node_hash(sibling, &root1, &root1);
            kith_tree_node_hash(sibling, &root2, &root2);
        } else {
            kith_tree_node_hash(&root2, sibling, &root2);
        }
    }
    if (last != 0 || !kith_hash_equal(&root1, &claim->root1) ||
        !kith_hash_equal(&root2, &claim->root2))
        return KITH_UNTRUSTED;
    return KITH_OK;
}

enum kith_status kith_consistency_verify(const struct kith_consistency *claim,
                                         const struct kith_proof *proof)
{
    if (claim->size1 == 0 || claim->size1 > claim->size2 ||
        claim->size2 > KITH_TREE_SIZE_MAX ||
        proof->count > KITH_PROOF_HASHES_MAX)
        return KITH_UNTRUSTED;
    if (claim->size1 < claim->size2)
        return verify_growth(claim, proof);
    if (proof->count != 0 || !kith_hash_equal(&claim->root1, &claim->root2))
        return KITH_UNTRUSTED;
    return KITH_OK;
}

enum kith_status kith_proof_encode(const struct kith_proof *proof,
                                   struct kith_buf *buf)
{
    return kith_buf_add(buf, proof->hashes, proof->count * KITH_HASH_LEN);
}

enum kith_status kith_proof_decode(struct kith_bytes bytes,
                                   struct kith_proof *ret_proof)
{
    if (bytes.len % KITH_HASH_LEN != 0 ||
        bytes.len / KITH_HASH_LEN > KITH_PROOF_HASHES_MAX)
        return KITH_MALFORMED;
    ret_proof->count = bytes.len / KITH_HASH_LEN;
    if (bytes.len > 0)
        memcpy(ret_proof->hashes, bytes.data, bytes.len);
    return KITH_OK;
}
