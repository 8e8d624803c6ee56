/* intake_entry - one entry of a Push whose frame, checkpoint and tree are
 * verified.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_INTAKE_ENTRY_H
#define RULES_INTAKE_ENTRY_H

#include "kith/checkpoint.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "store/logs.h"

struct act;

/* A Push being taken in; lives in the arena. */
struct intake {
    struct act *act;
    struct store_link *link;
    struct store_log_id log;
    struct kith_origin origin;
    struct kith_push push;
    struct kith_checkpoint checkpoint;
    struct kith_entry_header headers[KITH_PUSH_ENTRIES_MAX];
    struct kith_hash leaves[KITH_PUSH_ENTRIES_MAX]; /* of new entries */
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX]; /* of the bodies, in order */
    size_t n_bodies;
    bool keys_lost; /* the box is sealed to a key we do not hold */
};

/* Takes entry number WHICH of the push: stores it, opens and applies its body
 * once, gives it a verdict. EK is NULL for a bare header or lost keys. *fresh
 * is raised when it is processed for the first time. KITH_UNTRUSTED: the key
 * is not the one the header commits to; ends the session. */
enum kith_status intake_entry(struct intake *intake, size_t which,
                              const struct kith_ek *ek, uint64_t *fresh)
    KITH_MUST_CHECK;

/* Judges the body of ROW, entry INDEX of the log of LINK's partner, again: what
 * was not understood, or rejected for want of something before it. When the
 * verdict is another now, *ret_judged is stored in place of ROW, and it is
 * told. Else *ret_judged is ROW. KITH_DAMAGED: the stored
 * entry is not what its header says. */
enum kith_status intake_retry(struct act *act, struct store_link *link,
                              uint64_t index, const struct store_entry *row,
                              struct store_entry *ret_judged) KITH_MUST_CHECK;

#endif
