/* openness - how far we are open to a partner, in a project: which kinds, fields
 * and labels may go there at all, whatever a grant says (F12).
 *
 * Five levels, each of which covers what the one below covers:
 *   closed   nothing
 *   outline  projects, generations, answers; labels up to internal; neither
 *            market, codename nor design revision
 *   plan     milestones and messages too; up to confidential; no build quantity
 *   full     all kinds; up to confidential: where nothing else was set
 *   strict   strictly confidential too
 * A person lowers at once; raising takes two (openness_change.h). While a
 * destruction that we asked for is overdue there, nothing above outline leaves:
 * computed, so that it ends with the certificate (F14).
 * Threads: loop thread only.
 */
#ifndef RULES_OPENNESS_H
#define RULES_OPENNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/fields.h"
#include "kith/record.h"

struct act;
struct rules_cache;

/* What one level covers. */
struct openness_level {
    enum kith_openness_level level;
    uint64_t kinds;            /* bit k: kind k, k < 64 */
    enum kith_label label;     /* the strictest that may go */
    const char *const *hidden; /* "kind.field", ends with NULL */
};

/* The row of LEVEL; never NULL. */
const struct openness_level *openness_of(enum kith_openness_level level);

/* What was set for PROJECT (record number of ours) on LINK, or for all of it. */
enum kith_openness_level openness_set(const struct rules_cache *cache,
                                      uint32_t link, uint64_t project);
/* Is a destruction that we asked LINK for overdue on DAY? */
bool openness_is_capped(const struct rules_cache *cache, uint32_t link,
                        int32_t day);
/* The level that counts on the day of ACT. */
enum kith_status openness_now(struct act *act, uint32_t link, uint64_t project,
                              const struct openness_level **ret_level)
    KITH_MUST_CHECK;

/* Does it cover a record of KIND and LABEL? */
bool openness_covers(const struct openness_level *level, enum kith_label label,
                     uint32_t kind);
/* GRANT (a KITH_KIND_GRANT_STATE) with what LEVEL hides on top of what it hides
 * itself; GRANT's own record where that is nothing. In act->arena. */
enum kith_status openness_hide(struct act *act,
                               const struct openness_level *level,
                               const struct kith_record *grant,
                               const struct kith_record **ret_grant)
    KITH_MUST_CHECK;

#endif
