/* sim_run - from two empty stores to the end: events in their order, faults,
 * healing.
 *
 * Not here: the network (sim_net), the processes (sim_host), people (sim_ops),
 * what must hold (sim_check, sim_audit).
 */
#include "sim/sim_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim_check.h"
#include "sim/sim_fate.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_ops.h"
#include "sim/sim_random.h"

enum {
    CHAOS_ACTS = 60,
    HEAL_LIMIT_MS = 240 * 1000,
    QUIET_MS = 40 * 1000, /* nothing but pings for so long: it is quiet */
    MODEL_ARENA = 4 * 1024 * 1024
};

int64_t sim_now(const struct sim_world *world)
{
    return SIM_EPOCH_S + world->net.now_ms / 1000;
}

void sim_fail(struct sim_world *world, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!world->failed)
        snprintf(world->why, sizeof world->why, "%.150s", text);
    world->failed = true;
    sim_say(&world->history, -1, "VIOLATION: %s", text);
}

bool sim_ok(struct sim_world *world, enum kith_status status, const char *where)
{
    if (status != KITH_OK)
        sim_fail(world, "%s: %s", where, kith_status_name(status));
    return status == KITH_OK;
}

/* Each schedule is good at something else. */
static void draw_faults(struct sim_world *world)
{
    struct sim_faults *faults = &world->net.faults;
    faults->delay_ms = sim_between(2, sim_chance(200) ? 1500 : 60);
    if (sim_chance(400))
        faults->cut = (unsigned)sim_between(1, 60);
    if (sim_chance(250))
        faults->silence = (unsigned)sim_between(1, 20);
    if (sim_chance(300))
        faults->drop = (unsigned)sim_between(1, 60);
    if (sim_chance(300))
        faults->twice = (unsigned)sim_between(1, 100);
    if (sim_chance(300))
        faults->swap = (unsigned)sim_between(1, 100);
    if (sim_chance(400))
        world->deaths.before_commit = (unsigned)sim_between(1, 40);
    if (sim_chance(400))
        world->deaths.after_commit = (unsigned)sim_between(1, 40);
    if (sim_chance(250))
        world->deaths.lost_commit = (unsigned)sim_between(1, 40);
    world->clocks_jump = sim_chance(300);
    uint64_t dials = sim_below(4);
    world->sides[0].dials = dials != 1;
    world->sides[1].dials = dials != 0;
}

static void add_event(struct sim_world *world, enum sim_event_type type,
                      int side, int64_t in_ms)
{
    sim_net_add(&world->net,
                &(struct sim_event){.at_ms = world->net.now_ms + in_ms,
                                    .type = type,
                                    .side = side},
                NULL);
}

static void dial(struct sim_world *world, struct sim_side *side)
{
    struct sim_net *net = &world->net;
    const struct sim_side *other = &world->sides[1 - side->number];
    if (side->alive && other->alive && net->now_ms >= side->redial_ms &&
        !sim_net_holds(net, side->number, side->number) &&
        sim_net_dial(net, side->number))
        sim_say(&world->history, side->number, "dials");
    add_event(world, SIM_DIAL, side->number, sim_between(20, 200));
}

/* Events of one side that come close together share a transaction. */
static void run_side(struct sim_world *world, struct sim_event *first)
{
    struct sim_side *side = &world->sides[first->side];
    if (world->net.now_ms < side->asleep_until_ms) {
        sim_net_postpone(&world->net, first, side->asleep_until_ms);
        return;
    }
    struct sim_event events[SIM_BATCH_MAX] = {*first};
    size_t n = 1;
    int64_t until_ms = world->net.now_ms + sim_between(0, 5);
    const struct sim_event *next = sim_net_peek(&world->net);
    while (n < SIM_BATCH_MAX && next != NULL && next->side == first->side &&
           (next->type == SIM_FRAME || next->type == SIM_UP ||
            next->type == SIM_DOWN) &&
           sim_net_take(&world->net, until_ms, &events[n])) {
        n++;
        next = sim_net_peek(&world->net);
    }
    world->history.now_ms = world->net.now_ms;
    if (side->alive)
        sim_host_events(world, side, events, n);
    sim_break_rows(world, side);
    for (size_t i = 0; i < n; i++)
        kith_buf_clear(&events[i].frame);
}

/* ACTS: how many acts of people are left. */
static void take_event(struct sim_world *world, struct sim_event *event,
                       unsigned *acts)
{
    struct sim_side *side = &world->sides[event->side];
    world->history.now_ms = world->net.now_ms;
    switch (event->type) {
    case SIM_DIAL:
        dial(world, side);
        break;
    case SIM_START:
        if (!side->alive)
            sim_host_start(world, side);
        break;
    case SIM_ACT:
        if (*acts > 0) {
            sim_ops_any(world);
            (*acts)--;
        } else {
            sim_ops_heal(world);
        }
        add_event(world, SIM_ACT, 0, *acts > 0 ? sim_between(1, 300) : 5000);
        break;
    default:
        run_side(world, event);
        break;
    }
}

void sim_run_until(struct sim_world *world, int64_t until_ms, unsigned *acts)
{
    struct sim_event event;
    while (!world->failed && sim_net_take(&world->net, until_ms, &event))
        take_event(world, &event, acts);
}

void sim_run_stop_faults(struct sim_world *world)
{
    memset(&world->deaths, 0, sizeof world->deaths);
    world->net.faults = (struct sim_faults){.delay_ms = 20};
    sim_fate_end(world);
    world->history.now_ms = world->net.now_ms;
    sim_say(&world->history, -1, "faults end");
}

/* Sizes of both logs and what is receipted: when they rest, it is quiet. */
static uint64_t progress(const struct sim_world *world)
{
    const struct sim_held *held = world->model->held;
    return held[0].out_size + held[1].out_size + held[0].in_receipted +
           held[1].in_receipted;
}

void sim_run_schedule(struct sim_world *world)
{
    unsigned acts = CHAOS_ACTS;
    unsigned none = 0;
    while (!world->failed && acts > 0)
        sim_run_until(world, world->net.now_ms + 1000, &acts);
    if (!world->failed)
        sim_check_all(world, false);
    sim_run_stop_faults(world);
    int64_t limit_ms = world->net.now_ms + HEAL_LIMIT_MS;
    uint64_t before = UINT64_MAX;
    while (!world->failed && progress(world) != before &&
           world->net.now_ms < limit_ms) {
        before = progress(world);
        sim_run_until(world, world->net.now_ms + QUIET_MS, &none);
    }
    if (!world->failed)
        sim_check_all(world, true);
}

bool sim_run_create(struct sim_world *world)
{
    struct sim_side *a = &world->sides[0];
    struct sim_side *b = &world->sides[1];
    world->model = calloc(1, sizeof *world->model);
    if (world->model == NULL)
        abort();
    a->number = 0;
    b->number = 1;
    if (!sim_ok(world, kith_arena_new(MODEL_ARENA, &world->model->arena),
                "arena made") ||
        !sim_host_create(world, a, "oem") ||
        !sim_host_create(world, b, "ems") || !sim_host_pair(world, a, b) ||
        !sim_host_pair(world, b, a))
        return false;
    draw_faults(world);
    if (sim_chance(800))
        sim_ops_heal(world); /* both verify at once */
    for (int i = 0; i < SIM_SIDES; i++)
        if (world->sides[i].dials)
            add_event(world, SIM_DIAL, i, sim_between(1, 100));
    add_event(world, SIM_ACT, 0, 50);
    return true;
}

void sim_run_destroy(struct sim_world *world)
{
    for (int i = 0; i < SIM_SIDES; i++)
        sim_host_destroy(&world->sides[i]);
    sim_net_clear(&world->net);
    kith_arena_destroy(&world->model->arena);
    free(world->model);
    world->model = NULL;
}
