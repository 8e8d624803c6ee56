/* loop - epoll, signalfd and a timerfd on the boot clock.
 *
 * The timer follows the boot clock, so that a machine that slept wakes the
 * daemon at once. Not here: what is done when something is ready.
 */
#include "core/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

struct watch {
    int fd; /* -1: free */
    unsigned wanted;
    loop_callback *callback;
    void *context;
};

struct loop {
    int epoll;   /* owned */
    int signals; /* owned signalfd */
    int timer;   /* owned timerfd */
    struct watch watches[LOOP_WATCHES_MAX];
};

/* What epoll hands back for the loop's own descriptors. */
enum {
    TAG_SIGNALS = LOOP_WATCHES_MAX,
    TAG_TIMER
};

static enum kith_status add(struct loop *loop, int fd, uint32_t tag)
{
    struct epoll_event event;

    memset(&event, 0, sizeof(event));
    event.events = EPOLLIN;
    event.data.u32 = tag;
    if (fd < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return KITH_IO;
    return KITH_OK;
}

enum kith_status loop_new(struct loop **ret_loop)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    enum kith_status status = KITH_IO;
    sigset_t set;

    if (loop == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
        loop->watches[i].fd = -1;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGCHLD);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->signals = -1;
    loop->timer = -1;
    if (loop->epoll < 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        goto out;
    loop->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    loop->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    status = add(loop, loop->signals, TAG_SIGNALS);
    if (status == KITH_OK)
        status = add(loop, loop->timer, TAG_TIMER);
    if (status == KITH_OK) {
        *ret_loop = loop;
        loop = NULL;
    }
out:
    loop_destroy(&loop);
    return status;
}

void loop_destroy(struct loop **loop)
{
    if (*loop == NULL)
        return;
    if ((*loop)->signals >= 0)
        (void)close((*loop)->signals);
    if ((*loop)->timer >= 0)
        (void)close((*loop)->timer);
    if ((*loop)->epoll >= 0)
        (void)close((*loop)->epoll);
    free(*loop);
    *loop = NULL;
}

static uint32_t events_of(unsigned wanted)
{
    return ((wanted & LOOP_READ) != 0 ? (uint32_t)EPOLLIN : 0) |
           ((wanted & LOOP_WRITE) != 0 ? (uint32_t)EPOLLOUT : 0);
}

static struct watch *find(struct loop *loop, int fd)
{
    for (size_t i = 0; i < LOOP_WATCHES_MAX; i++) {
        if (loop->watches[i].fd == fd)
            return &loop->watches[i];
    }
    return NULL;
}

enum kith_status loop_watch(struct loop *loop, int fd, unsigned wanted,
                            loop_callback *callback, void *context)
{
    struct watch *watch = find(loop, -1);
    struct epoll_event event;

    if (watch == NULL)
        return KITH_LIMIT;
    memset(&event, 0, sizeof(event));
    event.events = events_of(wanted);
    event.data.u32 = (uint32_t)(watch - loop->watches);
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return KITH_IO;
    watch->fd = fd;
    watch->wanted = wanted;
    watch->callback = callback;
    watch->context = context;
    return KITH_OK;
}

void loop_want(struct loop *loop, int fd, unsigned wanted)
{
    struct watch *watch = find(loop, fd);
    struct epoll_event event;

    if (watch == NULL || watch->wanted == wanted)
        return;
    memset(&event, 0, sizeof(event));
    event.events = events_of(wanted);
    event.data.u32 = (uint32_t)(watch - loop->watches);
    /* cannot fail for a descriptor that is watched */
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event);
    watch->wanted = wanted;
}

void loop_unwatch(struct loop *loop, int fd)
{
    struct watch *watch = find(loop, fd);

    if (watch == NULL)
        return;
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    watch->fd = -1;
}

static void read_signals(struct loop *loop, struct loop_signals *signals)
{
    struct signalfd_siginfo info;

    while (read(loop->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        switch (info.ssi_signo) {
        case SIGTERM:
        case SIGINT:
            signals->stop = true;
            break;
        case SIGHUP:
            signals->reload = true;
            break;
        default:
            signals->child = true;
            break;
        }
    }
}

/* Sets the timer DEADLINE_MS away from now; one already past fires at once. */
static enum kith_status set_timer(struct loop *loop, int64_t deadline_ms)
{
    int64_t wait_ms = deadline_ms - clock_boot_ms();
    struct itimerspec timer;

    memset(&timer, 0, sizeof(timer));
    if (wait_ms < 1)
        wait_ms = 1;
    timer.it_value.tv_sec = (time_t)(wait_ms / 1000);
    timer.it_value.tv_nsec = (long)(wait_ms % 1000) * 1000000;
    return timerfd_settime(loop->timer, 0, &timer, NULL) == 0 ? KITH_OK
                                                              : KITH_IO;
}

static void call_back(struct loop *loop, const struct epoll_event *event)
{
    struct watch *watch = &loop->watches[event->data.u32];
    unsigned ready = 0;

    /* an earlier callback of this round may have unwatched it */
    if (watch->fd < 0)
        return;
    if ((event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        ready |= LOOP_READ;
    if ((event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
        ready |= LOOP_WRITE;
    watch->callback(watch->context, ready);
}

enum kith_status loop_wait(struct loop *loop, int64_t deadline_ms,
                           struct loop_signals *ret_signals)
{
    struct epoll_event events[64];
    struct loop_signals signals = {false, false, false};
    uint64_t expired;
    int n;

    if (set_timer(loop, deadline_ms) != KITH_OK)
        return KITH_IO;
    n = epoll_wait(loop->epoll, events, 64, -1);
    if (n < 0 && errno != EINTR)
        return KITH_IO;
    for (int i = 0; i < n; i++) {
        uint32_t tag = events[i].data.u32;

        if (tag == TAG_SIGNALS)
            read_signals(loop, &signals);
        else if (tag == TAG_TIMER)
            (void)!read(loop->timer, &expired, sizeof(expired));
        else
            call_back(loop, &events[i]);
    }
    *ret_signals = signals;
    return KITH_OK;
}
