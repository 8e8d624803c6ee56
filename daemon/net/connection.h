/* connection - one TCP connection that libzmq holds, watched from outside.
 *
 * libzmq bounds neither the parts of a message nor lets one peer be dropped.
 * So each connection is known by a descriptor of our own to the same socket:
 * it tells how many bytes came in, and shutting it ends just this connection,
 * whatever number libzmq's descriptor has by then.
 * Threads: loop thread only.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"
#include "net/source.h"

struct session;

enum {
    CONNECTION_REMOTE_SIZE = 64,
    /* Bytes that may have come in since the last whole message. When kithd is
     * slow, libzmq and the kernel rightly hold 8 frames, a receive buffer of
     * 512 KiB and part of a frame (socket.h): 2.8 MiB. What passes this is an
     * endless message; in parts of one byte it takes 3 times as much. */
    CONNECTION_HIDDEN_MAX = 4 * 1024 * 1024,
    /* Growth between two looks that makes the next look come soon, bytes. */
    CONNECTION_HIDDEN_HOT = 256 * 1024
};

struct connection {
    int fd;                  /* own duplicate; closed by destroy */
    int64_t since_ms;        /* clock value when it was made */
    uint64_t base;           /* bytes in when a whole message last came out */
    bool delivered;          /* a whole message came out since the last look */
    bool shut;               /* ended by us, its end is not yet reported */
    int64_t shut_due_ms;     /* to be shut then at the latest; 0: not set */
    bool active;             /* bytes came in at the last look, or since */
    uint64_t seen;           /* bytes in at the last look */
    struct source from_data; /* guard.c: told when bytes come in */
    struct session *session; /* NULL: none, or ended */
    char remote[CONNECTION_REMOTE_SIZE]; /* "1.2.3.4:5" or "[::1]:5" */
    struct connection *next, *prev;      /* all of a list, utlist */
};

/* Starts watching libzmq's FD.
 *
 * KITH_NOT_FOUND  it is closed already, or not a connected socket
 * KITH_FULL       no descriptor is left
 * KITH_NOMEM
 */
enum kith_status connection_new(int fd, int64_t now_ms,
                                struct connection **ret_connection)
    KITH_MUST_CHECK;
/* Lets go of the socket; it ends when libzmq has closed its side too. */
void connection_destroy(struct connection **connection);

/* Ends the connection at once; the partner may not even finish what it is
 * sending. */
void connection_shut(struct connection *connection);
/* Ends it once what was sent has left, at the latest in LINGER_MS. */
void connection_shut_later(struct connection *connection, int64_t now_ms);
/* Shuts it if that is due. */
void connection_linger(struct connection *connection, int64_t now_ms);

/* Behind the report of its end: true when the other side is still there, so
 * that libzmq has ended it for what came on it. */
bool connection_is_cut(const struct connection *connection);

/* One look: bytes that came in since the last whole message came out.
 *
 * ret_grown  bytes have come in since the last look */
uint64_t connection_look(struct connection *connection, bool *ret_grown);

#endif
