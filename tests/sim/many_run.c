/* many_run - who is linked to whom, events in their order, faults, healing.
 *
 * Not here: processes (many_host), people (many_ops), lies (many_liar).
 */
#include <stdlib.h>
#include <string.h>

#include "sim/many_world.h"
#include "sim/sim_random.h"

enum {
    ARENA_BYTES = 32 * 1024 * 1024,
    READING_BYTES = 8 * 1024 * 1024,
    ACTS = 40, /* and four more for each link */
    LIAR_PERMILLE = 250,
    QUIET_MS = 40 * 1000,
    HEAL_ROUNDS = 24
};

static void join(struct many_world *world, int a, int b)
{
    if (world->n_links == MANY_LINKS_MAX)
        return;
    struct many_link *link = &world->links[world->n_links++];
    bool turned = sim_chance(500); /* side 0 dials */
    link->ends[0].company = turned ? b : a;
    link->ends[1].company = turned ? a : b;
}

/* A star (an OEM with its EMS, or an EMS with its OEMs), a chain, or a star
 * whose rays go on. */
static void link_up(struct many_world *world)
{
    uint64_t shape = sim_below(3); /* a chain is the second */
    for (int i = 1; i < world->n_companies; i++) {
        int to = 0;
        if (shape == 1)
            to = i - 1;
        else if (shape == 2)
            to = (i - 1) / 2;
        join(world, to, i);
    }
    if (world->n_companies > 2 && shape != 1 && sim_chance(300))
        join(world, 1, 2); /* two partners of one know each other */
}

static void draw_faults(struct many_world *world)
{
    struct sim_deaths *deaths = &world->base.deaths;
    for (int i = 0; i < world->n_links; i++) {
        struct sim_faults *faults = &world->links[i].net.faults;
        faults->delay_ms = sim_between(2, sim_chance(200) ? 1500 : 60);
        faults->cut = sim_chance(400) ? (unsigned)sim_between(1, 60) : 0;
        faults->silence = sim_chance(250) ? (unsigned)sim_between(1, 20) : 0;
        faults->drop = sim_chance(300) ? (unsigned)sim_between(1, 60) : 0;
        faults->twice = sim_chance(300) ? (unsigned)sim_between(1, 100) : 0;
        faults->swap = sim_chance(300) ? (unsigned)sim_between(1, 100) : 0;
    }
    deaths->before_commit = sim_chance(400) ? (unsigned)sim_between(1, 20) : 0;
    deaths->after_commit = sim_chance(400) ? (unsigned)sim_between(1, 20) : 0;
    deaths->lost_commit = sim_chance(250) ? (unsigned)sim_between(1, 20) : 0;
    world->keys_turn = sim_chance(250);
    world->liar = -1;
    if (world->back.company < 0 && sim_chance(LIAR_PERMILLE)) {
        world->liar = (int)sim_below((uint64_t)world->n_companies);
        world->lie = (enum many_lie)(1 + sim_below(MANY_LIES - 1));
    }
}

static void next_dial(struct many_link *link, int64_t in_ms)
{
    sim_net_add(&link->net,
                &(struct sim_event){.at_ms = link->net.now_ms + in_ms,
                                    .type = SIM_DIAL},
                NULL);
}

static void dial(const struct many_place *place)
{
    struct many_world *world = place->world;
    struct sim_net *net = &place->link->net;
    const struct many_company *who = many_company(place);
    many_host_start(world, many_company(place));
    many_host_start(world, many_partner(place));
    if (who->alive && many_partner(place)->alive &&
        net->now_ms >= many_end(place)->redial_ms &&
        net->now_ms >= who->asleep_until_ms && !sim_net_holds(net, 0, 0))
        sim_net_dial(net, 0);
    next_dial(place->link, sim_between(100, 1000));
}

/* The link whose next event is the earliest. */
static struct many_link *earliest(struct many_world *world)
{
    struct many_link *first = NULL;
    int64_t at_ms = INT64_MAX;
    for (int i = 0; i < world->n_links; i++) {
        const struct sim_event *event = sim_net_peek(&world->links[i].net);
        if (event == NULL || event->at_ms >= at_ms)
            continue;
        at_ms = event->at_ms;
        first = &world->links[i];
    }
    return first;
}

/* All networks have one clock. */
static void set_now(struct many_world *world, int64_t now_ms)
{
    world->base.net.now_ms = world->base.history.now_ms = now_ms;
    for (int i = 0; i < world->n_links; i++)
        world->links[i].net.now_ms = now_ms;
}

static bool step(struct many_world *world, int64_t until_ms)
{
    struct many_link *link = earliest(world);
    struct sim_event event;
    if (link == NULL || !sim_net_take(&link->net, until_ms, &event))
        return false;
    set_now(world, link->net.now_ms);
    struct many_place place = {world, link, event.side};
    const struct many_company *who = many_company(&place);
    if (event.type == SIM_DIAL)
        dial(&place);
    else if (world->base.net.now_ms < who->asleep_until_ms)
        sim_net_postpone(&link->net, &event, who->asleep_until_ms);
    else if (who->alive)
        many_host_event(&place, &event);
    kith_buf_clear(&event.frame);
    return true;
}

static void run_until(struct many_world *world, int64_t until_ms)
{
    while (!world->base.failed && step(world, until_ms))
        ;
    set_now(world, until_ms);
}

static void stop_faults(struct many_world *world)
{
    memset(&world->base.deaths, 0, sizeof world->base.deaths);
    for (int i = 0; i < world->n_links; i++) {
        world->links[i].net.faults = (struct sim_faults){.delay_ms = 20};
        world->links[i].net.parted_until_ms = 0;
    }
    for (int i = 0; i < world->n_companies; i++) {
        world->companies[i].full_until_ms = 0;
        world->companies[i].asleep_until_ms = 0;
    }
    many_bounds_end(world);
    sim_say(&world->base.history, -1, "faults end");
}

/* Entries of all logs: when they rest, it is quiet. */
static uint64_t progress(const struct many_world *world)
{
    uint64_t sum = 0;
    for (int i = 0; i < 2 * world->n_links; i++)
        sum += world->links[i / 2].ends[i & 1].made +
               world->links[i / 2].ends[i & 1].taken;
    return sum;
}

static void heal(struct many_world *world)
{
    bool agreed = false, renewed = world->back.company < 0;
    uint64_t before = UINT64_MAX;
    stop_faults(world);
    for (int i = 0; i < HEAL_ROUNDS && !world->base.failed; i++) {
        run_until(world, world->base.net.now_ms + QUIET_MS);
        if (progress(world) == before && many_back_heal(world)) {
            if (agreed && !renewed)
                many_back_renew(world);
            else if (agreed)
                break;
            renewed = renewed || agreed;
            agreed = agreed || many_ops_agree(world);
        }
        before = progress(world);
    }
    if (!world->base.failed && !agreed)
        sim_fail(&world->base, "the faults have ended, and nobody could agree");
    if (!world->base.failed)
        many_check_healed(world);
}

/* Mostly two or three, and now and then fifty. */
static int draw_companies(void)
{
    uint64_t which = sim_below(1000);
    if (which < 2)
        return MANY_COMPANIES_MAX;
    if (which < 30)
        return (int)sim_between(6, 12);
    return which < 200 ? (int)sim_between(4, 5) : (int)sim_between(2, 3);
}

static bool create(struct many_world *world, int companies)
{
    world->n_companies = companies != 0 ? companies : draw_companies();
    if (!sim_ok(&world->base, kith_arena_new(ARENA_BYTES, &world->arena),
                "arena made") ||
        !sim_ok(&world->base, kith_arena_new(READING_BYTES, &world->reading),
                "arena made"))
        return false;
    many_back_draw(world);
    for (int i = 0; i < world->n_companies; i++) {
        world->companies[i].number = i;
        if (!many_host_create(world, &world->companies[i]))
            return false;
    }
    link_up(world);
    for (int i = 0; i < world->n_links; i++) {
        if (!many_host_pair(world, &world->links[i]))
            return false;
        next_dial(&world->links[i], sim_between(1, 100));
    }
    draw_faults(world);
    return true;
}

void many_run(struct many_world *world, int companies)
{
    if (!create(world, companies))
        return;
    for (int i = 0; i < ACTS + 4 * world->n_links && !world->base.failed; i++) {
        many_ops_any(world);
        many_liar_acts(world);
        many_back_acts(world);
        many_keys_act(world);
        run_until(world, world->base.net.now_ms + sim_between(1, 300));
    }
    if (!world->base.failed)
        heal(world);
}

void many_destroy(struct many_world *world)
{
    for (int i = 0; i < world->n_companies; i++)
        if (world->companies[i].store != NULL)
            many_host_destroy(world, &world->companies[i]);
    many_back_remove(world);
    for (int i = 0; i < world->n_links; i++) {
        sim_net_clear(&world->links[i].net);
        kith_buf_clear(&world->links[i].kept[0]);
        kith_buf_clear(&world->links[i].kept[1]);
    }
    kith_arena_destroy(&world->arena);
    kith_arena_destroy(&world->reading);
}
