/* config_checks - one check per option of the configuration file.
 *
 * Private to daemon/base.
 * Threads: one owner at a time.
 */
#ifndef BASE_CONFIG_CHECKS_H
#define BASE_CONFIG_CHECKS_H

#include <confuse.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "kith/status.h"

struct kith_error;

/* Name of the hidden option whose target is the struct below; no file can
 * hold it, because control characters are refused. */
#define CONFIG_HIDDEN "\x01reading"

enum {
    CONFIG_SEEN_MAX = 256
};

struct config_seen {
    const void *section;
    const void *option;
    unsigned int size; /* values it had then */
    bool ended;        /* a list: its closing brace was met */
};

/* One reading of one file; lives as long as the cfg_t made for it. */
struct config_reading {
    long none;              /* what the hidden option would write to */
    const char *path;       /* of the file, for messages; borrowed */
    struct kith_error *err; /* the first fault; borrowed, not NULL */
    enum kith_status status;
    struct config_seen
        seen[CONFIG_SEEN_MAX]; /* options met so far, to see doubles */
    size_t n_seen;
};

/* Reports "PATH:LINE: WHAT" into READING, unless it holds a fault already. */
void config_check_report(struct config_reading *reading, int line,
                         enum kith_status status, const char *next,
                         const char *what);

/* Error function for libConfuse: unknown option, bad number, missing brace. */
void config_check_error(cfg_t *cfg, const char *format, va_list values)
    __attribute__((format(printf, 2, 0)));

/* Checks for libConfuse, of the value it read last: 0, or -1 after a report.
 * Each refuses an option that stands twice, where libConfuse would silently
 * take the last. This one does no more. */
int config_check_once(cfg_t *cfg, cfg_opt_t *opt);
/* Text of 1 to KITH_NAME_MAX bytes. */
int config_check_name(cfg_t *cfg, cfg_opt_t *opt);
/* Text of 1 to 63 bytes; that there is such a group is seen at start. */
int config_check_group(cfg_t *cfg, cfg_opt_t *opt);
/* One value of a list of tcp://HOST:PORT. */
int config_check_endpoints(cfg_t *cfg, cfg_opt_t *opt);
/* An absolute path; that of the socket fits sun_path. */
int config_check_path(cfg_t *cfg, cfg_opt_t *opt);
int config_check_socket(cfg_t *cfg, cfg_opt_t *opt);
/* file:PATH, absolute, or credential:NAME. */
int config_check_key(cfg_t *cfg, cfg_opt_t *opt);
/* A number within 1..KITH_PARTNERS_MAX. */
int config_check_partners(cfg_t *cfg, cfg_opt_t *opt);
/* A rate such as 50/s or 3000/min, not 0. */
int config_check_rate(cfg_t *cfg, cfg_opt_t *opt);
/* A size as text_size reads it, 4MiB to 4TiB. */
int config_check_map(cfg_t *cfg, cfg_opt_t *opt);
/* A time as text_duration reads it. */
int config_check_duration(cfg_t *cfg, cfg_opt_t *opt);
/* A kind of channel that this version delivers. */
int config_check_kind(cfg_t *cfg, cfg_opt_t *opt);
/* One word of a program's command; the first is an absolute path. */
int config_check_command(cfg_t *cfg, cfg_opt_t *opt);
/* An option of channels that this version does not deliver: always -1. */
int config_check_later(cfg_t *cfg, cfg_opt_t *opt);

#endif
