/* sim_soak - hours of virtual time with a link that comes and goes.
 *
 * Threads: one.
 */
#ifndef SIM_SOAK_H
#define SIM_SOAK_H

#include <stdbool.h>
#include <stdint.h>

/* Plays HOURS (at least 2) from SEED: in the first half something is posted
 * every minute, in the second nothing. Prints a line an hour. Exit code: 0
 * when nothing grew that nobody posted and all that was posted arrived. */
int sim_soak(uint64_t seed, unsigned hours, bool verbose);

#endif
