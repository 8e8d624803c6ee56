/* tree - the Merkle tree over the entry headers of a log (RFC 6962, 2.1).
 *
 * Leaf H(0x00 || data), node H(0x01 || left || right), empty tree H(""), with
 * H = SHA-256. kith_tree is the right edge of a tree: all that appending and
 * the root need, whatever the size. Proofs are built from a source that knows
 * the hashes of complete subtrees, so a store may keep as few of them as it
 * likes and compute the rest.
 * Not here: what a leaf means (entry.h), who signs the root (checkpoint.h).
 * Threads: any; a kith_tree has one owner at a time.
 */
#ifndef KITH_TREE_H
#define KITH_TREE_H

#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

/* Largest size of a tree: what fits a signed 64-bit number, as other programs
 * read checkpoints. */
#define KITH_TREE_SIZE_MAX ((uint64_t)INT64_MAX)

enum {
    KITH_TREE_LEVELS = 63, /* levels 0..62 of complete subtrees */
    /* Bytes of an encoded tree: size and one hash for each bit set in it. */
    KITH_TREE_ENCODED_MAX = 8 + KITH_TREE_LEVELS * KITH_HASH_LEN,
    /* Hashes in a proof: an inclusion proof has at most 63. */
    KITH_PROOF_HASHES_MAX = 64
};

struct kith_tree {
    uint64_t size; /* leaves so far, <= KITH_TREE_SIZE_MAX */
    /* peaks[l] is the root of the complete subtree of 2^l leaves at the right
     * edge; it counts only when bit l of size is set. */
    struct kith_hash peaks[KITH_TREE_LEVELS];
};

struct kith_proof {
    size_t count; /* hashes in use */
    struct kith_hash hashes[KITH_PROOF_HASHES_MAX];
};

/* Gives the root of the complete subtree that covers the leaves
 * [index << level, (index + 1) << level). Asked only for subtrees that lie
 * within the tree of the size at hand. */
struct kith_tree_source {
    enum kith_status (*node)(void *ctx, unsigned level, uint64_t index,
                             struct kith_hash *ret_hash);
    void *ctx; /* borrowed */
};

/* SHA-256 of 0x00 and the leaf, of 0x01 and both children (RFC 6962, 2.1). */
void kith_tree_leaf_hash(const void *data, size_t len,
                         struct kith_hash *ret_hash);
void kith_tree_node_hash(const struct kith_hash *left,
                         const struct kith_hash *right,
                         struct kith_hash *ret_hash);

/* Makes TREE empty. A zeroed kith_tree is empty too. */
void kith_tree_init(struct kith_tree *tree);
/* Appends the leaf with hash LEAF. KITH_LIMIT: the tree is full, unchanged. */
enum kith_status kith_tree_append(struct kith_tree *tree,
                                  const struct kith_hash *leaf) KITH_MUST_CHECK;
/* Root of TREE; H("") for the empty one. */
void kith_tree_root(const struct kith_tree *tree, struct kith_hash *ret_root);

/* Layout: size (8 bytes), then the peaks from the largest subtree to the
 * smallest, 32 bytes each. Returns the bytes written. */
size_t kith_tree_encode(const struct kith_tree *tree,
                        uint8_t ret_data[KITH_TREE_ENCODED_MAX]);
/* KITH_MALFORMED: size over the maximum, or a length that does not fit it. */
enum kith_status kith_tree_decode(struct kith_bytes bytes,
                                  struct kith_tree *ret_tree) KITH_MUST_CHECK;

/* The tree of the first SIZE leaves, read from SOURCE in at most 63 calls.
 * KITH_LIMIT: SIZE over the maximum; else what SOURCE returned. */
enum kith_status kith_tree_load(const struct kith_tree_source *source,
                                uint64_t size, struct kith_tree *ret_tree)
    KITH_MUST_CHECK;

/* Proof that leaf INDEX is in the tree of SIZE leaves (RFC 6962, 2.1.1).
 * KITH_INVALID: INDEX >= SIZE, or SIZE over the maximum; else what SOURCE
 * returned. */
enum kith_status kith_inclusion_prove(const struct kith_tree_source *source,
                                      uint64_t index, uint64_t size,
                                      struct kith_proof *ret_proof)
    KITH_MUST_CHECK;
/* Proof that the tree of SIZE1 leaves is the beginning of that of SIZE2
 * (RFC 6962, 2.1.2). Empty when the sizes are equal.
 * KITH_INVALID: SIZE1 is 0 or above SIZE2, or SIZE2 over the maximum; else
 * what SOURCE returned. */
enum kith_status kith_consistency_prove(const struct kith_tree_source *source,
                                        uint64_t size1, uint64_t size2,
                                        struct kith_proof *ret_proof)
    KITH_MUST_CHECK;

/* What an inclusion proof says. */
struct kith_inclusion {
    uint64_t index;        /* of the leaf */
    uint64_t size;         /* of the tree */
    struct kith_hash leaf; /* leaf hash */
    struct kith_hash root; /* of the tree of that size */
};

/* What a consistency proof says. */
struct kith_consistency {
    uint64_t size1, size2;         /* 1 <= size1 <= size2 */
    struct kith_hash root1, root2; /* of the trees of those sizes */
};

/* KITH_OK: proven. KITH_UNTRUSTED: not proven by PROOF, for any reason. */
enum kith_status kith_inclusion_verify(const struct kith_inclusion *claim,
                                       const struct kith_proof *proof)
    KITH_MUST_CHECK;
/* As above. A tree of size 0 proves nothing: KITH_UNTRUSTED. */
enum kith_status kith_consistency_verify(const struct kith_consistency *claim,
                                         const struct kith_proof *proof)
    KITH_MUST_CHECK;

/* Proofs travel as their hashes, 32 bytes each, one after the other.
 * KITH_NOMEM. */
enum kith_status kith_proof_encode(const struct kith_proof *proof,
                                   struct kith_buf *buf) KITH_MUST_CHECK;
/* KITH_MALFORMED: not a whole number of hashes, or too many. */
enum kith_status kith_proof_decode(struct kith_bytes bytes,
                                   struct kith_proof *ret_proof)
    KITH_MUST_CHECK;

#endif
