/* resolve_name - what a path of names leads to among the records of one owner.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_RESOLVE_NAME_H
#define RULES_RESOLVE_NAME_H

#include "kith/bytes.h"
#include "store/records.h"

struct act;

/* PATH ("lumen/g1/evt", names may hold '/') of KIND (0: any) of OWNER, whoever
 * asks and also when it is withdrawn. KITH_NOT_FOUND; KITH_CONFLICT with words:
 * several milestones of that type. */
enum kith_status resolve_name(struct act *act, uint32_t owner,
                              struct kith_bytes path, uint32_t kind,
                              struct store_head *ret_head) KITH_MUST_CHECK;

#endif
