/* entry_row - what one entry of a log tells, for rows of told and evidence.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_ENTRY_ROW_H
#define CORE_ENTRY_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/entry.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "store/logs.h"

struct call;

struct entry_view {
    struct store_entry entry; /* bytes in call->act.arena */
    struct kith_entry_header header;
    const char *state;            /* "sent", "stored", "withdrawn", ... */
    const char *kind;             /* name; "" when not known here */
    char path[KITH_PATH_MAX + 1]; /* "" when it has none, or is not for the
                                     caller */
    bool hidden;                  /* the caller may not know of it (inv. 6) */
    bool has_item;
    struct kith_id item; /* our record's id, or the partner's item */
    uint64_t revision;
    uint64_t told_revision; /* of the item, as the link counts; 0: not open */
    uint64_t project;       /* record number of its owner, 0 none */
    bool has_agreement;
    struct kith_hash agreement; /* digest of what it was told under */
};

/* Entry INDEX of LINK's log SIDE, as far as the caller may know it. */
enum kith_status entry_row_read(struct call *call,
                                const struct store_link *link,
                                enum store_side side, uint64_t index,
                                struct entry_view *ret_view) KITH_MUST_CHECK;

#endif
