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
struct store_head;

/* What decided, with the version of how it decides: raised when that changes.
 * Rows keep it, so that an old one is read by the rules of its time. */
#define AUDIT_BY_RULES  "rules 1"  /* agreements, persons, partners, logs */
#define AUDIT_BY_GATE   "gate 1"   /* what may leave (gate.h) */
#define AUDIT_BY_ACCESS "access 1" /* who of ours may read (access.h) */
#define AUDIT_BY_ROLE   "role 1"   /* who of ours may ask (kith/verbs.h) */

struct audit_line {
    const char *what;           /* "posted", "disclosed", "withheld" ... */
    uint32_t link;              /* 0: concerns no partner */
    const struct kith_id *item; /* NULL: none, or a range is given */
    const char *text;           /* names, codes; never posted text; may be
                                   NULL */
    uint32_t log_number;        /* with index and count: entries of our log */
    uint64_t index;
    uint64_t count;
    const char *rule; /* what decided; NULL: AUDIT_BY_RULES */
    uint32_t owner;   /* of the project: STORE_OWN or a link */
    uint64_t project; /* its record number; 0: none, or several */
};

/* The project that HEAD is, or is in; 0: none. */
uint64_t audit_project(const struct store_head *head);

/* Appends LINE with the acting person and time of ACT. */
enum kith_status audit_add(struct act *act, const struct audit_line *line)
    KITH_MUST_CHECK;

#endif
