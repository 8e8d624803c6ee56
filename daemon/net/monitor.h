/* monitor - what libzmq reports about the connections of one socket.
 *
 * Threads: loop thread only.
 */
#ifndef NET_MONITOR_H
#define NET_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"

struct monitor_event {
    uint16_t event; /* ZMQ_EVENT_... */
    uint32_t value; /* descriptor, status code or errno, as the event says */
};

/* Opens the reports about SOCKET; NAME is unique in the process. KITH_FULL,
 * KITH_IO. */
enum kith_status monitor_open(void *context, void *socket, uint64_t name,
                              void **ret_monitor) KITH_MUST_CHECK;
/* Ends the reports about SOCKET, which must be open still: libzmq's thread
 * would wait for ever to hand a report to nobody. */
void monitor_close(void *socket, void **monitor);
/* Next report; false when there is none. */
bool monitor_next(void *monitor, struct monitor_event *ret_event);

#endif
