/* config_options - the words of the configuration file, and what each may be.
 *
 * Private to daemon/base: config.c reads the values that passed here.
 * Threads: one owner at a time.
 */
#ifndef BASE_CONFIG_OPTIONS_H
#define BASE_CONFIG_OPTIONS_H

#include <stddef.h>

#include "kith/status.h"

struct cfg_t;
struct config_reading;

/* A libConfuse reader that knows our options and reports into READING. NULL:
 * out of memory. Freed with cfg_free. */
struct cfg_t *config_options_new(struct config_reading *reading);

/* Looks for `$` outside comments, control characters, and braces or quotes
 * that are not closed, before libConfuse would expand or overlook them. LEN bytes of TEXT, which ends with a NUL besides. KITH_INVALID. */
enum kith_status config_options_scan(struct config_reading *reading,
                                     const char *text, size_t len);

#endif
