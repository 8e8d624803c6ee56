/* openness_change - a level is lowered by one person, and raised by two (F13).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_OPENNESS_CHANGE_H
#define RULES_OPENNESS_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/fields.h"
#include "kith/status.h"

struct act;
struct store_link;

struct openness_wish {
    const struct store_link *link;
    uint64_t project; /* record number of ours; 0: all without a level */
    enum kith_openness_level level;
};

/* Sets a lower level at once. SETTLE: what it does not cover is withdrawn, what
 * it shows less of is withdrawn and told anew; without it (a preview)
 * disclosure_walk says what that would be. KITH_INVALID: no lower one. */
enum kith_status openness_lower(struct act *act,
                                const struct openness_wish *wish, bool settle)
    KITH_MUST_CHECK;

/* Asks for a higher level, and, when another person, who is an officer still,
 * asked for the same within OPENNESS_ASKED_DAYS days, sets it: *ret_set. Then what it covers is told.
 * KITH_INVALID: no higher one; KITH_CONFLICT: the same person again;
 * KITH_DENIED by name: partner or agreement, a destruction that is overdue. */
enum {
    OPENNESS_ASKED_DAYS = 14
};
enum kith_status openness_raise(struct act *act,
                                const struct openness_wish *wish, bool *ret_set)
    KITH_MUST_CHECK;

#endif
