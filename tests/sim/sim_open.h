/* sim_open - opens entries of a log the way an auditor would: from the rows
 * alone, not through the rules.
 *
 * Threads: one.
 */
#ifndef SIM_OPEN_H
#define SIM_OPEN_H

#include "kith/body.h"
#include "kith/entry.h"
#include "sim/sim_world.h"
#include "store/logs.h"

struct sim_opened {
    struct store_entry row;
    struct kith_entry_header header;
    bool has_body;
    struct kith_buf plain;  /* owned: sim_open_clear */
    struct kith_bytes text; /* the encoded body, in plain */
    struct kith_body body;
};

/* Entry INDEX of a log as READER holds it: SIDE's own log when reader ==
 * side, else the copy. Rows and bodies live in ARENA. False: failed, said. */
struct sim_place {
    struct sim_world *world;
    struct sim_side *reader;
    struct store_txn *txn;
    struct store_link link; /* of READER */
    bool own;               /* READER's own log */
};
bool sim_open_entry(const struct sim_place *place, uint64_t index,
                    struct kith_arena *arena, struct sim_opened *opened);
void sim_open_clear(struct sim_opened *opened);

/* The log's store name and origin. */
struct store_log_id sim_open_log(const struct sim_place *place);
void sim_open_origin(const struct sim_place *place,
                     struct kith_origin *ret_origin);

#endif
