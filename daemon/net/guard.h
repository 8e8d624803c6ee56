/* guard - watches all connections and ends those that misuse us: endless
 * messages, and silence where a first frame is due.
 *
 * Bytes that come in wake it; while they do, it looks at intervals. Quiet
 * connections cost nothing.
 * Threads: loop thread only.
 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include <stdint.h>

#include "kith/limits.h"
#include "kith/status.h"

struct connection;
struct net;

enum {
    GUARD_MS = 20,     /* between two looks while bytes come in */
    GUARD_HOT_MS = 10, /* while many come in and nothing comes out */
    /* A connection that is no session by then is ended, ms. */
    GUARD_SILENT_MS = 2 * KITH_HANDSHAKE_MS
};

/* Watches libzmq's connection FD from now on; the errors of
 * connection_new. */
enum kith_status guard_add(struct net *net, int fd,
                           struct connection **ret_connection) KITH_MUST_CHECK;
/* Forgets the connection, which libzmq has closed or will close. */
void guard_remove(struct net *net, struct connection **connection);

/* Does what is due; returns when the next look is, ms; INT64_MAX: never. */
int64_t guard_look(struct net *net);

#endif
