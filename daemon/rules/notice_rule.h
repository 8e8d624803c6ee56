/* notice_rule - the rules by which persons get notices: their ends, their rows in
 * the audit log.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_NOTICE_RULE_H
#define RULES_NOTICE_RULE_H

#include <stdint.h>

#include "kith/ids.h"
#include "kith/record.h"

struct act;

/* The audit row WHAT of RULE, a KITH_KIND_NOTICE_RULE: a rule sends news of
 * partners to a program or a folder. */
enum kith_status notice_rule_note(struct act *act, const char *what,
                                  const struct kith_record *rule)
    KITH_MUST_CHECK;
/* Ends RULE, whose state number is NUMBER; *ret_ended lives in act->arena. */
enum kith_status notice_rule_end(struct act *act, uint64_t number,
                                 const struct kith_record *rule,
                                 struct kith_record *ret_ended) KITH_MUST_CHECK;
/* Ends every rule of PERSON (id of its state). */
enum kith_status notice_rules_end(struct act *act, const struct kith_id *person)
    KITH_MUST_CHECK;

#endif
