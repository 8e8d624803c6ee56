/* seal.c - sealing and opening the body of an entry.
 *
 * Responsible for: the derivations from EK, the order of checks on opening,
 * and leaving no clear text behind.
 * Not here: padding (padding.c), boxes of keys and references (ekbox.c).
 */
#include "kith/seal.h"

#include <sodium.h>
#include <string.h>

#include "kith/be.h"
#include "kith/entry.h"
#include "seal_steps.h"

_Static_assert(KITH_SEAL_TAG_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "the tag of XChaCha20-Poly1305");

/* One key, one message: see the header on why this is safe. */
static const uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];

void seal_derive_ek(const uint8_t random[SEAL_RANDOM_LEN],
                    const struct kith_place *place, struct kith_bytes padded,
                    struct kith_ek *ret_ek)
{
    crypto_generichash_state state;
    uint8_t index[8];

    kith_be_put64(index, place->index);
    crypto_generichash_init(&state, random, SEAL_RANDOM_LEN, KITH_EK_LEN);
    crypto_generichash_update(&state, (const uint8_t *)place->origin->text,
                              place->origin->len);
    crypto_generichash_update(&state, index, sizeof(index));
    crypto_generichash_update(&state, padded.data, padded.len);
    crypto_generichash_final(&state, ret_ek->b, KITH_EK_LEN);
    sodium_memzero(&state, sizeof(state));
}

void seal_derive_commitment(const struct kith_ek *ek,
                            const struct kith_place *place,
                            struct kith_hash *ret_commitment)
{
    static const char label[] = "kith/v1/entry commitment";
    uint8_t bytes[sizeof(label) + 8 + KITH_ORIGIN_SIZE];
    size_t len = sizeof(label);

    memcpy(bytes, label, sizeof(label));
    kith_be_put64(bytes + len, place->index);
    len += 8;
    memcpy(bytes + len, place->origin->text, place->origin->len);
    len += place->origin->len;
    crypto_generichash(ret_commitment->b, KITH_HASH_LEN, bytes, len, ek->b,
                       KITH_EK_LEN);
}

static void derive_aead_key(const struct kith_ek *ek,
                            uint8_t ret_key[KITH_KEY_LEN])
{
    static const char label[] = "kith/v1/entry key";

    crypto_generichash(ret_key, KITH_KEY_LEN, (const uint8_t *)label,
                       sizeof(label), ek->b, KITH_EK_LEN);
}

/* Encrypts DATA of LEN bytes where it stands; the tag goes behind it. */
static void encrypt_in_place(const struct kith_origin *origin,
                             const struct kith_entry_header *header,
                             const struct kith_ek *ek, uint8_t *data,
                             size_t len)
{
    uint8_t key[KITH_KEY_LEN];
    uint8_t ad[KITH_ENTRY_AD_MAX];
    size_t ad_len = kith_entry_ad(origin, header, ad);

    derive_aead_key(ek, key);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(data, NULL, data, len, ad,
                                                     ad_len, NULL, nonce, key);
    sodium_memzero(key, sizeof(key));
}

enum kith_status seal_entry_with(const struct seal_input *input,
                                 struct kith_entry_header *header,
                                 struct kith_ek *ret_ek,
                                 struct kith_buf *ret_sealed)
{
    size_t padded_len = kith_padded_len(input->body.len);
    struct kith_place place = {input->origin, header->index};
    enum kith_status status;
    uint8_t *data = NULL;

    if (padded_len == 0)
        return KITH_LIMIT;
    status = kith_buf_reserve(ret_sealed, padded_len + KITH_SEAL_TAG_LEN);
    if (status != KITH_OK)
        return status;
    data = ret_sealed->data + ret_sealed->len;
    seal_pad(input->body, data, padded_len);
    seal_derive_ek(input->random, &place, (struct kith_bytes){data, padded_len},
                   ret_ek);
    seal_derive_commitment(ret_ek, &place, &header->commitment);
    encrypt_in_place(input->origin, header, ret_ek, data, padded_len);
    header->sealed_len = (uint32_t)(padded_len + KITH_SEAL_TAG_LEN);
    kith_sha256(data, header->sealed_len, &header->sealed_hash);
    ret_sealed->len += header->sealed_len;
    return KITH_OK;
}

enum kith_status kith_seal_entry(const struct kith_origin *origin,
                                 struct kith_entry_header *header,
                                 struct kith_bytes body, struct kith_ek *ret_ek,
                                 struct kith_buf *ret_sealed)
{
    struct seal_input input = {.origin = origin, .body = body};
    enum kith_status status;

    randombytes_buf(input.random, sizeof(input.random));
    status = seal_entry_with(&input, header, ret_ek, ret_sealed);
    sodium_memzero(input.random, sizeof(input.random));
    return status;
}

enum kith_status kith_seal_commits(const struct kith_origin *origin,
                                   const struct kith_entry_header *header,
                                   const struct kith_ek *ek)
{
    struct kith_place place = {origin, header->index};
    struct kith_hash commitment;

    seal_derive_commitment(ek, &place, &commitment);
    if (sodium_memcmp(commitment.b, header->commitment.b, KITH_HASH_LEN) != 0)
        return KITH_UNTRUSTED;
    return KITH_OK;
}

/* Decrypts ENTRY into DATA, of sealed.len less tag bytes. */
static enum kith_status decrypt(const struct kith_sealed_entry *entry,
                                const struct kith_ek *ek, uint8_t *data)
{
    uint8_t key[KITH_KEY_LEN];
    uint8_t ad[KITH_ENTRY_AD_MAX];
    size_t ad_len = kith_entry_ad(entry->origin, entry->header, ad);
    int bad;

    derive_aead_key(ek, key);
    bad = crypto_aead_xchacha20poly1305_ietf_decrypt(
        data, NULL, NULL, entry->sealed.data, entry->sealed.len, ad, ad_len,
        nonce, key);
    sodium_memzero(key, sizeof(key));
    return bad != 0 ? KITH_UNREADABLE : KITH_OK;
}

enum kith_status kith_open_entry(const struct kith_sealed_entry *entry,
                                 const struct kith_ek *ek,
                                 struct kith_buf *plain,
                                 struct kith_bytes *ret_body)
{
    size_t padded_len;
    enum kith_status status =
        kith_seal_commits(entry->origin, entry->header, ek);

    if (status != KITH_OK)
        return status;
    if (!kith_sealed_len_fits(entry->sealed.len))
        return KITH_UNREADABLE;
    padded_len = entry->sealed.len - KITH_SEAL_TAG_LEN;
    /* Growing would move the last clear text and leave a copy unwiped. */
    if (plain->cap < padded_len)
        kith_plain_clear(plain);
    plain->len = 0;
    status = kith_buf_reserve(plain, padded_len);
    if (status != KITH_OK)
        return status;
    status = decrypt(entry, ek, plain->data);
    if (status != KITH_OK)
        return status;
    plain->len = padded_len;
    if (seal_unpad(kith_buf_bytes(plain), ret_body) != KITH_OK)
        return KITH_UNREADABLE;
    return KITH_OK;
}

void kith_plain_clear(struct kith_buf *plain)
{
    if (plain == NULL)
        return;
    if (plain->data != NULL)
        sodium_memzero(plain->data, plain->cap);
    kith_buf_clear(plain);
}
