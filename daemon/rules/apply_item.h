/* apply_item - a partner's record becomes an item here, revision by revision.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPLY_ITEM_H
#define RULES_APPLY_ITEM_H

#include "kith/body.h"
#include "rules/verdict.h"

struct act;
struct store_head;
struct store_link;

/* Stores the item's head; its text stays in the entry. */
enum kith_status apply_item(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

/* The owner takes HEAD back: it is shown to nobody from now on. */
enum kith_status apply_withdraw(struct act *act, const struct store_link *link,
                                struct store_head *head) KITH_MUST_CHECK;

#endif
