/* sim_run - the life of one schedule.
 *
 * Threads: one.
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include "sim/sim_world.h"

/* Makes two companies that know each other, with faults drawn from the seed;
 * false: failed, said. sim_run_destroy in either case. */
bool sim_run_create(struct sim_world *world);
void sim_run_destroy(struct sim_world *world);

/* Faults and acts, then healing; everything is checked. */
void sim_run_schedule(struct sim_world *world);

/* What happens up to UNTIL_MS of virtual time. *acts: how many acts of people
 * are left; none: they mend what is broken. */
void sim_run_until(struct sim_world *world, int64_t until_ms, unsigned *acts);
/* From here on nothing goes wrong by chance. */
void sim_run_stop_faults(struct sim_world *world);

#endif
