/* signed - the bytes that a signature within a record is over.
 *
 * A step of an agreement, a notice of a key and a certificate of destruction
 * travel as records that hold their own signature; what is signed is the record with nothing in its head
 * and only the fields named here, so that it can be made again from the record
 * alone (PROTOCOL.md 7.4, 8.3, 8.4).
 * Not here: which step may follow which, which key was good (rules).
 * Threads: any.
 */
#ifndef KITH_SIGNED_H
#define KITH_SIGNED_H

#include "kith/checkpoint.h"
#include "kith/record.h"

/* Appends what the signature of STEP is over: of an nda_proposal or an
 * nda_signature an nda_signature record with its terms digest, signer, title,
 * time and notice address; of an nda_end the same with its day. Fields that
 * STEP does not have are left out.
 * KITH_INVALID: another kind, or values that no record may have; KITH_NOMEM.
 * Statement: KITH_STATEMENT_AGREEMENT. */
enum kith_status kith_signed_agreement(const struct kith_record *step,
                                       struct kith_buf *buf) KITH_MUST_CHECK;

/* Appends what the signature of the key_notice NOTICE is over: the origin of
 * the log that the notice stands in, a zero byte, and the record with its
 * fields 1 to 5. Errors as above. Statement: KITH_STATEMENT_KEY_NOTICE. */
enum kith_status kith_signed_key_notice(const struct kith_origin *origin,
                                        const struct kith_record *notice,
                                        struct kith_buf *buf) KITH_MUST_CHECK;

/* Appends what the signature of the destruction_certificate CERTIFICATE is
 * over: the record with its fields 1 to 9. Errors as above. Statement:
 * KITH_STATEMENT_CERTIFICATE. */
enum kith_status kith_signed_certificate(const struct kith_record *certificate,
                                         struct kith_buf *buf) KITH_MUST_CHECK;

/* The digest of a certificate, over the destroyed entries in the order of
 * their logs and indexes: H("kith/v1/destroyed" || 0x00) for none, then for
 * each H(digest before || log number (4) || index (8) || leaf hash). */
void kith_destroyed_begin(struct kith_hash *ret_digest);
void kith_destroyed_add(struct kith_hash *digest, uint32_t log_number,
                        uint64_t index, const struct kith_hash *leaf);

#endif
