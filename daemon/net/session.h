/* session - the authenticated connections that are up, and what waits for
 * them.
 *
 * A session is found by its number, or by the route that the listening socket
 * knows it by; what libzmq does not take at once waits in a bounded queue.
 * Pure: no socket is touched here.
 * Threads: loop thread only.
 */
#ifndef NET_SESSION_H
#define NET_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct connection;
struct source;

enum {
    SESSION_ROUTE_MAX = 255
}; /* bytes of a routing id (RFC 23/ZMTP) */

/* One frame that waits. */
struct session_frame {
    struct session_frame *next, *prev; /* utlist */
    size_t len;
    uint8_t data[];
};

struct session {
    uint64_t id;
    uint32_t partner;
    struct kith_key key;           /* that the handshake proved */
    bool dialled;                  /* by us */
    int64_t since_ms;              /* clock value when it came up */
    void *socket;                  /* libzmq's, borrowed */
    struct source *source;         /* that waits for it, borrowed */
    struct connection *connection; /* borrowed */
    uint8_t route[SESSION_ROUTE_MAX];
    size_t route_len;              /* 0 when dialled */
    struct session_frame *waiting; /* oldest first */
    size_t waiting_len;            /* bytes in it */
    bool told_full;                /* kithd knows that it is half full */
    UT_hash_handle by_id, by_route;
};

struct sessions {
    struct session *by_id, *by_route; /* two orders of the same sessions */
    uint64_t last_id;
    size_t n_waiting; /* sessions with something in their queue */
    size_t queue_max; /* bytes in one queue */
};

/* Adds a copy of *TEMPLATE: partner, dialled, since_ms, socket, source,
 * connection, route. The number is one never used before. KITH_NOMEM. */
enum kith_status session_add(struct sessions *sessions,
                             const struct session *template,
                             struct session **ret_session) KITH_MUST_CHECK;
/* Forgets the session and what waits for it. */
void session_remove(struct sessions *sessions, struct session **session);

/* NULL when there is none. */
struct session *session_find(const struct sessions *sessions, uint64_t id);
struct session *session_by_route(const struct sessions *sessions,
                                 const void *route, size_t route_len);
/* The one that came up next after SESSION (NULL: the oldest). */
struct session *session_next(const struct sessions *sessions,
                             const struct session *session);
/* How many PARTNER has, and its oldest (NULL if none). */
size_t session_count(const struct sessions *sessions, uint32_t partner,
                     struct session **ret_oldest);

/* Puts FRAME behind what waits. KITH_LIMIT: over queue_max; KITH_NOMEM. */
enum kith_status session_push(struct sessions *sessions,
                              struct session *session, struct kith_bytes frame)
    KITH_MUST_CHECK;
/* Removes the oldest waiting frame, which must be there. */
void session_pop(struct sessions *sessions, struct session *session);

#endif
