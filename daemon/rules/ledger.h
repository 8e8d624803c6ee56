/* ledger - a person posts: records, revisions, and who has to hear of them.
 *
 * One transaction holds the record, its audit row and, for each partner
 * concerned, a place in its queue; no index is drawn and nothing is signed
 * here (ARCHITECTURE.md).
 * Threads: loop thread only.
 */
#ifndef RULES_LEDGER_H
#define RULES_LEDGER_H

#include "rules/ledger_tell.h"

struct act;

/* Numbers of store_value_put. */
enum ledger_value {
    LEDGER_CARD = 1,       /* newest own card, binary form */
    LEDGER_COMPANY = 2,    /* our company id, 32 bytes */
    LEDGER_TIME_DOUBT = 3, /* not empty: the wall clock is in doubt */
    LEDGER_UNDERSTOOD = 4, /* retry_digest of the version that ran last */
    LEDGER_RECOVERED = 5,  /* there: this store took the place of one that is
                              lost, whose logs partners hold */
    LEDGER_TRANSPORT = 6 /* transport key that a change put in use, 32 bytes */
};

/* Posts RECORD: references resolved, found by id or natural key or made anew.
 * Of a found one, absent fields keep their value and an empty text clears its
 * field; a record that was made inactive is not found by its key, so that the
 * key begins anew. By its id a record may get another name; what it hangs on
 * stays. MUST_REACH (a link number, 0 none): refused with the gate's
 * reason unless that partner may see it. The caller audits (ledger_note).
 * KITH_INVALID, KITH_NOT_FOUND, KITH_DENIED, KITH_CONFLICT with act->err. */
enum kith_status ledger_post(struct act *act, const struct kith_record *record,
                             uint32_t must_reach,
                             struct ledger_posted *ret_posted) KITH_MUST_CHECK;

/* A revision of ours that comes back from a partner who was told it. RECORD: as
 * it was told, with our ids in its references; REVISION: its number here.
 * Where none is held the record is made anew under ID; where an older one is,
 * what was told goes over it; of a newer one the text stays. *ret_made: the
 * text was taken. KITH_NOT_FOUND: what it hangs on is not here. */
struct ledger_return {
    const struct kith_record *record;
    struct kith_id id;
    uint64_t revision;
    uint32_t link; /* who was told it: an answer goes nowhere else */
};
enum kith_status ledger_take_back(struct act *act,
                                  const struct ledger_return *back,
                                  struct store_head *ret_head, bool *ret_made)
    KITH_MUST_CHECK;

/* The audit row of COUNT posted records, all in PROJECT (record number; 0: not
 * all of them are in one); ITEM: of a single one, else NULL. */
enum kith_status ledger_note(struct act *act, uint64_t count, uint64_t project,
                             const struct kith_id *item) KITH_MUST_CHECK;

#endif
