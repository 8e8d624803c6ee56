/* socket - libzmq sockets with every option that our safety rests on.
 *
 * Not here: bind, connect, and what is read from them.
 */
#include "net/socket.h"

#include <errno.h>
#include <string.h>

#include <zmq.h>

#include "kith/ids.h"
#include "net/secret.h"

enum {
    /* ZMQ_ZAP_ENFORCE_DOMAIN, a draft of libzmq: Debian's header hides the
     * name, the library has it. Without it and a domain, a lost ZAP handler
     * lets every key in (libzmq 4.3.4, curve_server.cpp). */
    ZAP_ENFORCE_DOMAIN = 93,
    CURVE_OVERHEAD = 33 /* bytes around a message (RFC 26/CurveZMQ) */
};

static const char zap_domain[] = "kith";

struct option {
    int name;
    int value;
};

/* No heartbeat of libzmq's: the link machine has its own (PROTOCOL.md 5.6), and
 * libzmq 4.3.4 aborts when its timer meets a connection that the partner left
 * while its queue here was full (stream_engine_base.cpp, out_event). */
static const struct option common_options[] = {
    {ZMQ_LINGER, 0},
    {ZMQ_SNDHWM, SOCKET_QUEUE},
    {ZMQ_RCVHWM, SOCKET_QUEUE},
    {ZMQ_RCVBUF, SOCKET_RCVBUF},
    {ZMQ_SNDTIMEO, 0},
    {ZMQ_RCVTIMEO, 0},
    {ZMQ_HANDSHAKE_IVL, KITH_HANDSHAKE_MS},
    {ZMQ_HEARTBEAT_IVL, 0},
    {ZMQ_RECONNECT_IVL, -1},
};

static const struct option listening_options[] = {
    {ZMQ_ROUTER_MANDATORY, 1},     {ZMQ_ROUTER_HANDOVER, 0},
    {ZMQ_BACKLOG, SOCKET_BACKLOG}, {ZMQ_CURVE_SERVER, 1},
    {ZAP_ENFORCE_DOMAIN, 1},
};

static const struct option dialling_options[] = {
    {ZMQ_CONNECT_TIMEOUT, SOCKET_CONNECT_MS},
};

static bool set_all(void *socket, const struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (zmq_setsockopt(socket, options[i].name, &options[i].value,
                           sizeof(options[i].value)) != 0)
            return false;
    }
    return true;
}

static enum kith_status new_socket(void *context, int type,
                                   const struct secret *secret,
                                   void **ret_socket)
{
    static const int64_t largest = KITH_FRAME_MAX + CURVE_OVERHEAD;
    void *socket = zmq_socket(context, type);

    if (socket == NULL)
        return errno == EMFILE ? KITH_FULL : KITH_IO;
    if (!set_all(socket, common_options,
                 sizeof(common_options) / sizeof(common_options[0])) ||
        zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest)) !=
            0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret->secret,
                       KITH_KEY_LEN) != 0) {
        socket_close(&socket);
        return KITH_IO;
    }
    *ret_socket = socket;
    return KITH_OK;
}

/* What a wrong build of libzmq could ignore is asked back. */
static bool guards_are_in_force(void *socket)
{
    char domain[sizeof(zap_domain)] = "";
    int64_t largest = 0;
    int server = 0, enforced = 0;
    size_t domain_size = sizeof(domain), largest_size = sizeof(largest);
    size_t server_size = sizeof(server), enforced_size = sizeof(enforced);

    return zmq_getsockopt(socket, ZMQ_ZAP_DOMAIN, domain, &domain_size) == 0 &&
           strcmp(domain, zap_domain) == 0 &&
           zmq_getsockopt(socket, ZAP_ENFORCE_DOMAIN, &enforced,
                          &enforced_size) == 0 &&
           enforced == 1 &&
           zmq_getsockopt(socket, ZMQ_CURVE_SERVER, &server, &server_size) ==
               0 &&
           server == 1 &&
           zmq_getsockopt(socket, ZMQ_MAXMSGSIZE, &largest, &largest_size) ==
               0 &&
           largest == KITH_FRAME_MAX + CURVE_OVERHEAD;
}

enum kith_status socket_listening(void *context, const struct secret *secret,
                                  void **ret_socket)
{
    void *socket = NULL;
    enum kith_status status = new_socket(context, ZMQ_ROUTER, secret, &socket);

    if (status != KITH_OK)
        return status;
    if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, zap_domain,
                       sizeof(zap_domain) - 1) != 0 ||
        !set_all(socket, listening_options,
                 sizeof(listening_options) / sizeof(listening_options[0])) ||
        !guards_are_in_force(socket)) {
        socket_close(&socket);
        return KITH_IO;
    }
    *ret_socket = socket;
    return KITH_OK;
}

enum kith_status socket_dialling(void *context, const struct secret *secret,
                                 const struct kith_key *server,
                                 void **ret_socket)
{
    void *socket = NULL;
    enum kith_status status = new_socket(context, ZMQ_DEALER, secret, &socket);

    if (status != KITH_OK)
        return status;
    if (!set_all(socket, dialling_options,
                 sizeof(dialling_options) / sizeof(dialling_options[0])) ||
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, secret->public.b,
                       KITH_KEY_LEN) != 0 ||
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server->b, KITH_KEY_LEN) !=
            0) {
        socket_close(&socket);
        return KITH_IO;
    }
    *ret_socket = socket;
    return KITH_OK;
}

enum kith_status socket_set_six(void *socket, bool six)
{
    const int value = six ? 1 : 0;

    return zmq_setsockopt(socket, ZMQ_IPV6, &value, sizeof(value)) == 0
               ? KITH_OK
               : KITH_IO;
}

int socket_fd(void *socket)
{
    int fd = -1;
    size_t size = sizeof(fd);

    return zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0 ? fd : -1;
}

bool socket_has_message(void *socket)
{
    int events = 0;
    size_t size = sizeof(events);

    return zmq_getsockopt(socket, ZMQ_EVENTS, &events, &size) == 0 &&
           (events & ZMQ_POLLIN) != 0;
}

void socket_close(void **socket)
{
    if (*socket != NULL)
        (void)zmq_close(*socket);
    *socket = NULL;
}
