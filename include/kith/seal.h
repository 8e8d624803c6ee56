/* seal - how an entry's body is padded, sealed and opened.
 *
 * Padded body = length of the body (4 bytes) || body || zeros. Its length is
 * the least that Padmé allows and that is at least KITH_BODY_MIN, so sizes
 * tell little (inv. 3).
 *   EK          B(key = 32 fresh random bytes, origin || index || padded body)
 *   AEAD key    B(key = EK, "kith/v1/entry key" || 0x00)
 *   commitment  B(key = EK, "kith/v1/entry commitment" || 0x00 || index ||
 *                 origin)
 *   sealed      XChaCha20-Poly1305(AEAD key, nonce 0, padded body, associated
 *                 data of entry.h), 16 bytes longer than the padded body
 * with B = BLAKE2b-256 and index of 8 bytes. The nonce is all zeros because
 * every AEAD key seals one message only: EK depends on fresh random bytes and,
 * should those ever repeat (a machine restored from a snapshot), on the body
 * and its place. The commitment is needed because the AEAD does not bind its
 * key: without it one sealed body could open to two texts.
 * Not here: who may see a body (rules), the key that EK is stored under
 * (slots), compression (there is none).
 * Threads: any.
 */
#ifndef KITH_SEAL_H
#define KITH_SEAL_H

#include "kith/bytes.h"
#include "kith/checkpoint.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

struct kith_box_key;
struct kith_entry_header;

enum {
    KITH_EK_LEN = 32,
    KITH_SEAL_TAG_LEN = 16, /* sealed length less padded length */
    /* Longest body: with its length in front it fills KITH_BODY_MAX. */
    KITH_BODY_TEXT_MAX = KITH_BODY_MAX - 4,
    KITH_SEALED_MAX = KITH_BODY_MAX + KITH_SEAL_TAG_LEN,
    KITH_EK_BOX_EXTRA = 48, /* bytes of a box above its EKs */
    KITH_OWNER_REF_LEN = 64 /* nonce 24, id 16, revision 8, tag 16 */
};

/* The key of one entry. Secret: wipe after use. */
struct kith_ek {
    uint8_t b[KITH_EK_LEN];
};

/* Length of the padded body for a body of LEN bytes; 0 when LEN is over
 * KITH_BODY_TEXT_MAX. */
size_t kith_padded_len(size_t len);
/* True when a sealed body may have this length. */
bool kith_sealed_len_fits(size_t sealed_len);

/* Seals BODY as the entry HEADER of the log ORIGIN. Class, index, time, seen
 * and witness of HEADER are set by the caller; sealed length, sealed hash and
 * commitment are filled in. The sealed body is appended to RET_SEALED; the
 * clear text is written nowhere else and never left in it.
 * KITH_LIMIT: BODY is over KITH_BODY_TEXT_MAX; KITH_NOMEM. On failure HEADER,
 * RET_EK and RET_SEALED are as they were. */
enum kith_status kith_seal_entry(const struct kith_origin *origin,
                                 struct kith_entry_header *header,
                                 struct kith_bytes body, struct kith_ek *ret_ek,
                                 struct kith_buf *ret_sealed) KITH_MUST_CHECK;

/* Does EK belong to this place and commitment?
 * KITH_UNTRUSTED: no; the sender contradicts itself (PROTOCOL.md 4.4). */
enum kith_status kith_seal_commits(const struct kith_origin *origin,
                                   const struct kith_entry_header *header,
                                   const struct kith_ek *ek) KITH_MUST_CHECK;

/* A sealed body and where it stands. */
struct kith_sealed_entry {
    const struct kith_origin *origin;       /* borrowed */
    const struct kith_entry_header *header; /* borrowed */
    struct kith_bytes sealed;
};

/* Opens SEALED: checks the commitment, then decrypts. RET_BODY borrows from
 * PLAIN, which is emptied first, used as room, and must be wiped by the caller
 * (kith_plain_clear) when done. The hash of SEALED is not compared: call
 * kith_entry_check_sealed once when an entry arrives; a body that opens is the
 * one that was sealed.
 * KITH_UNTRUSTED: EK is not the key HEADER commits to;
 * KITH_UNREADABLE: EK fits, but the body does not open or is wrongly padded;
 * KITH_NOMEM. */
enum kith_status kith_open_entry(const struct kith_sealed_entry *entry,
                                 const struct kith_ek *ek,
                                 struct kith_buf *plain,
                                 struct kith_bytes *ret_body) KITH_MUST_CHECK;
/* Overwrites and frees a buffer that held clear text. NULL-safe. */
void kith_plain_clear(struct kith_buf *plain);

/* Appends the EKs, one after the other, in one box sealed to the X25519 key
 * SEALING (libsodium's crypto_box_seal): COUNT * 32 + 48 bytes.
 * KITH_LIMIT: COUNT is 0 or over KITH_PUSH_ENTRIES_MAX; KITH_INVALID: SEALING
 * is no usable key; KITH_NOMEM. */
enum kith_status kith_ek_box_seal(const struct kith_key *sealing,
                                  const struct kith_ek *eks, size_t count,
                                  struct kith_buf *ret_box) KITH_MUST_CHECK;
/* Opens a box of exactly COUNT EKs into RET_EKS (room for COUNT).
 * KITH_MALFORMED: another length; KITH_UNREADABLE: sealed to another key. */
enum kith_status kith_ek_box_open(const struct kith_box_key *sealing,
                                  struct kith_bytes box, size_t count,
                                  struct kith_ek *ret_eks) KITH_MUST_CHECK;

/* The place of a witness or owner reference. */
struct kith_place {
    const struct kith_origin *origin; /* borrowed */
    uint64_t index;
};

/* Witness of our audit log as it stood before the entry's transaction:
 * key = B(key = SALT_KEY, "kith/v1/witness" || 0x00 || index || origin);
 * witness = B(key, size (8 bytes) || root). Partners keep it without being
 * able to read it. */
void kith_witness(const uint8_t salt_key[KITH_KEY_LEN],
                  const struct kith_place *place, uint64_t audit_size,
                  const struct kith_hash *audit_root,
                  struct kith_hash *ret_witness);

/* What the owner puts into each body for its own recovery. */
struct kith_owner_ref {
    struct kith_id id; /* internal id of the record */
    uint64_t revision; /* full revision, not the partner's count */
};

/* Seals REF under the recovery key (keys.h): random nonce (24) ||
 * XChaCha20-Poly1305(id || revision, associated data "kith/v1/owner ref" ||
 * 0x00 || index || origin), so a partner cannot move it to another entry. */
void kith_owner_ref_seal(const uint8_t recovery_key[KITH_KEY_LEN],
                         const struct kith_place *place,
                         const struct kith_owner_ref *ref,
                         uint8_t ret_data[KITH_OWNER_REF_LEN]);
/* KITH_MALFORMED: another length; KITH_UNREADABLE: does not open here. */
enum kith_status kith_owner_ref_open(const uint8_t recovery_key[KITH_KEY_LEN],
                                     const struct kith_place *place,
                                     struct kith_bytes data,
                                     struct kith_owner_ref *ret_ref)
    KITH_MUST_CHECK;

#endif
