/* rowseal - seals and opens values, hashes look-up keys.
 *
 * Not here: where a sealed value is kept; keys of slots.
 */
#include "store/rowseal.h"

#include <sodium.h>
#include <string.h>

#include "store/store.h"

static void derive_key(const uint8_t store_key[ROWSEAL_KEY], const char *use,
                       uint8_t ret_key[ROWSEAL_KEY])
{
    crypto_generichash(ret_key, ROWSEAL_KEY, (const uint8_t *)use, strlen(use),
                       store_key, ROWSEAL_KEY);
}

void rowseal_init(struct rowseal *seal, const uint8_t store_key[ROWSEAL_KEY])
{
    static const char id_use[] = "kith/v1/store/id";

    seal->schema = STORE_SCHEMA;
    derive_key(store_key, "kith/v1/store/row", seal->row_key);
    derive_key(store_key, "kith/v1/store/index", seal->index_key);
    derive_key(store_key, "kith/v1/store/mark", seal->mark_key);
    crypto_generichash(seal->id_key.b, PLACED_ID_KEY, (const uint8_t *)id_use,
                       sizeof(id_use) - 1, store_key, ROWSEAL_KEY);
    seal->pool_left = 0;
    rowseal_renew(seal);
    seal->opened = seal->sealing;
}

void rowseal_clear(struct rowseal *seal)
{
    sodium_memzero(seal, sizeof(*seal));
}

size_t rowseal_ad(const struct rowseal *seal, const struct kv_place *place,
                  uint8_t ret_ad[ROWSEAL_AD_MAX])
{
    kith_be_put32(ret_ad, seal->schema);
    ret_ad[4] = (uint8_t)place->table;
    memcpy(ret_ad + 5, place->key.b, place->key.len);
    return 5 + (size_t)place->key.len;
}

void rowseal_stretch(void *ret_random, size_t len)
{
    uint8_t seed[randombytes_SEEDBYTES];

    randombytes_buf(seed, sizeof(seed));
    randombytes_buf_deterministic(ret_random, len, seed);
    sodium_memzero(seed, sizeof(seed));
}

void rowseal_random(struct rowseal *seal, void *ret_random, size_t len)
{
    uint8_t *at = NULL;

    if (seal->pool_left < len) {
        rowseal_stretch(seal->pool, sizeof(seal->pool));
        seal->pool_left = sizeof(seal->pool);
    }
    at = seal->pool + sizeof(seal->pool) - seal->pool_left;
    memcpy(ret_random, at, len);
    seal->pool_left -= len;
}

static void make_subkey(const struct rowseal *seal,
                        const uint8_t prefix[ROWSEAL_PREFIX],
                        struct rowseal_subkey *ret_subkey)
{
    memcpy(ret_subkey->prefix, prefix, ROWSEAL_PREFIX);
    (void)crypto_core_hchacha20(ret_subkey->key, prefix, seal->row_key, NULL);
}

void rowseal_renew(struct rowseal *seal)
{
    uint8_t prefix[ROWSEAL_PREFIX];

    randombytes_buf(prefix, sizeof(prefix));
    make_subkey(seal, prefix, &seal->sealing);
    seal->counter = 0;
}

void rowseal_nonce(struct rowseal *seal, uint8_t ret_nonce[ROWSEAL_NONCE])
{
    memcpy(ret_nonce, seal->sealing.prefix, ROWSEAL_PREFIX);
    kith_be_put64(ret_nonce + ROWSEAL_PREFIX, seal->counter++);
}

/* What is left of NONCE once its first part is in the subkey: the nonce of
 * ChaCha20-Poly1305 (RFC 8439), as XChaCha20-Poly1305 makes it. */
static void shorten(
    const uint8_t nonce[ROWSEAL_NONCE],
    uint8_t ret_short[crypto_aead_chacha20poly1305_IETF_NPUBBYTES])
{
    memset(ret_short, 0, 4);
    memcpy(ret_short + 4, nonce + ROWSEAL_PREFIX, 8);
}

void rowseal_seal_with(const struct rowseal *seal, struct kith_bytes ad,
                       struct kith_bytes plain, uint8_t *value)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_IETF_NPUBBYTES];

    shorten(value, nonce);
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(
        value + ROWSEAL_NONCE, NULL, plain.data, plain.len, ad.data, ad.len,
        NULL, nonce, seal->sealing.key);
}

void rowseal_seal(struct rowseal *seal, struct kith_bytes ad,
                  struct kith_bytes plain, uint8_t *ret_sealed)
{
    rowseal_nonce(seal, ret_sealed);
    rowseal_seal_with(seal, ad, plain, ret_sealed);
}

bool rowseal_open(struct rowseal *seal, struct kith_bytes ad,
                  struct kith_bytes sealed, uint8_t *ret_plain)
{
    uint8_t nonce[crypto_aead_chacha20poly1305_IETF_NPUBBYTES];

    if (sealed.len < ROWSEAL_OVERHEAD)
        return false;
    if (memcmp(sealed.data, seal->opened.prefix, ROWSEAL_PREFIX) != 0)
        make_subkey(seal, sealed.data, &seal->opened);
    shorten(sealed.data, nonce);
    return crypto_aead_chacha20poly1305_ietf_decrypt(
               ret_plain, NULL, NULL, sealed.data + ROWSEAL_NONCE,
               sealed.len - ROWSEAL_NONCE, ad.data, ad.len, nonce,
               seal->opened.key) == 0;
}

struct kv_place rowseal_place(const struct rowseal *seal, enum kv_table table,
                              struct kith_bytes data)
{
    crypto_generichash_state state;
    struct kv_place place = kv_place(table);
    uint8_t table_byte = (uint8_t)table;

    crypto_generichash_init(&state, seal->index_key, ROWSEAL_KEY, ROWSEAL_HASH);
    crypto_generichash_update(&state, &table_byte, 1);
    if (data.len > 0)
        crypto_generichash_update(&state, data.data, data.len);
    crypto_generichash_final(&state, place.key.b, ROWSEAL_HASH);
    place.key.len = ROWSEAL_HASH;
    return place;
}
