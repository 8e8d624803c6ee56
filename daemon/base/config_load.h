/* config_load - reads the configuration file.
 *
 * Threads: any.
 */
#ifndef BASE_CONFIG_LOAD_H
#define BASE_CONFIG_LOAD_H

#include "kith/status.h"

struct config;
struct kith_error;

/* Reads PATH. On failure ERR says file, line, what, and the nearest option:
 *
 * KITH_NOT_FOUND  no such file
 * KITH_DENIED     everybody may write it
 * KITH_INVALID    unknown option, wrong value, a must missing, `$` in it
 * KITH_LIMIT      over a bound above, or the file is too long
 * KITH_NOT_UNDERSTOOD  a channel kind that this version cannot deliver
 * KITH_IO, KITH_NOMEM
 */
enum kith_status config_load(const char *path, struct config **ret_config,
                             struct kith_error *err) KITH_MUST_CHECK;

#endif
