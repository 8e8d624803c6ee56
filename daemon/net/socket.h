/* socket - libzmq sockets with every option that our safety rests on.
 *
 * Nothing is left to libzmq's defaults: size of a message before it is read,
 * queues, handshake time, heartbeat, no reconnect of its own, no lingering.
 * All options are set before bind or connect, and checked.
 * Threads: loop thread only.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <stdbool.h>

#include "kith/limits.h"
#include "kith/status.h"

struct kith_key;
struct secret;

enum {
    /* Messages that libzmq queues per connection and way: at KITH_FRAME_MAX
     * each, 2 MiB. */
    SOCKET_QUEUE = 8,
    /* Kernel buffer for receiving, bytes (the kernel doubles it). */
    SOCKET_RCVBUF = 256 * 1024,
    SOCKET_CONNECT_MS = KITH_HANDSHAKE_MS,
    SOCKET_BACKLOG = 1024
};

/* A ROUTER that is a CURVE server and asks the ZAP handler about every key;
 * the domain and its enforcement are read back. KITH_IO: an option was
 * refused or is not in force: do not bind. KITH_FULL: no socket is left. */
enum kith_status socket_listening(void *context, const struct secret *secret,
                                  void **ret_socket) KITH_MUST_CHECK;
/* A DEALER that speaks CURVE to the server with key SERVER. */
enum kith_status socket_dialling(void *context, const struct secret *secret,
                                 const struct kith_key *server,
                                 void **ret_socket) KITH_MUST_CHECK;

/* For the next bind or connect: an IPv6 address, or an IPv4 one as such. */
enum kith_status socket_set_six(void *socket, bool six) KITH_MUST_CHECK;

/* Descriptor that becomes readable when libzmq has something to say about
 * SOCKET; -1 on failure. */
int socket_fd(void *socket);
/* Makes libzmq take its news, so that the descriptor is quiet again; true when
 * a message can be received. */
bool socket_has_message(void *socket);
void socket_close(void **socket);

#endif
