/* reopen - opens a stored entry, ours or a partner's, with the key that its
 * slot still gives.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_REOPEN_H
#define RULES_REOPEN_H

#include "kith/body.h"
#include "store/logs.h"

struct act;

struct reopened {
    struct kith_entry_header header;
    struct kith_body body; /* borrows from plain and act->arena */
    struct kith_buf plain; /* clear text; reopened_clear wipes it */
};

/* KITH_UNREADABLE: the slot is destroyed or the body is void; KITH_UNTRUSTED,
 * KITH_MALFORMED as kith_open_entry and kith_body_decode say; KITH_DAMAGED:
 * the header does not decode. ret_opened is cleared by the caller in any case
 * once it was zeroed before. */
enum kith_status reopen_entry(struct act *act, const struct store_link *link,
                              enum store_side side,
                              const struct store_entry *entry,
                              struct reopened *ret_opened) KITH_MUST_CHECK;

/* Reads entry INDEX of the log SIDE of LINK and opens it; ret_entry may be
 * NULL. */
struct reopen_place {
    enum store_side side;
    uint64_t index;
};
enum kith_status reopen_at(struct act *act, const struct store_link *link,
                           const struct reopen_place *place,
                           struct store_entry *ret_entry,
                           struct reopened *ret_opened) KITH_MUST_CHECK;

/* Wipes and frees. NULL-safe for a zeroed one. */
void reopened_clear(struct reopened *opened);

#endif
