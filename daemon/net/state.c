/* state - what the parts of kith-net share.
 *
 * Not here: the turn itself (loop.c).
 */
#include "net/state.h"

#include <sys/epoll.h>

static enum kith_status watch(struct net *net, struct source *source, int fd,
                              uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = source};

    if (fd < 0 || epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return KITH_IO;
    source->fd = fd;
    return KITH_OK;
}

enum kith_status state_watch(struct net *net, struct source *source, int fd)
{
    return watch(net, source, fd, EPOLLIN);
}

enum kith_status state_watch_once(struct net *net, struct source *source,
                                  int fd)
{
    return watch(net, source, fd, EPOLLIN | EPOLLONESHOT);
}

void state_watch_again(struct net *net, struct source *source)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT,
                                .data.ptr = source};

    if (source->fd >= 0)
        (void)epoll_ctl(net->epoll, EPOLL_CTL_MOD, source->fd, &event);
}

void state_unwatch(struct net *net, struct source *source)
{
    if (source->fd >= 0)
        (void)epoll_ctl(net->epoll, EPOLL_CTL_DEL, source->fd, NULL);
    source->fd = -1;
}

void state_wake_at(struct net *net, int64_t due_ms)
{
    if (due_ms < net->wake_ms)
        net->wake_ms = due_ms;
}
