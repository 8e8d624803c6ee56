/* notice - what a person is told without asking: rules over the recipient's
 * own view, notices in the store until they are delivered.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_NOTICE_H
#define RULES_NOTICE_H

#include "kith/body.h"

struct act;
struct store_head;
struct store_link;

/* A revision of an item was taken in: queues a notice for each rule it fits.
 * BEFORE: 1 + index of the item's former entry, 0 when it is new. */
enum kith_status notice_consider(struct act *act, const struct store_link *link,
                                 const struct store_head *head,
                                 const struct kith_body *body, uint64_t before)
    KITH_MUST_CHECK;

#endif
