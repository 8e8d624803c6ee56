/* revision - one revision of a record of ours, decoded.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_REVISION_H
#define RULES_REVISION_H

#include "kith/record.h"
#include "store/records.h"

struct act;

/* Revision row ROW (0: the newest) of our record HEAD, in act->arena.
 * KITH_UNREADABLE: its slot is destroyed. */
enum kith_status revision_read(struct act *act, const struct store_head *head,
                               uint64_t row, struct kith_record *ret_record)
    KITH_MUST_CHECK;

#endif
