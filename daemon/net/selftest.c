/* selftest - proves that a stranger is refused before anything listens.
 *
 * A ZAP handler that is missing or not asked lets everybody in (libzmq), and
 * nothing else would show it.
 */
#include "net/selftest.h"

#include <string.h>
#include <time.h>

#include <zmq.h>

#include "net/listener.h"
#include "net/monitor.h"
#include "net/secret.h"
#include "net/socket.h"
#include "net/state.h"
#include "net/zap.h"

enum {
    Z85_SIZE = 41,
    STEP_MS = 50
};

/* A key pair that nobody has ever seen. */
static enum kith_status draw(struct secret *ret_pair)
{
    char public_text[Z85_SIZE], secret_text[Z85_SIZE];

    if (zmq_curve_keypair(public_text, secret_text) != 0 ||
        zmq_z85_decode(ret_pair->public.b, public_text) == NULL ||
        zmq_z85_decode(ret_pair->secret, secret_text) == NULL)
        return KITH_IO;
    return KITH_OK;
}

/* Answers questions until the stranger hears the verdict. */
static enum kith_status await_verdict(struct net *net, void *monitor)
{
    zmq_pollitem_t items[] = {{zap_socket(net->zap), 0, ZMQ_POLLIN, 0},
                              {monitor, 0, ZMQ_POLLIN, 0}};
    struct monitor_event event;

    for (int waited_ms = 0; waited_ms < SELFTEST_MS; waited_ms += STEP_MS) {
        if (zmq_poll(items, 2, STEP_MS) < 0)
            return KITH_IO;
        zap_work(net->zap, net->now_ms);
        while (monitor_next(monitor, &event)) {
            if (event.event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
                return KITH_OK;
            if (event.event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
                return KITH_DENIED;
        }
    }
    return KITH_DENIED;
}

static enum kith_status knock(struct net *net, const struct secret *stranger,
                              const struct address *bound)
{
    void *socket = NULL, *monitor = NULL;
    enum kith_status status =
        socket_dialling(net->context, stranger, &net->secret->public, &socket);

    if (status == KITH_OK)
        status = monitor_open(net->context, socket, net->monitors++, &monitor);
    if (status == KITH_OK && zmq_connect(socket, bound->text) != 0)
        status = KITH_IO;
    if (status == KITH_OK)
        status = await_verdict(net, monitor);
    monitor_close(socket, &monitor);
    socket_close(&socket);
    return status;
}

enum kith_status selftest_run(struct net *net)
{
    static const struct address loopback = {"tcp://127.0.0.1:0"};
    struct secret stranger;
    struct address bound;
    enum kith_status status = KITH_OK;

    memset(&stranger, 0, sizeof(stranger));
    status = draw(&stranger);
    if (status == KITH_OK)
        status = listener_bind(net, &loopback, &bound);
    if (status != KITH_OK)
        return status;
    zap_ignore(net->zap, &stranger.public);
    status = knock(net, &stranger, &bound);
    listener_unbind(net, &bound);
    return status;
}
