/* tree.c - the Merkle tree of RFC 6962: growing it and its root.
 *
 * Responsible for: leaf and node hashes, the right edge, its stored form.
 * Not here: proofs (proof.c).
 */
#include "kith/tree.h"

#include <string.h>

#include "kith/be.h"

void kith_tree_leaf_hash(const void *data, size_t len,
                         struct kith_hash *ret_hash)
{
    static const uint8_t prefix = 0x00;
    const struct kith_bytes parts[] = {{&prefix, 1}, {data, len}};

    kith_sha256_parts(parts, 2, ret_hash);
}

void kith_tree_node_hash(const struct kith_hash *left,
                         const struct kith_hash *right,
                         struct kith_hash *ret_hash)
{
    uint8_t bytes[1 + 2 * KITH_HASH_LEN];

    bytes[0] = 0x01;
    memcpy(bytes + 1, left->b, KITH_HASH_LEN);
    memcpy(bytes + 1 + KITH_HASH_LEN, right->b, KITH_HASH_LEN);
    kith_sha256(bytes, sizeof(bytes), ret_hash);
}

void kith_tree_init(struct kith_tree *tree)
{
    memset(tree, 0, sizeof(*tree));
}

static bool has_peak(uint64_t size, unsigned level)
{
    return (size >> level & 1) == 1;
}

enum kith_status kith_tree_append(struct kith_tree *tree,
                                  const struct kith_hash *leaf)
{
    struct kith_hash carry = *leaf;
    unsigned level = 0;

    if (tree->size >= KITH_TREE_SIZE_MAX)
        return KITH_LIMIT;
    for (; has_peak(tree->size, level); level++)
        kith_tree_node_hash(&tree->peaks[level], &carry, &carry);
    tree->peaks[level] = carry;
    tree->size++;
    return KITH_OK;
}

void kith_tree_root(const struct kith_tree *tree, struct kith_hash *ret_root)
{
    struct kith_hash root;
    bool begun = false;

    if (tree->size == 0) {
        kith_sha256("", 0, ret_root);
        return;
    }
    for (unsigned level = 0; level < KITH_TREE_LEVELS; level++) {
        if (!has_peak(tree->size, level))
            continue;
        if (begun)
            kith_tree_node_hash(&tree->peaks[level], &root, &root);
        else
            root = tree->peaks[level];
        begun = true;
    }
    *ret_root = root;
}

size_t kith_tree_encode(const struct kith_tree *tree,
                        uint8_t ret_data[KITH_TREE_ENCODED_MAX])
{
    size_t len = 8;

    kith_be_put64(ret_data, tree->size);
    for (unsigned level = KITH_TREE_LEVELS; level-- > 0;) {
        if (!has_peak(tree->size, level))
            continue;
        memcpy(ret_data + len, tree->peaks[level].b, KITH_HASH_LEN);
        len += KITH_HASH_LEN;
    }
    return len;
}

enum kith_status kith_tree_decode(struct kith_bytes bytes,
                                  struct kith_tree *ret_tree)
{
    struct kith_tree tree;
    size_t at = 8;

    if (bytes.len < 8)
        return KITH_MALFORMED;
    kith_tree_init(&tree);
    tree.size = kith_be_get64(bytes.data);
    if (tree.size > KITH_TREE_SIZE_MAX)
        return KITH_MALFORMED;
    for (unsigned level = KITH_TREE_LEVELS; level-- > 0;) {
        if (!has_peak(tree.size, level))
            continue;
        if (bytes.len - at < KITH_HASH_LEN)
            return KITH_MALFORMED;
        memcpy(tree.peaks[level].b, bytes.data + at, KITH_HASH_LEN);
        at += KITH_HASH_LEN;
    }
    if (at != bytes.len)
        return KITH_MALFORMED;
    *ret_tree = tree;
    return KITH_OK;
}

enum kith_status kith_tree_load(const struct kith_tree_source *source,
                                uint64_t size, struct kith_tree *ret_tree)
{
    struct kith_tree tree;

    if (size > KITH_TREE_SIZE_MAX)
        return KITH_LIMIT;
    kith_tree_init(&tree);
    tree.size = size;
    for (unsigned level = 0; level < KITH_TREE_LEVELS; level++) {
        enum kith_status status;

        if (!has_peak(size, level))
            continue;
        status = source->node(source->ctx, level, (size >> level) - 1,
                              &tree.peaks[level]);
        if (status != KITH_OK)
            return status;
    }
    *ret_tree = tree;
    return KITH_OK;
}
