/* child - one of kithd's own child processes: started, watched, restarted.
 *
 * The child is found beside kithd, gets a socketpair as descriptor
 * KITH_CHILD_FD, limits of its own and an almost empty environment. Killing it
 * loses nothing: whoever owns it sets it up again when it has started anew.
 * Threads: loop thread only.
 */
#ifndef CORE_CHILD_H
#define CORE_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/child.h"

struct child;
struct loop;

enum {
    CHILD_BACKOFF_MIN_MS = 50,
    CHILD_BACKOFF_MAX_MS = 10000,
    CHILD_STEADY_MS = 30000,            /* alive so long: back-off is reset */
    CHILD_QUEUE_MAX = 64 * 1024 * 1024, /* bytes waiting for it */
    /* bytes read from it in one turn of the loop */
    CHILD_READ_MAX = 4 * 1024 * 1024
};

struct child_setup {
    const char *program;      /* "kith-net" */
    enum kith_child_way way;  /* of the frames that it sends */
    uint64_t data_max;        /* RLIMIT_DATA, bytes */
    uint64_t descriptors_max; /* RLIMIT_NOFILE */
    /* it runs: send it what it must know first */
    void (*started)(void *context);
    /* a frame of it; its bytes are borrowed for the call */
    void (*frame)(void *context, const struct kith_child_frame *frame);
    /* it is gone, and will be started again */
    void (*gone)(void *context);
    void *context;
};

/* Starts it at the first child_tick. KITH_NOMEM. */
enum kith_status child_new(struct loop *loop, const struct child_setup *setup,
                           struct child **ret_child) KITH_MUST_CHECK;
/* Kills it, if it still runs, and frees everything. NULL-safe. */
void child_destroy(struct child **child);

/* Queues FRAME. KITH_BUSY: it does not run now; KITH_FULL: too much waits;
 * KITH_LIMIT, KITH_INVALID, KITH_NOMEM as kith_child_encode. */
enum kith_status child_send(struct child *child,
                            const struct kith_child_frame *frame)
    KITH_MUST_CHECK;
/* Hands what has come to setup.frame; call once per round. */
void child_deliver(struct child *child);
/* SIGCHLD came: collects it when it is the one that ended. */
void child_reap(struct child *child);
/* Starts it when it is due; returns when to call again, boot ms. */
int64_t child_tick(struct child *child, int64_t now_ms);
/* Ends it, so that it starts anew at once with fresh settings. */
void child_restart(struct child *child);
bool child_runs(const struct child *child);

#endif
