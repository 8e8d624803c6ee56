/* held - what we hold of a partner's own log, for the partner that lost it.
 *
 * Everything handed out was told us by the one who asks, under its own
 * signature: no gate stands before it. What was destroyed here goes as a bare
 * header.
 * Threads: loop thread only.
 */
#ifndef RULES_HELD_H
#define RULES_HELD_H

#include "kith/bytes.h"
#include "kith/status.h"

struct act;
struct kith_range;
struct store_link;

/* Appends the frame that answers a want for the partner's LOG_NUMBER from entry
 * FROM on: its size here, its newest note and receipt, entries up to the next
 * checkpoint, and which log comes next. KITH_NOMEM, KITH_IO and the like. */
enum kith_status held_answer(struct act *act, const struct store_link *link,
                             uint32_t log_number, uint64_t from,
                             struct kith_buf *frame) KITH_MUST_CHECK;

/* Appends the frame with the next former card of the partner behind
 * *number_inout (0: the first; a place among the keys of the link): by its keys
 * the partner knows its own signatures again. KITH_NOT_FOUND: no more. */
enum kith_status held_card(struct act *act, const struct store_link *link,
                           uint64_t *number_inout, struct kith_buf *frame)
    KITH_MUST_CHECK;

#endif
