/* apply_item - a partner's record becomes an item here, revision by revision.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPLY_ITEM_H
#define RULES_APPLY_ITEM_H

#include "rules/apply.h"

struct store_head;

/* Why an entry was rejected; stored and sent by name, never renumbered. */
enum apply_code {
    APPLY_NONE = 0,
    APPLY_MALFORMED,  /* the body is not what the layout says */
    APPLY_FIELDS,     /* a field breaks the table of its kind */
    APPLY_CLASS,      /* the kind does not travel in this class */
    APPLY_REVISION,   /* not the next revision of this item */
    APPLY_AGREEMENT,  /* names an agreement that we have not both signed */
    APPLY_PARENT,     /* hangs on an item we do not hold */
    APPLY_NDA,        /* the step does not fit the agreement */
    APPLY_PLACE,      /* speaks of entries that are not there */
    APPLY_CODE_COUNT
};

void apply_reject(struct apply_entry *entry, enum apply_code code);

/* Stores the item's head; its text stays in the entry. */
enum kith_status apply_item(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

/* The owner takes HEAD back: it is shown to nobody from now on. */
enum kith_status apply_withdraw(struct act *act, const struct store_link *link,
                                struct store_head *head) KITH_MUST_CHECK;

#endif
