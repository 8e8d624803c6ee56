/* standing - the projects, generations and milestones that stand already.
 *
 * Threads: one.
 */
#ifndef CLIENT_STANDING_H
#define CLIENT_STANDING_H

#include <stddef.h>

#include "kith/bytes.h"

struct cli;
struct kith_error;
struct reply;

/* What stands of one generation: the types of its milestones as bits. */
struct standing {
    const char *path;
    uint32_t types;
};

struct standings {
    struct standing *entries; /* sorted by path */
    size_t count;
};

/* Fetches the projects, generations and milestones of PARTNER ("self": ours,
 * NULL: everybody's); inactive ones are left out. */
enum kith_status standing_list(struct cli *cli, const char *partner,
                               struct reply *ret_all, struct kith_error *err)
    KITH_MUST_CHECK;
/* What of ours stands, so that an empty date of an import can clear it. */
enum kith_status standing_load(struct cli *cli, struct standings *ret_standings,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Is there a milestone of TYPE? CONTEXT is a struct standings. */
bool standing_has(void *context, struct kith_bytes product,
                  struct kith_bytes cycle, uint32_t type);

#endif
