/* pending - entries whose header came without a body.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_PENDING_H
#define RULES_PENDING_H

#include "kith/status.h"

struct act;
struct store_link;

/* Moves link->in.pending on to the first entry that is still pending, after
 * one was filled or voided. LINK is not put. */
enum kith_status pending_settle(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;

#endif
