/* kith-sim - two companies in memory, with faults drawn from a seed.
 *
 * Responsible for: arguments, the life of one schedule, figures.
 * Not here: the network (sim_net), the processes (sim_host), people (sim_ops),
 * what must hold (sim_check, sim_audit).
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kith/sign.h"
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

struct totals {
    uint64_t schedules, failed, sessions, kills, transactions, entries;
    uint64_t overtaken; /* see sim_model.h */
    char why[160];      /* first violation of the newest schedule that failed */
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

static void run_until(struct sim_world *world, int64_t until_ms, unsigned *acts)
{
    struct sim_event event;
    while (!world->failed && sim_net_take(&world->net, until_ms, &event))
        take_event(world, &event, acts);
}

static void stop_faults(struct sim_world *world)
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

static void run_schedule(struct sim_world *world)
{
    unsigned acts = CHAOS_ACTS;
    unsigned none = 0;
    while (!world->failed && acts > 0)
        run_until(world, world->net.now_ms + 1000, &acts);
    if (!world->failed)
        sim_check_all(world, false);
    stop_faults(world);
    int64_t limit_ms = world->net.now_ms + HEAL_LIMIT_MS;
    uint64_t before = UINT64_MAX;
    while (!world->failed && progress(world) != before &&
           world->net.now_ms < limit_ms) {
        before = progress(world);
        run_until(world, world->net.now_ms + QUIET_MS, &none);
    }
    if (!world->failed)
        sim_check_all(world, true);
}

static bool create(struct sim_world *world)
{
    struct sim_side *a = &world->sides[0];
    struct sim_side *b = &world->sides[1];
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

static void destroy(struct sim_world *world)
{
    for (int i = 0; i < SIM_SIDES; i++)
        sim_host_destroy(&world->sides[i]);
    sim_net_clear(&world->net);
    kith_arena_destroy(&world->model->arena);
    free(world->model);
    world->model = NULL;
}

struct options {
    uint64_t schedules, seed;
    bool verbose;
    enum sim_break broken;
};

/* True when the schedule held. */
static bool play(const struct options *options, uint64_t seed,
                 struct totals *totals)
{
    struct sim_world world = {.seed = seed,
                              .broken = options->broken,
                              .history.aloud = options->verbose};
    world.model = calloc(1, sizeof *world.model);
    if (world.model == NULL)
        abort();
    sim_random_seed(seed);
    sim_bugs_choose(options->broken);
    if (create(&world))
        run_schedule(&world);
    totals->schedules++;
    totals->overtaken += world.model->overtaken;
    totals->failed += world.failed;
    totals->sessions += world.n_sessions;
    totals->kills += world.n_kills;
    totals->transactions += world.n_transactions;
    totals->entries +=
        world.model->held[0].out_size + world.model->held[1].out_size;
    bool good = !world.failed;
    if (!good && options->verbose) {
        printf("seed %" PRIu64 " fails; again with: kith-sim --schedules 1 "
               "--seed %" PRIu64 " --verbose\n",
               seed, seed);
    }
    memcpy(totals->why, world.why, sizeof totals->why);
    destroy(&world);
    return good;
}

/* Plays SEED; when it does not hold, once more for its history. */
static bool play_told(const struct options *options, uint64_t seed,
                      struct totals *totals)
{
    struct totals again = {0};
    struct options aloud = *options;
    bool good = play(options, seed, totals);
    if (good || options->verbose)
        return good;
    aloud.verbose = true;
    play(&aloud, seed, &again);
    return false;
}

/* A fault put in on purpose counts as noticed when some schedule fails. */
static int play_broken(const struct options *options)
{
    struct totals totals = {0};
    for (uint64_t i = 0; i < options->schedules; i++)
        if (!play(options, options->seed + i, &totals)) {
            printf("%s: noticed in schedule %" PRIu64 ": %s\n",
                   sim_break_name(options->broken), i + 1, totals.why);
            return 0;
        }
    printf("%s: NOT noticed in %" PRIu64 " schedules\n",
           sim_break_name(options->broken), options->schedules);
    return 1;
}

static int play_all(const struct options *options)
{
    struct totals totals = {0};
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    for (uint64_t i = 0; i < options->schedules && totals.failed < 3; i++)
        play_told(options, options->seed + i, &totals);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double seconds = (double)(ended.tv_sec - begun.tv_sec) +
                     (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
    printf("%" PRIu64 " schedules, %" PRIu64 " failed; %" PRIu64
           " entries, %" PRIu64 " transactions, %" PRIu64
           " connections, %" PRIu64 " kills, %" PRIu64
           " voided too late; %.1f s, %.0f schedules/s\n",
           totals.schedules, totals.failed, totals.entries, totals.transactions,
           totals.sessions / 2, totals.kills, totals.overtaken, seconds,
           (double)totals.schedules / seconds);
    return totals.failed == 0 ? 0 : 1;
}

static const char usage[] =
    "usage: kith-sim [--schedules N] [--seed S] [--verbose] [--break NAME]\n"
    "  --schedules N   how many, with seeds S, S + 1 ... (2000)\n"
    "  --seed S        the first seed (1)\n"
    "  --verbose       print the history as it happens\n"
    "  --break NAME    put in a fault on purpose; exit 0 when it is noticed:\n"
    "                  ";

static int say_usage(void)
{
    fputs(usage, stderr);
    for (int i = 1; i < SIM_BREAK_COUNT; i++)
        fprintf(stderr, "%s ", sim_break_name((enum sim_break)i));
    fputs("or all\n", stderr);
    return 2;
}

static int play_breaks(struct options *options, const char *name)
{
    int result = 0;
    if (strcmp(name, "all") != 0) {
        options->broken = sim_break_by_name(name);
        return options->broken == SIM_BREAK_COUNT ? say_usage()
                                                  : play_broken(options);
    }
    for (int i = 1; i < SIM_BREAK_COUNT; i++) {
        options->broken = (enum sim_break)i;
        result |= play_broken(options);
    }
    return result;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {
        {"schedules", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"verbose", no_argument, NULL, 'v'},
        {"break", required_argument, NULL, 'b'},
        {NULL, 0, NULL, 0}};
    struct options options = {.schedules = 2000, .seed = 1};
    const char *broken = NULL;
    int c;
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        switch (c) {
        case 'n':
            options.schedules = strtoull(optarg, NULL, 10);
            break;
        case 's':
            options.seed = strtoull(optarg, NULL, 10);
            break;
        case 'v':
            options.verbose = true;
            break;
        case 'b':
            broken = optarg;
            break;
        default:
            return say_usage();
        }
    }
    if (optind != argc)
        return say_usage();
    sim_random_install();
    if (kith_crypto_start() != KITH_OK)
        return 1;
    return broken == NULL ? play_all(&options) : play_breaks(&options, broken);
}
