/* grant_told - a grant as its partner is told it, revision by revision.
 *
 * The grant is an item of its own. Its revisions count in the present log,
 * from 1; the state of the grant remembers the newest, and whether one was held
 * back, to be told when an agreement allows it again.
 * Threads: loop thread only.
 */
#ifndef RULES_GRANT_TOLD_H
#define RULES_GRANT_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/record.h"

struct act;
struct store_link;

/* What the grantee is told of STATE (a KITH_KIND_GRANT_STATE): never hidden
 * names, levels, scores. References are ours still; the pump translates them.
 * ret_told lives in act->arena. KITH_DAMAGED: a state without item or project. */
enum kith_status grant_told_build(struct act *act,
                                  const struct kith_record *state,
                                  struct kith_record *ret_told) KITH_MUST_CHECK;

/* The revision in which grant NUMBER (state number) is told next. */
enum kith_status grant_told_next(struct act *act, uint64_t number,
                                 uint64_t *ret_revision) KITH_MUST_CHECK;
/* REVISION stands in our log. */
enum kith_status grant_told_done(struct act *act, uint64_t number,
                                 uint64_t revision) KITH_MUST_CHECK;
/* GRANT, as told to LINK, was held back before it had a place in the log, or
 * (IS_VOID) made void there: its partner takes that revision once more. One that
 * is no grant of ours any more is nothing to remember. */
enum kith_status grant_told_missed(struct act *act, uint32_t link,
                                   const struct kith_record *grant,
                                   bool is_void) KITH_MUST_CHECK;

/* An agreement with LINK was signed by both: when it is in force today, what was
 * held back for want of one is queued, project by project, as the grants allow
 * now, with the grants that were. Withdraws nothing. */
enum kith_status grant_settle(struct act *act, const struct store_link *link)
    KITH_MUST_CHECK;

/* The same in the next log of LINK, whose partner may have lost all that it was
 * told: the grants are told again too, each behind its project. */
enum kith_status grant_tell_again(struct act *act,
                                  const struct store_link *link)
    KITH_MUST_CHECK;

#endif
