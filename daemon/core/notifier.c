/* notifier - frames to and from kith-notify.
 *
 * kith-notify holds no company key and is told only what a notice may say.
 * Not here: which notices there are (notices.c), how one is delivered
 * (daemon/notify).
 */
#include "core/notifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/log.h"
#include "core/child.h"
#include "core/daemon.h"

enum {
    NOTIFY_DATA_MAX = 128 * 1024 * 1024, /* RLIMIT_DATA, bytes */
    NOTIFY_DESCRIPTORS_MAX = 256
};

struct notifier {
    struct daemon *daemon; /* borrowed */
    struct notifier_hooks hooks;
    struct child *child; /* owned */
    int landlock;        /* -1: not known yet */
    struct notifier_outcome outcomes[NOTIFIER_OUTCOMES_MAX];
    size_t n_outcomes;
    size_t given; /* by notifier_next */
};

/* One channel and the text of its options. */
struct channel_frame {
    char texts[KITH_CHILD_OPTIONS_MAX][KITH_CHILD_OPTION_MAX];
    struct kith_bytes options[KITH_CHILD_OPTIONS_MAX];
    size_t n;
};

static void add_option(struct channel_frame *frame, const char *key,
                       const char *value)
{
    char *text = frame->texts[frame->n];

    /* the bounds of the configuration are below those of the frame */
    if (frame->n == KITH_CHILD_OPTIONS_MAX)
        return;
    (void)snprintf(text, KITH_CHILD_OPTION_MAX, "%s=%s", key, value);
    frame->options[frame->n++] = kith_bytes_of(text);
}

static void fill_channel(const struct config_channel *channel,
                         struct channel_frame *frame,
                         struct kith_notify_channel *ret_channel)
{
    bool is_exec = channel->kind == CONFIG_CHANNEL_EXEC;

    frame->n = 0;
    if (is_exec)
        add_option(frame, "timeout_ms", log_number(channel->timeout_ms).text);
    else
        add_option(frame, "folder", channel->folder);
    for (size_t i = 0; i < channel->n_argv; i++)
        add_option(frame, "arg", channel->argv[i]);
    ret_channel->name = kith_bytes_of(channel->name);
    ret_channel->kind = kith_bytes_of(is_exec ? "exec" : "file");
    ret_channel->options = frame->options;
    ret_channel->n_options = frame->n;
}

static void set_up(void *context)
{
    struct notifier *notifier = context;
    const struct config *config = notifier->daemon->config;
    struct kith_notify_channel channels[CONFIG_CHANNELS_MAX];
    struct channel_frame *texts = calloc(CONFIG_CHANNELS_MAX, sizeof(*texts));
    struct kith_child_frame frame;

    notifier->landlock = -1;
    if (texts == NULL)
        return;
    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NOTIFY_SETUP;
    for (size_t i = 0; i < config->n_channels; i++)
        fill_channel(&config->channels[i], &texts[i], &channels[i]);
    frame.u.notify_setup.channels = channels;
    frame.u.notify_setup.n_channels = config->n_channels;
    if (child_send(notifier->child, &frame) != KITH_OK)
        log_event(LOG_LEVEL_ERROR, "notify.setup_lost", NULL);
    free(texts);
}

void notifier_add_outcome(struct notifier *notifier,
                          const struct notifier_outcome *outcome)
{
    /* one that finds no place is delivered again: at least once */
    if (notifier->n_outcomes < NOTIFIER_OUTCOMES_MAX)
        notifier->outcomes[notifier->n_outcomes++] = *outcome;
}

bool notifier_waiting(const struct notifier *notifier)
{
    return notifier->n_outcomes > 0;
}

static void take_failed(struct notifier *notifier,
                        const struct kith_notify_failed *failed)
{
    struct notifier_outcome outcome = {failed->notice, false,
                                       failed->permanent};
    char why[KITH_REASON_MAX + 1];

    (void)snprintf(why, sizeof(why), "%.*s", (int)failed->sentence.len,
                   (const char *)failed->sentence.data);
    log_event(LOG_LEVEL_WARN, "notify.failed", "why", why, "final",
              failed->permanent ? "yes" : "no", NULL);
    notifier_add_outcome(notifier, &outcome);
}

static void take(void *context, const struct kith_child_frame *frame)
{
    struct notifier *notifier = context;
    struct notifier_outcome outcome = {{{0}}, true, false};

    switch (frame->type) {
    case KITH_CHILD_NOTIFY_READY:
        notifier->landlock = frame->u.notify_ready.landlock;
        log_event(LOG_LEVEL_INFO, "notify.ready", "landlock",
                  log_number(notifier->landlock).text, NULL);
        notifier->hooks.fresh(notifier->daemon);
        break;
    case KITH_CHILD_NOTIFY_DELIVERED:
        outcome.notice = frame->u.notify_delivered.notice;
        notifier_add_outcome(notifier, &outcome);
        break;
    case KITH_CHILD_NOTIFY_FAILED:
        take_failed(notifier, &frame->u.notify_failed);
        break;
    case KITH_CHILD_NOTIFY_ADDRESSES:
        notifier->hooks.addresses(notifier->daemon, &frame->u.notify_addresses);
        break;
    default:
        break;
    }
}

static void be_gone(void *context)
{
    struct notifier *notifier = context;

    notifier->landlock = -1;
}

enum kith_status notifier_new(struct daemon *daemon,
                              const struct notifier_hooks *hooks,
                              struct notifier **ret_notifier)
{
    struct notifier *notifier = calloc(1, sizeof(*notifier));
    struct child_setup setup = {
        .program = "kith-notify",
        .way = KITH_CHILD_FROM_NOTIFY,
        .data_max = NOTIFY_DATA_MAX,
        .descriptors_max = NOTIFY_DESCRIPTORS_MAX,
        .started = set_up,
        .frame = take,
        .gone = be_gone,
    };
    enum kith_status status;

    if (notifier == NULL)
        return KITH_NOMEM;
    notifier->daemon = daemon;
    notifier->hooks = *hooks;
    notifier->landlock = -1;
    setup.context = notifier;
    status = child_new(daemon->loop, &setup, &notifier->child);
    if (status == KITH_OK) {
        *ret_notifier = notifier;
        notifier = NULL;
    }
    notifier_destroy(&notifier);
    return status;
}

void notifier_destroy(struct notifier **notifier)
{
    if (*notifier == NULL)
        return;
    child_destroy(&(*notifier)->child);
    free(*notifier);
    *notifier = NULL;
}

enum kith_status notifier_lookup(struct notifier *notifier, uint32_t handle,
                                 const char *host, uint16_t port)
{
    struct kith_child_frame frame;

    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NOTIFY_LOOKUP;
    frame.u.notify_lookup.handle = handle;
    frame.u.notify_lookup.host = kith_bytes_of(host);
    frame.u.notify_lookup.port = port;
    return child_send(notifier->child, &frame);
}

enum kith_status notifier_deliver(struct notifier *notifier,
                                  const struct kith_notify_deliver *deliver)
{
    struct kith_child_frame frame;

    if (notifier->landlock < 0)
        return KITH_BUSY;
    memset(&frame, 0, sizeof(frame));
    frame.type = KITH_CHILD_NOTIFY_DELIVER;
    frame.u.notify_deliver = *deliver;
    return child_send(notifier->child, &frame);
}

bool notifier_next(struct notifier *notifier,
                   struct notifier_outcome *ret_outcome)
{
    if (notifier->given == notifier->n_outcomes)
        return false;
    *ret_outcome = notifier->outcomes[notifier->given++];
    return true;
}

void notifier_done(struct notifier *notifier)
{
    size_t left = notifier->n_outcomes - notifier->given;

    memmove(notifier->outcomes, notifier->outcomes + notifier->given,
            left * sizeof(notifier->outcomes[0]));
    notifier->n_outcomes = left;
    notifier->given = 0;
}

void notifier_undo(struct notifier *notifier)
{
    notifier->given = 0;
}

void notifier_reload(struct notifier *notifier)
{
    child_restart(notifier->child);
}

int notifier_landlock(const struct notifier *notifier)
{
    return notifier->landlock;
}

struct child *notifier_child(struct notifier *notifier)
{
    return notifier->child;
}
