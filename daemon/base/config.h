/* config - the daemon's configuration file, read into one plain struct.
 *
 * Hand-written, never rewritten by the daemon; partners, grants and keys live
 * in the store. What a word of the file means stands in config_options.c.
 * Not here: reading the file (config_load.h); applying a change (core).
 * Threads: one owner at a time; a loaded struct is never changed.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/limits.h"
#include "kith/status.h"

enum {
    CONFIG_FILE_MAX = 256 * 1024, /* bytes of a configuration file */
    CONFIG_PATH_MAX = 1024,       /* bytes of a path in it */
    CONFIG_SOCKET_MAX = 108,      /* bytes of sun_path with NUL */
    CONFIG_CHANNELS_MAX = 16,
    CONFIG_ARGV_MAX = 8,   /* words of an exec channel's command */
    CONFIG_WORD_MAX = 256, /* bytes of one such word */
    CONFIG_LISTEN_MAX = 8
};

enum config_channel_kind {
    CONFIG_CHANNEL_FILE = 1, /* one file per notice in a drop folder */
    CONFIG_CHANNEL_EXEC = 2  /* a program that gets the notice on stdin */
};

struct config_channel {
    char name[KITH_NAME_MAX + 1];
    enum config_channel_kind kind;
    char folder[CONFIG_PATH_MAX];                    /* file: absolute */
    char argv[CONFIG_ARGV_MAX][CONFIG_WORD_MAX + 1]; /* exec: argv[0] is an
                                                        absolute path */
    size_t n_argv;
    int64_t timeout_ms; /* exec: killed after it */
};

struct config {
    char path[CONFIG_PATH_MAX]; /* of the file it came from */
    char company[KITH_NAME_MAX + 1];
    char listen[CONFIG_LISTEN_MAX][KITH_URL_MAX + 1];    /* "tcp://host:port" */
    size_t n_listen;                                     /* 0: dials only */
    char announce[KITH_ENDPOINTS_MAX][KITH_URL_MAX + 1]; /* for the card */
    size_t n_announce;
    char data[CONFIG_PATH_MAX]; /* data folder, absolute */
    char key[CONFIG_PATH_MAX];  /* path of the key file, resolved */
    bool key_is_credential;

    uint32_t max_partners;    /* 1..KITH_PARTNERS_MAX */
    uint64_t partner_rate;    /* entries a minute taken from one partner */
    uint64_t store_map;       /* bytes, multiple of 1 MiB */
    int64_t reconnect_min_ms; /* first wait before dialling again */
    int64_t reconnect_max_ms; /* last, by doubling */

    char control_socket[CONFIG_SOCKET_MAX]; /* absolute path */
    char control_group[64]; /* may open it; empty: the daemon's */

    struct config_channel channels[CONFIG_CHANNELS_MAX];
    size_t n_channels;
};

/* NULL-safe. */
void config_destroy(struct config **config);

/* The channel of that name, or NULL. */
const struct config_channel *config_channel(const struct config *config,
                                            const char *name);

/* Names the options in which NEXT differs from CURRENT but which only a
 * restart applies ("listen", "data", ...), separated by ", "; empty: none. */
void config_restart_needed(const struct config *current,
                           const struct config *next, char *ret_names,
                           size_t size);

/* Puts what runs (CURRENT) in place of those options in NEXT, so that the next
 * change is held against what runs and not against a file never applied. */
void config_keep_running(const struct config *current, struct config *next);

/* Where the file is looked for when none is named: $KITH_CONFIG, else
 * /etc/kith/kith.conf. */
const char *config_default_path(void);

#endif
