/* sim_world - two companies, what they hold, and what may become of them.
 *
 * One world per schedule. Each side is what kithd would be: store (the RAM
 * twin, which outlives a kill), company, link machine, one transaction for all
 * waiting frames, then the actions.
 * Threads: one.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "kith/keys.h"
#include "rules/act.h"
#include "rules/link.h"
#include "sim/sim_break.h"
#include "sim/sim_history.h"
#include "sim/sim_net.h"

struct store;
struct sim_model;

enum {
    SIM_SIDES = 2,
    SIM_BATCH_MAX = 32
};

/* How often a process dies, in permille of its transactions. */
struct sim_deaths {
    unsigned before_commit; /* nothing of it stays */
    unsigned after_commit;  /* durable, but none or some of it is sent */
    unsigned lost_commit;   /* the store refuses; the process goes on */
};

struct sim_side {
    int number; /* 0 or 1 */
    bool alive; /* its process runs */
    bool dials;
    struct company company;
    struct kith_keys keys;
    struct store *store;
    struct kith_arena *arena;
    struct link_machine *machine; /* NULL while dead */
    uint32_t link;                /* number in its store */
    int64_t clock_s;              /* how far its wall clock is off */
    int64_t full_until_ms;        /* its store refuses to commit */
    int64_t asleep_until_ms;      /* its process stands still */
    int64_t redial_ms;            /* not before */
    int64_t wake_ms;              /* newest SIM_WAKE asked for */
};

struct sim_world {
    uint64_t seed;
    struct sim_net net;
    struct sim_side sides[SIM_SIDES];
    struct sim_deaths deaths;
    struct sim_history history;
    struct sim_model *model; /* what should be, kept apart from the rules */
    bool clocks_jump;        /* in this schedule */
    enum sim_break broken;
    bool failed;
    char why[160];                                /* the first violation */
    uint64_t n_sessions, n_kills, n_transactions; /* figures */
};

/* Start of virtual time: 2027-01-15 00:00:00 UTC. */
enum {
    SIM_EPOCH_S = 1800057600
};

/* Unix seconds now. */
int64_t sim_now(const struct sim_world *world);

/* Notes a violation: the schedule has failed. */
void sim_fail(struct sim_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Fails unless STATUS is KITH_OK; true when it is. */
bool sim_ok(struct sim_world *world, enum kith_status status,
            const char *where);

#endif
