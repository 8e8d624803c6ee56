/* decided - which of the questions that we told a partner it has answered, and
 * what of all that we told it its persons have read.
 *
 * An answer counts for the entries that the partner had processed when it made
 * it, and for those alone: a question that was changed since is not decided. A
 * reading counts for the revision that was read, and for no other.
 * Threads: loop thread only.
 */
#ifndef CORE_DECIDED_H
#define CORE_DECIDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/status.h"

struct call;
struct store_link;

struct decided_record {
    uint64_t record; /* of ours */
    uint64_t seen;   /* entries of our log that the partner had processed */
};

/* A revision of ours, as the link counts it, that somebody there has read. */
struct decided_read_one {
    uint64_t record, revision;
};

/* Zeroed: not read yet. */
struct decided {
    struct decided_record *list; /* owned */
    size_t count, room;
    struct decided_read_one *reads; /* owned */
    size_t n_reads, reads_room;
    bool known;
};

/* Reads the answers of LINK's log of now that the caller may read. KITH_NOMEM;
 * a fault of the store. */
enum kith_status decided_read(struct call *call, const struct store_link *link,
                              struct decided *decided) KITH_MUST_CHECK;
/* Is entry INDEX of our log of now, which tells of RECORD, answered? */
bool decided_has(const struct decided *decided, uint64_t record,
                 uint64_t index);
/* Has somebody there read REVISION of our RECORD, as they say? */
bool decided_is_read(const struct decided *decided, uint64_t record,
                     uint64_t revision);
void decided_clear(struct decided *decided);

#endif
