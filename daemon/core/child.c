/* child - exec, socketpair, limits, restart with back-off.
 *
 * A child that sends nonsense is killed like one that died: neither side
 * trusts the other's bytes. Not here: what the frames mean (net.c,
 * notifier.c).
 */
#define _GNU_SOURCE /* close_range */
#include "core/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "core/loop.h"
#include "base/stream.h"
#include "kith/error.h"

struct child {
    struct loop *loop; /* borrowed */
    struct child_setup setup;
    struct kith_arena *arena; /* owned; of one frame */
    struct stream stream;     /* fd -1: it does not run */
    pid_t pid;                /* 0: none */
    int64_t started_ms;       /* boot clock */
    int64_t start_at_ms;      /* boot clock: next start */
    int64_t backoff_ms;
};

extern char **environ;

/* Sanitizers reserve far more memory than the child may use. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHILD_UNLIMITED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHILD_UNLIMITED
#endif

/* What a child needs of the environment: only the loader's and the tests'. */
static bool is_passed_on(const char *variable)
{
    static const char *const names[] = {
        "LD_PRELOAD=",   "FAKETIME",        "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
        "LSAN_OPTIONS=", "JOURNAL_STREAM=", "KITH_TEST=",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static void set_limit(int resource, uint64_t most)
{
    struct rlimit limit = {(rlim_t)most, (rlim_t)most};
    struct rlimit now;

    /* never above what we have ourselves */
    if (getrlimit((__rlimit_resource_t)resource, &now) == 0 &&
        limit.rlim_max > now.rlim_max)
        limit.rlim_cur = limit.rlim_max = now.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        _exit(126);
}

/* In the new process, up to exec; never returns. FD is its end of the pair. */
static void become(const struct child *child, const char *path, int fd,
                   pid_t parent)
{
    char *arguments[] = {(char *)(uintptr_t)child->setup.program, NULL};
    char *environment[16];
    size_t n = 0;
    sigset_t none;

    for (char **p = environ; *p != NULL && n + 1 < 16; p++) {
        if (is_passed_on(*p))
            environment[n++] = *p;
    }
    environment[n] = NULL;
    /* a copy first: FD may be KITH_CHILD_FD itself, with close-on-exec */
    fd = fcntl(fd, F_DUPFD, 10);
    if (fd < 0 || dup2(fd, KITH_CHILD_FD) < 0 ||
        close_range(KITH_CHILD_FD + 1, ~0U, 0) != 0)
        _exit(126);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NOFILE, child->setup.descriptors_max);
#ifndef CHILD_UNLIMITED
    set_limit(RLIMIT_DATA, child->setup.data_max);
#endif
    (void)sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || getppid() != parent)
        _exit(126);
    (void)execve(path, arguments, environment);
    _exit(127);
}

static void postpone(struct child *child)
{
    int64_t now = clock_boot_ms();

    if (child->pid != 0 && now - child->started_ms >= CHILD_STEADY_MS)
        child->backoff_ms = 0;
    child->start_at_ms = now + child->backoff_ms;
    child->backoff_ms =
        child->backoff_ms == 0 ? CHILD_BACKOFF_MIN_MS : child->backoff_ms * 2;
    if (child->backoff_ms > CHILD_BACKOFF_MAX_MS)
        child->backoff_ms = CHILD_BACKOFF_MAX_MS;
}

/* The connection ends; what runs behind it is killed and collected. */
static void end(struct child *child, const char *why)
{
    int result = 0;

    if (child->stream.fd < 0)
        return;
    loop_unwatch(child->loop, child->stream.fd);
    stream_clear(&child->stream);
    if (child->pid > 0) {
        (void)kill(child->pid, SIGKILL);
        while (waitpid(child->pid, &result, 0) < 0 && errno == EINTR)
            continue;
    }
    log_event(LOG_LEVEL_WARN, "child.ended", "program", child->setup.program,
              "why", why, "pid", log_number(child->pid).text, NULL);
    postpone(child);
    child->pid = 0;
    child->setup.gone(child->setup.context);
}

static void serve(void *context, unsigned ready)
{
    struct child *child = context;
    enum kith_status status = KITH_OK;

    if ((ready & LOOP_WRITE) != 0)
        status = stream_write(&child->stream);
    if (status == KITH_OK && (ready & LOOP_READ) != 0)
        status = stream_read(&child->stream, CHILD_READ_MAX);
    if (status != KITH_OK) {
        end(child, "connection");
        return;
    }
    loop_want(child->loop, child->stream.fd,
              stream_waiting(&child->stream) > 0 ? LOOP_READ | LOOP_WRITE
                                                 : LOOP_READ);
}

/* Starts the process; on failure it is tried again later. */
static enum kith_status start(struct child *child)
{
    char path[PATH_MAX];
    struct kith_error err;
    int pair[2];
    pid_t parent = getpid();
    pid_t pid;

    kith_error_clear(&err);
    if (paths_program(child->setup.program, path, sizeof(path), &err) !=
        KITH_OK) {
        log_event(LOG_LEVEL_ERROR, "child.missing", "why", err.what, NULL);
        return KITH_NOT_FOUND;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return KITH_IO;
    pid = fork();
    if (pid == 0)
        become(child, path, pair[1], parent);
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return KITH_IO;
    }
    stream_init(&child->stream, pair[0]);
    child->pid = pid;
    child->started_ms = clock_boot_ms();
    if (loop_watch(child->loop, pair[0], LOOP_READ, serve, child) != KITH_OK) {
        end(child, "descriptors");
        return KITH_IO;
    }
    log_event(LOG_LEVEL_INFO, "child.started", "program", child->setup.program,
              "pid", log_number(pid).text, NULL);
    child->setup.started(child->setup.context);
    return KITH_OK;
}

enum kith_status child_new(struct loop *loop, const struct child_setup *setup,
                           struct child **ret_child)
{
    struct child *child = calloc(1, sizeof(*child));
    enum kith_status status;

    if (child == NULL)
        return KITH_NOMEM;
    child->loop = loop;
    child->setup = *setup;
    child->stream.fd = -1;
    status = kith_arena_new(KITH_CHILD_ARENA_MAX, &child->arena);
    if (status != KITH_OK) {
        free(child);
        return status;
    }
    *ret_child = child;
    return KITH_OK;
}

void child_destroy(struct child **child)
{
    struct child *old = *child;

    if (old == NULL)
        return;
    if (old->stream.fd >= 0) {
        loop_unwatch(old->loop, old->stream.fd);
        stream_clear(&old->stream);
    }
    if (old->pid > 0) {
        (void)kill(old->pid, SIGKILL);
        while (waitpid(old->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    kith_arena_destroy(&old->arena);
    free(old);
    *child = NULL;
}

enum kith_status child_send(struct child *child,
                            const struct kith_child_frame *frame)
{
    enum kith_status status;

    if (child->stream.fd < 0)
        return KITH_BUSY;
    if (stream_waiting(&child->stream) > CHILD_QUEUE_MAX)
        return KITH_FULL;
    status = kith_child_encode(frame, &child->stream.out);
    if (status != KITH_OK)
        return status;
    /* a failed write shows as a closed connection in the loop */
    (void)!stream_write(&child->stream);
    if (stream_waiting(&child->stream) > 0)
        loop_want(child->loop, child->stream.fd, LOOP_READ | LOOP_WRITE);
    return KITH_OK;
}

void child_deliver(struct child *child)
{
    size_t used = 0;

    while (child->stream.fd >= 0 && used < child->stream.in.len) {
        struct kith_bytes rest = kith_buf_bytes(&child->stream.in);
        struct kith_bytes payload = {NULL, 0};
        struct kith_child_frame frame;
        size_t taken = 0;
        enum kith_status status;

        rest.data += used;
        rest.len -= used;
        status = kith_child_next(rest, &payload, &taken);
        if (status == KITH_BUSY)
            break;
        kith_arena_reset(child->arena);
        if (status == KITH_OK)
            status = kith_child_decode(child->arena, child->setup.way, payload,
                                       &frame);
        if (status != KITH_OK) {
            end(child, "malformed frame");
            return;
        }
        child->setup.frame(child->setup.context, &frame);
        used += taken;
    }
    if (child->stream.fd >= 0 && used > 0)
        stream_use(&child->stream, used);
}

void child_reap(struct child *child)
{
    int result = 0;
    char why[40];

    if (child->pid <= 0 || waitpid(child->pid, &result, WNOHANG) != child->pid)
        return;
    (void)snprintf(
        why, sizeof(why), "%s %d", WIFSIGNALED(result) ? "signal" : "exit",
        WIFSIGNALED(result) ? WTERMSIG(result) : WEXITSTATUS(result));
    log_event(LOG_LEVEL_WARN, "child.died", "program", child->setup.program,
              "how", why, NULL);
    /* collected already: end() must not wait for it again, but it counts for
     * the back-off */
    child->pid = -1;
    end(child, why);
}

int64_t child_tick(struct child *child, int64_t now_ms)
{
    if (child->stream.fd >= 0)
        return INT64_MAX;
    if (child->start_at_ms <= now_ms && start(child) != KITH_OK)
        postpone(child);
    return child->stream.fd >= 0 ? INT64_MAX : child->start_at_ms;
}

void child_restart(struct child *child)
{
    child->backoff_ms = 0;
    end(child, "restart");
}

bool child_runs(const struct child *child)
{
    return child->stream.fd >= 0;
}
