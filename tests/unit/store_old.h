/* store_old - writes a store as a kithd of an older schema left it.
 *
 * What the layouts were stands here once more, on libsodium alone: nothing of
 * the store's own code for seals and migration is used.
 * Threads: one.
 */
#ifndef TESTS_STORE_OLD_H
#define TESTS_STORE_OLD_H

#include <stdint.h>

#include "store/store.h"

/* Turns the closed store of OPTIONS into one of schema 1, in which the row of
 * link COUNTED says how many bytes its partner's entries take up and the other
 * links' rows do not (0: none does). Dies of a failed assertion. */
void store_old_write(const struct store_options *options, uint32_t counted);
/* Says in its check row that the store is of SCHEMA; nothing else changes. */
void store_old_claim(const struct store_options *options, uint32_t schema);

#endif
