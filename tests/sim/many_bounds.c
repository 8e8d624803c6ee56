/* many_bounds - a company that lets little in, a link that is slow, a partner
 * that is paused.
 *
 * Not here: what a day or a store may hold (unit.quota, flow.quota).
 */
#include <inttypes.h>

#include "kith/entry.h"
#include "kith/session.h"
#include "rules/partner.h"
#include "sim/many_world.h"
#include "sim/sim_random.h"
#include "store/logs.h"

struct pausing {
    const struct many_place *place;
    bool paused;
};

static enum kith_status pause_link(struct act *act, void *context)
{
    const struct pausing *pausing = context;
    struct store_link link;
    enum kith_status status =
        store_link_get(act->txn, many_end(pausing->place)->number, &link);
    return status == KITH_OK ? partner_pause(act, &link, pausing->paused)
                             : status;
}

static void set_paused(const struct many_place *place, bool paused)
{
    struct many_world *world = place->world;
    struct many_company *who = many_company(place);
    struct pausing pausing = {place, paused};
    struct sim_work work = {.work = pause_link,
                            .context = &pausing,
                            .name = paused ? "pauses" : "goes on"};
    if (!paused)
        many_host_settle(world, who, &work);
    else if (!who->alive || world->base.net.now_ms < who->asleep_until_ms ||
             !many_host_work(world, who, &work))
        return;
    many_end(place)->paused = paused;
}

/* Neither end's store goes back in this schedule. */
static bool is_stable(const struct many_place *place)
{
    const int back = place->world->back.company;
    return many_company(place)->number != back &&
           many_partner(place)->number != back;
}

void many_bounds_any(const struct many_place *place)
{
    struct many_company *who = many_company(place);
    switch (sim_below(3)) {
    case 0:
        if (who->number != place->world->back.company)
            who->company.limits.entries_minute = (uint64_t)sim_between(6, 12);
        break;
    case 1:
        place->link->net.faults.delay_ms = sim_between(2000, 20000);
        break;
    default:
        /* who resumes a frozen link does more than end a pause (many_back) */
        if (is_stable(place))
            set_paused(place, !many_end(place)->paused);
        break;
    }
}

void many_bounds_end(struct many_world *world)
{
    for (int i = 0; i < world->n_companies; i++)
        world->companies[i].company.limits = (struct quota_limits){0};
    for (int i = 0; i < 2 * world->n_links && !world->base.failed; i++) {
        struct many_place place = {world, &world->links[i / 2], i & 1};
        if (many_end(&place)->paused)
            set_paused(&place, false);
    }
}

void many_bounds_taken(const struct many_place *place, int64_t now,
                       uint8_t entry_class)
{
    struct many_end *end = many_end(place);
    uint64_t limit = many_company(place)->company.limits.entries_minute;
    if (end->minute != now / 60)
        end->counted = 0;
    end->minute = now / 60;
    end->counted += entry_class != KITH_CLASS_DUTY;
    if (limit != 0 && entry_class != KITH_CLASS_DUTY && end->counted > limit)
        sim_fail(&place->world->base,
                 "company %d took in %" PRIu64
                 " entries within a minute, above its quota",
                 many_company(place)->number, end->counted);
}

void many_bounds_sent(const struct many_place *place, struct kith_bytes frame)
{
    if (many_end(place)->paused && frame.data[0] != KITH_FRAME_REFUSE)
        sim_fail(&place->world->base, "company %d speaks on a paused link",
                 many_company(place)->number);
}
