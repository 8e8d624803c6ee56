/* channels - see the header. Not here: using them (sink_file.c, sink_exec.c). */
#include "notify/channels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXEC_TIMEOUT_MS = 30000
};

/* The value of OPTION when it is "KEY=value". */
static bool value_of(struct kith_bytes option, const char *key,
                     struct kith_bytes *ret_value)
{
    const size_t len = strlen(key);

    if (option.len <= len || memcmp(option.data, key, len) != 0 ||
        option.data[len] != '=')
        return false;
    *ret_value =
        (struct kith_bytes){option.data + len + 1, option.len - len - 1};
    return true;
}

static void copy(char *target, size_t size, struct kith_bytes value)
{
    (void)snprintf(target, size, "%.*s", (int)value.len,
                   value.len != 0 ? (const char *)value.data : "");
}

static enum kith_status take_option(struct notify_channel *channel,
                                    struct kith_bytes option)
{
    char number[24];
    struct kith_bytes value;

    if (value_of(option, "folder", &value)) {
        copy(channel->folder, sizeof(channel->folder), value);
    } else if (value_of(option, "arg", &value) &&
               channel->n_args < CHANNELS_ARGV_MAX) {
        copy(channel->args[channel->n_args++], KITH_CHILD_OPTION_MAX, value);
    } else if (value_of(option, "timeout_ms", &value)) {
        copy(number, sizeof(number), value);
        channel->timeout_ms = strtoll(number, NULL, 10);
    } else {
        return KITH_INVALID;
    }
    return KITH_OK;
}

static enum kith_status take_channel(struct notify_channel *channel,
                                     const struct kith_notify_channel *given)
{
    size_t i;
    enum kith_status status = KITH_OK;

    *channel = (struct notify_channel){.timeout_ms = EXEC_TIMEOUT_MS};
    copy(channel->name, sizeof(channel->name), given->name);
    for (i = 0; status == KITH_OK && i < given->n_options; i++)
        status = take_option(channel, given->options[i]);
    if (status != KITH_OK)
        return status;
    if (kith_bytes_is(given->kind, "file") && channel->folder[0] == '/')
        channel->kind = CHANNEL_FILE;
    else if (kith_bytes_is(given->kind, "exec") && channel->args[0][0] == '/')
        channel->kind = CHANNEL_EXEC;
    else
        return KITH_INVALID;
    return KITH_OK;
}

enum kith_status channels_take(struct channels *channels,
                               const struct kith_notify_setup *setup)
{
    enum kith_status status = KITH_OK;
    size_t i;

    channels->count = 0;
    for (i = 0; status == KITH_OK && i < setup->n_channels; i++)
        status = take_channel(&channels->rows[i], &setup->channels[i]);
    if (status == KITH_OK)
        channels->count = setup->n_channels;
    return status;
}

const struct notify_channel *channels_find(const struct channels *channels,
                                           struct kith_bytes name)
{
    size_t i;

    for (i = 0; i < channels->count; i++) {
        if (kith_bytes_is(name, channels->rows[i].name))
            return &channels->rows[i];
    }
    return NULL;
}
