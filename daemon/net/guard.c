/* guard - watches all connections and ends those that misuse us: endless
 * messages, and silence where a first frame is due.
 *
 * libzmq keeps the parts of an unfinished message outside every bound it has
 * (measured: 1.4 GB in 10 s); what the kernel has received and nobody has got
 * shows it. What that held is given back to the system.
 */
#include "net/guard.h"

#include <utlist.h>

#include "net/connection.h"
#include "net/state.h"
#include "net/traffic.h"

enum {
    TRIM_MS = 300 /* libzmq has freed a connection and its messages by then */
};

/* Memory goes back to the system some time after connections have ended. */
static void trim_later(struct net *net)
{
    if (net->trim_ms == 0)
        net->trim_ms = net->now_ms + TRIM_MS;
    state_wake_at(net, net->trim_ms);
}

/* Bytes have come in after a quiet while. */
static void note_data(struct net *net, void *owner)
{
    struct connection *connection = owner;

    connection->active = true;
    state_wake_at(net, net->now_ms + GUARD_MS);
}

enum kith_status guard_add(struct net *net, int fd,
                           struct connection **ret_connection)
{
    struct connection *connection = NULL;
    enum kith_status status = connection_new(fd, net->now_ms, &connection);

    if (status != KITH_OK)
        return status;
    connection->from_data = (struct source){note_data, connection, -1};
    status = state_watch_once(net, &connection->from_data, connection->fd);
    if (status != KITH_OK) {
        connection_destroy(&connection);
        return status;
    }
    DL_APPEND(net->connections, connection);
    state_wake_at(net, net->now_ms);
    *ret_connection = connection;
    return KITH_OK;
}

void guard_remove(struct net *net, struct connection **connection)
{
    /* The socket lives on while libzmq has it: epoll would not let go. */
    state_unwatch(net, &(*connection)->from_data);
    DL_DELETE(net->connections, *connection);
    connection_destroy(connection);
    trim_later(net);
}

static void cut(struct net *net, struct connection *connection, uint64_t hidden)
{
    if (connection->session != NULL)
        traffic_end(net, &connection->session, KITH_DOWN_FLOODED, hidden);
    else
        connection_shut(connection);
    trim_later(net);
}

/* Looks at a connection on which bytes come in; when the next is due. */
static int64_t look_at_bytes(struct net *net, struct connection *connection)
{
    bool grown = false;
    uint64_t hidden = connection_look(connection, &grown);

    if (hidden > CONNECTION_HIDDEN_MAX) {
        cut(net, connection, hidden);
        return INT64_MAX;
    }
    if (grown)
        return net->now_ms +
               (hidden > CONNECTION_HIDDEN_HOT ? GUARD_HOT_MS : GUARD_MS);
    connection->active = false;
    state_watch_again(net, &connection->from_data);
    return INT64_MAX;
}

static int64_t look_at(struct net *net, struct connection *connection)
{
    int64_t due_ms = INT64_MAX;

    if (connection->shut) {
        connection_linger(connection, net->now_ms);
        return connection->shut_due_ms != 0 ? net->now_ms + GUARD_HOT_MS
                                            : INT64_MAX;
    }
    if (connection->session == NULL) {
        due_ms = connection->since_ms + GUARD_SILENT_MS;
        if (net->now_ms >= due_ms) {
            connection_shut(connection);
            return INT64_MAX;
        }
    }
    if (connection->active) {
        int64_t bytes_ms = look_at_bytes(net, connection);

        if (bytes_ms < due_ms)
            due_ms = bytes_ms;
    }
    return due_ms;
}

int64_t guard_look(struct net *net)
{
    struct connection *connection = NULL;
    int64_t due_ms = INT64_MAX;

    DL_FOREACH(net->connections, connection)
    {
        int64_t mine_ms = look_at(net, connection);

        if (mine_ms < due_ms)
            due_ms = mine_ms;
    }
    return due_ms;
}
