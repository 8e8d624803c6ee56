/* sink_exec - see the header. Not here: what its end means (notify.c). */
#include "notify/sink_exec.h"

#include <sys/resource.h>
#include <unistd.h>

enum {
    HOOK_MEMORY_MAX = 512 * 1024 * 1024, /* bytes */
    HOOK_DESCRIPTORS_MAX = 64,
    HOOK_CPU_S = 30,
    HOOK_FILE_MAX = 64 * 1024 * 1024 /* bytes of one file it writes */
};

static void limit(__rlimit_resource_t what, rlim_t most)
{
    const struct rlimit limits = {most, most};

    (void)setrlimit(what, &limits);
}

static void run(const void *context)
{
    const struct notify_channel *channel = context;
    char *arguments[CHANNELS_ARGV_MAX + 1] = {NULL};
    char *environment[] = {NULL};
    size_t i;

    for (i = 0; i < channel->n_args; i++)
        arguments[i] = (char *)(uintptr_t)channel->args[i];
    limit(RLIMIT_AS, HOOK_MEMORY_MAX);
    limit(RLIMIT_NOFILE, HOOK_DESCRIPTORS_MAX);
    limit(RLIMIT_CPU, HOOK_CPU_S);
    limit(RLIMIT_FSIZE, HOOK_FILE_MAX);
    (void)execve(channel->args[0], arguments, environment);
    _exit(127);
}

enum kith_status sink_exec(struct jobs *jobs,
                           const struct notify_channel *channel,
                           const struct kith_notify_deliver *notice,
                           int64_t now_ms)
{
    struct kith_buf input = {0};
    struct job *job = job_take(jobs);
    enum kith_status status = KITH_OK;

    if (job == NULL)
        return KITH_BUSY;
    status = kith_buf_add(&input, notice->subject.data, notice->subject.len);
    if (status == KITH_OK)
        status = kith_buf_add(&input, "\n\n", 2);
    if (status == KITH_OK)
        status = kith_buf_add(&input, notice->text.data, notice->text.len);
    job->notice = notice->notice;
    job->deadline_ms = now_ms + channel->timeout_ms;
    if (status == KITH_OK)
        status = job_start(job, run, channel, kith_buf_bytes(&input));
    if (status == KITH_OK)
        job->kind = JOB_EXEC;
    kith_buf_clear(&input);
    return status;
}
