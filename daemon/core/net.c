/* net - frames to and from kith-net.
 *
 * The transport key leaves kithd here, in the first frame, and nowhere else.
 * Not here: sessions and partners (links_place.c).
 */
#include "core/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "core/child.h"
#include "core/daemon.h"
#include "core/transport.h"
#include "kith/sign.h"

enum {
    NET_QUEUE_MAX = 8 * 1024 * 1024,   /* bytes per session */
    NET_DATA_BASE = 256 * 1024 * 1024, /* RLIMIT_DATA without partners */
    NET_DATA_PARTNER = 1024 * 1024,    /* and for each */
    NET_DESCRIPTORS_BASE = 2048,       /* sandbox.h of kith-net */
    NET_DESCRIPTORS_PARTNER = 8
};

struct net {
    struct daemon *daemon; /* borrowed */
    struct net_hooks hooks;
    struct child *child; /* owned */
    char bound[CONFIG_LISTEN_MAX * (NET_REMOTE_MAX + 1)];
    struct net_pending pending[KITH_PENDING_MAX];
    size_t n_pending;
    struct kith_key *allowed; /* owned; keys on the list, by partner */
    size_t n_allowed;         /* highest partner + 1 */
    uint64_t life; /* of kith-net, above its own session numbers, so that no
                      session of an earlier one is ever meant */
};

enum {
    NET_LIFE_SHIFT = 40
};

static void send_frame(struct net *net, const struct kith_child_frame *frame)
{
    enum kith_status status = child_send(net->child, frame);

    if (status != KITH_OK && status != KITH_BUSY)
        log_event(LOG_LEVEL_WARN, "net.frame_lost", "type",
                  log_number(frame->type).text, "why", kith_status_name(status),
                  NULL);
}

static void set_up(void *context)
{
    struct net *net = context;
    struct daemon *daemon = net->daemon;
    const struct config *config = daemon->config;
    struct kith_bytes listen[CONFIG_LISTEN_MAX];
    struct kith_child_frame frame;
    struct kith_net_setup *setup = &frame.u.net_setup;

    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NET_SETUP;
    for (size_t i = 0; i < config->n_listen; i++)
        listen[i] = kith_bytes_of(config->listen[i]);
    memcpy(setup->secret, transport_secret(daemon), KITH_KEY_LEN);
    setup->listen = listen;
    setup->n_listen = config->n_listen;
    setup->backoff_min_ms = (uint32_t)config->reconnect_min_ms;
    setup->backoff_max_ms = (uint32_t)config->reconnect_max_ms;
    setup->partners_max = config->max_partners;
    setup->queue_max = NET_QUEUE_MAX;
    net->bound[0] = '\0';
    net->life++;
    send_frame(net, &frame);
    kith_wipe(&frame, sizeof(frame));
    net->hooks.fresh(daemon);
}

static void take_ready(struct net *net, const struct kith_net_ready *ready)
{
    size_t used = 0;

    for (size_t i = 0; i < ready->n_bound; i++) {
        int written =
            snprintf(net->bound + used, sizeof(net->bound) - used, "%s%.*s",
                     used > 0 ? " " : "", (int)ready->bound[i].len,
                     (const char *)ready->bound[i].data);

        if (written < 0 || (size_t)written >= sizeof(net->bound) - used)
            break;
        used += (size_t)written;
    }
    log_event(LOG_LEVEL_INFO, "net.ready", "listen", net->bound, NULL);
}

/* The place for KEY: its own, a free one, or the one that is quiet longest. */
static struct net_pending *find_pending(struct net *net,
                                        const struct kith_key *key)
{
    struct net_pending *oldest = &net->pending[0];

    for (size_t i = 0; i < net->n_pending; i++) {
        if (kith_key_equal(&net->pending[i].key, key))
            return &net->pending[i];
        if (net->pending[i].last < oldest->last)
            oldest = &net->pending[i];
    }
    if (net->n_pending < KITH_PENDING_MAX)
        oldest = &net->pending[net->n_pending++];
    memset(oldest, 0, sizeof(*oldest));
    oldest->key = *key;
    return oldest;
}

/* A partner that misuses its key, or does not read: said each time. */
static void note_failed(const struct kith_net_failed *failed)
{
    char why[KITH_REASON_MAX + 1];

    (void)snprintf(why, sizeof(why), "%.*s", (int)failed->sentence.len,
                   (const char *)failed->sentence.data);
    log_event(LOG_LEVEL_ERROR, "net.failed", "why", why, NULL);
}

/* Keeps in mind which key PARTNER has; NULL: none any more. */
static void note_allowed(struct net *net, uint32_t partner,
                         const struct kith_key *key)
{
    if (partner >= net->n_allowed) {
        size_t n = (size_t)partner + 1;
        struct kith_key *list = realloc(net->allowed, n * sizeof(*list));

        if (list == NULL)
            return; /* its key may then be shown as pending for a while */
        memset(list + net->n_allowed, 0, (n - net->n_allowed) * sizeof(*list));
        net->allowed = list;
        net->n_allowed = n;
    }
    memset(&net->allowed[partner], 0, sizeof(*key));
    if (key != NULL)
        net->allowed[partner] = *key;
}

static bool is_allowed(const struct net *net, const struct kith_key *key)
{
    for (size_t i = 0; i < net->n_allowed; i++) {
        if (kith_key_equal(&net->allowed[i], key))
            return true;
    }
    return false;
}

static void take_refused(struct net *net,
                         const struct kith_net_refused_key *refused)
{
    struct net_pending *pending;

    /* it knocked before it was allowed, and the news came late */
    if (is_allowed(net, &refused->key))
        return;
    pending = find_pending(net, &refused->key);
    if (pending->count == 0)
        log_event(LOG_LEVEL_WARN, "net.refused_key", NULL);
    pending->count = refused->count;
    pending->last = net->daemon->now.wall_ms / 1000;
    (void)snprintf(pending->remote, sizeof(pending->remote), "%.*s",
                   (int)refused->remote.len,
                   (const char *)refused->remote.data);
}

static void take(void *context, const struct kith_child_frame *frame)
{
    struct net *net = context;
    struct kith_child_frame own = *frame;
    uint64_t life = net->life << NET_LIFE_SHIFT;

    switch (frame->type) {
    case KITH_CHILD_NET_READY:
        take_ready(net, &frame->u.net_ready);
        return;
    case KITH_CHILD_NET_REFUSED_KEY:
        take_refused(net, &frame->u.net_refused_key);
        return;
    case KITH_CHILD_NET_UP:
        own.u.net_up.session |= life;
        break;
    case KITH_CHILD_NET_FRAME:
        own.u.net_frame.session |= life;
        break;
    case KITH_CHILD_NET_FAILED:
        note_failed(&frame->u.net_failed);
        return;
    case KITH_CHILD_NET_DOWN:
        own.u.net_down.session |= life;
        break;
    default:
        break;
    }
    if (net->hooks.frame(net->daemon, &own) != KITH_OK)
        log_event(LOG_LEVEL_ERROR, "net.no_memory", NULL);
}

static void be_gone(void *context)
{
    struct net *net = context;

    net->bound[0] = '\0';
    net->hooks.gone(net->daemon);
}

enum kith_status net_new(struct daemon *daemon, const struct net_hooks *hooks,
                         struct net **ret_net)
{
    struct net *net = calloc(1, sizeof(*net));
    uint64_t partners = daemon->config->max_partners;
    struct child_setup setup = {
        .program = "kith-net",
        .way = KITH_CHILD_FROM_NET,
        .data_max = NET_DATA_BASE + NET_DATA_PARTNER * partners,
        .descriptors_max =
            NET_DESCRIPTORS_BASE + NET_DESCRIPTORS_PARTNER * partners,
        .started = set_up,
        .frame = take,
        .gone = be_gone,
    };
    enum kith_status status;

    if (net == NULL)
        return KITH_NOMEM;
    net->daemon = daemon;
    net->hooks = *hooks;
    setup.context = net;
    status = child_new(daemon->loop, &setup, &net->child);
    if (status == KITH_OK) {
        *ret_net = net;
        net = NULL;
    }
    net_destroy(&net);
    return status;
}

void net_destroy(struct net **net)
{
    if (*net == NULL)
        return;
    child_destroy(&(*net)->child);
    free((*net)->allowed);
    free(*net);
    *net = NULL;
}

void net_allow(struct net *net, uint32_t partner, const struct kith_key *key,
               const struct kith_key *former)
{
    struct kith_child_frame frame;

    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NET_ALLOW;
    frame.u.net_allow.partner = partner;
    frame.u.net_allow.key = *key;
    frame.u.net_allow.former = *former;
    frame.u.net_allow.allowed = true;
    send_frame(net, &frame);
    note_allowed(net, partner, key);
    net_pending_forget(net, key);
}

void net_disallow(struct net *net, uint32_t partner)
{
    struct kith_child_frame frame;

    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NET_ALLOW;
    frame.u.net_allow.partner = partner;
    send_frame(net, &frame);
    note_allowed(net, partner, NULL);
}

void net_dial(struct net *net, uint32_t partner, bool now,
              const struct kith_bytes *addresses, size_t n_addresses)
{
    struct kith_child_frame frame;

    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NET_DIAL;
    frame.u.net_dial.partner = partner;
    frame.u.net_dial.now = now;
    frame.u.net_dial.addresses = addresses;
    frame.u.net_dial.n_addresses = n_addresses;
    send_frame(net, &frame);
}

static void send_session(struct net *net, enum kith_child_type type,
                         uint64_t session, struct kith_bytes bytes)
{
    struct kith_child_frame frame;

    if (session >> NET_LIFE_SHIFT != net->life)
        return;
    memset(&frame, 0, sizeof(frame));
    frame.type = type;
    frame.u.net_frame.session = session & ((UINT64_C(1) << NET_LIFE_SHIFT) - 1);
    frame.u.net_frame.frame = bytes;
    send_frame(net, &frame);
}

void net_send(struct net *net, uint64_t session, struct kith_bytes frame)
{
    send_session(net, KITH_CHILD_NET_SEND, session, frame);
}

void net_close(struct net *net, uint64_t session, struct kith_bytes frame)
{
    send_session(net, KITH_CHILD_NET_CLOSE, session, frame);
}

struct child *net_child(struct net *net)
{
    return net->child;
}

const char *net_bound(const struct net *net)
{
    return net->bound;
}

size_t net_pending_count(const struct net *net)
{
    return net->n_pending;
}

const struct net_pending *net_pending_at(const struct net *net, size_t index)
{
    return &net->pending[index];
}

void net_pending_forget(struct net *net, const struct kith_key *key)
{
    for (size_t i = 0; i < net->n_pending; i++) {
        if (!kith_key_equal(&net->pending[i].key, key))
            continue;
        net->pending[i] = net->pending[--net->n_pending];
        return;
    }
}
