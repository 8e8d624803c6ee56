/* keys.c - the operational keys of a company, and the recovery key.
 *
 * Responsible for: making them, their fixed layout, checking both halves.
 * Not here: the key file (daemon/base), paper (sheet.c), single signatures
 * (sign.c).
 */
#include "kith/keys.h"

#include <sodium.h>
#include <string.h>

enum {
    PAIR_LEN = 2 * KITH_KEY_LEN
}; /* secret half, public half */

void kith_keys_new(struct kith_keys *ret_keys)
{
    kith_sign_key_new(&ret_keys->log);
    kith_sign_key_new(&ret_keys->receipt);
    kith_sign_key_new(&ret_keys->statement);
    kith_box_key_new(&ret_keys->transport);
    kith_box_key_new(&ret_keys->sealing);
}

void kith_keys_wipe(struct kith_keys *keys)
{
    sodium_memzero(keys, sizeof(*keys));
}

static void put_pair(uint8_t *data, size_t place, const uint8_t *secret,
                     const struct kith_key *pk)
{
    memcpy(data + place * PAIR_LEN, secret, KITH_KEY_LEN);
    memcpy(data + place * PAIR_LEN + KITH_KEY_LEN, pk->b, KITH_KEY_LEN);
}

void kith_keys_encode(const struct kith_keys *keys,
                      uint8_t ret_data[KITH_KEYS_LEN])
{
    put_pair(ret_data, 0, keys->log.seed, &keys->log.pk);
    put_pair(ret_data, 1, keys->receipt.seed, &keys->receipt.pk);
    put_pair(ret_data, 2, keys->statement.seed, &keys->statement.pk);
    put_pair(ret_data, 3, keys->transport.secret, &keys->transport.pk);
    put_pair(ret_data, 4, keys->sealing.secret, &keys->sealing.pk);
}

static enum kith_status load_sign(const uint8_t *data, size_t place,
                                  struct kith_sign_key *ret_key)
{
    struct kith_key pk;

    memcpy(pk.b, data + place * PAIR_LEN + KITH_KEY_LEN, KITH_KEY_LEN);
    return kith_sign_key_load(data + place * PAIR_LEN, &pk, ret_key);
}

static enum kith_status load_box(const uint8_t *data, size_t place,
                                 struct kith_box_key *ret_key)
{
    struct kith_key pk;

    memcpy(pk.b, data + place * PAIR_LEN + KITH_KEY_LEN, KITH_KEY_LEN);
    return kith_box_key_load(data + place * PAIR_LEN, &pk, ret_key);
}

enum kith_status kith_keys_decode(struct kith_bytes bytes,
                                  struct kith_keys *ret_keys)
{
    struct kith_keys keys;
    enum kith_status status;

    if (bytes.len != KITH_KEYS_LEN)
        return KITH_MALFORMED;
    status = load_sign(bytes.data, 0, &keys.log);
    if (status == KITH_OK)
        status = load_sign(bytes.data, 1, &keys.receipt);
    if (status == KITH_OK)
        status = load_sign(bytes.data, 2, &keys.statement);
    if (status == KITH_OK)
        status = load_box(bytes.data, 3, &keys.transport);
    if (status == KITH_OK)
        status = load_box(bytes.data, 4, &keys.sealing);
    if (status == KITH_OK)
        *ret_keys = keys;
    kith_keys_wipe(&keys);
    return status;
}

void kith_keys_publish(const struct kith_keys *keys,
                       struct kith_card_root *root)
{
    root->log = keys->log.pk;
    root->receipt = keys->receipt.pk;
    root->statement = keys->statement.pk;
    root->transport = keys->transport.pk;
    root->sealing = keys->sealing.pk;
}

void kith_recovery_key(const uint8_t backup_key[KITH_KEY_LEN],
                       uint8_t ret_key[KITH_KEY_LEN])
{
    static const char label[] = "kith/v1/recovery";

    crypto_generichash(ret_key, KITH_KEY_LEN, (const uint8_t *)label,
                       sizeof(label), backup_key, KITH_KEY_LEN);
}
