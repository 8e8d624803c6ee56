/* sim_fate - what befalls a company or the network between two: a jump of the
 * wall clock, a full disk, a process that stands still, a partition.
 *
 * Threads: one.
 */
#ifndef SIM_FATE_H
#define SIM_FATE_H

#include "sim/sim_world.h"

/* Draws one, for SIDE. */
void sim_fate_any(struct sim_world *world, struct sim_side *side);
/* All of them end; clocks stay as they are. */
void sim_fate_end(struct sim_world *world);

#endif
