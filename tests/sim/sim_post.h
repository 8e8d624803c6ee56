/* sim_post - posting by chance: projects, what is in them, answers.
 *
 * Threads: one.
 */
#ifndef SIM_POST_H
#define SIM_POST_H

#include "kith/record.h"
#include "sim/sim_world.h"

/* Posts something new, a new revision, or an answer to the partner. */
void sim_post_any(struct sim_world *world, struct sim_side *side);

/* The serial number that RECORD shows; 0: none. */
uint64_t sim_post_serial(const struct kith_record *record);

#endif
