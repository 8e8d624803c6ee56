/* resolve_id - records by id or by the beginning of one.
 *
 * What the person of the act may not see is not found (inv. 6).
 * Threads: loop thread only.
 */
#ifndef RULES_RESOLVE_ID_H
#define RULES_RESOLVE_ID_H

#include "store/records.h"

struct act;

/* TEXT is a whole id (any form of ids.h), or four and more hex digits that
 * only one id begins with. KITH_NOT_FOUND: neither, or nothing has it;
 * KITH_CONFLICT with words: several. */
enum kith_status resolve_id(struct act *act, struct kith_bytes text,
                            struct store_head *ret_head) KITH_MUST_CHECK;

/* The record with that id, ours first, then any partner's item. */
enum kith_status resolve_whole_id(struct act *act, const struct kith_id *id,
                                  struct store_head *ret_head) KITH_MUST_CHECK;

#endif
