/* traffic - frames of sessions, in and out, and the end of a session.
 *
 * What listener and dialler have in common. A session ends for kithd at once;
 * its connection is shut, or shut once a last frame has left.
 * Threads: loop thread only.
 */
#ifndef NET_TRAFFIC_H
#define NET_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zmq.h>

#include "kith/bytes.h"
#include "kith/child.h"

struct net;
struct session;

/* True while kithd has so much to read that nothing more is taken in. */
bool traffic_paused(const struct net *net);

/* Reads one message of SOCKET into the COUNT messages PARTS, which are
 * initialized; the rest of a longer one is dropped.
 *
 * ret_exact  exactly COUNT parts, the last 1..KITH_FRAME_MAX bytes long
 *
 * false: none is there. */
bool traffic_receive(void *socket, zmq_msg_t *parts, size_t count,
                     bool *ret_exact);

/* Adds a session made after TEMPLATE (session_add) and reports it; NULL when
 * memory is out. */
struct session *traffic_up(struct net *net, const struct session *template);
/* Reports a frame that came in. */
void traffic_frame(struct net *net, struct session *session,
                   zmq_msg_t *payload);
/* Sends FRAME or lets it wait; a queue that is full ends the session. */
void traffic_send(struct net *net, struct session *session,
                  struct kith_bytes frame);
/* Sends what waits, as far as libzmq takes it. */
void traffic_flush(struct net *net);

/* The connection is over, as libzmq has reported: reports who ended it, and
 * forgets the session. */
void traffic_over(struct net *net, struct session **session);
/* Reports the end and forgets the session. HIDDEN: bytes, for FLOODED. */
void traffic_end(struct net *net, struct session **session,
                 enum kith_down_reason reason, uint64_t hidden);

#endif
