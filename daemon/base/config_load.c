/* config_load - loads the configuration file into struct config.
 *
 * Order: bound (size), scan ($ and control characters), parse with the checks
 * of config_options.c, fill the struct, then the rules that span options.
 * Not here: what an option may hold; applying the result.
 */
#include "base/config_load.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/config.h"
#include "base/config_checks.h"
#include "base/config_options.h"
#include "base/file.h"
#include "base/text.h"
#include "kith/bytes.h"
#include "kith/error.h"

/* Lengths were checked at parsing, so nothing is cut here. */
static void fill_text(const char *value, char *ret_text, size_t size)
{
    (void)snprintf(ret_text, size, "%s", value == NULL ? "" : value);
}

static size_t fill_urls(cfg_t *cfg, const char *option,
                        char urls[][KITH_URL_MAX + 1])
{
    unsigned int n = cfg_size(cfg, option);

    for (unsigned int i = 0; i < n; i++)
        fill_text(cfg_getnstr(cfg, option, i), urls[i], KITH_URL_MAX + 1);
    return n;
}

/* Path of the key file: of a credential, in the folder systemd names. */
static enum kith_status fill_key(cfg_t *cfg, struct config *config,
                                 struct kith_error *err)
{
    const char *key = cfg_getstr(cfg, "key");
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    int written;

    if (key == NULL) {
        written =
            snprintf(config->key, sizeof(config->key), "%s/key", config->data);
    } else if (strncmp(key, "file:", 5) == 0) {
        written = snprintf(config->key, sizeof(config->key), "%s", key + 5);
    } else {
        config->key_is_credential = true;
        if (folder == NULL)
            return kith_fail(err, KITH_INVALID, "no_credential",
                             "set key = \"file:/PATH\", or start kithd from "
                             "its unit",
                             "%s: key = \"%s\", but systemd gave no "
                             "credentials",
                             config->path, key);
        written = snprintf(config->key, sizeof(config->key), "%s/%s", folder,
                           key + strlen("credential:"));
    }
    if (written < 0 || (size_t)written >= sizeof(config->key))
        return kith_fail(err, KITH_LIMIT, "path_too_long", "",
                         "%s: the path of the key is too long", config->path);
    return KITH_OK;
}

static enum kith_status fill_limits(cfg_t *limits, struct config *config,
                                    struct kith_error *err)
{
    const uint64_t mib = 1024 * 1024;

    config->max_partners = (uint32_t)cfg_getint(limits, "max_partners");
    if (text_size(cfg_getstr(limits, "store_map"), &config->store_map) !=
            KITH_OK ||
        text_rate(cfg_getstr(limits, "partner_rate"), &config->partner_rate) !=
            KITH_OK ||
        text_duration(cfg_getstr(limits, "reconnect_min"),
                      &config->reconnect_min_ms) != KITH_OK ||
        text_duration(cfg_getstr(limits, "reconnect_max"),
                      &config->reconnect_max_ms) != KITH_OK)
        return KITH_INVALID;
    config->store_map = config->store_map / mib * mib;
    if (config->reconnect_min_ms > config->reconnect_max_ms)
        return kith_fail(err, KITH_INVALID, "config", "",
                         "%s: limits: reconnect_min is above reconnect_max",
                         config->path);
    return KITH_OK;
}

static enum kith_status fill_channel(cfg_t *cfg, struct config *config,
                                     struct kith_error *err)
{
    struct config_channel *channel = &config->channels[config->n_channels];
    const char *title = cfg_title(cfg);
    const char *kind = cfg_getstr(cfg, "kind");
    bool is_exec = kind != NULL && strcmp(kind, "exec") == 0;
    const char *must = is_exec ? "command" : "folder";
    const char *other = is_exec ? "folder" : "command";

    if (title == NULL || title[0] == '\0' || strlen(title) > KITH_NAME_MAX)
        return kith_fail(err, KITH_INVALID, "config", "",
                         "%s: a channel's name has 1 to %d bytes", config->path,
                         KITH_NAME_MAX);
    if (kind == NULL)
        return kith_fail(err, KITH_INVALID, "config",
                         "add kind = file or kind = exec",
                         "%s: channel \"%s\" has no kind", config->path, title);
    if (cfg_size(cfg, must) == 0 || (!is_exec && cfg_getstr(cfg, must) == NULL))
        return kith_fail(err, KITH_INVALID, "config", "",
                         "%s: channel \"%s\" of kind %s needs '%s'",
                         config->path, title, kind, must);
    if (is_exec ? cfg_getstr(cfg, other) != NULL : cfg_size(cfg, other) > 0)
        return kith_fail(err, KITH_INVALID, "config", "",
                         "%s: channel \"%s\" of kind %s takes no '%s'",
                         config->path, title, kind, other);
    fill_text(title, channel->name, sizeof(channel->name));
    channel->kind = is_exec ? CONFIG_CHANNEL_EXEC : CONFIG_CHANNEL_FILE;
    if (text_duration(cfg_getstr(cfg, "timeout"), &channel->timeout_ms) !=
        KITH_OK)
        return KITH_INVALID;
    if (!is_exec)
        fill_text(cfg_getstr(cfg, "folder"), channel->folder,
                  sizeof(channel->folder));
    for (unsigned int i = 0; is_exec && i < cfg_size(cfg, "command"); i++)
        fill_text(cfg_getnstr(cfg, "command", i), channel->argv[i],
                  sizeof(channel->argv[i]));
    channel->n_argv = is_exec ? cfg_size(cfg, "command") : 0;
    config->n_channels++;
    return KITH_OK;
}

static enum kith_status fill_config(cfg_t *cfg, struct config *config,
                                    struct kith_error *err)
{
    cfg_t *control = cfg_getsec(cfg, "control");
    unsigned int n_channels = cfg_size(cfg, "channel");
    enum kith_status status = KITH_OK;

    fill_text(cfg_getstr(cfg, "company"), config->company,
              sizeof(config->company));
    if (config->company[0] == '\0')
        return kith_fail(err, KITH_INVALID, "config",
                         "add a line such as company = \"ACME Devices\"",
                         "%s: no company is named", config->path);
    config->n_listen = fill_urls(cfg, "listen", config->listen);
    config->n_announce = fill_urls(cfg, "announce", config->announce);
    fill_text(cfg_getstr(cfg, "data"), config->data, sizeof(config->data));
    fill_text(cfg_getstr(control, "socket"), config->control_socket,
              sizeof(config->control_socket));
    fill_text(cfg_getstr(control, "group"), config->control_group,
              sizeof(config->control_group));
    status = fill_key(cfg, config, err);
    if (status == KITH_OK)
        status = fill_limits(cfg_getsec(cfg, "limits"), config, err);
    if (status == KITH_OK && n_channels > CONFIG_CHANNELS_MAX)
        status = kith_fail(err, KITH_LIMIT, "config", "",
                           "%s: more than %d channels", config->path,
                           CONFIG_CHANNELS_MAX);
    for (unsigned int i = 0; status == KITH_OK && i < n_channels; i++)
        status = fill_channel(cfg_getnsec(cfg, "channel", i), config, err);
    return status;
}

/* Parses TEXT (LEN bytes and a NUL). */
static enum kith_status read_text(const char *text, size_t len,
                                  struct config *config, struct kith_error *err)
{
    struct config_reading reading = {0};
    struct kith_error own;
    cfg_t *cfg = NULL;
    enum kith_status status;

    kith_error_clear(&own);
    reading.path = config->path;
    reading.err = err == NULL ? &own : err;
    status = config_options_scan(&reading, text, len);
    if (status != KITH_OK || len == 0)
        goto out;
    cfg = config_options_new(&reading);
    if (cfg == NULL) {
        status = kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
        goto out;
    }
    if (cfg_parse_buf(cfg, text) != CFG_SUCCESS) {
        status = reading.status;
        /* libConfuse failed without calling the error function */
        if (status == KITH_OK)
            status = kith_fail(err, KITH_INVALID, "config", "",
                               "%s: cannot be read", config->path);
        goto out;
    }
    status = fill_config(cfg, config, err);
out:
    if (status == KITH_OK && len == 0)
        status =
            kith_fail(err, KITH_INVALID, "config", "kith init --company NAME",
                      "%s is empty", config->path);
    if (cfg != NULL)
        (void)cfg_free(cfg);
    return status;
}

/* Whoever may write it may have any program run as kithd's user. */
static enum kith_status check_mode(const char *path, struct kith_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0 || (info.st_mode & S_IWOTH) == 0)
        return KITH_OK;
    return kith_fail(err, KITH_DENIED, "config_writable", "chmod o-w the file",
                     "%s may be written by everybody (mode %03o)", path,
                     (unsigned)info.st_mode & 0777);
}

enum kith_status config_load(const char *path, struct config **ret_config,
                             struct kith_error *err)
{
    struct kith_buf text = {0};
    struct config *config = calloc(1, sizeof(*config));
    enum kith_status status = KITH_OK;

    if (config == NULL) {
        status = kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
        goto out;
    }
    if (strlen(path) >= sizeof(config->path)) {
        status = kith_fail(err, KITH_LIMIT, "path_too_long", "",
                           "the path of the configuration is too long");
        goto out;
    }
    fill_text(path, config->path, sizeof(config->path));
    status = check_mode(path, err);
    if (status == KITH_OK)
        status = file_read(path, CONFIG_FILE_MAX, &text, err);
    if (status == KITH_OK)
        status = kith_buf_add(&text, "", 1);
    if (status == KITH_OK)
        status = read_text((const char *)text.data, text.len - 1, config, err);
    if (status == KITH_OK) {
        *ret_config = config;
        config = NULL;
    }
out:
    kith_buf_clear(&text);
    config_destroy(&config);
    return status;
}
