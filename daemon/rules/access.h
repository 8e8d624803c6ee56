/* access - may this person read this, and the reading itself (inv. 6).
 *
 * The one place that shows a record or item to a person: everyone who may not
 * gets the answer for «does not exist».
 * Threads: loop thread only.
 */
#ifndef RULES_ACCESS_H
#define RULES_ACCESS_H

#include "kith/body.h"
#include "store/records.h"

struct act;

/* The newest revision of HEAD for the person of ACT, decoded in act->arena: of
 * ours with our ids, of an item with the link's. Our own records are read by
 * every person of this company; an item only by persons whom the owner named,
 * or who are bound to the project when it said «bound», who have accepted the
 * duty of confidence to that partner (F35), while grant and agreement are in
 * force; an answer to a record of ours by whoever may read
 * that record. The daemon itself (person 0) reads all.
 * KITH_NOT_FOUND: not there, or not for this person. KITH_UNREADABLE: its slot
 * is destroyed; of an item only the daemon is told so, for a person it is not
 * there. */
enum kith_status access_read(struct act *act, const struct store_head *head,
                             struct kith_record *ret_record) KITH_MUST_CHECK;

/* Revision at row or entry ROW of HEAD, under the same rule; *ret_before is the
 * next older one to ask for, 0 at the first. Rows: revision number of ours,
 * 1 + entry index of an item; 0 asks for the newest. */
enum kith_status access_history(struct act *act, const struct store_head *head,
                                uint64_t row, struct kith_record *ret_record,
                                uint64_t *ret_before) KITH_MUST_CHECK;

/* May the person of ACT see HEAD? KITH_NOT_FOUND: no. */
enum kith_status access_may(struct act *act, const struct store_head *head)
    KITH_MUST_CHECK;

/* The same for an item whose newest entry, with BODY, is being taken in. */
enum kith_status access_ask(struct act *act, const struct store_head *head,
                            const struct kith_body *body) KITH_MUST_CHECK;

/* Notes that the person of ACT has read revision REVISION of HEAD: audit row
 * and read mark, and word to its owner where the agreement says so; once per
 * revision. */
enum kith_status access_note_read(struct act *act,
                                  const struct store_head *head,
                                  uint64_t revision) KITH_MUST_CHECK;

#endif
