/* kith-sim - companies in memory, with faults drawn from a seed.
 *
 * Responsible for: arguments, counting, figures.
 * Not here: the life of one schedule (sim_run), a long quiet one (sim_soak).
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kith/sign.h"
#include "sim/many_world.h"
#include "sim/sim_model.h"
#include "sim/sim_random.h"
#include "sim/sim_run.h"
#include "sim/sim_soak.h"

struct totals {
    uint64_t schedules, failed, sessions, kills, transactions, entries;
    uint64_t companies, liars, lies, frozen; /* of several companies */
    uint64_t turned;
    uint64_t back, turns, resumed, forks; /* stores that went back */
    char why[160]; /* first violation of the newest schedule that failed */
};

struct options {
    uint64_t schedules, seed;
    bool verbose;
    enum sim_break broken;
    bool many;     /* several companies, see many_run */
    int companies; /* how many of them; 0: as the seed says */
};

/* True when the schedule of several companies held. */
static bool play_many(const struct options *options, uint64_t seed,
                      struct totals *totals)
{
    struct many_world *world = calloc(1, sizeof *world);
    if (world == NULL)
        abort();
    world->base.seed = seed;
    world->base.history.aloud = options->verbose;
    sim_random_seed(seed);
    sim_bugs_choose(options->broken);
    many_run(world, options->companies);
    bool good = !world->base.failed;
    totals->schedules++;
    totals->failed += !good;
    totals->sessions += world->base.n_sessions;
    totals->kills += world->base.n_kills;
    totals->transactions += world->base.n_transactions;
    totals->companies += (uint64_t)world->n_companies;
    totals->liars += world->n_lies > 0;
    totals->lies += world->n_lies;
    totals->back += world->back.n_back;
    totals->turns += world->back.n_swaps;
    totals->resumed += world->back.n_resumed;
    totals->forks += world->back.n_forks;
    totals->turned += world->n_turned;
    for (int i = 0; i < 2 * world->n_links; i++) {
        totals->entries += world->links[i / 2].ends[i & 1].made;
        totals->frozen += world->links[i / 2].ends[i & 1].frozen;
    }
    memcpy(totals->why, world->base.why, sizeof totals->why);
    many_destroy(world);
    free(world);
    return good;
}

/* True when the schedule held. */
static bool play(const struct options *options, uint64_t seed,
                 struct totals *totals)
{
    if (options->many || options->broken >= SIM_BREAK_MANY)
        return play_many(options, seed, totals);
    struct sim_world world = {.seed = seed,
                              .broken = options->broken,
                              .history.aloud = options->verbose};
    sim_random_seed(seed);
    sim_bugs_choose(options->broken);
    if (sim_run_create(&world))
        sim_run_schedule(&world);
    totals->schedules++;
    totals->failed += world.failed;
    totals->sessions += world.n_sessions;
    totals->kills += world.n_kills;
    totals->transactions += world.n_transactions;
    totals->entries +=
        world.model->held[0].out_size + world.model->held[1].out_size;
    bool good = !world.failed;
    memcpy(totals->why, world.why, sizeof totals->why);
    sim_run_destroy(&world);
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
    printf("seed %" PRIu64 " fails: %s; again with: kith-sim --schedules 1 "
           "--seed %" PRIu64 "%s --verbose\n",
           seed, again.why, seed, options->many ? " --many" : "");
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
           " connections, %" PRIu64 " kills; %.1f s, %.0f schedules/s\n",
           totals.schedules, totals.failed, totals.entries, totals.transactions,
           totals.sessions / 2, totals.kills, seconds,
           (double)totals.schedules / seconds);
    if (options->many)
        printf("%" PRIu64 " companies; %" PRIu64 " schedules with a liar, "
               "%" PRIu64 " lies, %" PRIu64 " logs frozen\n",
               totals.companies, totals.liars, totals.lies, totals.frozen);
    if (options->many)
        printf("%" PRIu64 " stores went back, %" PRIu64 " turns of two hosts "
               "with one identity; %" PRIu64 " forks proven, %" PRIu64
               " links resumed; keys were replaced %" PRIu64 " times\n",
               totals.back, totals.turns, totals.forks, totals.resumed,
               totals.turned);
    return totals.failed == 0 ? 0 : 1;
}

static const char usage[] =
    "usage: kith-sim [--schedules N] [--seed S] [--verbose] [--break NAME]\n"
    "       kith-sim --many [--companies N] [--schedules N] [--seed S] "
    "[--verbose]\n"
    "       kith-sim --soak HOURS [--seed S]\n"
    "  --schedules N   how many, with seeds S, S + 1 ... (2000)\n"
    "  --seed S        the first seed (1)\n"
    "  --many          two to fifty companies, one of which may lie\n"
    "  --companies N   so many in each schedule, 2 to 50\n"
    "  --verbose       print the history as it happens\n"
    "  --soak HOURS    half of them steady posting, half silence; the link "
    "comes\n"
    "                  and goes, and nothing grows that nobody posted\n"
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
        {"soak", required_argument, NULL, 'o'},
        {"many", no_argument, NULL, 'm'},
        {"companies", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0}};
    struct options options = {.schedules = 2000, .seed = 1};
    const char *broken = NULL;
    unsigned soak_hours = 0;
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
        case 'm':
            options.many = true;
            break;
        case 'c':
            options.companies = atoi(optarg);
            break;
        case 'o':
            soak_hours = (unsigned)strtoul(optarg, NULL, 10);
            break;
        default:
            return say_usage();
        }
    }
    if (optind != argc || options.companies < 0 || options.companies == 1 ||
        options.companies > MANY_COMPANIES_MAX)
        return say_usage();
    sim_random_install();
    if (kith_crypto_start() != KITH_OK)
        return 1;
    if (soak_hours != 0)
        return sim_soak(options.seed, soak_hours, options.verbose);
    return broken == NULL ? play_all(&options) : play_breaks(&options, broken);
}
