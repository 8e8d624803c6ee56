/* channels - the configured ways a notice can take, as kithd set them up.
 *
 * Threads: loop thread only.
 */
#ifndef NOTIFY_CHANNELS_H
#define NOTIFY_CHANNELS_H

#include "kith/child.h"

enum {
    CHANNELS_ARGV_MAX = KITH_CHILD_OPTIONS_MAX
};

enum channel_kind {
    CHANNEL_FILE = 1,
    CHANNEL_EXEC = 2
};

struct notify_channel {
    char name[KITH_NAME_MAX + 1];
    enum channel_kind kind;
    char folder[KITH_CHILD_OPTION_MAX]; /* file: absolute */
    char args[CHANNELS_ARGV_MAX][KITH_CHILD_OPTION_MAX];
    size_t n_args;      /* exec: >= 1, args[0] absolute */
    int64_t timeout_ms; /* exec */
};

struct channels {
    struct notify_channel rows[KITH_CHILD_CHANNELS_MAX];
    size_t count;
};

/* Copies what SETUP brought. KITH_INVALID: a kind or option that this program
 * does not know; kithd checked the configuration, so this is a fault of ours. */
enum kith_status channels_take(struct channels *channels,
                               const struct kith_notify_setup *setup)
    KITH_MUST_CHECK;

/* The channel of that name, or NULL. */
const struct notify_channel *channels_find(const struct channels *channels,
                                           struct kith_bytes name);

#endif
