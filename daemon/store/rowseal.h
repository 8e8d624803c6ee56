/* rowseal - how every value of the store is sealed at rest (inv. 9).
 *
 * XChaCha20-Poly1305; associated data = schema version, table and key, so that
 * no value can stand in another's place. A sealed value is nonce || ciphertext
 * || tag. The nonce is 16 random bytes, drawn anew for each transaction, and a
 * counter of 8: XChaCha20 makes a key of its own of the first part, which is
 * made once for all that share it. Look-up tables have a keyed hash as their
 * key.
 * Owns: the keys derived from the store key, and a pool of random bytes, so
 * that an id's salt does not cost a system call each. Never shared across fork.
 * Not here: slots (slots.h), which rows there are.
 * Threads: one.
 */
#ifndef STORE_ROWSEAL_H
#define STORE_ROWSEAL_H

#include "kith/bytes.h"
#include "store/kv.h"
#include "store/placed_id.h"

enum {
    ROWSEAL_KEY = 32,      /* bytes of a key */
    ROWSEAL_NONCE = 24,    /* bytes */
    ROWSEAL_OVERHEAD = 40, /* nonce and tag, bytes */
    ROWSEAL_HASH = 16,     /* bytes of a look-up key */
    ROWSEAL_AD_MAX = 5 + KV_KEY_MAX,
    ROWSEAL_PREFIX = 16, /* bytes of a nonce that a transaction shares */
    ROWSEAL_POOL = 1024  /* random bytes drawn at a time */
};

/* The key that XChaCha20 makes of the row key and a nonce's first part. */
struct rowseal_subkey {
    uint8_t prefix[ROWSEAL_PREFIX];
    uint8_t key[ROWSEAL_KEY];
};

struct rowseal {
    uint32_t schema;                /* of the store, in every seal */
    uint8_t row_key[ROWSEAL_KEY];   /* seals values */
    struct rowseal_subkey sealing;  /* of this transaction's nonces */
    struct rowseal_subkey opened;   /* of the row opened last */
    uint64_t counter;               /* of the nonces with sealing's prefix */
    uint8_t index_key[ROWSEAL_KEY]; /* hashes look-up keys */
    uint8_t mark_key[ROWSEAL_KEY];  /* authenticates the mark and check row */
    struct placed_id_key id_key;    /* of the ids that the store draws */
    uint8_t pool[ROWSEAL_POOL];
    size_t pool_left; /* unused bytes at the end of pool */
};

/* Derives all keys from STORE_KEY, for rows of schema STORE_SCHEMA; clear
 * overwrites them. */
void rowseal_init(struct rowseal *seal, const uint8_t store_key[ROWSEAL_KEY]);
void rowseal_clear(struct rowseal *seal);

/* Associated data of the row at PLACE; returns its length. */
size_t rowseal_ad(const struct rowseal *seal, const struct kv_place *place,
                  uint8_t ret_ad[ROWSEAL_AD_MAX]);
/* Begins a new run of nonces: with each transaction that writes. */
void rowseal_renew(struct rowseal *seal);
/* A nonce that has never been before; for the row sealed next. */
void rowseal_nonce(struct rowseal *seal, uint8_t ret_nonce[ROWSEAL_NONCE]);
/* Writes plain.len + ROWSEAL_OVERHEAD bytes. */
void rowseal_seal(struct rowseal *seal, struct kith_bytes ad,
                  struct kith_bytes plain, uint8_t *ret_sealed);
/* As rowseal_seal, but VALUE begins with a nonce from rowseal_nonce already.
 * PLAIN may stand where the ciphertext will, behind the nonce. */
void rowseal_seal_with(const struct rowseal *seal, struct kith_bytes ad,
                       struct kith_bytes plain, uint8_t *value);
/* Writes sealed.len - ROWSEAL_OVERHEAD bytes. False: another key, another
 * place, or the bytes are damaged; nothing of ret_plain may be used then. */
bool rowseal_open(struct rowseal *seal, struct kith_bytes ad,
                  struct kith_bytes sealed, uint8_t *ret_plain);
/* LEN random bytes from one fresh seed that is forgotten: libsodium asks the
 * kernel anew for each 256 bytes, which costs more than the seal itself. */
void rowseal_stretch(void *ret_random, size_t len);
/* LEN <= ROWSEAL_NONCE fresh random bytes. */
void rowseal_random(struct rowseal *seal, void *ret_random, size_t len);
/* Where look-up table TABLE keeps what DATA names. */
struct kv_place rowseal_place(const struct rowseal *seal, enum kv_table table,
                              struct kith_bytes data);

#endif
