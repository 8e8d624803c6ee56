/* recover_entry - what one entry of ours that came back means for our records.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_RECOVER_ENTRY_H
#define RULES_RECOVER_ENTRY_H

#include "kith/record.h"
#include "kith/seal.h"
#include "store/logs.h"

struct act;
struct kith_body;

enum {
    /* Former cards of ours that one partner may bring: one for each time that
     * keys were replaced. */
    RECOVER_CARDS_MAX = 16
};

/* What one link has brought back so far. */
struct recovery {
    uint32_t log_number; /* asked about; 0: nothing yet */
    uint64_t from;       /* its first entry that is missing */
    uint32_t used;       /* the highest log that we have signed anything of */
    uint64_t entries;    /* taken back */
    uint64_t revisions;  /* of records, that were not here */
    uint64_t bodiless;   /* entries whose body the partner has no more */
    uint64_t unplaced;   /* bodies that tell of no record of here */
    uint32_t forked;     /* logs that go on otherwise there than here */
    struct kith_hash cards[RECOVER_CARDS_MAX]; /* former ones of ours */
    size_t n_cards;
};

/* Where it stands. */
struct recovered {
    const struct store_link *link;
    struct kith_place place;
    uint32_t log_number;
    const struct kith_body *body;
};

/* Applies the body; ROW gets record, project and slot of what it tells. */
enum kith_status recover_entry(struct act *act, const struct recovered *entry,
                               struct store_entry *row,
                               struct recovery *recovery) KITH_MUST_CHECK;

#endif
