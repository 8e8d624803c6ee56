/* sim_ops - what people do at both companies: post, answer, grant, take back,
 * pause, verify, sign.
 *
 * Threads: one.
 */
#ifndef SIM_OPS_H
#define SIM_OPS_H

#include "sim/sim_world.h"

/* One act drawn by chance, at one side. */
void sim_ops_any(struct sim_world *world);
/* What lets a schedule end well: both verify, nobody pauses, the agreement is
 * signed as soon as it can be. */
void sim_ops_heal(struct sim_world *world);

#endif
