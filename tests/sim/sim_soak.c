/* sim_soak - what grows in a day, and what must not.
 *
 * Responsible for: steady posting, a link that is parted for minutes and cut
 * for a moment, processes that are killed; what an hour may add.
 * Not here: what must hold at every commit (sim_check).
 */
#include "sim/sim_soak.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim_check.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_ops.h"
#include "sim/sim_post.h"
#include "sim/sim_random.h"
#include "sim/sim_run.h"
#include "store/logs.h"
#include "store/state.h"
#include "store/store.h"

enum {
    MINUTE_MS = 60 * 1000,
    HOUR_MIN = 60,
    PARTED_EVERY_MIN = 10,
    PARTED_MS = 3 * MINUTE_MS,
    CUT_EVERY_MIN = 7,
    KILL_EVERY_MIN = 45,
    /* A posting adds its own audit row, and one where it is told and one where
     * it is answered for; void, verdict and withdrawal are no part of this. */
    AUDIT_ROWS_PER_POST = 4,
    /* Rows that are written anew may be a little longer. */
    BYTES_SLACK = 1024
};

/* What a side holds at the end of an hour. */
struct holding {
    uint64_t audit, entries, queued, bytes;
};

static enum kith_status read_holding(struct act *act, void *context)
{
    struct holding *holding = context;
    struct store_link link;
    enum kith_status status = store_link_get(act->txn, 1, &link);
    if (status == KITH_OK)
        status = store_queue_length(act->txn, 1, &holding->queued);
    holding->audit = store_audit_size(act->txn);
    holding->entries = link.out.tree.size;
    return status;
}

static void look(struct sim_world *world, struct sim_side *side,
                 struct holding *holding)
{
    struct store_size size = {0};
    struct sim_work work = {
        .work = read_holding, .context = holding, .name = "looks"};
    sim_host_read(world, side, &work);
    if (sim_ok(world, store_size(side->store, &size), "store measured"))
        holding->bytes = size.used_bytes + size.slot_bytes;
}

static void disturb(struct sim_world *world, unsigned minute)
{
    struct sim_side *side = &world->sides[minute & 1];
    if (minute % PARTED_EVERY_MIN == 3)
        world->net.parted_until_ms = world->net.now_ms + PARTED_MS;
    for (int i = 0; minute % CUT_EVERY_MIN == 0 && i < SIM_CONNS_MAX; i++)
        if (world->net.conns[i].id != 0)
            sim_net_cut(&world->net, &world->net.conns[i], sim_chance(300));
    if (minute % KILL_EVERY_MIN == 20 && side->alive)
        sim_host_kill(world, side);
}

/* What an hour with POSTS postings of both sides may add to a side. */
static void judge(struct sim_world *world, const struct holding *before,
                  const struct holding *after, uint64_t posts)
{
    if (after->queued > HOUR_MIN)
        sim_fail(world, "%" PRIu64 " places wait", after->queued);
    if (after->audit - before->audit > AUDIT_ROWS_PER_POST * posts)
        sim_fail(world, "%" PRIu64 " audit rows by %" PRIu64 " postings",
                 after->audit - before->audit, posts);
    if (after->entries - before->entries > posts)
        sim_fail(world, "%" PRIu64 " entries by %" PRIu64 " postings",
                 after->entries - before->entries, posts);
    if (posts == 0 && after->bytes > before->bytes + BYTES_SLACK)
        sim_fail(world, "%" PRIu64 " bytes by no posting",
                 after->bytes - before->bytes);
}

static void play_hour(struct sim_world *world, unsigned hour, bool posting)
{
    struct holding before[SIM_SIDES] = {{0}}, after[SIM_SIDES] = {{0}};
    unsigned none = 0;
    for (int i = 0; i < SIM_SIDES; i++)
        look(world, &world->sides[i], &before[i]);
    for (unsigned m = 0; m < HOUR_MIN && !world->failed; m++) {
        struct sim_side *side = &world->sides[m & 1];
        if (posting && side->alive)
            sim_post_any(world, side);
        disturb(world, hour * HOUR_MIN + m);
        sim_run_until(world, world->net.now_ms + MINUTE_MS, &none);
    }
    for (int i = 0; i < SIM_SIDES; i++) {
        look(world, &world->sides[i], &after[i]);
        judge(world, &before[i], &after[i], posting ? HOUR_MIN : 0);
    }
    printf("hour %2u: audit %4" PRIu64 " %4" PRIu64 ", entries %4" PRIu64
           " %4" PRIu64 ", queued %2" PRIu64 " %2" PRIu64 ", bytes %7" PRIu64
           " %7" PRIu64 "\n",
           hour + 1, after[0].audit, after[1].audit, after[0].entries,
           after[1].entries, after[0].queued, after[1].queued, after[0].bytes,
           after[1].bytes);
}

/* Projects, grants and an agreement, as people make them. */
static void begin(struct sim_world *world)
{
    unsigned acts = 100, none = 0;
    sim_run_stop_faults(world);
    while (!world->failed && acts > 0)
        sim_run_until(world, world->net.now_ms + MINUTE_MS, &acts);
    sim_run_until(world, world->net.now_ms + 5 * MINUTE_MS, &none);
}

int sim_soak(uint64_t seed, unsigned hours, bool verbose)
{
    struct sim_world world = {.seed = seed, .history.aloud = verbose};
    unsigned none = 0;
    int code;
    sim_random_seed(seed);
    if (sim_run_create(&world)) {
        world.clocks_jump = false;
        begin(&world);
        for (unsigned hour = 0; hour < hours && !world.failed; hour++) {
            play_hour(&world, hour, hour < hours / 2);
            if (hour + 1 == hours / 2) /* what was posted last is told */
                sim_run_until(&world, world.net.now_ms + 10 * MINUTE_MS, &none);
        }
        if (!world.failed)
            sim_run_until(&world, world.net.now_ms + 5 * MINUTE_MS, &none);
        if (!world.failed)
            sim_check_all(&world, true);
    }
    code = world.failed ? 1 : 0;
    printf("%u hours from seed %" PRIu64 ": %s; %" PRIu64
           " transactions, %" PRIu64 " connections, %" PRIu64 " kills\n",
           hours, seed, world.failed ? world.why : "held", world.n_transactions,
           world.n_sessions / 2, world.n_kills);
    sim_run_destroy(&world);
    return code;
}
