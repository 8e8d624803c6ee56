/* setup - from the first frame of kithd to the moment when all is ready.
 *
 * Not here: the process's own limits (sandbox.c), the loop (loop.c).
 */
#include "net/setup.h"

#include <stdio.h>
#include <string.h>

#include <zmq.h>

#include "kith/child.h"
#include "net/allowed.h"
#include "net/dialler.h"
#include "net/listener.h"
#include "net/report.h"
#include "net/sandbox.h"
#include "net/secret.h"
#include "net/selftest.h"
#include "net/socket.h"
#include "net/state.h"
#include "net/zap.h"

enum {
    SOCKETS_A_PARTNER = 3, /* DEALER, and both ends of its monitor */
    SOCKETS_MORE = 2048,
    SENTENCE_SIZE = KITH_REASON_MAX
};

static void zap_ready(struct net *net, void *owner)
{
    (void)owner;
    net->asked = true; /* answered in this turn, after kithd's orders */
}

/* Takes the addresses apart before anything is opened. */
static enum kith_status read_addresses(const struct kith_net_setup *setup,
                                       struct address *ret_addresses,
                                       char *sentence)
{
    for (size_t i = 0; i < setup->n_listen; i++) {
        if (address_parse(setup->listen[i], true, &ret_addresses[i]) !=
            KITH_OK) {
            (void)snprintf(sentence, SENTENCE_SIZE,
                           "cannot listen at %.*s: not a numeric address of "
                           "the form tcp://1.2.3.4:5 or tcp://[::1]:5",
                           (int)setup->listen[i].len,
                           (const char *)setup->listen[i].data);
            return KITH_INVALID;
        }
    }
    return KITH_OK;
}

/* Tables, key and limits. */
static enum kith_status open_tables(struct net *net,
                                    struct kith_net_setup *setup)
{
    enum kith_status status = KITH_OK;

    net->backoff_min_ms = setup->backoff_min_ms;
    net->backoff_max_ms = setup->backoff_max_ms;
    net->sessions.queue_max = setup->queue_max;
    status = sandbox_limit(setup->partners_max);
    if (status == KITH_OK)
        status = allowed_new(setup->partners_max, &net->allowed);
    if (status == KITH_OK)
        status = diallers_new(net);
    if (status == KITH_OK)
        status = secret_take(setup->secret, &net->secret);
    return status;
}

/* libzmq, the ZAP handler and the listening socket; nothing is bound yet. */
static enum kith_status open_sockets(struct net *net, uint32_t partners)
{
    int sockets = (int)partners * SOCKETS_A_PARTNER + SOCKETS_MORE;
    enum kith_status status = KITH_OK;

    net->context = zmq_ctx_new();
    if (net->context == NULL ||
        zmq_ctx_set(net->context, ZMQ_MAX_SOCKETS, sockets) != 0)
        return KITH_IO;
    status = zap_open(net->context, net->allowed, &net->refused, &net->zap);
    if (status != KITH_OK)
        return status;
    net->from_zap = (struct source){zap_ready, net->zap, -1};
    status = listener_open(net);
    if (status == KITH_OK)
        status =
            state_watch(net, &net->from_zap, socket_fd(zap_socket(net->zap)));
    return status;
}

static const char *bind_problem(enum kith_status status)
{
    switch (status) {
    case KITH_CONFLICT:
        return "in use by another program";
    case KITH_INVALID:
        return "not an address of this machine";
    case KITH_DENIED:
        return "not permitted";
    default:
        return "the socket cannot be made";
    }
}

static enum kith_status bind_all(struct net *net,
                                 const struct address *addresses, size_t count,
                                 struct address *ret_bound, char *sentence)
{
    for (size_t i = 0; i < count; i++) {
        enum kith_status status =
            listener_bind(net, &addresses[i], &ret_bound[i]);

        if (status != KITH_OK) {
            (void)snprintf(sentence, SENTENCE_SIZE, "cannot listen at %s: %s",
                           addresses[i].text, bind_problem(status));
            return status;
        }
    }
    return KITH_OK;
}

static void report_bound(struct net *net, const struct address *bound,
                         size_t count, uint32_t partners)
{
    struct kith_bytes texts[KITH_CHILD_ADDRESSES_MAX];

    for (size_t i = 0; i < count; i++)
        texts[i] = kith_bytes_of(bound[i].text);
    report_ready(net, texts, count,
                 partners * SOCKETS_A_PARTNER + SOCKETS_MORE);
}

/* Remembers the first trouble in words. */
static bool good(enum kith_status status, char *sentence, const char *words)
{
    if (status != KITH_OK && sentence[0] == '\0')
        (void)snprintf(sentence, SENTENCE_SIZE, "%s (%s)", words,
                       kith_status_name(status));
    return status == KITH_OK;
}

enum kith_status setup_run(struct net *net, struct kith_net_setup *setup)
{
    struct address addresses[KITH_CHILD_ADDRESSES_MAX];
    struct address bound[KITH_CHILD_ADDRESSES_MAX];
    char sentence[SENTENCE_SIZE] = "";

    if (good(open_tables(net, setup), sentence,
             "memory for the transport key cannot be had or locked, or the "
             "limit of descriptors cannot be set") &&
        good(read_addresses(setup, addresses, sentence), sentence, "") &&
        good(open_sockets(net, setup->partners_max), sentence,
             "libzmq does not give a socket with the guards that are needed") &&
        good(selftest_run(net), sentence,
             "the self-test failed: a stranger's key was not refused") &&
        good(bind_all(net, addresses, setup->n_listen, bound, sentence),
             sentence, "") &&
        good(sandbox_enter(), sentence,
             "the kernel does not take the list of system calls")) {
        report_bound(net, bound, setup->n_listen, setup->partners_max);
        return KITH_OK;
    }
    report_failed(net, sentence);
    return KITH_IO;
}
