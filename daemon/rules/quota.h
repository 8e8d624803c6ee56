/* quota - what one partner may make us take in (PROTOCOL.md 9, inv. 7).
 *
 * Entries a minute and bytes a day are counted in memory and begin anew with
 * the daemon; stored bytes are counted in the link's row. Duty entries and
 * bare headers may use a reserve on top, so that a withdrawal or a void passes
 * when the quota is full.
 * Threads: loop thread only.
 */
#ifndef RULES_QUOTA_H
#define RULES_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct act;
struct quota_limits;
struct store_link;

/* Which bound was met. */
enum quota_bound {
    QUOTA_NONE = 0,
    QUOTA_ENTRIES, /* entries a minute */
    QUOTA_BYTES,   /* bytes a day */
    QUOTA_STORED,  /* bytes stored */
    QUOTA_STORE,   /* our whole store is full */
    QUOTA_BOUNDS
};

/* What a partner used up so far; zeroed: nothing. */
struct quota_use {
    int64_t minute; /* minutes since 1970 that entries counts for */
    uint64_t entries;
    int64_t day; /* days since 1970 that bytes counts for */
    uint64_t bytes;
    enum quota_bound over; /* what was met last; NONE once a push passed */
    int64_t over_day;      /* the day of the refusals counted below */
    uint64_t refusals;     /* since the audit log was told */
};

/* What a push would use up. */
struct quota_cost {
    uint64_t entries; /* with a body */
    uint64_t bytes;
    bool reserve; /* nothing but duty entries and bare headers */
};

/* The limits that rule now, none 0. */
void quota_limits_now(const struct act *act, struct quota_limits *ret_limits);

/* The first bound that COST would break; QUOTA_NONE: it may be taken. Begins
 * a new minute and day in USE where one has begun. */
enum quota_bound quota_ask(const struct act *act, const struct store_link *link,
                           struct quota_use *use,
                           const struct quota_cost *cost);
/* Counts COST, in LINK (the caller puts it) and USE. */
void quota_take(struct store_link *link, struct quota_use *use,
                const struct quota_cost *cost);

/* A push was refused by BOUND: the first of a day and bound is one audit
 * entry, the others are counted and written as one when they end. */
enum kith_status quota_refused(struct act *act, const struct store_link *link,
                               struct quota_use *use, enum quota_bound bound)
    KITH_MUST_CHECK;
/* A push passed: writes how often refusals were repeated, when they were. */
enum kith_status quota_passed(struct act *act, const struct store_link *link,
                              struct quota_use *use) KITH_MUST_CHECK;

/* Short name ("entries_minute") and the sentence that both operators read. */
const char *quota_code(enum quota_bound bound);
const char *quota_sentence(enum quota_bound bound);

#endif
