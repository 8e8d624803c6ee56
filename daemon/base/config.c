/* config - small questions about a loaded configuration.
 *
 * Not here: the file (config_load.c) and its words (config_options.c).
 */
#include "base/config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void config_destroy(struct config **config)
{
    free(*config);
    *config = NULL;
}

const struct config_channel *config_channel(const struct config *config,
                                            const char *name)
{
    for (size_t i = 0; i < config->n_channels; i++) {
        if (strcmp(config->channels[i].name, name) == 0)
            return &config->channels[i];
    }
    return NULL;
}

void config_restart_needed(const struct config *current,
                           const struct config *next, char *ret_names,
                           size_t size)
{
    const struct {
        const char *name;
        bool changed;
    } options[] = {
        {"listen", current->n_listen != next->n_listen ||
                       memcmp(current->listen, next->listen,
                              sizeof(current->listen)) != 0},
        {"data", strcmp(current->data, next->data) != 0},
        {"key", strcmp(current->key, next->key) != 0},
        {"store_map", current->store_map != next->store_map},
        {"max_partners", current->max_partners != next->max_partners},
        {"control socket",
         strcmp(current->control_socket, next->control_socket) != 0},
        {"control group",
         strcmp(current->control_group, next->control_group) != 0},
    };
    size_t used = 0;

    ret_names[0] = '\0';
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        int written;

        if (!options[i].changed)
            continue;
        written = snprintf(ret_names + used, size - used, "%s%s",
                           used > 0 ? ", " : "", options[i].name);
        if (written < 0 || (size_t)written >= size - used)
            return;
        used += (size_t)written;
    }
}

void config_keep_running(const struct config *current, struct config *next)
{
    memcpy(next->listen, current->listen, sizeof(next->listen));
    next->n_listen = current->n_listen;
    memcpy(next->data, current->data, sizeof(next->data));
    memcpy(next->key, current->key, sizeof(next->key));
    next->key_is_credential = current->key_is_credential;
    next->store_map = current->store_map;
    next->max_partners = current->max_partners;
    memcpy(next->control_socket, current->control_socket,
           sizeof(next->control_socket));
    memcpy(next->control_group, current->control_group,
           sizeof(next->control_group));
}

const char *config_default_path(void)
{
    const char *path = getenv("KITH_CONFIG");

    return path != NULL && path[0] != '\0' ? path : "/etc/kith/kith.conf";
}
