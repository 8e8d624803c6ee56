/* oral - what was said aloud under an agreement is written down in time (F9).
 *
 * A memo is a message of type oral for one partner alone: it passes the gate
 * like any record. It names the day, the persons and, by the marking rule of
 * the agreement in force, the day by which the partner confirms it with an
 * answer «accept». What stays open after that day is told as an alarm.
 * Threads: loop thread only.
 */
#ifndef RULES_ORAL_H
#define RULES_ORAL_H

#include <stdbool.h>

#include "kith/record.h"
#include "store/records.h"

struct act;
struct store_link;

enum {
    /* Where the terms name no number: days from what was said. */
    ORAL_MARKING_DAYS = 20
};

/* Is RECORD a memo of an oral disclosure? */
bool oral_is(const struct kith_record *record);

/* GIVEN, a memo as a person has it, with addressee and deadline for LINK.
 * KITH_DENIED: no agreement in force; KITH_INVALID: a day in the future. */
enum kith_status oral_complete(struct act *act, const struct store_link *link,
                               const struct kith_record *given,
                               struct kith_record *ret_memo) KITH_MUST_CHECK;

/* MEMO was posted as HEAD: it waits for LINK's confirmation; audited. */
enum kith_status oral_keep(struct act *act, const struct store_link *link,
                           const struct kith_record *memo,
                           const struct store_head *head) KITH_MUST_CHECK;

/* Is what a partner tells as a memo one that it may tell us: whole, and for us?
 * Anything but a memo is, unless it bears a memo's addressee. */
bool oral_fits(const struct act *act, const struct kith_record *record);

/* LINK's partner gave ANSWER: when it is to a memo, that is closed by «accept»;
 * any other verdict is kept, and the memo stays open. Audited. */
enum kith_status oral_answered(struct act *act, const struct store_link *link,
                               const struct kith_record *answer)
    KITH_MUST_CHECK;

/* One memo of ours as it stands. */
struct oral_memo {
    uint64_t number; /* of its state; 0: begin */
    uint32_t link;
    struct kith_id record;
    int32_t due_day;
    int64_t verdict;     /* enum kith_answer_verdict, 0: no answer */
    int64_t answered_at; /* Unix seconds, 0: not */
    bool alarmed;
};
/* The memo behind *MEMO, in the order in which they were posted.
 * KITH_NOT_FOUND: there is no more. */
enum kith_status oral_next(struct act *act, struct oral_memo *memo)
    KITH_MUST_CHECK;
/* Not confirmed, and its day is past on DAY? */
bool oral_is_overdue(const struct oral_memo *memo, int32_t day);

/* Tells of memos that are overdue, each once. *ret_told as in watch.h. */
enum kith_status oral_watch(struct act *act, bool *ret_told) KITH_MUST_CHECK;

#endif
