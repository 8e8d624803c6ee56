/* sim_host - one side's process: batches, commits, actions, deaths.
 *
 * Threads: one.
 */
#ifndef SIM_HOST_H
#define SIM_HOST_H

#include "sim/sim_world.h"

/* Makes SIDE's company, keys, card and empty store; its process runs. */
bool sim_host_create(struct sim_world *world, struct sim_side *side,
                     const char *name);
void sim_host_destroy(struct sim_side *side);
/* The other's card becomes a partner at SIDE. */
bool sim_host_pair(struct sim_world *world, struct sim_side *side,
                   const struct sim_side *other);

/* The process starts (again): new memory, old store. */
bool sim_host_start(struct sim_world *world, struct sim_side *side);
/* The process is killed: memory and connections are gone. */
void sim_host_kill(struct sim_world *world, struct sim_side *side);

/* Handles N events of SIDE in one transaction, or dies at it. */
void sim_host_events(struct sim_world *world, struct sim_side *side,
                     const struct sim_event *events, size_t n);

/* A transaction of SIDE outside the loop, for what people do. WORK returns a
 * status; KITH_OK is committed (or lost with the process), KITH_DENIED and
 * other refusals are aborted and no failure. True when it was committed. */
struct sim_work {
    enum kith_status (*work)(struct act *act, void *context);
    void *context;
    const char *name;
};
bool sim_host_work(struct sim_world *world, struct sim_side *side,
                   const struct sim_work *work);
/* Reads without a chance of dying. */
bool sim_host_read(struct sim_world *world, struct sim_side *side,
                   const struct sim_work *work);

#endif
