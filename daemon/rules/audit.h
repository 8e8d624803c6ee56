/* audit - one row of the company's own log for every act that counts.
 *
 * Written in the transaction of the act itself: no row, no act (F58).
 * Threads: loop thread only.
 */
#ifndef RULES_AUDIT_H
#define RULES_AUDIT_H

#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"

struct act;

struct audit_line {
    const char *what;           /* "posted", "disclosed", "withheld" ... */
    uint32_t link;              /* 0: concerns no partner */
    const struct kith_id *item; /* NULL: none, or a range is given */
    const char *text;           /* names, codes; never posted text; may be
                                   NULL */
    uint32_t log_number;        /* with index and count: entries of our log */
    uint64_t index;
    uint64_t count;
};

/* Appends LINE with the acting person and time of ACT. */
enum kith_status audit_add(struct act *act, const struct audit_line *line)
    KITH_MUST_CHECK;

#endif
