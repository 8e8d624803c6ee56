/* sim_audit - the walk over one log, at the side that made it and at the side
 * that holds it.
 *
 * Threads: one.
 */
#ifndef SIM_AUDIT_H
#define SIM_AUDIT_H

#include "sim/sim_open.h"

/* A log, seen from both ends. */
struct sim_log {
    struct sim_place own;  /* the sender's */
    struct sim_place copy; /* the receiver's */
};

/* Opens read transactions at both ends. False: failed, said. */
bool sim_audit_begin(struct sim_world *world, int sender,
                     struct sim_log *ret_log);
void sim_audit_end(struct sim_log *log);

/* Trees, checkpoints, entries, receipts. */
void sim_audit_log(struct sim_log *log);
/* Everything queued has arrived, and each record shows at the receiver what
 * was posted last, exactly when it is granted. */
void sim_audit_arrived(struct sim_log *log);

#endif
