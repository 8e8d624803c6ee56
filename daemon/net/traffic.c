/* traffic - frames of sessions, in and out, and the end of a session.
 *
 * Not here: whose connection it is (listener.c, dialler.c).
 */
#include "net/traffic.h"

#include <errno.h>

#include "net/channel.h"
#include "net/connection.h"
#include "net/report.h"
#include "net/session.h"
#include "net/source.h"
#include "net/state.h"

enum {
    /* Bytes for kithd that make us stop reading; frames of all sessions
     * together, so a slow kithd slows partners instead of filling memory. */
    PAUSE_AT = 2 * 1024 * 1024,
    RETRY_MS = 10 /* look again for room in libzmq's queue */
};

bool traffic_paused(const struct net *net)
{
    return channel_pending(net->channel) > PAUSE_AT;
}

bool traffic_receive(void *socket, zmq_msg_t *parts, size_t count,
                     bool *ret_exact)
{
    size_t got = 0, len = 0;
    bool more = true;

    while (more) {
        zmq_msg_t *part = &parts[got < count ? got : count - 1];

        if (zmq_msg_recv(part, socket, ZMQ_DONTWAIT) < 0)
            return false;
        more = zmq_msg_more(part) != 0;
        got++;
    }
    len = zmq_msg_size(&parts[count - 1]);
    *ret_exact = got == count && len >= 1 && len <= KITH_FRAME_MAX;
    return true;
}

struct session *traffic_up(struct net *net, const struct session *template)
{
    struct session *session = NULL;

    if (session_add(&net->sessions, template, &session) != KITH_OK) {
        net->failed = true;
        return NULL;
    }
    session->connection->session = session;
    report_up(net, session);
    return session;
}

void traffic_frame(struct net *net, struct session *session, zmq_msg_t *payload)
{
    struct kith_bytes frame = {zmq_msg_data(payload), zmq_msg_size(payload)};

    session->connection->delivered = true;
    report_frame(net, session, frame);
}

/* KITH_OK: taken by libzmq. KITH_BUSY: its queue is full. KITH_NOT_FOUND: the
 * connection is gone, its end will be reported. */
static enum kith_status try_send(struct net *net, const struct session *session,
                                 struct kith_bytes frame)
{
    /* Sending may swallow the signal that something has come: look again. */
    session->source->ready(net, session->source->owner);
    if (session->route_len > 0 &&
        zmq_send(session->socket, session->route, session->route_len,
                 ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return errno == EAGAIN ? KITH_BUSY : KITH_NOT_FOUND;
    if (zmq_send(session->socket, frame.data, frame.len, ZMQ_DONTWAIT) < 0)
        return errno == EAGAIN ? KITH_BUSY : KITH_NOT_FOUND;
    return KITH_OK;
}

void traffic_send(struct net *net, struct session *session,
                  struct kith_bytes frame)
{
    enum kith_status status = KITH_BUSY;

    if (session->waiting == NULL)
        status = try_send(net, session, frame);
    if (status != KITH_BUSY)
        return;
    status = session_push(&net->sessions, session, frame);
    if (status != KITH_OK) {
        traffic_end(net, &session, KITH_DOWN_QUEUE, 0);
        return;
    }
    state_wake_at(net, net->now_ms + RETRY_MS);
    if (!session->told_full &&
        session->waiting_len > net->sessions.queue_max / 2) {
        session->told_full = true;
        report_queued(net, session);
    }
}

static void flush_one(struct net *net, struct session *session)
{
    while (session->waiting != NULL) {
        struct kith_bytes frame = {session->waiting->data,
                                   session->waiting->len};

        if (try_send(net, session, frame) == KITH_BUSY) {
            state_wake_at(net, net->now_ms + RETRY_MS);
            return;
        }
        session_pop(&net->sessions, session);
    }
    if (session->told_full) {
        session->told_full = false;
        report_queued(net, session);
    }
}

void traffic_flush(struct net *net)
{
    struct session *session = NULL;

    if (net->sessions.n_waiting == 0)
        return;
    while ((session = session_next(&net->sessions, session)) != NULL) {
        if (session->waiting != NULL)
            flush_one(net, session);
    }
}

void traffic_over(struct net *net, struct session **session)
{
    /* Too long a message, or one that does not decrypt: libzmq does not say. */
    traffic_end(net, session,
                connection_is_cut((*session)->connection)
                    ? KITH_DOWN_FRAME
                    : KITH_DOWN_BY_PARTNER,
                0);
}

void traffic_end(struct net *net, struct session **session,
                 enum kith_down_reason reason, uint64_t hidden)
{
    struct session *ended = *session; /* may be the connection's own pointer */
    struct connection *connection = ended->connection;

    *session = NULL;
    connection->session = NULL;
    report_down(net, ended, reason, hidden);
    if (reason == KITH_DOWN_BY_US)
        connection_shut_later(connection, net->now_ms);
    else if (reason != KITH_DOWN_BY_PARTNER)
        connection_shut(connection);
    session_remove(&net->sessions, &ended);
    state_wake_at(net, net->now_ms);
}
