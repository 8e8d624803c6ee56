/* loop - the one loop of kith-net.
 *
 * Each turn: wait, let every socket that has something be read, obey kithd,
 * do what is due by the clock, write to kithd.
 * Not here: what any of these do.
 */
#include "net/loop.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "kith/child.h"
#include "net/allowed.h"
#include "net/channel.h"
#include "net/connection.h"
#include "net/dialler.h"
#include "net/guard.h"
#include "net/listener.h"
#include "net/orders.h"
#include "net/report.h"
#include "net/setup.h"
#include "net/state.h"
#include "net/traffic.h"
#include "net/zap.h"

enum {
    EVENTS_A_TURN = 64,
    WAIT_MAX_MS = 60000,
    FAREWELL_MS = 1000 /* for the last report to be taken */
};

static void read_clock(struct net *net)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    net->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void note_orders(struct net *net, void *owner)
{
    (void)owner;
    net->ordered = true;
}

enum kith_status loop_open(struct net *net, int fd)
{
    enum kith_status status = KITH_OK;

    read_clock(net);
    net->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (net->epoll < 0)
        return KITH_IO;
    status = channel_open(fd, &net->channel);
    net->from_channel = (struct source){note_orders, NULL, -1};
    if (status == KITH_OK)
        status = state_watch(net, &net->from_channel, fd);
    return status;
}

/* Waits until the channel can be read or, with POLLOUT, written. */
static bool await_channel(const struct net *net, short events, int timeout_ms)
{
    struct pollfd item = {channel_fd(net->channel), events, 0};
    int ready = 0;

    do {
        ready = poll(&item, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static enum kith_status await_setup(struct net *net)
{
    struct kith_child_frame frame;
    enum kith_status status = KITH_BUSY;

    while (status == KITH_BUSY) {
        (void)await_channel(net, POLLIN, -1);
        status = channel_read(net->channel);
        if (status == KITH_OK)
            status = channel_next(net->channel, &frame);
    }
    if (status != KITH_OK)
        return status;
    if (frame.type != KITH_CHILD_NET_SETUP)
        return KITH_INVALID;
    status = setup_run(net, &frame.u.net_setup);
    channel_wipe(net->channel);
    net->ordered = true; /* more may have been read with it */
    return status;
}

/* Obeys what kithd has sent. KITH_NOT_FOUND: kithd has gone. */
static enum kith_status take_orders(struct net *net)
{
    struct kith_child_frame frame;
    enum kith_status status = KITH_OK;

    if (!net->ordered)
        return KITH_OK;
    net->ordered = false;
    status = channel_read(net->channel);
    if (status != KITH_OK && status != KITH_BUSY)
        return status;
    for (;;) {
        status = channel_next(net->channel, &frame);
        if (status == KITH_OK)
            status = orders_obey(net, &frame);
        if (status != KITH_OK)
            return status == KITH_BUSY ? KITH_OK : status;
    }
}

/* Who was turned away: strangers, and partners that come too often. */
static void report_turned_away(struct net *net)
{
    const struct refused_key *refused = NULL;
    uint32_t partner = 0;

    while ((partner = allowed_often(net->allowed)) != 0)
        report_often(net, partner);
    while ((refused = refused_report(&net->refused, net->now_ms)) != NULL)
        report_refused_key(net, refused);
    state_wake_at(net, refused_due_ms(&net->refused));
}

/* Does what is due; sets when to be here again. */
static void tick(struct net *net)
{
    net->wake_ms = INT64_MAX;
    state_wake_at(net, guard_look(net));
    state_wake_at(net, diallers_tick(net));
    if (net->trim_ms != 0 && net->now_ms >= net->trim_ms) {
        net->trim_ms = 0;
        (void)malloc_trim(0);
    }
    if (net->trim_ms != 0)
        state_wake_at(net, net->trim_ms);
}

/* After STOP: true when nothing is left to be sent, or it is too late. */
static bool may_leave(struct net *net)
{
    const struct connection *connection = net->connections;

    if (net->stop_due_ms == 0)
        return false;
    state_wake_at(net, net->stop_due_ms);
    while (connection != NULL && connection->shut_due_ms == 0)
        connection = connection->next;
    return connection == NULL || net->now_ms >= net->stop_due_ms;
}

static enum kith_status flush_channel(struct net *net)
{
    struct epoll_event event = {.events = EPOLLIN,
                                .data.ptr = &net->from_channel};
    enum kith_status status = channel_flush(net->channel);
    const bool wants_write = status == KITH_BUSY;

    if (status != KITH_OK && status != KITH_BUSY)
        return status;
    if (wants_write == net->wants_write)
        return KITH_OK;
    net->wants_write = wants_write;
    if (wants_write)
        event.events |= EPOLLOUT;
    return epoll_ctl(net->epoll, EPOLL_CTL_MOD, channel_fd(net->channel),
                     &event) == 0
               ? KITH_OK
               : KITH_IO;
}

static int wait_time(const struct net *net, bool more)
{
    if (more || net->wake_ms <= net->now_ms)
        return 0;
    if (net->wake_ms - net->now_ms > WAIT_MAX_MS)
        return WAIT_MAX_MS;
    return (int)(net->wake_ms - net->now_ms);
}

/* One turn; *more: something was left for the next. */
static enum kith_status turn(struct net *net, bool *more)
{
    struct epoll_event events[EVENTS_A_TURN];
    enum kith_status status = KITH_OK;
    bool from_listener = false, from_diallers = false;
    int count = epoll_wait(net->epoll, events, EVENTS_A_TURN,
                           wait_time(net, *more && !traffic_paused(net)));

    if (count < 0 && errno != EINTR)
        return KITH_IO;
    read_clock(net);
    for (int i = 0; i < count; i++) {
        struct source *source = events[i].data.ptr;

        source->ready(net, source->owner);
    }
    status = take_orders(net);
    if (status != KITH_OK)
        return status;
    if (net->asked)
        zap_work(net->zap, net->now_ms);
    net->asked = false;
    traffic_flush(net); /* a partner may have taken something */
    from_listener = listener_work(net);
    from_diallers = diallers_work(net);
    *more = from_listener || from_diallers;
    report_turned_away(net);
    if (net->now_ms >= net->wake_ms)
        tick(net);
    return net->failed ? KITH_NOMEM : flush_channel(net);
}

/* The last reports, if kithd takes them in a while. */
static void farewell(struct net *net)
{
    while (channel_flush(net->channel) == KITH_BUSY &&
           await_channel(net, POLLOUT, FAREWELL_MS))
        ;
}

enum kith_status loop_run(struct net *net)
{
    enum kith_status status = await_setup(net);
    bool more = false;

    net->wake_ms = net->now_ms;
    while (status == KITH_OK && !may_leave(net))
        status = turn(net, &more);
    farewell(net);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
