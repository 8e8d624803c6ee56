/* ekbox.c - keys of entries for the receiver, and what accompanies entries.
 *
 * Responsible for: boxes of EKs, witnesses, owner references.
 * Not here: the bodies themselves (seal.c).
 */
#include <sodium.h>
#include <string.h>

#include "kith/be.h"
#include "kith/seal.h"
#include "kith/sign.h"

_Static_assert(KITH_EK_BOX_EXTRA == crypto_box_SEALBYTES,
               "a sealed box is that much longer");
_Static_assert(sizeof(struct kith_ek) == KITH_EK_LEN,
               "an array of EKs is their concatenation");

enum {
    LABEL_MAX = 32, /* bytes of a label, with its NUL */
    PLACE_MAX = LABEL_MAX + 8 + KITH_ORIGIN_SIZE,
    REF_NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    REF_TEXT_LEN = KITH_ID_LEN + 8
};

_Static_assert(KITH_OWNER_REF_LEN ==
                   REF_NONCE_LEN + REF_TEXT_LEN + KITH_SEAL_TAG_LEN,
               "nonce, id and revision, tag");

enum kith_status kith_ek_box_seal(const struct kith_key *sealing,
                                  const struct kith_ek *eks, size_t count,
                                  struct kith_buf *ret_box)
{
    size_t len = count * KITH_EK_LEN;
    enum kith_status status;

    if (count == 0 || count > KITH_PUSH_ENTRIES_MAX)
        return KITH_LIMIT;
    status = kith_buf_reserve(ret_box, len + KITH_EK_BOX_EXTRA);
    if (status != KITH_OK)
        return status;
    if (crypto_box_seal(ret_box->data + ret_box->len, eks[0].b, len,
                        sealing->b) != 0)
        return KITH_INVALID;
    ret_box->len += len + KITH_EK_BOX_EXTRA;
    return KITH_OK;
}

enum kith_status kith_ek_box_open(const struct kith_box_key *sealing,
                                  struct kith_bytes box, size_t count,
                                  struct kith_ek *ret_eks)
{
    if (count == 0 || count > KITH_PUSH_ENTRIES_MAX ||
        box.len != count * KITH_EK_LEN + KITH_EK_BOX_EXTRA)
        return KITH_MALFORMED;
    if (crypto_box_seal_open(ret_eks[0].b, box.data, box.len, sealing->pk.b,
                             sealing->secret) != 0)
        return KITH_UNREADABLE;
    return KITH_OK;
}

/* LABEL with its NUL || index || origin; returns the length. */
static size_t put_place(const char *label, const struct kith_place *place,
                        uint8_t ret_data[PLACE_MAX])
{
    size_t len = strlen(label) + 1;

    memcpy(ret_data, label, len);
    kith_be_put64(ret_data + len, place->index);
    len += 8;
    memcpy(ret_data + len, place->origin->text, place->origin->len);
    return len + place->origin->len;
}

void kith_witness(const uint8_t salt_key[KITH_KEY_LEN],
                  const struct kith_place *place, uint64_t audit_size,
                  const struct kith_hash *audit_root,
                  struct kith_hash *ret_witness)
{
    uint8_t bytes[PLACE_MAX];
    uint8_t key[KITH_KEY_LEN];
    uint8_t audit[8 + KITH_HASH_LEN];
    size_t len = put_place("kith/v1/witness", place, bytes);

    crypto_generichash(key, sizeof(key), bytes, len, salt_key, KITH_KEY_LEN);
    kith_be_put64(audit, audit_size);
    memcpy(audit + 8, audit_root->b, KITH_HASH_LEN);
    crypto_generichash(ret_witness->b, KITH_HASH_LEN, audit, sizeof(audit), key,
                       sizeof(key));
    sodium_memzero(key, sizeof(key));
}

void kith_owner_ref_seal(const uint8_t recovery_key[KITH_KEY_LEN],
                         const struct kith_place *place,
                         const struct kith_owner_ref *ref,
                         uint8_t ret_data[KITH_OWNER_REF_LEN])
{
    uint8_t ad[PLACE_MAX];
    uint8_t text[REF_TEXT_LEN];
    size_t ad_len = put_place("kith/v1/owner ref", place, ad);

    memcpy(text, ref->id.b, KITH_ID_LEN);
    kith_be_put64(text + KITH_ID_LEN, ref->revision);
    randombytes_buf(ret_data, REF_NONCE_LEN);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        ret_data + REF_NONCE_LEN, NULL, text, sizeof(text), ad, ad_len, NULL,
        ret_data, recovery_key);
}

enum kith_status kith_owner_ref_open(const uint8_t recovery_key[KITH_KEY_LEN],
                                     const struct kith_place *place,
                                     struct kith_bytes data,
                                     struct kith_owner_ref *ret_ref)
{
    uint8_t ad[PLACE_MAX];
    uint8_t text[REF_TEXT_LEN];
    size_t ad_len = put_place("kith/v1/owner ref", place, ad);

    if (data.len != KITH_OWNER_REF_LEN)
        return KITH_MALFORMED;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            text, NULL, NULL, data.data + REF_NONCE_LEN,
            data.len - REF_NONCE_LEN, ad, ad_len, data.data, recovery_key) != 0)
        return KITH_UNREADABLE;
    memcpy(ret_ref->id.b, text, KITH_ID_LEN);
    ret_ref->revision = kith_be_get64(text + KITH_ID_LEN);
    return KITH_OK;
}
