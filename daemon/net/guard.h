/* guard - looks at all connections now and then and ends those that misuse
 * us: endless messages, and silence where a first frame is due.
 *
 * Threads: loop thread only.
 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <stdint.h>

#include "kith/limits.h"

struct net;

enum {
    /* Between two looks, ms: one for each connection, within these. A look
     * costs 0.5 us a connection; in 100 ms a program on the same machine can
     * put 50 MB into memory. */
    GUARD_LEAST_MS = 50,
    GUARD_MOST_MS = 100,
    GUARD_HOT_MS = 10, /* while much comes in and nothing comes out */
    /* A connection that is no session by then is ended, ms. */
    GUARD_SILENT_MS = 2 * KITH_HANDSHAKE_MS
};

/* One look; returns when the next is due, ms, INT64_MAX: no connections. */
int64_t guard_look(struct net *net);

#endif
