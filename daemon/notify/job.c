/* job - see the header. Not here: what a job does (lookup.c, sink_exec.c). */
#define _GNU_SOURCE /* pipe2 */
#include "notify/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLOSED_WAIT_MS = 20
};

struct job *job_take(struct jobs *jobs)
{
    size_t i;

    for (i = 0; i < JOBS_MAX; i++) {
        if (jobs->rows[i].kind == JOB_NONE) {
            jobs->rows[i] = (struct job){.in = -1, .out = -1};
            return &jobs->rows[i];
        }
    }
    return NULL;
}

static void release(struct job *job)
{
    if (job->in >= 0)
        (void)close(job->in);
    if (job->out >= 0)
        (void)close(job->out);
    kith_buf_clear(&job->input);
    *job = (struct job){.in = -1, .out = -1};
}

/* In the child: stdin and stdout are the pipes, nothing else stays open. */
static void become(int in, int out)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    (void)setpgid(0, 0);
    (void)signal(SIGPIPE, SIG_DFL);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        null < 0 || dup2(null, STDERR_FILENO) < 0)
        _exit(127);
    closefrom(STDERR_FILENO + 1);
}

enum kith_status job_start(struct job *job, void (*body)(const void *context),
                           const void *context, struct kith_bytes input)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    enum kith_status status = kith_buf_add(&job->input, input.data, input.len);

    if (status == KITH_OK &&
        (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0))
        status = KITH_IO;
    if (status == KITH_OK) {
        job->pid = fork();
        if (job->pid == 0) {
            become(in[0], out[1]);
            body(context);
            _exit(0);
        }
        if (job->pid < 0)
            status = KITH_IO;
    }
    job->in = in[1];
    job->out = out[0];
    if (in[0] >= 0)
        (void)close(in[0]);
    if (out[1] >= 0)
        (void)close(out[1]);
    if (status != KITH_OK) {
        release(job);
        return status;
    }
    (void)setpgid(job->pid, job->pid);
    (void)fcntl(job->in, F_SETFL, O_NONBLOCK);
    (void)fcntl(job->out, F_SETFL, O_NONBLOCK);
    return KITH_OK;
}

size_t job_poll(const struct jobs *jobs, struct pollfd *fds)
{
    size_t i, count = 0;

    for (i = 0; i < JOBS_MAX; i++) {
        const struct job *job = &jobs->rows[i];

        if (job->kind == JOB_NONE)
            continue;
        if (job->in >= 0)
            fds[count++] = (struct pollfd){.fd = job->in, .events = POLLOUT};
        if (job->out >= 0)
            fds[count++] = (struct pollfd){.fd = job->out, .events = POLLIN};
    }
    return count;
}

static void give(struct job *job)
{
    while (job->in >= 0) {
        const size_t left = job->input.len - job->written;
        ssize_t n = left == 0
                        ? 0
                        : write(job->in, job->input.data + job->written, left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n > 0)
            job->written += (size_t)n;
        /* All given, or a hook that does not read: that is its own affair. */
        if (n <= 0) {
            (void)close(job->in);
            job->in = -1;
        }
    }
}

/* Reads what the child says, until it closes its output. */
static void take(struct job *job)
{
    uint8_t spare[1024];

    while (job->out >= 0) {
        const size_t room = JOB_OUTPUT_MAX - job->output_len;
        ssize_t n = room > 0
                        ? read(job->out, job->output + job->output_len, room)
                        : read(job->out, spare, sizeof(spare));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            (void)close(job->out);
            job->out = -1;
        } else if (room > 0) {
            job->output_len += (size_t)n;
        }
    }
}

static void reap(struct job *job)
{
    int wait_status = 0;

    (void)kill(-job->pid, SIGKILL); /* what the hook left behind */
    while (waitpid(job->pid, &wait_status, 0) < 0 && errno == EINTR)
        continue;
    job->exit_code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                            : 128 + WTERMSIG(wait_status);
}

static bool is_over(struct job *job, int64_t now_ms)
{
    siginfo_t info = {0};

    give(job);
    if (now_ms >= job->deadline_ms) {
        job->late = true;
        return true;
    }
    take(job);
    return job->out < 0 &&
           waitid(P_PID, (id_t)job->pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
               0 &&
           info.si_pid == job->pid;
}

void job_serve(struct jobs *jobs, int64_t now_ms,
               void (*ended)(void *context, const struct job *job),
               void *context)
{
    size_t i;

    for (i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs->rows[i];

        if (job->kind == JOB_NONE || !is_over(job, now_ms))
            continue;
        reap(job);
        ended(context, job);
        release(job);
    }
}

int job_wait_ms(const struct jobs *jobs, int64_t now_ms)
{
    int64_t least = -1;
    size_t i;

    for (i = 0; i < JOBS_MAX; i++) {
        int64_t left = jobs->rows[i].deadline_ms - now_ms;

        /* A child that closed its output before it ends is asked after now
         * and then: nothing else would wake us. */
        if (jobs->rows[i].out < 0 && left > CLOSED_WAIT_MS)
            left = CLOSED_WAIT_MS;
        if (jobs->rows[i].kind != JOB_NONE && (least < 0 || left < least))
            least = left < 0 ? 0 : left;
    }
    return least > 60000 ? 60000 : (int)least;
}
