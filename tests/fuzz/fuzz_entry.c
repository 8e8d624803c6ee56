/* fuzz_entry - headers, sealed bodies, padding, trees and proofs.
 *
 * Whatever decodes is encoded again as the same bytes; a body opens only when
 * it was sealed, so nothing opens here.
 */
#include <stdlib.h>
#include <string.h>

#include "kith/entry.h"
#include "kith/seal.h"
#include "kith/tree.h"
#include "seal_steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

static void try_header(struct kith_bytes bytes)
{
    struct kith_entry_header header;
    uint8_t again[KITH_ENTRY_HEADER_LEN];

    if (kith_entry_decode(bytes, &header) != KITH_OK)
        return;
    kith_entry_encode(&header, again);
    if (memcmp(again, bytes.data, sizeof(again)) != 0)
        abort();
}

/* The input as a body whose key is right: only the seal itself is tried. */
static void try_sealed(struct kith_bytes bytes)
{
    struct kith_company_id a = {{1}}, b = {{2}};
    struct kith_origin origin;
    struct kith_entry_header header;
    struct kith_sealed_entry entry = {&origin, &header, bytes};
    struct kith_place place = {&origin, 0};
    struct kith_ek ek = {{3}};
    struct kith_buf plain = {NULL, 0, 0};
    struct kith_bytes body;

    kith_origin_make(&a, &b, 1, &origin);
    memset(&header, 0, sizeof(header));
    header.entry_class = KITH_CLASS_DUTY;
    seal_derive_commitment(&ek, &place, &header.commitment);
    if (kith_open_entry(&entry, &ek, &plain, &body) != KITH_UNREADABLE)
        abort();
    kith_plain_clear(&plain);
}

static void try_padding(struct kith_bytes bytes)
{
    struct kith_bytes body;
    uint8_t *again = NULL;

    if (seal_unpad(bytes, &body) != KITH_OK)
        return;
    again = malloc(bytes.len);
    if (again == NULL)
        return;
    seal_pad(body, again, bytes.len);
    if (memcmp(again, bytes.data, bytes.len) != 0)
        abort();
    free(again);
}

static void try_tree(struct kith_bytes bytes)
{
    struct kith_tree tree;
    uint8_t again[KITH_TREE_ENCODED_MAX];
    struct kith_hash root;

    if (kith_tree_decode(bytes, &tree) != KITH_OK)
        return;
    kith_tree_root(&tree, &root);
    if (kith_tree_encode(&tree, again) != bytes.len ||
        memcmp(again, bytes.data, bytes.len) != 0)
        abort();
}

/* First 16 bytes: index or sizes; then the proof. */
static void try_proof(struct kith_bytes bytes)
{
    struct kith_inclusion inclusion = {.size = 0};
    struct kith_consistency consistency = {.size1 = 0};
    struct kith_proof proof;

    if (bytes.len < 16)
        return;
    memcpy(&inclusion.index, bytes.data, 8);
    memcpy(&inclusion.size, bytes.data + 8, 8);
    consistency.size1 = inclusion.index;
    consistency.size2 = inclusion.size;
    bytes.data += 16;
    bytes.len -= 16;
    if (kith_proof_decode(bytes, &proof) != KITH_OK)
        return;
    if (kith_inclusion_verify(&inclusion, &proof) == KITH_OK &&
        inclusion.size != 1)
        abort(); /* a tree whose root is all zeros */
    if (kith_consistency_verify(&consistency, &proof) == KITH_OK &&
        consistency.size1 != consistency.size2)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len)
{
    struct kith_bytes bytes = {data, data_len};

    try_header(bytes);
    try_sealed(bytes);
    try_padding(bytes);
    try_tree(bytes);
    try_proof(bytes);
    return 0;
}
