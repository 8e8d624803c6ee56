/* orders - what kithd wants done.
 *
 * Not here: SETUP, which comes once and first (setup.c).
 */
#include "net/orders.h"

#include <string.h>

#include "kith/child.h"
#include "net/allowed.h"
#include "net/dialler.h"
#include "net/report.h"
#include "net/sandbox.h"
#include "net/state.h"
#include "net/traffic.h"

enum {
    STOP_MS = 1500
}; /* last frames have left by then */

/* Sessions of PARTNER that were proved with a key that is gone; below, all of
 * them. */
static void cut_former(struct net *net, uint32_t partner)
{
    struct session *session = session_next(&net->sessions, NULL);

    while (session != NULL) {
        struct session *next = session_next(&net->sessions, session);

        if (session->partner == partner &&
            allowed_partner(net->allowed, &session->key) != partner)
            traffic_end(net, &session, KITH_DOWN_NOT_ALLOWED, 0);
        session = next;
    }
}

static void cut(struct net *net, uint32_t partner)
{
    struct session *session = session_next(&net->sessions, NULL);

    while (session != NULL) {
        struct session *next = session_next(&net->sessions, session);

        if (session->partner == partner)
            traffic_end(net, &session, KITH_DOWN_NOT_ALLOWED, 0);
        session = next;
    }
}

static void shut_out(struct net *net, uint32_t partner)
{
    allowed_remove(net->allowed, partner);
    dialler_forget(net, partner);
    cut(net, partner);
}

/* One partner that has no place must not cost the others theirs: it is shut
 * out, and kithd told why. */
static void refuse(struct net *net, uint32_t partner,
                   enum kith_dial_reason reason)
{
    shut_out(net, partner);
    report_dial_failed(
        net, (struct kith_net_dial_failed){
                 .partner = partner, .reason = (uint8_t)reason, .tries = 1});
}

static enum kith_status allow(struct net *net,
                              const struct kith_net_allow *allow)
{
    static const struct kith_key none;
    const bool known = allowed_key(net->allowed, allow->partner) != NULL;
    enum kith_status status = KITH_OK;

    if (!allow->allowed) {
        shut_out(net, allow->partner);
        return KITH_OK;
    }
    status = allowed_put(
        net->allowed, allow->partner, &allow->key,
        kith_key_equal(&allow->former, &none) ? NULL : &allow->former);
    if (status == KITH_NOMEM)
        return status;
    if (status != KITH_OK) {
        refuse(net, allow->partner,
               status == KITH_LIMIT ? KITH_DIAL_NO_PLACE : KITH_DIAL_KEY_TAKEN);
        return KITH_OK;
    }
    refused_forget(&net->refused, &allow->key);
    if (known) {
        cut_former(net, allow->partner);
        dialler_key_changed(net, allow->partner);
    }
    return KITH_OK;
}

static void close_session(struct net *net, const struct kith_net_frame *close)
{
    struct session *session = session_find(&net->sessions, close->session);

    if (session != NULL && close->frame.len > 0)
        traffic_send(net, session, close->frame);
    session = session_find(&net->sessions, close->session);
    if (session != NULL)
        traffic_end(net, &session, KITH_DOWN_BY_US, 0);
}

static void send_frame(struct net *net, const struct kith_net_frame *send)
{
    struct session *session = session_find(&net->sessions, send->session);

    if (session != NULL)
        traffic_send(net, session, send->frame);
}

static void probe(struct net *net, const struct kith_child_probe *probe)
{
    char path[KITH_CHILD_OPTION_MAX + 1] = "";

    if (probe->path.len > 0)
        memcpy(path, probe->path.data, probe->path.len);
    report_probed(net, sandbox_probe(probe->what, path));
}

static void stop(struct net *net)
{
    struct session *session = session_next(&net->sessions, NULL);

    while (session != NULL) {
        struct session *next = session_next(&net->sessions, session);

        traffic_end(net, &session, KITH_DOWN_BY_US, 0);
        session = next;
    }
    net->stop_due_ms = net->now_ms + STOP_MS;
    state_wake_at(net, net->now_ms);
}

enum kith_status orders_obey(struct net *net,
                             const struct kith_child_frame *frame)
{
    switch (frame->type) {
    case KITH_CHILD_NET_ALLOW:
        return allow(net, &frame->u.net_allow);
    case KITH_CHILD_NET_DIAL:
        return dialler_order(net, &frame->u.net_dial) == KITH_NOMEM ? KITH_NOMEM
                                                                    : KITH_OK;
    case KITH_CHILD_NET_SEND:
        send_frame(net, &frame->u.net_frame);
        return KITH_OK;
    case KITH_CHILD_NET_CLOSE:
        close_session(net, &frame->u.net_frame);
        return KITH_OK;
    case KITH_CHILD_NET_PROBE:
        probe(net, &frame->u.probe);
        return KITH_OK;
    case KITH_CHILD_NET_STOP:
        stop(net);
        return KITH_OK;
    default:
        return KITH_INVALID;
    }
}
