/* sim_random - all chance of a schedule, from one seed.
 *
 * Two streams: one for what the simulator decides, one for what libsodium is
 * asked for, so that a change in how many random bytes the rules draw leaves
 * the schedule as it is.
 * Threads: one.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* Makes libsodium draw from here; call before kith_crypto_start. */
void sim_random_install(void);
/* Begins both streams anew. */
void sim_random_seed(uint64_t seed);

/* 0 .. BOUND - 1; BOUND > 0. */
uint64_t sim_below(uint64_t bound);
/* FROM .. TO, both included. */
int64_t sim_between(int64_t from, int64_t to);
/* True in PERMILLE of 1,000 cases. */
bool sim_chance(unsigned permille);

#endif
