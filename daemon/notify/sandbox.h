/* sandbox - what this process may still touch once its channels are known.
 *
 * Landlock: it reads and executes system folders and writes only the drop
 * folders of its channels; the data folder is not among them.
 * Threads: before the loop, once.
 */
#ifndef NOTIFY_SANDBOX_H
#define NOTIFY_SANDBOX_H

#include <stdint.h>

#include "kith/status.h"

struct channels;

/* Limits, no core dumps, no new privileges; before anything is read. */
enum kith_status sandbox_start(void) KITH_MUST_CHECK;

/* Enters Landlock for good. Returns the ABI level in force; 0: the kernel
 * offers none, nothing is restricted and file and exec channels must be
 * refused. */
uint8_t sandbox_enter(const struct channels *channels);

/* Tries WHAT (enum kith_probe) on PATH, for the test that proves the sandbox.
 * Returns the errno met, 0 when it was possible. */
uint32_t sandbox_probe(uint8_t what, const char *path);

#endif
