/* entry.c - the fixed layout of an entry's header.
 *
 * Responsible for: encoding, strict decoding, leaf hash, associated data.
 * Not here: sealing (seal.c), the body (body.c).
 */
#include "kith/entry.h"

#include <string.h>

#include "kith/be.h"
#include "kith/seal.h"
#include "kith/tree.h"

/* Offsets of the layout in entry.h. */
enum {
    AT_VERSION = 0,
    AT_CLASS = 1,
    AT_INDEX = 2,
    AT_TIME = 10,
    AT_SEEN = 18,
    AT_SEALED_LEN = 26,
    AT_SEALED_HASH = 30,
    AT_COMMITMENT = 62,
    AT_WITNESS = 94
};

void kith_entry_encode(const struct kith_entry_header *header,
                       uint8_t ret_data[KITH_ENTRY_HEADER_LEN])
{
    ret_data[AT_VERSION] = KITH_ENTRY_VERSION;
    ret_data[AT_CLASS] = header->entry_class;
    kith_be_put64(ret_data + AT_INDEX, header->index);
    kith_be_put64(ret_data + AT_TIME, header->time_s);
    kith_be_put64(ret_data + AT_SEEN, header->seen);
    kith_be_put32(ret_data + AT_SEALED_LEN, header->sealed_len);
    memcpy(ret_data + AT_SEALED_HASH, header->sealed_hash.b, KITH_HASH_LEN);
    memcpy(ret_data + AT_COMMITMENT, header->commitment.b, KITH_HASH_LEN);
    memcpy(ret_data + AT_WITNESS, header->witness.b, KITH_HASH_LEN);
}

/* Numbers and class within what this version allows? */
static bool fits(const struct kith_entry_header *header)
{
    return header->entry_class >= KITH_CLASS_RELATION &&
           header->entry_class <= KITH_CLASS_PROJECT &&
           header->index < KITH_TREE_SIZE_MAX && header->time_s <= INT64_MAX &&
           header->seen <= KITH_TREE_SIZE_MAX &&
           kith_sealed_len_fits(header->sealed_len);
}

enum kith_status kith_entry_decode(struct kith_bytes bytes,
                                   struct kith_entry_header *ret_header)
{
    struct kith_entry_header header;
    const uint8_t *data = bytes.data;

    if (bytes.len != KITH_ENTRY_HEADER_LEN)
        return KITH_MALFORMED;
    if (data[AT_VERSION] != KITH_ENTRY_VERSION)
        return KITH_NOT_UNDERSTOOD;
    header.entry_class = data[AT_CLASS];
    header.index = kith_be_get64(data + AT_INDEX);
    header.time_s = kith_be_get64(data + AT_TIME);
    header.seen = kith_be_get64(data + AT_SEEN);
    header.sealed_len = kith_be_get32(data + AT_SEALED_LEN);
    memcpy(header.sealed_hash.b, data + AT_SEALED_HASH, KITH_HASH_LEN);
    memcpy(header.commitment.b, data + AT_COMMITMENT, KITH_HASH_LEN);
    memcpy(header.witness.b, data + AT_WITNESS, KITH_HASH_LEN);
    if (!fits(&header))
        return KITH_MALFORMED;
    *ret_header = header;
    return KITH_OK;
}

void kith_entry_leaf(const struct kith_entry_header *header,
                     struct kith_hash *ret_hash)
{
    uint8_t data[KITH_ENTRY_HEADER_LEN];

    kith_entry_encode(header, data);
    kith_tree_leaf_hash(data, sizeof(data), ret_hash);
}

size_t kith_entry_ad(const struct kith_origin *origin,
                     const struct kith_entry_header *header,
                     uint8_t ret_data[KITH_ENTRY_AD_MAX])
{
    uint8_t data[KITH_ENTRY_HEADER_LEN];
    size_t len = origin->len;

    kith_entry_encode(header, data);
    memcpy(ret_data, origin->text, len);
    memcpy(ret_data + len, data, AT_SEALED_LEN);
    len += AT_SEALED_LEN;
    memcpy(ret_data + len, data + AT_COMMITMENT, sizeof(data) - AT_COMMITMENT);
    return len + sizeof(data) - AT_COMMITMENT;
}

enum kith_status kith_entry_check_sealed(const struct kith_entry_header *header,
                                         struct kith_bytes sealed)
{
    struct kith_hash hash;

    if (sealed.len != header->sealed_len)
        return KITH_UNTRUSTED;
    kith_sha256(sealed.data, sealed.len, &hash);
    if (!kith_hash_equal(&hash, &header->sealed_hash))
        return KITH_UNTRUSTED;
    return KITH_OK;
}
