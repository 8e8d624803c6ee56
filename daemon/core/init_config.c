/* init_config - writes a short kith.conf that a person goes on with.
 *
 * The daemon never writes the file again.
 */
#include "core/init_config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_load.h"
#include "base/file.h"
#include "base/paths.h"
#include "core/options.h"
#include "kith/bytes.h"
#include "kith/error.h"

static enum kith_status add(struct kith_buf *text, const char *words)
{
    return kith_buf_add(text, words, strlen(words));
}

/* "VALUE" with quotes and backslashes escaped. */
static enum kith_status add_quoted(struct kith_buf *text, const char *value)
{
    enum kith_status status = add(text, "\"");

    for (; status == KITH_OK && *value != '\0'; value++) {
        if (*value == '"' || *value == '\\')
            status = add(text, "\\");
        if (status == KITH_OK)
            status = kith_buf_add(text, value, 1);
    }
    return status == KITH_OK ? add(text, "\"") : status;
}

static enum kith_status add_setting(struct kith_buf *text, const char *name,
                                    const char *value)
{
    enum kith_status status = KITH_OK;

    if (value == NULL)
        return KITH_OK;
    status = add(text, name);
    if (status == KITH_OK)
        status = add(text, " = ");
    if (status == KITH_OK)
        status = add_quoted(text, value);
    return status == KITH_OK ? add(text, "\n") : status;
}

static enum kith_status add_list(struct kith_buf *text, const char *name,
                                 const char *const *values, size_t n)
{
    enum kith_status status = KITH_OK;

    if (n == 0)
        return KITH_OK;
    status = add(text, name);
    if (status == KITH_OK)
        status = add(text, " = {");
    for (size_t i = 0; status == KITH_OK && i < n; i++) {
        status = add(text, i == 0 ? " " : ", ");
        if (status == KITH_OK)
            status = add_quoted(text, values[i]);
    }
    return status == KITH_OK ? add(text, " }\n") : status;
}

/* Paths are typed as seen from here, and kept as seen from anywhere. */
static const char *make_absolute(const char *path, char *buffer, size_t size)
{
    char here[PATH_MAX];

    if (path == NULL || path[0] == '/' || getcwd(here, sizeof(here)) == NULL ||
        paths_join(here, path, buffer, size) != KITH_OK)
        return path;
    return buffer;
}

static enum kith_status write_config(const struct options *options,
                                     struct kith_error *err)
{
    struct kith_buf text = {0};
    char data[PATH_MAX];
    char socket[PATH_MAX];
    const char *socket_path =
        make_absolute(options->socket, socket, sizeof(socket));
    enum kith_status status = add(&text, "# kith.conf - see kith.conf(5)\n");

    if (status == KITH_OK)
        status = add_setting(&text, "company", options->company);
    if (status == KITH_OK)
        status = add_list(&text, "listen", options->listen, options->n_listen);
    if (status == KITH_OK)
        status =
            add_list(&text, "announce", options->announce, options->n_announce);
    if (status == KITH_OK)
        status = add_setting(&text, "data",
                             make_absolute(options->data, data, sizeof(data)));
    if (status == KITH_OK && socket_path != NULL) {
        status = add(&text, "control { ");
        if (status == KITH_OK)
            status = add(&text, "socket = ");
        if (status == KITH_OK)
            status = add_quoted(&text, socket_path);
        if (status == KITH_OK)
            status = add(&text, " }\n");
    }
    if (status != KITH_OK)
        status = kith_fail(err, status, "no_memory", "", "out of memory");
    else
        status = file_create(options->config, kith_buf_bytes(&text), 0640, err);
    kith_buf_clear(&text);
    return status;
}

enum kith_status init_config(const struct options *options,
                             struct config **ret_config, bool *ret_made,
                             struct kith_error *err)
{
    bool given = options->company != NULL || options->data != NULL ||
                 options->socket != NULL || options->n_listen > 0 ||
                 options->n_announce > 0;
    bool made = false;
    enum kith_status status;

    if (access(options->config, F_OK) == 0) {
        if (given)
            return kith_fail(err, KITH_CONFLICT, "config_exists",
                             "change the file, then kith init without "
                             "--company and the like",
                             "%s stands already", options->config);
    } else {
        if (options->company == NULL)
            return kith_fail(err, KITH_INVALID, "usage",
                             "kith init --company \"ACME Devices\"",
                             "name the company: there is no %s yet",
                             options->config);
        status = write_config(options, err);
        if (status != KITH_OK)
            return status;
        made = true;
    }
    status = config_load(options->config, ret_config, err);
    if (status != KITH_OK && made)
        (void)unlink(options->config);
    *ret_made = made && status == KITH_OK;
    return status;
}
