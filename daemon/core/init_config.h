/* init_config - the configuration that `kithd init` finds or makes.
 *
 * Threads: main thread.
 */
#ifndef CORE_INIT_CONFIG_H
#define CORE_INIT_CONFIG_H

#include <stdbool.h>

#include "kith/status.h"

struct config;
struct kith_error;
struct options;

/* Loads options->config; when there is none, writes one from the options and
 * loads that (*ret_made). An option that a standing file would contradict is
 * refused: KITH_CONFLICT. KITH_INVALID as config_load; nothing is left behind
 * then. */
enum kith_status init_config(const struct options *options,
                             struct config **ret_config, bool *ret_made,
                             struct kith_error *err) KITH_MUST_CHECK;

#endif
