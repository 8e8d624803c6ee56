/* outbox - places in a partner's queue: what is to be told and has no index
 * yet (ARCHITECTURE.md).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_OUTBOX_H
#define RULES_OUTBOX_H

#include <stdint.h>

#include "kith/record.h"

struct act;
struct store_head;
struct store_link;

/* Why a place is in the queue; stored, never renumbered. */
enum outbox_cause {
    OUTBOX_POSTED = 1,   /* a revision, in posting order */
    OUTBOX_BACKFILL = 2, /* newest revision after a grant */
    OUTBOX_GRANT = 3,    /* the grant as told */
    OUTBOX_RELATION = 4, /* a finished relation record */
    OUTBOX_DUTY = 5      /* a finished duty record */
};

/* Queues a finished relation, duty or grant RECORD; draws its id when it has
 * none. */
enum kith_status outbox_add(struct act *act, const struct store_link *link,
                            enum outbox_cause cause,
                            const struct kith_record *record) KITH_MUST_CHECK;

/* Queues revision row REVISION_ROW of our record HEAD. */
enum kith_status outbox_add_revision(struct act *act, uint32_t link,
                                     enum outbox_cause cause,
                                     const struct store_head *head,
                                     uint64_t revision_row) KITH_MUST_CHECK;

/* Puts what waits for LINK and names an agreement when it goes (revisions and
 * grants) behind all else, in its order: our signature goes first when from here
 * on another agreement rules. */
enum kith_status outbox_step_back(struct act *act, uint32_t link)
    KITH_MUST_CHECK;

#endif
