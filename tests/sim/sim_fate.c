/* sim_fate - misfortunes that last a while.
 *
 * Not here: what a full disk or a standing process does (sim_host, main), what
 * a partition does to connections (sim_net).
 */
#include "sim/sim_fate.h"

#include <inttypes.h>

#include "sim/sim_random.h"

/* In half of the cases back to the right time. Grants and agreements last
 * longer than any jump: gates that close by date are for unit tests. */
static void jump_clock(struct sim_world *world, struct sim_side *side)
{
    static const int64_t jumps_s[] = {
        1,  3600,  86400,  10 * INT64_C(365) * 86400,
        -1, -3600, -86400, -10 * INT64_C(365) * 86400};
    if (!world->clocks_jump)
        return;
    side->clock_s = sim_chance(500) ? 0 : jumps_s[sim_below(8)];
    sim_say(&world->history, side->number, "clock is %" PRId64 " s off",
            side->clock_s);
}

void sim_fate_any(struct sim_world *world, struct sim_side *side)
{
    int64_t now_ms = world->net.now_ms;
    switch (sim_below(4)) {
    case 0:
        side->full_until_ms = now_ms + sim_between(100, 5000);
        sim_say(&world->history, side->number, "disk is full");
        break;
    case 1:
        side->asleep_until_ms = now_ms + sim_between(100, 8000);
        sim_say(&world->history, side->number, "process stands still");
        break;
    case 2:
        world->net.parted_until_ms = now_ms + sim_between(100, 6000);
        sim_say(&world->history, -1, "the network is parted");
        break;
    default:
        jump_clock(world, side);
        break;
    }
}

void sim_fate_end(struct sim_world *world)
{
    world->net.parted_until_ms = 0;
    for (int i = 0; i < SIM_SIDES; i++) {
        world->sides[i].full_until_ms = 0;
        world->sides[i].asleep_until_ms = 0;
    }
}
