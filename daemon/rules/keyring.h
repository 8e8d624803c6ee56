/* keyring - which key was good for which size of which log (PROTOCOL.md 8.3).
 *
 * A note or a statement is held against the key that was valid for it, not
 * against the newest card alone: keys change, what they signed stays. A link's
 * keyring has a row for each key whose sizes are known to end, or to begin
 * later than the log; the key of the newest card needs none and counts for any
 * size until it has one.
 * Not here: taking and telling key notices (key_notice.h).
 * Threads: loop thread only.
 */
#ifndef RULES_KEYRING_H
#define RULES_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/sign.h"
#include "store/logs.h"

struct act;
struct kith_card;

enum {
    /* Keys of both sides that are kept for one link; a partner cannot make us
     * keep more (inv. 7). */
    KEYRING_ROWS_MAX = 512
};

struct keyring_row {
    uint64_t number; /* in the store; 0: not there yet */
    enum kith_link_key_use use;
    bool ours;
    uint32_t log_number; /* log whose sizes count; 0: statement */
    struct kith_key key;
    uint64_t from, to; /* both inclusive; to UINT64_MAX: open */
    bool compromised;
    struct kith_hash card; /* a card that names the key */
    bool is_signed;        /* by a key notice */
    struct kith_sig signature;
};

/* The row of LINK behind *number_inout (0: the first). KITH_NOT_FOUND. */
enum kith_status keyring_next(struct act *act, uint32_t link,
                              uint64_t *number_inout,
                              struct keyring_row *ret_row) KITH_MUST_CHECK;
/* The row that is for the use, side, log and key of *row_inout, which it
 * replaces. KITH_NOT_FOUND. */
enum kith_status keyring_find(struct act *act, uint32_t link,
                              struct keyring_row *row_inout) KITH_MUST_CHECK;
/* Writes ROW; number 0 makes a new one. KITH_LIMIT: KEYRING_ROWS_MAX. */
enum kith_status keyring_put(struct act *act, uint32_t link,
                             const struct keyring_row *row) KITH_MUST_CHECK;
enum kith_status keyring_drop(struct act *act, uint32_t link, uint64_t number)
    KITH_MUST_CHECK;

/* Keeps those keys of the card HELD that the card OFFERED has no more, so that
 * what they signed still verifies. Called before OFFERED takes HELD's place. */
enum kith_status keyring_pin(struct act *act, const struct store_link *link,
                             const struct kith_card *held,
                             const struct kith_card *offered) KITH_MUST_CHECK;

/* A note about log LOG_NUMBER of SIDE. */
struct keyring_note {
    const struct store_link *link;
    enum store_side side;
    uint32_t log_number;
    struct kith_bytes note;
    const struct kith_key *fresh; /* of a newer card that is not taken yet;
                                     NULL: none */
    bool ever; /* any key that was good at some size will do: for a note that
                  we hold already, or about what we hold ourselves */
};
/* Verifies a checkpoint by the owner of the log, or a receipt by the other.
 * Errors as kith_checkpoint_verify; KITH_UNTRUSTED also when the key was not
 * good for that size. */
enum kith_status keyring_checkpoint(struct act *act,
                                    const struct keyring_note *note,
                                    struct kith_checkpoint *ret_checkpoint)
    KITH_MUST_CHECK;
enum kith_status keyring_receipt(struct act *act,
                                 const struct keyring_note *note,
                                 struct kith_receipt_read *ret_receipt)
    KITH_MUST_CHECK;

/* Verifies a statement of LINK's partner under its statement key, or a former
 * one that was not compromised. KITH_UNTRUSTED. */
enum kith_status keyring_statement(
    struct act *act, const struct store_link *link, enum kith_statement type,
    struct kith_bytes bytes, const struct kith_sig *signature) KITH_MUST_CHECK;

#endif
