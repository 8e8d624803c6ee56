/* lookup - host names to numeric addresses, in a child process: a resolver
 * that hangs delays nothing else.
 *
 * Threads: loop thread only.
 */
#ifndef NOTIFY_LOOKUP_H
#define NOTIFY_LOOKUP_H

#include "kith/child.h"
#include "notify/job.h"

enum {
    LOOKUP_TEXT_MAX = 200
};

struct lookup_answer {
    char texts[KITH_CHILD_ADDRESSES_MAX][KITH_CHILD_ADDRESS_MAX];
    struct kith_bytes addresses[KITH_CHILD_ADDRESSES_MAX];
    size_t count;
    char sentence[LOOKUP_TEXT_MAX]; /* why there are none */
};

/* Starts a look-up. KITH_BUSY: too many run; KITH_IO, KITH_NOMEM. */
enum kith_status lookup_start(struct jobs *jobs,
                              const struct kith_notify_lookup *lookup,
                              int64_t now_ms) KITH_MUST_CHECK;
/* Reads the answer of an ended JOB. */
void lookup_read(const struct job *job, struct lookup_answer *ret_answer);

#endif
