/* config_checks - what each option of the configuration file may hold.
 *
 * A check runs at the moment libConfuse has read the value, so that a fault is
 * reported with its line. libConfuse hands its callbacks no pointer of ours: a
 * hidden option in every section carries it, which keeps this file free of
 * state.
 * Not here: which options there are (config_options.c).
 */
#include "base/config_checks.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/text.h"
#include "kith/error.h"
#include "kith/nearest.h"

static struct config_reading *find_reading(const cfg_t *cfg)
{
    for (const cfg_opt_t *opt = cfg->opts; opt->name != NULL; opt++) {
        if (strcmp(opt->name, CONFIG_HIDDEN) == 0)
            return (struct config_reading *)(void *)opt->simple_value.number;
    }
    return NULL;
}

/* The nearest option of the section to the unknown NAME, or NULL. */
static const char *find_near(const cfg_t *cfg, const char *name)
{
    const char *names[64];
    size_t n = 0;

    for (const cfg_opt_t *opt = cfg->opts; opt->name != NULL; opt++) {
        if (n < sizeof(names) / sizeof(names[0]) && opt->name[0] > ' ')
            names[n++] = opt->name;
    }
    return kith_nearest(name, names, n);
}

void config_check_report(struct config_reading *reading, int line,
                         enum kith_status status, const char *next,
                         const char *what)
{
    if (reading->status != KITH_OK)
        return;
    reading->status = kith_fail(reading->err, status, "config", next,
                                "%s:%d: %s", reading->path, line, what);
}

/* libConfuse's own faults: unknown option, bad number, missing brace. */
void config_check_error(cfg_t *cfg, const char *format, va_list values)
{
    static const char unknown[] = "no such option '";
    struct config_reading *reading = find_reading(cfg);
    char what[256];
    char next[KITH_ERROR_NEXT_MAX] = "";

    if (reading == NULL)
        return;
    (void)vsnprintf(what, sizeof(what), format, values);
    if (strncmp(what, unknown, sizeof(unknown) - 1) == 0) {
        const char *quoted = what + sizeof(unknown) - 1;
        char name[KITH_NAME_MAX + 1];
        const char *near = NULL;

        (void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(quoted, "'"),
                       quoted);
        near = find_near(cfg, name);
        if (near != NULL)
            (void)snprintf(next, sizeof(next), "did you mean '%s'?", near);
    }
    config_check_report(reading, cfg->line, KITH_INVALID, next, what);
}

/* Reports a fault of the option OPT of CFG. Always -1, for libConfuse. */
__attribute__((format(printf, 4, 5))) static int refuse(cfg_t *cfg,
                                                        const cfg_opt_t *opt,
                                                        enum kith_status status,
                                                        const char *format, ...)
{
    struct config_reading *reading = find_reading(cfg);
    char why[200];
    char what[300];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(why, sizeof(why), format, values);
    va_end(values);
    (void)snprintf(what, sizeof(what), "option '%s': %s", opt->name, why);
    if (reading != NULL)
        config_check_report(reading, cfg->line, status, "", what);
    return -1;
}

/* True when OPT stood in this section before; libConfuse takes the last. A
 * list is checked after each of its values and once more at its end. */
static bool is_double(cfg_t *cfg, cfg_opt_t *opt)
{
    struct config_reading *reading = find_reading(cfg);
    unsigned int size = cfg_opt_size(opt);

    if (reading == NULL)
        return false;
    for (size_t i = 0; i < reading->n_seen; i++) {
        struct config_seen *seen = &reading->seen[i];

        if (seen->section != cfg || seen->option != opt)
            continue;
        if ((opt->flags & CFGF_LIST) == 0 || seen->ended || size < seen->size)
            return true;
        seen->ended = size == seen->size;
        seen->size = size;
        return false;
    }
    /* bounded: 16 channels of 10 options and the rest fit */
    if (reading->n_seen == CONFIG_SEEN_MAX)
        return false;
    reading->seen[reading->n_seen].section = cfg;
    reading->seen[reading->n_seen].option = opt;
    reading->seen[reading->n_seen].size = size;
    reading->seen[reading->n_seen].ended = false;
    reading->n_seen++;
    return false;
}

int config_check_once(cfg_t *cfg, cfg_opt_t *opt)
{
    if (is_double(cfg, opt))
        return refuse(cfg, opt, KITH_INVALID, "given twice");
    return 0;
}

static const char *last_text(cfg_opt_t *opt)
{
    unsigned int n = cfg_opt_size(opt);
    const char *text = n == 0 ? NULL : cfg_opt_getnstr(opt, n - 1);

    return text == NULL ? "" : text;
}

static int check_length(cfg_t *cfg, cfg_opt_t *opt, size_t max)
{
    size_t len = strlen(last_text(opt));

    if (len == 0)
        return refuse(cfg, opt, KITH_INVALID, "is empty");
    if (len > max)
        return refuse(cfg, opt, KITH_LIMIT, "is longer than %zu bytes", max);
    return 0;
}

int config_check_name(cfg_t *cfg, cfg_opt_t *opt)
{
    if (config_check_once(cfg, opt) != 0)
        return -1;
    return check_length(cfg, opt, KITH_NAME_MAX);
}

int config_check_group(cfg_t *cfg, cfg_opt_t *opt)
{
    if (config_check_once(cfg, opt) != 0)
        return -1;
    return check_length(cfg, opt, 63);
}

static bool is_endpoint(const char *url)
{
    const char *host = url + 6;
    const char *colon = strrchr(url, ':');
    unsigned long port = 0;

    if (strncmp(url, "tcp://", 6) != 0 || colon <= host)
        return false;
    for (const char *p = host; p < colon; p++) {
        bool plain =
            isalnum((unsigned char)*p) != 0 || strchr(".-_[]:%", *p) != NULL;

        if (!plain)
            return false;
    }
    if (colon[1] < '1' || colon[1] > '9' || strlen(colon + 1) > 5)
        return false;
    for (const char *p = colon + 1; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return false;
        port = port * 10 + (unsigned long)(*p - '0');
    }
    return port <= 65535;
}

int config_check_endpoints(cfg_t *cfg, cfg_opt_t *opt)
{
    unsigned int n = cfg_opt_size(opt);

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (n > CONFIG_LISTEN_MAX)
        return refuse(cfg, opt, KITH_LIMIT, "more than %d addresses",
                      CONFIG_LISTEN_MAX);
    for (unsigned int i = 0; i < n; i++) {
        const char *url = cfg_opt_getnstr(opt, i);

        if (url == NULL || strlen(url) > KITH_URL_MAX || !is_endpoint(url))
            return refuse(cfg, opt, KITH_INVALID,
                          "'%.80s' is not of the form tcp://HOST:PORT",
                          url == NULL ? "" : url);
    }
    return 0;
}

int config_check_path(cfg_t *cfg, cfg_opt_t *opt)
{
    if (config_check_once(cfg, opt) != 0 ||
        check_length(cfg, opt, CONFIG_PATH_MAX - 1) != 0)
        return -1;
    if (last_text(opt)[0] != '/')
        return refuse(cfg, opt, KITH_INVALID, "is not an absolute path");
    return 0;
}

int config_check_socket(cfg_t *cfg, cfg_opt_t *opt)
{
    if (config_check_path(cfg, opt) != 0)
        return -1;
    return check_length(cfg, opt, CONFIG_SOCKET_MAX - 1);
}

int config_check_key(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *key = last_text(opt);

    if (config_check_once(cfg, opt) != 0 ||
        check_length(cfg, opt, CONFIG_PATH_MAX - 1) != 0)
        return -1;
    if (strncmp(key, "file:/", 6) == 0)
        return 0;
    if (strncmp(key, "credential:", 11) == 0 && key[11] != '\0' &&
        strchr(key, '/') == NULL)
        return 0;
    return refuse(cfg, opt, KITH_INVALID,
                  "is neither file:/PATH nor credential:NAME");
}

int config_check_partners(cfg_t *cfg, cfg_opt_t *opt)
{
    long n = cfg_opt_getnint(opt, 0);

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (n < 1 || n > KITH_PARTNERS_MAX)
        return refuse(cfg, opt, KITH_INVALID, "%ld is not within 1..%d", n,
                      KITH_PARTNERS_MAX);
    return 0;
}

static int check_size(cfg_t *cfg, cfg_opt_t *opt)
{
    uint64_t bytes = 0;

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (text_size(last_text(opt), &bytes) != KITH_OK)
        return refuse(cfg, opt, KITH_INVALID,
                      "'%.40s' is no size such as 64MiB", last_text(opt));
    return 0;
}

int config_check_map(cfg_t *cfg, cfg_opt_t *opt)
{
    const uint64_t mib = 1024 * 1024;
    uint64_t bytes = 0;

    if (check_size(cfg, opt) != 0)
        return -1;
    if (text_size(last_text(opt), &bytes) != KITH_OK || bytes < 4 * mib ||
        bytes > 4096 * 1024 * mib)
        return refuse(cfg, opt, KITH_INVALID, "is not within 4MiB..4TiB");
    return 0;
}

int config_check_rate(cfg_t *cfg, cfg_opt_t *opt)
{
    uint64_t rate = 0;

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (text_rate(last_text(opt), &rate) != KITH_OK || rate == 0)
        return refuse(cfg, opt, KITH_INVALID,
                      "'%.40s' is no rate such as 50/s or 3000/min",
                      last_text(opt));
    return 0;
}

int config_check_duration(cfg_t *cfg, cfg_opt_t *opt)
{
    int64_t ms = 0;

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (text_duration(last_text(opt), &ms) != KITH_OK || ms < 10)
        return refuse(cfg, opt, KITH_INVALID,
                      "'%.40s' is no time such as 250ms, 5s or 3min",
                      last_text(opt));
    return 0;
}

int config_check_kind(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *kind = last_text(opt);

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (strcmp(kind, "file") == 0 || strcmp(kind, "exec") == 0)
        return 0;
    if (strcmp(kind, "mail") == 0 || strcmp(kind, "webhook") == 0)
        return refuse(cfg, opt, KITH_NOT_UNDERSTOOD,
                      "channels of kind '%s' are not supported yet; "
                      "file and exec are",
                      kind);
    return refuse(cfg, opt, KITH_INVALID,
                  "no kind '%.40s'; there are file and exec", kind);
}

int config_check_command(cfg_t *cfg, cfg_opt_t *opt)
{
    unsigned int n = cfg_opt_size(opt);

    if (config_check_once(cfg, opt) != 0)
        return -1;
    if (n == 0 || cfg_opt_getnstr(opt, 0)[0] != '/')
        return refuse(cfg, opt, KITH_INVALID,
                      "the program is not an absolute path");
    if (n > CONFIG_ARGV_MAX)
        return refuse(cfg, opt, KITH_LIMIT, "more than %d words",
                      CONFIG_ARGV_MAX);
    for (unsigned int i = 0; i < n; i++) {
        if (strlen(cfg_opt_getnstr(opt, i)) > CONFIG_WORD_MAX)
            return refuse(cfg, opt, KITH_LIMIT, "a word of %d bytes or more",
                          CONFIG_WORD_MAX + 1);
    }
    return 0;
}

/* Options of the mail and webhook channels. */
int config_check_later(cfg_t *cfg, cfg_opt_t *opt)
{
    return refuse(cfg, opt, KITH_NOT_UNDERSTOOD,
                  "belongs to channels of kind mail and webhook, which are "
                  "not supported yet");
}
