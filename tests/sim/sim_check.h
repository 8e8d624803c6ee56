/* sim_check - what must hold, whatever happened.
 *
 * At every commit and every frame that leaves, and at the end:
 * - what a receipt covers is at the receiver exactly once, in order,
 *   byte-equal; no receipt without data;
 * - no entry without a grant that allowed it when it was made, no body sent
 *   again that may no longer leave;
 * - trees and checkpoints agree, all checkpoints ever sent are consistent;
 * - after healing everything queued has arrived and shows what was posted.
 * Threads: one.
 */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include "sim/sim_world.h"

/* SIDE has committed: looks at what is new in its store. */
void sim_check_committed(struct sim_world *world, struct sim_side *side);
/* SIDE lets FRAME go. */
void sim_check_sent(struct sim_world *world, struct sim_side *side,
                    struct kith_bytes frame);
/* Both logs, in full. QUIET: everything must have arrived too. */
void sim_check_all(struct sim_world *world, bool quiet);

#endif
