/* notice - what a person is told without asking: rules over the recipient's
 * own view, notices in the store until they are delivered.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_NOTICE_H
#define RULES_NOTICE_H

#include "kith/body.h"

/* The channel that needs no delivery: `kith notify list` shows it. */
#define NOTICE_INBOX "inbox"

struct act;
struct store_head;
struct store_link;

/* A revision of an item was taken in: queues a notice for each rule it fits.
 * BEFORE: 1 + index of the item's former entry, 0 when it is new. */
enum kith_status notice_consider(struct act *act, const struct store_link *link,
                                 const struct store_head *head,
                                 const struct kith_body *body, uint64_t before)
    KITH_MUST_CHECK;

/* What the daemon tells of itself, of no revision of an item. */
struct notice_words {
    const struct store_link *link;
    const char *about; /* what it is about, a word: "agreement" */
    const char *text;  /* one line; names and days, never posted text */
    int32_t due_day;   /* days since 1970 */
    struct kith_id id; /* the same for the same news, for good */
};

/* Queues WORDS for the inbox, and for each channel of a rule that asks for
 * news of the partner without naming project, kind or slip. */
enum kith_status notice_tell(struct act *act, const struct notice_words *words)
    KITH_MUST_CHECK;

#endif
