/* loop - waits for descriptors, signals and one deadline.
 *
 * Threads: one thread; every callback runs in it.
 */
#ifndef CORE_LOOP_H
#define CORE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct loop;

/* What a descriptor may be ready for. */
enum {
    LOOP_READ = 1,
    LOOP_WRITE = 2
};

/* READY is a set of the above; a descriptor that was closed by the other side
 * is ready for both. The callback may unwatch any descriptor. */
typedef void loop_callback(void *context, unsigned ready);

enum {
    LOOP_WATCHES_MAX = 128
};

/* Signals TERM, INT, HUP and CHLD are blocked and come out of loop_wait.
 * KITH_IO, KITH_NOMEM. */
enum kith_status loop_new(struct loop **ret_loop) KITH_MUST_CHECK;
/* Closes nothing that it did not open. NULL-safe. */
void loop_destroy(struct loop **loop);

/* KITH_LIMIT: too many descriptors; KITH_IO. */
enum kith_status loop_watch(struct loop *loop, int fd, unsigned wanted,
                            loop_callback *callback, void *context)
    KITH_MUST_CHECK;
/* Changes what FD is watched for; unknown FDs are passed over. */
void loop_want(struct loop *loop, int fd, unsigned wanted);
/* Call before FD is closed; no callback of it runs afterwards. */
void loop_unwatch(struct loop *loop, int fd);

struct loop_signals {
    bool stop;   /* TERM or INT */
    bool reload; /* HUP */
    bool child;  /* CHLD */
};

/* Waits until something is ready or the boot clock passes DEADLINE_MS, runs
 * the callbacks, and says which signals came. KITH_IO. */
enum kith_status loop_wait(struct loop *loop, int64_t deadline_ms,
                           struct loop_signals *ret_signals) KITH_MUST_CHECK;

#endif
