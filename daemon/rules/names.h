/* names - the natural key of a record, and what it hangs on, by the table of
 * its kind.
 *
 * A kind's key fields that are references name its parent; the others make its
 * name: project = name; generation = project + name; milestone = generation +
 * type + title.
 * Threads: loop thread only.
 */
#ifndef RULES_NAMES_H
#define RULES_NAMES_H

#include "kith/record.h"
#include "store/records.h"

struct act;

/* The record (owner's number) that RECORD hangs on by its key, 0 none. OWNER:
 * whose ids the references are. KITH_NOT_FOUND: the parent is not known, or is of another
 * kind than the table says. */
enum kith_status names_parent(struct act *act, uint32_t owner,
                              const struct kith_record *record,
                              struct store_head *ret_parent) KITH_MUST_CHECK;

/* The key of RECORD under PARENT, built in act->arena. KITH_NOT_FOUND: its
 * kind has no natural key. */
enum kith_status names_key(struct act *act, uint32_t owner, uint64_t parent,
                           const struct kith_record *record,
                           struct store_name *ret_name) KITH_MUST_CHECK;

#endif
