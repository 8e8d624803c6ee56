/* apply_item - a partner's record becomes an item here, revision by revision.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPLY_ITEM_H
#define RULES_APPLY_ITEM_H

#include "kith/body.h"
#include "rules/verdict.h"

struct act;
struct store_entry;
struct store_head;
struct store_link;

/* Stores the item's head; its text stays in the entry. */
enum kith_status apply_item(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

/* The owner takes HEAD back: it is shown to nobody from now on. */
enum kith_status apply_withdraw(struct act *act, const struct store_link *link,
                                struct store_head *head) KITH_MUST_CHECK;

/* ROW, entry INDEX of LINK's log that came with its body and was processed as
 * an item, is void to its sender: the item goes on from the version before it;
 * one that began with it is shown to nobody. ROW is stored as void and keeps
 * its body. A grant stays as it is: it is told once. Loop thread only.
 * KITH_NOMEM, or a fault of the store. PROTOCOL.md 8.4. */
enum kith_status apply_item_void(struct act *act, const struct store_link *link,
                                 uint64_t index, struct store_entry *row)
    KITH_MUST_CHECK;

#endif
