/* attempt - one try to reach a partner: its socket, from connect to the end.
 *
 * Not here: when to try, and again (dialler.c).
 */
#include "net/attempt.h"

#include <string.h>

#include <zmq.h>

#include "net/connection.h"
#include "net/guard.h"
#include "net/monitor.h"
#include "net/socket.h"
#include "net/traffic.h"
#include "net/zap.h"

enum {
    MESSAGES_A_TURN = 64,
    /* All that an attempt may take, ms: connect, handshake, and what the two
     * timers of libzmq are late by. */
    ATTEMPT_MAX_MS = SOCKET_CONNECT_MS + KITH_HANDSHAKE_MS + 1000,
    /* A refusal is a packet's way there and back. What takes longer is a
     * router's, or our kernel's, word that nobody is there. */
    REFUSAL_MAX_MS = 900,
    TIMER_SLACK_MS = 300
};

void attempt_init(struct attempt *attempt, uint32_t partner,
                  void (*ready)(struct net *net, void *owner), void *owner)
{
    memset(attempt, 0, sizeof(*attempt));
    attempt->partner = partner;
    attempt->from_socket = (struct source){ready, owner, -1};
    attempt->from_monitor = (struct source){ready, owner, -1};
}

bool attempt_runs(const struct attempt *attempt)
{
    return attempt->socket != NULL;
}

bool attempt_is_up(const struct attempt *attempt)
{
    return attempt->session != 0;
}

int64_t attempt_due_ms(const struct attempt *attempt)
{
    if (!attempt_runs(attempt) || attempt_is_up(attempt))
        return INT64_MAX;
    return attempt->since_ms + ATTEMPT_MAX_MS;
}

bool attempt_is_late(const struct attempt *attempt, int64_t now_ms)
{
    return now_ms >= attempt_due_ms(attempt);
}

/* Lets go of everything; no session points here any more. */
static void close_all(struct net *net, struct attempt *attempt)
{
    state_unwatch(net, &attempt->from_socket);
    state_unwatch(net, &attempt->from_monitor);
    monitor_close(attempt->socket, &attempt->monitor);
    socket_close(&attempt->socket);
    if (attempt->connection != NULL) {
        connection_shut(attempt->connection);
        guard_remove(net, &attempt->connection);
    }
    attempt->session = 0;
    attempt->connected_ms = 0;
    attempt->ended = false;
}

static struct session *session_of(const struct net *net,
                                  const struct attempt *attempt)
{
    return session_find(&net->sessions, attempt->session);
}

enum kith_status attempt_start(struct net *net, struct attempt *attempt,
                               const struct kith_key *key,
                               const struct address *address)
{
    enum kith_status status =
        socket_dialling(net->context, net->secret, key, &attempt->socket);

    if (status == KITH_OK)
        status = monitor_open(net->context, attempt->socket, net->monitors++,
                              &attempt->monitor);
    if (status == KITH_OK)
        status =
            state_watch(net, &attempt->from_socket, socket_fd(attempt->socket));
    if (status == KITH_OK)
        status = state_watch(net, &attempt->from_monitor,
                             socket_fd(attempt->monitor));
    if (status == KITH_OK)
        status = socket_set_six(attempt->socket, address_is_six(address));
    attempt->address = *address;
    attempt->key = *key;
    attempt->since_ms = net->now_ms;
    if (status == KITH_OK && zmq_connect(attempt->socket, address->text) != 0)
        status = KITH_INVALID;
    if (status != KITH_OK)
        close_all(net, attempt);
    return status;
}

void attempt_stop(struct net *net, struct attempt *attempt)
{
    struct session *session = session_of(net, attempt);

    if (session != NULL)
        traffic_end(net, &session, KITH_DOWN_NOT_ALLOWED, 0);
    close_all(net, attempt);
}

/* Why no TCP connection came about: libzmq does not say. */
static enum kith_dial_reason closed_reason(const struct net *net,
                                           const struct attempt *attempt)
{
    int64_t took_ms = net->now_ms - attempt->since_ms;

    if (took_ms >= SOCKET_CONNECT_MS - TIMER_SLACK_MS)
        return KITH_DIAL_TIMEOUT;
    if (took_ms > REFUSAL_MAX_MS || !address_has_route(&attempt->address))
        return KITH_DIAL_NO_ROUTE;
    return KITH_DIAL_REFUSED;
}

/* Why a connection ended before the handshake was done. */
static enum kith_dial_reason broken_reason(const struct net *net,
                                           const struct attempt *attempt)
{
    int64_t took_ms = net->now_ms - attempt->connected_ms;

    return took_ms >= KITH_HANDSHAKE_MS - TIMER_SLACK_MS ? KITH_DIAL_TIMEOUT
                                                         : KITH_DIAL_HANDSHAKE;
}

static void connected(struct net *net, struct attempt *attempt, int fd)
{
    attempt->connected_ms = net->now_ms;
    /* Without it the attempt fails: come_up. */
    if (attempt->connection == NULL &&
        guard_add(net, fd, &attempt->connection) == KITH_NOMEM)
        net->failed = true;
}

/* The handshake is done; false when the connection is gone already. */
static bool come_up(struct net *net, struct attempt *attempt)
{
    struct session template, *session = NULL;

    if (attempt->connection == NULL)
        return false;
    memset(&template, 0, sizeof(template));
    template.partner = attempt->partner;
    template.key = attempt->key;
    template.dialled = true;
    template.since_ms = net->now_ms;
    template.socket = attempt->socket;
    template.source = &attempt->from_socket;
    template.connection = attempt->connection;
    session = traffic_up(net, &template);
    if (session == NULL)
        return false;
    attempt->session = session->id;
    attempt->since_ms = net->now_ms;
    return true;
}

/* False: the attempt has failed for *ret_reason. */
static bool read_event(struct net *net, struct attempt *attempt,
                       const struct monitor_event *event,
                       enum kith_dial_reason *ret_reason)
{
    switch (event->event) {
    case ZMQ_EVENT_CONNECTED:
        connected(net, attempt, (int)event->value);
        return true;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        *ret_reason = KITH_DIAL_HANDSHAKE;
        return come_up(net, attempt);
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        *ret_reason =
            event->value == ZAP_OFTEN ? KITH_DIAL_OFTEN : KITH_DIAL_NOT_ALLOWED;
        return false;
    case ZMQ_EVENT_CLOSED:
        *ret_reason = closed_reason(net, attempt);
        return false;
    case ZMQ_EVENT_DISCONNECTED:
        attempt->ended = attempt_is_up(attempt);
        *ret_reason = broken_reason(net, attempt);
        return attempt->ended;
    default:
        return true;
    }
}

/* True when all that had come was read. */
static bool read_messages(struct net *net, struct attempt *attempt)
{
    zmq_msg_t part;
    bool exact = false, all = false;

    (void)zmq_msg_init(&part);
    for (int i = 0; i < MESSAGES_A_TURN && !all; i++) {
        struct session *session = session_of(net, attempt);

        if (traffic_paused(net))
            break;
        all = !traffic_receive(attempt->socket, &part, 1, &exact);
        if (all || session == NULL)
            continue;
        if (exact)
            traffic_frame(net, session, &part);
        else
            traffic_end(net, &session, KITH_DOWN_FRAME, 0);
    }
    (void)zmq_msg_close(&part);
    return all;
}

enum attempt_outcome attempt_work(struct net *net, struct attempt *attempt,
                                  enum kith_dial_reason *ret_reason,
                                  int64_t *ret_lived_ms)
{
    struct monitor_event event;
    struct session *session = NULL;

    if (!attempt_runs(attempt))
        return ATTEMPT_QUIET;
    if (attempt_is_late(attempt, net->now_ms)) {
        *ret_reason = KITH_DIAL_TIMEOUT;
        close_all(net, attempt);
        return ATTEMPT_FAILED;
    }
    while (monitor_next(attempt->monitor, &event)) {
        if (!read_event(net, attempt, &event, ret_reason)) {
            close_all(net, attempt);
            return ATTEMPT_FAILED;
        }
    }
    if (!read_messages(net, attempt)) {
        (void)socket_has_message(attempt->socket);
        return ATTEMPT_MORE;
    }
    if (!attempt->ended)
        return ATTEMPT_QUIET;
    session = session_of(net, attempt);
    if (session != NULL)
        traffic_over(net, &session);
    *ret_lived_ms = net->now_ms - attempt->since_ms;
    close_all(net, attempt);
    return ATTEMPT_ENDED;
}
