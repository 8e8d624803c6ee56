/* ledger_merge - what a posted record becomes beside its former revision.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_LEDGER_MERGE_H
#define RULES_LEDGER_MERGE_H

#include "kith/record.h"

struct act;
struct store_head;

/* GIVEN over OLD (NULL: a new record): absent fields keep their value, an
 * empty text clears its field, a list replaces the list. Defaults, label and
 * project are filled in; the rules of the kind are checked. HEAD says where
 * the record stands. KITH_INVALID with act->err. */
enum kith_status ledger_merge(struct act *act, const struct kith_record *given,
                              const struct kith_record *old,
                              const struct store_head *head,
                              struct kith_record *ret_record) KITH_MUST_CHECK;

/* Do both hold the same content, but for revision, author and time? */
bool ledger_merge_same(const struct kith_record *old,
                       const struct kith_record *revised);

#endif
