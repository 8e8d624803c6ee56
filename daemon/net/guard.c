/* guard - looks at all connections now and then and ends those that misuse
 * us: endless messages, and silence where a first frame is due.
 *
 * libzmq keeps the parts of an unfinished message outside every bound it has
 * (measured: 1.4 GB in 10 s); what the kernel has received and nobody has got
 * shows it. What that held is given back to the system.
 */
#include "net/guard.h"

#include "net/connection.h"
#include "net/state.h"
#include "net/traffic.h"

enum {
    TRIM_MS = 300
}; /* libzmq has freed a cut message by then */

/* True when CONNECTION should be looked at again soon. */
static bool look_at(struct net *net, struct connection *connection)
{
    uint64_t hidden = 0;

    if (connection->shut) {
        connection_linger(connection, net->now_ms);
        return connection->shut_due_ms != 0;
    }
    if (connection->session == NULL &&
        net->now_ms - connection->since_ms >= GUARD_SILENT_MS) {
        connection_shut(connection);
        return false;
    }
    hidden = connection_hidden(connection);
    if (hidden <= CONNECTION_HIDDEN_MAX)
        return hidden > CONNECTION_HIDDEN_HOT;
    if (connection->session != NULL)
        traffic_end(net, &connection->session, KITH_DOWN_FLOODED, hidden);
    else
        connection_shut(connection);
    net->trim_ms = net->now_ms + TRIM_MS;
    state_wake_at(net, net->trim_ms);
    return false;
}

int64_t guard_look(struct net *net)
{
    struct connection *connection = NULL;
    int64_t wait_ms = 0;
    bool hot = false;

    if (net->connections == NULL)
        return INT64_MAX;
    for (connection = net->connections; connection != NULL;
         connection = connection->next) {
        if (look_at(net, connection))
            hot = true;
        if (wait_ms < GUARD_MOST_MS)
            wait_ms++;
    }
    if (wait_ms < GUARD_LEAST_MS)
        wait_ms = GUARD_LEAST_MS;
    return net->now_ms + (hot ? GUARD_HOT_MS : wait_ms);
}
