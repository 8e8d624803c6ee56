/* checkpoint - the signed size and root of a log, and the partner's receipt.
 *
 * A checkpoint is a C2SP tlog-checkpoint of exactly three lines (origin, size,
 * base64 of the root) signed by the sender's log key under the origin as key
 * name. A receipt is the same text cosigned by the receiver's receipt key
 * (cosignature/v1) under the key name `kith/<receiver id>`.
 * Not here: when one may be signed (rules), how it is stored.
 * Threads: any.
 */
#ifndef KITH_CHECKPOINT_H
#define KITH_CHECKPOINT_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct kith_sign_key;

enum {
    /* "kith/" 64 "/" 64 "/" and at most 10 digits, with the NUL */
    KITH_ORIGIN_SIZE = 5 + 64 + 1 + 64 + 1 + 10 + 1,
    KITH_RECEIPT_NAME_SIZE = 5 + 64 + 1 /* "kith/" 64, with the NUL */
};

/* A log's name: `kith/<sender id>/<receiver id>/<log number>`, ids as
 * lower-case hex, the number in decimal. */
struct kith_origin {
    size_t len; /* bytes of text, without the NUL */
    char text[KITH_ORIGIN_SIZE];
};

struct kith_checkpoint {
    struct kith_origin origin;
    uint64_t size; /* entries covered */
    struct kith_hash root;
};

/* LOG_NUMBER counts from 1. */
void kith_origin_make(const struct kith_company_id *sender,
                      const struct kith_company_id *receiver,
                      uint32_t log_number, struct kith_origin *ret_origin);
/* What an origin names. */
struct kith_log_name {
    struct kith_company_id sender, receiver;
    uint32_t log_number; /* >= 1 */
};
/* KITH_MALFORMED: not exactly what kith_origin_make writes. */
enum kith_status kith_origin_parse(struct kith_bytes text,
                                   struct kith_log_name *ret_name)
    KITH_MUST_CHECK;
bool kith_origin_equal(const struct kith_origin *a,
                       const struct kith_origin *b);

/* Appends the three lines. KITH_NOMEM. */
enum kith_status kith_checkpoint_text(const struct kith_checkpoint *checkpoint,
                                      struct kith_buf *buf) KITH_MUST_CHECK;
/* KITH_MALFORMED: not exactly three lines of that form (a size with leading
 * zeros or over KITH_TREE_SIZE_MAX, an origin that is none). */
enum kith_status kith_checkpoint_parse(struct kith_bytes text,
                                       struct kith_checkpoint *ret_checkpoint)
    KITH_MUST_CHECK;
/* Same origin, size and root? */
bool kith_checkpoint_equal(const struct kith_checkpoint *a,
                           const struct kith_checkpoint *b);

/* Appends the note signed with the log key. Signed and verified anew at each
 * call; Ed25519 gives the same bytes each time.
 * KITH_NOMEM; KITH_DAMAGED: the fresh signature does not verify. */
enum kith_status kith_checkpoint_sign(const struct kith_checkpoint *checkpoint,
                                      const struct kith_sign_key *log_key,
                                      struct kith_buf *buf) KITH_MUST_CHECK;
/* Reads a note that ORIGIN's sender signed with LOG_KEY. Lines of others, as
 * a receipt, may stand in it.
 * KITH_MALFORMED, KITH_LIMIT: no such note; KITH_UNTRUSTED: another origin,
 * not signed by LOG_KEY, or wrongly; KITH_NOMEM. */
enum kith_status kith_checkpoint_verify(struct kith_bytes note,
                                        const struct kith_origin *origin,
                                        const struct kith_key *log_key,
                                        struct kith_checkpoint *ret_checkpoint)
    KITH_MUST_CHECK;

/* Who cosigns, and when. */
struct kith_receipt_signer {
    struct kith_company_id receiver;
    const struct kith_sign_key *receipt_key; /* borrowed */
    uint64_t time_s; /* Unix seconds, > 0; never runs back per origin */
};

/* Appends the note that holds the text of CHECKPOINT and the cosignature.
 * KITH_INVALID: time is 0 or over INT64_MAX; KITH_NOMEM; KITH_DAMAGED. */
enum kith_status kith_receipt_sign(const struct kith_checkpoint *checkpoint,
                                   const struct kith_receipt_signer *signer,
                                   struct kith_buf *buf) KITH_MUST_CHECK;

/* A receipt that verified. */
struct kith_receipt_read {
    struct kith_checkpoint checkpoint;
    uint64_t time_s; /* of the cosignature */
};

/* Reads a note cosigned by the receiver that ORIGIN names, with RECEIPT_KEY.
 * Errors as kith_checkpoint_verify. */
enum kith_status kith_receipt_verify(struct kith_bytes note,
                                     const struct kith_origin *origin,
                                     const struct kith_key *receipt_key,
                                     struct kith_receipt_read *ret_receipt)
    KITH_MUST_CHECK;

#endif
