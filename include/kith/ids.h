/* ids - the names things have between machines, and their text forms.
 *
 * company id  the first root's Ed25519 public key, 32 bytes; written in full
 *             as 64 lower-case hex digits, short as "K7QX-2M4D-9TPE-61": 12
 *             Crockford base32 characters of the leading 60 bits of
 *             H("kith/v1/short" || 0x00 || id) and two check characters, the
 *             leading 10 bits of H("kith/v1/check" || 0x00 || those 12).
 * id          16 random bytes: record, item, person, request; written as a
 *             lower-case UUID (RFC 4122 layout), read also as "urn:uuid:...".
 * hash        32 bytes, SHA-256 or BLAKE2b-256 as the use says.
 * Threads: any.
 */
#ifndef KITH_IDS_H
#define KITH_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/status.h"

enum {
    KITH_COMPANY_ID_LEN = 32,
    KITH_ID_LEN = 16,
    KITH_HASH_LEN = 32,
    KITH_KEY_LEN = 32,
    KITH_SIG_LEN = 64,
    KITH_COMPANY_HEX_SIZE = 65,   /* text with NUL */
    KITH_COMPANY_SHORT_SIZE = 18, /* text with NUL */
    KITH_ID_TEXT_SIZE = 37        /* text with NUL */
};

struct kith_company_id {
    uint8_t b[KITH_COMPANY_ID_LEN];
};
struct kith_id {
    uint8_t b[KITH_ID_LEN];
};
struct kith_hash {
    uint8_t b[KITH_HASH_LEN];
};
struct kith_key {
    uint8_t b[KITH_KEY_LEN];
}; /* public half of a key pair */
struct kith_sig {
    uint8_t b[KITH_SIG_LEN];
};

/* Equality of all bytes, not in constant time: none of them is secret. */
bool kith_company_id_equal(const struct kith_company_id *a,
                           const struct kith_company_id *b);
bool kith_id_equal(const struct kith_id *a, const struct kith_id *b);
/* True when all bytes are 0: «none». */
bool kith_id_is_none(const struct kith_id *id);
bool kith_hash_equal(const struct kith_hash *a, const struct kith_hash *b);
bool kith_key_equal(const struct kith_key *a, const struct kith_key *b);

/* A fresh random id (RFC 4122 version 4). */
struct kith_id kith_id_random(void);

/* The forms people read: 64 hex digits; the short one of
 * kith_company_short_check; a UUID with dashes. All with a NUL. */
void kith_company_id_hex(const struct kith_company_id *id,
                         char ret_text[KITH_COMPANY_HEX_SIZE]);
void kith_company_id_short(const struct kith_company_id *id,
                           char ret_text[KITH_COMPANY_SHORT_SIZE]);
void kith_id_text(const struct kith_id *id, char ret_text[KITH_ID_TEXT_SIZE]);

/* Reads the 64 hex digits, any case. KITH_MALFORMED: not that. */
enum kith_status kith_company_id_parse(const char *text,
                                       struct kith_company_id *ret_id)
    KITH_MUST_CHECK;
/* Reads a UUID with or without dashes and "urn:uuid:", any case.
 * KITH_MALFORMED: not that. */
enum kith_status kith_id_parse(const char *text, struct kith_id *ret_id)
    KITH_MUST_CHECK;
/* Is DIGITS a beginning of ID: 4 or more hex digits of any case, dashes
 * ignored? */
bool kith_id_begins(const struct kith_id *id, struct kith_bytes digits);
/* Checks the two check characters of a short id typed by a person; ignores
 * case and dashes. KITH_MALFORMED: wrong length, character or check. */
enum kith_status kith_company_short_check(const char *text) KITH_MUST_CHECK;

/* Takes BYTES as a hash. KITH_MALFORMED: not 32 bytes. */
enum kith_status kith_hash_read(struct kith_bytes bytes,
                                struct kith_hash *ret_hash) KITH_MUST_CHECK;

/* H = SHA-256 (FIPS 180-4) over DATA. */
void kith_sha256(const void *data, size_t len, struct kith_hash *ret_hash);
/* The same over COUNT parts, one behind the other. */
void kith_sha256_parts(const struct kith_bytes *parts, size_t count,
                       struct kith_hash *ret_hash);

/* 2 * len lower-case hex digits and a NUL into ret_text. */
void kith_hex(const uint8_t *data, size_t len, char *ret_text);
/* Exactly 2 * len digits of either case. KITH_MALFORMED otherwise. */
enum kith_status kith_unhex(const char *text, uint8_t *ret_data, size_t len)
    KITH_MUST_CHECK;

#endif
