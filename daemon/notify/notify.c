/* notify - one handler per frame of kithd, one loop.
 *
 * Not here: the sinks (sink_file.c, sink_exec.c), look-ups (lookup.c).
 */
#include "notify/notify.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/stream.h"
#include "kith/child.h"
#include "notify/channels.h"
#include "notify/job.h"
#include "notify/lookup.h"
#include "notify/sandbox.h"
#include "notify/sink_exec.h"
#include "notify/sink_file.h"

struct notify {
    struct stream stream;
    struct kith_arena *arena;
    struct channels channels;
    struct jobs jobs;
    uint8_t landlock; /* ABI level in force */
    bool set_up;      /* SETUP came */
    bool stopping;
    enum kith_status status; /* first fault of ours */
};

static void send_frame(struct notify *notify,
                       const struct kith_child_frame *frame)
{
    enum kith_status status = kith_child_encode(frame, &notify->stream.out);

    if (notify->status == KITH_OK)
        notify->status = status;
}

static void report(struct notify *notify, const struct kith_id *notice,
                   bool permanent, const char *sentence)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NOTIFY_DELIVERED};

    if (sentence == NULL) {
        frame.u.notify_delivered.notice = *notice;
    } else {
        frame.type = KITH_CHILD_NOTIFY_FAILED;
        frame.u.notify_failed = (struct kith_notify_failed){
            *notice, permanent, kith_bytes_of(sentence)};
    }
    send_frame(notify, &frame);
}

static void take_setup(struct notify *notify,
                       const struct kith_child_frame *frame)
{
    struct kith_child_frame ready = {.type = KITH_CHILD_NOTIFY_READY};

    if (notify->set_up) {
        notify->status = KITH_MALFORMED;
        return;
    }
    notify->status = channels_take(&notify->channels, &frame->u.notify_setup);
    if (notify->status != KITH_OK)
        return;
    notify->landlock = sandbox_enter(&notify->channels);
    notify->set_up = true;
    ready.u.notify_ready.landlock = notify->landlock;
    send_frame(notify, &ready);
}

static void take_deliver(struct notify *notify,
                         const struct kith_child_frame *frame)
{
    const struct kith_notify_deliver *notice = &frame->u.notify_deliver;
    const struct notify_channel *channel =
        channels_find(&notify->channels, notice->channel);
    char sentence[SINK_SENTENCE_MAX] = "";
    enum kith_status status = KITH_OK;

    if (channel == NULL) {
        report(notify, &notice->notice, true,
               "no channel of that name is configured");
    } else if (notify->landlock == 0) {
        (void)snprintf(sentence, sizeof(sentence),
                       "channel %.60s needs Landlock, which this kernel does "
                       "not offer",
                       channel->name);
        report(notify, &notice->notice, true, sentence);
    } else if (channel->kind == CHANNEL_FILE) {
        status = sink_file(channel->folder, notice, sentence);
        report(notify, &notice->notice, false,
               status == KITH_OK ? NULL : sentence);
    } else {
        status =
            sink_exec(&notify->jobs, channel, notice, clock_read().boot_ms);
        if (status != KITH_OK)
            report(notify, &notice->notice, false,
                   status == KITH_BUSY ? "too many hooks run already"
                                       : "the hook could not be started");
    }
}

static void answer_lookup(struct notify *notify, uint32_t handle,
                          const struct lookup_answer *answer)
{
    const struct kith_child_frame frame = {
        .type = KITH_CHILD_NOTIFY_ADDRESSES,
        .u.notify_addresses = {handle, answer->addresses, answer->count,
                               kith_bytes_of(answer->sentence)}};

    send_frame(notify, &frame);
}

static void take_lookup(struct notify *notify,
                        const struct kith_child_frame *frame)
{
    struct lookup_answer answer = {.sentence =
                                       "too many names are looked up already"};

    if (lookup_start(&notify->jobs, &frame->u.notify_lookup,
                     clock_read().boot_ms) != KITH_OK)
        answer_lookup(notify, frame->u.notify_lookup.handle, &answer);
}

static void take_probe(struct notify *notify,
                       const struct kith_child_frame *frame)
{
    struct kith_child_frame probed = {.type = KITH_CHILD_NOTIFY_PROBED};
    char path[KITH_CHILD_OPTION_MAX];

    (void)snprintf(path, sizeof(path), "%.*s", (int)frame->u.probe.path.len,
                   (const char *)frame->u.probe.path.data);
    probed.u.probed.error = sandbox_probe(frame->u.probe.what, path);
    send_frame(notify, &probed);
}

static void take_stop(struct notify *notify,
                      const struct kith_child_frame *frame)
{
    (void)frame;
    notify->stopping = true;
}

static void take_frame(struct notify *notify,
                       const struct kith_child_frame *frame)
{
    static void (*const handlers[])(struct notify * notify,
                                    const struct kith_child_frame *frame) = {
        [KITH_CHILD_NOTIFY_SETUP - KITH_CHILD_NOTIFY_SETUP] = take_setup,
        [KITH_CHILD_NOTIFY_DELIVER - KITH_CHILD_NOTIFY_SETUP] = take_deliver,
        [KITH_CHILD_NOTIFY_LOOKUP - KITH_CHILD_NOTIFY_SETUP] = take_lookup,
        [KITH_CHILD_NOTIFY_PROBE - KITH_CHILD_NOTIFY_SETUP] = take_probe,
        [KITH_CHILD_NOTIFY_STOP - KITH_CHILD_NOTIFY_SETUP] = take_stop,
    };

    if (!notify->set_up && frame->type != KITH_CHILD_NOTIFY_SETUP)
        notify->status = KITH_MALFORMED;
    else
        handlers[frame->type - KITH_CHILD_NOTIFY_SETUP](notify, frame);
}

/* Serves every whole frame that has come. */
static void take_frames(struct notify *notify)
{
    while (notify->status == KITH_OK && !notify->stopping) {
        struct kith_child_frame frame;
        struct kith_bytes payload;
        size_t used = 0;
        enum kith_status status = kith_child_next(
            kith_buf_bytes(&notify->stream.in), &payload, &used);

        if (status == KITH_BUSY)
            return;
        if (status == KITH_OK)
            status = kith_child_decode(notify->arena, KITH_CHILD_TO_NOTIFY,
                                       payload, &frame);
        notify->status = status;
        if (status == KITH_OK)
            take_frame(notify, &frame);
        stream_use(&notify->stream, used);
        kith_arena_reset(notify->arena);
    }
}

static void end_job(void *context, const struct job *job)
{
    struct notify *notify = context;
    char sentence[SINK_SENTENCE_MAX];

    if (job->kind == JOB_LOOKUP) {
        struct lookup_answer answer;

        lookup_read(job, &answer);
        answer_lookup(notify, job->handle, &answer);
    } else if (!job->late && job->exit_code == 0) {
        report(notify, &job->notice, false, NULL);
    } else {
        (void)snprintf(sentence, sizeof(sentence),
                       job->late ? "the hook did not end in time"
                                 : "the hook ended with code %d",
                       job->exit_code);
        report(notify, &job->notice, false, sentence);
    }
}

/* One turn: waits, reads, serves, writes. False: kithd is gone. */
static bool turn(struct notify *notify)
{
    struct pollfd fds[2 * JOBS_MAX + 1];
    size_t count = job_poll(&notify->jobs, fds);
    int64_t now_ms = clock_read().boot_ms;
    enum kith_status status;

    fds[count] = (struct pollfd){.fd = notify->stream.fd, .events = POLLIN};
    if (stream_waiting(&notify->stream) > 0)
        fds[count].events |= POLLOUT;
    if (poll(fds, (nfds_t)count + 1, job_wait_ms(&notify->jobs, now_ms)) < 0 &&
        errno != EINTR) {
        notify->status = KITH_IO;
        return false;
    }
    status = stream_read(&notify->stream, 2 * (size_t)KITH_CHILD_FRAME_MAX);
    if (status == KITH_NOT_FOUND)
        return false;
    if (status != KITH_OK)
        notify->status = status;
    take_frames(notify);
    job_serve(&notify->jobs, clock_read().boot_ms, end_job, notify);
    if (notify->status == KITH_OK)
        notify->status = stream_write(&notify->stream);
    return notify->status == KITH_OK && !notify->stopping;
}

enum kith_status notify_run(int fd)
{
    struct notify *notify = calloc(1, sizeof(*notify));
    enum kith_status status;

    if (notify == NULL)
        return KITH_NOMEM;
    stream_init(&notify->stream, fd);
    notify->status =
        kith_arena_new(2 * (size_t)KITH_CHILD_FRAME_MAX, &notify->arena);
    while (notify->status == KITH_OK && turn(notify))
        continue;
    status = notify->status;
    kith_arena_destroy(&notify->arena);
    stream_clear(&notify->stream);
    free(notify);
    return status;
}
