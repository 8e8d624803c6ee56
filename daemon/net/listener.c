/* listener - the one socket that partners dial.
 *
 * libzmq tells which descriptor a connection got and when it ended, and with
 * each message from which descriptor it came: so a connection is known by
 * its number while it lives. An end is acted upon only after all messages
 * that came before it were read.
 * Not here: the handshake (zap.c), endless messages (guard.c).
 */
#include "net/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>
#include <zmq.h>

#include "net/allowed.h"
#include "net/connection.h"
#include "net/guard.h"
#include "net/monitor.h"
#include "net/report.h"
#include "net/socket.h"
#include "net/state.h"
#include "net/traffic.h"

enum {
    MESSAGES_A_TURN = 128
};

struct accepted {
    int fd; /* libzmq's */
    struct connection *connection;
    UT_hash_handle hh;
    struct accepted *next; /* in ended */
};

struct listener {
    void *socket, *monitor;
    struct source from_socket, from_monitor;
    struct accepted *by_fd; /* live connections */
    struct accepted *ended; /* messages of theirs may be unread yet */
    bool touched;           /* look at the socket in this turn */
};

static void touch(struct net *net, void *owner)
{
    struct listener *listener = owner;

    (void)net;
    listener->touched = true;
}

enum kith_status listener_open(struct net *net)
{
    struct listener *listener = calloc(1, sizeof(*listener));
    enum kith_status status = KITH_NOMEM;

    if (listener == NULL)
        return status;
    listener->from_socket = (struct source){touch, listener, -1};
    listener->from_monitor = (struct source){touch, listener, -1};
    status = socket_listening(net->context, net->secret, &listener->socket);
    if (status == KITH_OK)
        status = monitor_open(net->context, listener->socket, net->monitors++,
                              &listener->monitor);
    if (status == KITH_OK)
        status = state_watch(net, &listener->from_socket,
                             socket_fd(listener->socket));
    if (status == KITH_OK)
        status = state_watch(net, &listener->from_monitor,
                             socket_fd(listener->monitor));
    if (status != KITH_OK) {
        monitor_close(listener->socket, &listener->monitor);
        socket_close(&listener->socket);
        free(listener);
        return status;
    }
    net->listener = listener;
    return KITH_OK;
}

enum kith_status listener_bind(struct net *net, const struct address *address,
                               struct address *ret_bound)
{
    struct address bound;
    size_t size = sizeof(bound.text);

    memset(&bound, 0, sizeof(bound));
    if (socket_set_six(net->listener->socket, address_is_six(address)) !=
        KITH_OK)
        return KITH_IO;
    if (zmq_bind(net->listener->socket, address->text) != 0) {
        if (errno == EADDRINUSE)
            return KITH_CONFLICT;
        if (errno == EACCES || errno == EPERM)
            return KITH_DENIED;
        return errno == EADDRNOTAVAIL || errno == ENODEV ? KITH_INVALID
                                                         : KITH_IO;
    }
    if (zmq_getsockopt(net->listener->socket, ZMQ_LAST_ENDPOINT, bound.text,
                       &size) != 0)
        return KITH_IO;
    *ret_bound = bound;
    return KITH_OK;
}

void listener_unbind(struct net *net, const struct address *bound)
{
    (void)zmq_unbind(net->listener->socket, bound->text);
}

/* The number is free again; the connection itself goes later. */
static void end_accepted(struct listener *listener, struct accepted *accepted)
{
    HASH_DEL(listener->by_fd, accepted);
    LL_PREPEND(listener->ended, accepted);
}

static struct accepted *find_accepted(const struct listener *listener, int fd)
{
    struct accepted *accepted = NULL;

    HASH_FIND_INT(listener->by_fd, &fd, accepted);
    return accepted;
}

static void accept_connection(struct net *net, int fd)
{
    struct listener *listener = net->listener;
    struct accepted *accepted = find_accepted(listener, fd);
    enum kith_status status = KITH_OK;

    if (accepted != NULL)
        end_accepted(listener, accepted);
    accepted = calloc(1, sizeof(*accepted));
    if (accepted == NULL) {
        net->failed = true;
        return;
    }
    accepted->fd = fd;
    status = guard_add(net, fd, &accepted->connection);
    if (status != KITH_OK) {
        /* Not watched: its messages will find no connection and go. */
        net->failed = status == KITH_NOMEM;
        free(accepted);
        return;
    }
    HASH_ADD_INT(listener->by_fd, fd, accepted);
}

static void read_monitor(struct net *net)
{
    struct listener *listener = net->listener;
    struct monitor_event event;

    while (monitor_next(listener->monitor, &event)) {
        int fd = (int)event.value;

        if (event.event == ZMQ_EVENT_ACCEPTED) {
            accept_connection(net, fd);
        } else if (event.event == ZMQ_EVENT_DISCONNECTED) {
            struct accepted *accepted = find_accepted(listener, fd);

            if (accepted != NULL)
                end_accepted(listener, accepted);
        }
    }
}

/* Partner that the message's connection has proved to be, and by which key; 0:
 * not allowed, or not any more. */
static uint32_t partner_of(const struct net *net, zmq_msg_t *payload,
                           struct kith_key *ret_key)
{
    const char *user_id = zmq_msg_gets(payload, "User-Id");

    if (user_id == NULL || strlen(user_id) != 2 * KITH_KEY_LEN ||
        kith_unhex(user_id, ret_key->b, sizeof(ret_key->b)) != KITH_OK)
        return 0;
    return allowed_partner(net->allowed, ret_key);
}

/* The first message of a connection: a session of PARTNER, which proved KEY, or
 * NULL. */
static struct session *start_session(struct net *net, zmq_msg_t *route,
                                     zmq_msg_t *payload, uint32_t partner,
                                     const struct kith_key *key)
{
    struct session session, *oldest = NULL;
    struct accepted *accepted = NULL;

    read_monitor(net); /* its acceptance was reported before it */
    accepted = find_accepted(net->listener, zmq_msg_get(payload, ZMQ_SRCFD));
    if (accepted == NULL || accepted->connection->shut)
        return NULL;
    if (partner == 0 || zmq_msg_size(route) > SESSION_ROUTE_MAX) {
        connection_shut(accepted->connection);
        return NULL;
    }
    if (accepted->connection->session != NULL)
        /* Began with the number's last owner, which is gone. */
        traffic_end(net, &accepted->connection->session, KITH_DOWN_BY_PARTNER,
                    0);
    if (session_count(&net->sessions, partner, &oldest) >=
        LISTENER_SESSIONS_MAX)
        traffic_end(net, &oldest, KITH_DOWN_BY_US, 0);
    memset(&session, 0, sizeof(session));
    session.partner = partner;
    session.key = *key;
    session.since_ms = net->now_ms;
    session.socket = net->listener->socket;
    session.source = &net->listener->from_socket;
    session.connection = accepted->connection;
    session.route_len = zmq_msg_size(route);
    memcpy(session.route, zmq_msg_data(route), session.route_len);
    return traffic_up(net, &session);
}

static void take_message(struct net *net, zmq_msg_t *route, zmq_msg_t *payload,
                         bool exact)
{
    struct kith_key key = {{0}};
    uint32_t partner = partner_of(net, payload, &key);
    struct session *session = session_by_route(
        &net->sessions, zmq_msg_data(route), zmq_msg_size(route));

    if (session == NULL)
        session = start_session(net, route, payload, partner, &key);
    if (session == NULL)
        return;
    if (session->partner != partner)
        traffic_end(net, &session, KITH_DOWN_NOT_ALLOWED, 0);
    else if (!exact)
        traffic_end(net, &session, KITH_DOWN_FRAME, 0);
    else
        traffic_frame(net, session, payload);
}

/* True when all that had come was read. */
static bool read_messages(struct net *net)
{
    zmq_msg_t parts[2];
    bool exact = false, all = false;

    (void)zmq_msg_init(&parts[0]);
    (void)zmq_msg_init(&parts[1]);
    for (int i = 0; i < MESSAGES_A_TURN && !all; i++) {
        if (traffic_paused(net))
            break;
        if (traffic_receive(net->listener->socket, parts, 2, &exact))
            take_message(net, &parts[0], &parts[1], exact);
        else
            all = true;
    }
    (void)zmq_msg_close(&parts[0]);
    (void)zmq_msg_close(&parts[1]);
    return all;
}

static void forget_ended(struct net *net, struct accepted *ended)
{
    while (ended != NULL) {
        struct accepted *accepted = ended;

        LL_DELETE(ended, accepted);
        if (accepted->connection->session != NULL)
            traffic_over(net, &accepted->connection->session);
        guard_remove(net, &accepted->connection);
        free(accepted);
    }
}

bool listener_work(struct net *net)
{
    struct listener *listener = net->listener;
    struct accepted *ended = NULL;
    bool all = false;

    if (listener == NULL || !listener->touched)
        return false;
    listener->touched = false;
    read_monitor(net);
    ended = listener->ended;
    listener->ended = NULL;
    all = read_messages(net);
    if (all) {
        forget_ended(net, ended);
    } else {
        LL_CONCAT(listener->ended, ended);
        listener->touched = true;
        (void)socket_has_message(listener->socket);
    }
    if (listener->ended != NULL)
        listener->touched = true;
    return listener->touched;
}
