/* monitor - what libzmq reports about the connections of one socket.
 *
 * A report is two frames: 16 bits of event and 32 of value, packed, in the
 * machine's byte order (zmq_socket_monitor(3)), and an address, which for a
 * listening socket says nothing and is left alone.
 */
#include "net/monitor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <zmq.h>

#include "net/socket.h"

enum {
    NAME_SIZE = 48
};

enum kith_status monitor_open(void *context, void *socket, uint64_t name,
                              void **ret_monitor)
{
    /* Not the other failures of a handshake: libzmq 4.3.4 reports a message that
     * does not decrypt as one, and reporting it overwrites the error for which
     * it was to end the connection. It then reads nothing more from it and
     * never says that it is over. */
    static const int events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED |
                              ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED |
                              ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                              ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    static const int linger = 0;
    char address[NAME_SIZE];
    void *monitor = NULL;

    (void)snprintf(address, sizeof(address), "inproc://monitor-%" PRIu64, name);
    if (zmq_socket_monitor(socket, address, events) != 0)
        return errno == EMFILE ? KITH_FULL : KITH_IO;
    monitor = zmq_socket(context, ZMQ_PAIR);
    if (monitor == NULL)
        return errno == EMFILE ? KITH_FULL : KITH_IO;
    if (zmq_setsockopt(monitor, ZMQ_LINGER, &linger, sizeof(linger)) != 0 ||
        zmq_connect(monitor, address) != 0) {
        monitor_close(socket, &monitor);
        return KITH_IO;
    }
    *ret_monitor = monitor;
    return KITH_OK;
}

void monitor_close(void *socket, void **monitor)
{
    if (*monitor == NULL)
        return;
    (void)zmq_socket_monitor(socket, NULL, 0);
    socket_close(monitor);
}

/* Drops the frames behind the first. */
static void skip_rest(void *monitor, zmq_msg_t *message)
{
    while (zmq_msg_more(message) &&
           zmq_msg_recv(message, monitor, ZMQ_DONTWAIT) >= 0)
        ;
}

bool monitor_next(void *monitor, struct monitor_event *ret_event)
{
    zmq_msg_t message;
    bool found = false;

    (void)zmq_msg_init(&message);
    if (zmq_msg_recv(&message, monitor, ZMQ_DONTWAIT) >= 0) {
        const uint8_t *data = zmq_msg_data(&message);

        if (zmq_msg_size(&message) ==
            sizeof(ret_event->event) + sizeof(ret_event->value)) {
            memcpy(&ret_event->event, data, sizeof(ret_event->event));
            memcpy(&ret_event->value, data + sizeof(ret_event->event),
                   sizeof(ret_event->value));
            found = true;
        }
        skip_rest(monitor, &message);
    }
    (void)zmq_msg_close(&message);
    return found;
}
