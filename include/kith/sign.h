/* sign - key pairs held in memory, and signatures over statements.
 *
 * A statement is signed as `kith/v1/<type>` || 0x00 || bytes, so that a
 * signature made for one purpose is none for another. C2SP notes have their
 * own form (note.h) and their own keys. Ed25519 is RFC 8032, X25519 RFC 7748,
 * both from libsodium.
 * Secret keys lie in memory that the caller owns; the daemon keeps them in
 * guarded memory and wipes them with the functions below.
 * Threads: any, after kith_crypto_start.
 */
#ifndef KITH_SIGN_H
#define KITH_SIGN_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

enum {
    KITH_SEED_LEN = 32
};

/* What a statement is about; each has its own name in the signed bytes. */
enum kith_statement {
    KITH_STATEMENT_CARD_ROOT = 1, /* "card-root": by the root */
    KITH_STATEMENT_CARD_ADDRESS,  /* "card-address": by the statement key */
    KITH_STATEMENT_ROOT_CHANGE,   /* "root-change": by old and next root */
    KITH_STATEMENT_HELLO,         /* "hello" */
    KITH_STATEMENT_AGREEMENT,     /* "agreement": a company's signature */
    KITH_STATEMENT_PERSON_SIGNS,  /* "person-signs": a person's signature */
    KITH_STATEMENT_PERSON_KEY,    /* "person-key": the company endorses one */
    KITH_STATEMENT_KEY_NOTICE,    /* "key-notice" */
    KITH_STATEMENT_CERTIFICATE,   /* "certificate": of a destruction */
    KITH_STATEMENT_EVIDENCE,      /* "evidence": the pack's list of contents */
    KITH_STATEMENT_END            /* one above the last */
};

/* Ed25519. The two fields side by side are what libsodium calls the secret
 * key. */
struct kith_sign_key {
    uint8_t seed[KITH_SEED_LEN]; /* secret */
    struct kith_key pk;          /* derived from seed, never taken on trust */
};

/* X25519, for the transport and for sealing. */
struct kith_box_key {
    uint8_t secret[KITH_KEY_LEN];
    struct kith_key pk; /* derived from secret */
};

/* Makes libsodium ready; call first in every program, again is harmless.
 * KITH_IO: the system gives no random bytes. */
enum kith_status kith_crypto_start(void) KITH_MUST_CHECK;

/* LEN bytes nobody can guess. */
void kith_random(void *ret_data, size_t len);
/* Overwrites secrets; not optimized away. */
void kith_wipe(void *data, size_t len);

/* Name in the signed bytes ("hello"), NULL when unknown. */
const char *kith_statement_name(enum kith_statement type);

/* A fresh random Ed25519 pair, or the one that SEED gives (RFC 8032). The
 * caller wipes it. */
void kith_sign_key_new(struct kith_sign_key *ret_key);
void kith_sign_key_from_seed(const uint8_t seed[KITH_SEED_LEN],
                             struct kith_sign_key *ret_key);
/* A stored pair: the public half is derived again and compared, because a
 * signature with the wrong one gives the secret away.
 * KITH_DAMAGED: the halves do not belong together. */
enum kith_status kith_sign_key_load(const uint8_t seed[KITH_SEED_LEN],
                                    const struct kith_key *pk,
                                    struct kith_sign_key *ret_key)
    KITH_MUST_CHECK;
void kith_sign_key_wipe(struct kith_sign_key *key);

/* A fresh random X25519 pair (RFC 7748). The caller wipes it. */
void kith_box_key_new(struct kith_box_key *ret_key);
/* As kith_sign_key_load. */
enum kith_status kith_box_key_load(const uint8_t secret[KITH_KEY_LEN],
                                   const struct kith_key *pk,
                                   struct kith_box_key *ret_key)
    KITH_MUST_CHECK;
void kith_box_key_wipe(struct kith_box_key *key);

/* Signs BYTES as a statement of TYPE. The signature is verified before it is
 * returned, so that a fault of the machine cannot leak the key.
 * KITH_NOMEM; KITH_DAMAGED: the fresh signature does not verify;
 * KITH_INVALID: no such type. */
enum kith_status kith_sign(const struct kith_sign_key *key,
                           enum kith_statement type, struct kith_bytes bytes,
                           struct kith_sig *ret_sig) KITH_MUST_CHECK;
/* KITH_UNTRUSTED: not signed by PK as that type; KITH_NOMEM;
 * KITH_INVALID: no such type. */
enum kith_status kith_sign_verify(const struct kith_key *pk,
                                  enum kith_statement type,
                                  struct kith_bytes bytes,
                                  const struct kith_sig *sig) KITH_MUST_CHECK;

#endif
