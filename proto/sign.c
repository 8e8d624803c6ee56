/* sign.c - key pairs, randomness, and signatures over named statements.
 *
 * Responsible for: the domain prefix of each statement, re-deriving public
 * halves, verifying each signature before it leaves.
 * Not here: signatures of notes (note.c), where keys are kept (daemon/base).
 */
#include "kith/sign.h"

#include <sodium.h>
#include <string.h>

#include "ed25519.h"

_Static_assert(sizeof(struct kith_sign_key) == crypto_sign_SECRETKEYBYTES,
               "seed and public key side by side are libsodium's secret key");

static const char *const names[KITH_STATEMENT_END] = {
    [KITH_STATEMENT_CARD_ROOT] = "card-root",
    [KITH_STATEMENT_CARD_ADDRESS] = "card-address",
    [KITH_STATEMENT_ROOT_CHANGE] = "root-change",
    [KITH_STATEMENT_HELLO] = "hello",
    [KITH_STATEMENT_AGREEMENT] = "agreement",
    [KITH_STATEMENT_PERSON_SIGNS] = "person-signs",
    [KITH_STATEMENT_PERSON_KEY] = "person-key",
    [KITH_STATEMENT_KEY_NOTICE] = "key-notice",
    [KITH_STATEMENT_CERTIFICATE] = "certificate",
    [KITH_STATEMENT_EVIDENCE] = "evidence",
};

enum kith_status kith_crypto_start(void)
{
    return sodium_init() < 0 ? KITH_IO : KITH_OK;
}

void kith_random(void *ret_data, size_t len)
{
    randombytes_buf(ret_data, len);
}

void kith_wipe(void *data, size_t len)
{
    sodium_memzero(data, len);
}

const char *kith_statement_name(enum kith_statement type)
{
    if ((unsigned)type >= KITH_STATEMENT_END)
        return NULL;
    return names[type];
}

void kith_sign_key_new(struct kith_sign_key *ret_key)
{
    uint8_t seed[KITH_SEED_LEN];

    randombytes_buf(seed, sizeof(seed));
    kith_sign_key_from_seed(seed, ret_key);
    sodium_memzero(seed, sizeof(seed));
}

void kith_sign_key_from_seed(const uint8_t seed[KITH_SEED_LEN],
                             struct kith_sign_key *ret_key)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];

    /* Fails never: the length of the seed is its only condition. */
    (void)crypto_sign_seed_keypair(ret_key->pk.b, secret, seed);
    memcpy(ret_key->seed, seed, KITH_SEED_LEN);
    sodium_memzero(secret, sizeof(secret));
}

enum kith_status kith_sign_key_load(const uint8_t seed[KITH_SEED_LEN],
                                    const struct kith_key *pk,
                                    struct kith_sign_key *ret_key)
{
    struct kith_sign_key key;
    enum kith_status status = KITH_DAMAGED;

    kith_sign_key_from_seed(seed, &key);
    if (kith_key_equal(&key.pk, pk)) {
        *ret_key = key;
        status = KITH_OK;
    }
    kith_sign_key_wipe(&key);
    return status;
}

void kith_sign_key_wipe(struct kith_sign_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

void kith_box_key_new(struct kith_box_key *ret_key)
{
    (void)crypto_box_keypair(ret_key->pk.b, ret_key->secret);
}

enum kith_status kith_box_key_load(const uint8_t secret[KITH_KEY_LEN],
                                   const struct kith_key *pk,
                                   struct kith_box_key *ret_key)
{
    struct kith_key derived;

    if (crypto_scalarmult_base(derived.b, secret) != 0 ||
        !kith_key_equal(&derived, pk))
        return KITH_DAMAGED;
    memcpy(ret_key->secret, secret, KITH_KEY_LEN);
    ret_key->pk = derived;
    return KITH_OK;
}

void kith_box_key_wipe(struct kith_box_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

enum kith_status ed25519_sign(const struct kith_sign_key *key,
                              struct kith_bytes message,
                              struct kith_sig *ret_sig)
{
    struct kith_sig sig;

    if (crypto_sign_detached(sig.b, NULL, message.data, message.len,
                             (const uint8_t *)key) != 0)
        return KITH_DAMAGED;
    if (!ed25519_verifies(&key->pk, message, &sig))
        return KITH_DAMAGED;
    *ret_sig = sig;
    return KITH_OK;
}

bool ed25519_verifies(const struct kith_key *pk, struct kith_bytes message,
                      const struct kith_sig *sig)
{
    return crypto_sign_verify_detached(sig->b, message.data, message.len,
                                       pk->b) == 0;
}

/* `kith/v1/<type>` || 0x00 || bytes into BUF. */
static enum kith_status put_statement(enum kith_statement type,
                                      struct kith_bytes bytes,
                                      struct kith_buf *buf)
{
    static const char prefix[] = "kith/v1/";
    const char *name = kith_statement_name(type);
    enum kith_status status;

    if (name == NULL)
        return KITH_INVALID;
    status = kith_buf_add(buf, prefix, sizeof(prefix) - 1);
    if (status == KITH_OK)
        status = kith_buf_add(buf, name, strlen(name) + 1);
    if (status == KITH_OK)
        status = kith_buf_add(buf, bytes.data, bytes.len);
    return status;
}

enum kith_status kith_sign(const struct kith_sign_key *key,
                           enum kith_statement type, struct kith_bytes bytes,
                           struct kith_sig *ret_sig)
{
    struct kith_buf message = {NULL, 0, 0};
    enum kith_status status = put_statement(type, bytes, &message);

    if (status == KITH_OK)
        status = ed25519_sign(key, kith_buf_bytes(&message), ret_sig);
    kith_buf_clear(&message);
    return status;
}

enum kith_status kith_sign_verify(const struct kith_key *pk,
                                  enum kith_statement type,
                                  struct kith_bytes bytes,
                                  const struct kith_sig *sig)
{
    struct kith_buf message = {NULL, 0, 0};
    enum kith_status status = put_statement(type, bytes, &message);

    if (status == KITH_OK &&
        !ed25519_verifies(pk, kith_buf_bytes(&message), sig))
        status = KITH_UNTRUSTED;
    kith_buf_clear(&message);
    return status;
}
