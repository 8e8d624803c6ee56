/* many_host - one company's process with a link machine for each partner.
 *
 * Not here: what people do (many_ops), what must hold (many_check), who is
 * linked to whom (many_run).
 */
#include <stdio.h>

#include "kith/card.h"
#include "rules/cache.h"
#include "rules/peer.h"
#include "sim/many_world.h"
#include "sim/sim_company.h"
#include "sim/sim_host.h"
#include "sim/sim_random.h"
#include "store/logs.h"
#include "store/store.h"

enum {
    MAP_BYTES = 64 << 20
};

struct many_end *many_end(const struct many_place *place)
{
    return &place->link->ends[place->side];
}

struct many_company *many_company(const struct many_place *place)
{
    return &place->world->companies[many_end(place)->company];
}

struct many_company *many_partner(const struct many_place *place)
{
    return &place->world->companies[place->link->ends[1 - place->side].company];
}

bool many_host_create(struct many_world *world, struct many_company *who)
{
    struct company *company = &who->company;
    struct sim_new made = {.root.roles = KITH_ROLE_OEM | KITH_ROLE_EMS,
                           .options.map_bytes = MAP_BYTES};
    if (who->number == world->back.company)
        made.options.dir = world->back.now;
    snprintf(company->name, sizeof company->name, "company%d", who->number);
    who->alive = true;
    bool good = sim_company_make(&world->base, company, &who->keys, &made);
    who->store = made.store;
    who->options = made.options;
    who->root = made.root;
    return good;
}

/* Calls WORK for each end of WHO. */
static void each_end(struct many_world *world, struct many_company *who,
                     void (*work)(const struct many_place *place))
{
    for (int i = 0; i < world->n_links; i++)
        for (int side = 0; side < 2; side++)
            if (world->links[i].ends[side].company == who->number)
                work(&(struct many_place){world, &world->links[i], side});
}

static void drop_machine(const struct many_place *place)
{
    link_destroy(&many_end(place)->machine);
    sim_net_lose(&place->link->net, place->side, true);
}

static void make_machine(const struct many_place *place)
{
    struct many_end *end = many_end(place);
    end->wake_ms = 0;
    end->counted = 0; /* as what it counts itself */
    sim_ok(&place->world->base, link_new(end->number, &end->machine),
           "machine made");
}

static void forget_memory(struct many_world *world, struct many_company *who)
{
    each_end(world, who, drop_machine);
    cache_destroy(&who->company);
    peer_destroy(&who->company);
}

void many_host_destroy(struct many_world *world, struct many_company *who)
{
    forget_memory(world, who);
    kith_buf_clear(&who->company.card);
    store_close(&who->store);
}

void many_host_kill(struct many_world *world, struct many_company *who)
{
    sim_say(&world->base.history, -1, "company %d is killed", who->number);
    world->base.n_kills++;
    who->alive = false;
    who->start_ms = world->base.net.now_ms + sim_between(1, 3000);
    forget_memory(world, who);
}

void many_host_start(struct many_world *world, struct many_company *who)
{
    if (who->alive || world->base.net.now_ms < who->start_ms)
        return;
    sim_say(&world->base.history, -1, "company %d starts", who->number);
    who->alive = true;
    each_end(world, who, make_machine);
}

static bool begin(struct many_world *world, struct many_company *who,
                  struct act *act)
{
    *act = (struct act){.company = &who->company,
                        .arena = world->arena,
                        .now = sim_now(&world->base) + who->clock_s};
    kith_arena_reset(world->arena);
    return sim_ok(&world->base, store_begin(who->store, true, &act->txn),
                  "transaction begun");
}

static uint32_t add_partner(const struct many_place *place)
{
    const struct company *other = &many_partner(place)->company;
    struct act act;
    struct store_link link = {.verified = true};
    if (!begin(place->world, many_company(place), &act))
        return 0;
    link.verified_at = act.now;
    enum kith_status status = sim_company_partner(&act, other, &link);
    if (status == KITH_OK)
        status = store_commit(&act.txn);
    else
        store_abort(&act.txn);
    return sim_ok(&place->world->base, status, "partner added") ? link.number
                                                                : 0;
}

bool many_host_pair(struct many_world *world, struct many_link *link)
{
    for (int side = 0; side < 2; side++) {
        struct many_place place = {world, link, side};
        link->ends[side].number = add_partner(&place);
        if (link->ends[side].number == 0)
            return false;
        make_machine(&place);
    }
    return true;
}

static void send(const struct many_place *place,
                 const struct link_action *action)
{
    struct sim_net *net = &place->link->net;
    struct kith_bytes frame = action->frame;
    struct kith_buf lie = {0};
    bool behind = false;
    many_check_sent(place, frame);
    bool lies = many_liar_sends(place, frame, &lie, &behind);
    if (!lies || behind) {
        const char *fate =
            sim_net_send(net, place->side, action->session, frame);
        sim_say(&place->world->base.history, -1, "%d to %d: %s, %s",
                many_company(place)->number, many_partner(place)->number,
                sim_frame_name(frame), fate);
    }
    if (lies) {
        const char *fate = sim_net_send(net, place->side, action->session,
                                        kith_buf_bytes(&lie));
        sim_say(&place->world->base.history, -1, "%d LIES to %d: %s, %s",
                many_company(place)->number, many_partner(place)->number,
                sim_frame_name(kith_buf_bytes(&lie)), fate);
    }
    kith_buf_clear(&lie);
}

static void carry_out(const struct many_place *place)
{
    struct many_end *end = many_end(place);
    const struct link_action *actions = NULL;
    size_t n = link_actions(end->machine, &actions);
    for (size_t i = 0; i < n; i++) {
        const struct link_action *action = &actions[i];
        if (action->type == LINK_TELL)
            sim_say(&place->world->base.history, -1, "%d reads of %d: %s",
                    many_company(place)->number, many_partner(place)->number,
                    action->sentence);
        else if (action->frame.len > 0)
            send(place, action);
        if (action->type != LINK_CLOSE)
            continue;
        sim_net_close(&place->link->net, place->side, action->session);
        end->redial_ms = place->world->base.net.now_ms + sim_between(1, 2000);
    }
    link_done(end->machine);
}

static void forget_sessions(const struct many_place *place)
{
    link_forget(many_end(place)->machine);
    sim_net_lose(&place->link->net, place->side, true);
}

/* Commits, or dies at it; true when it is durable and the process lives. */
static bool finish(struct many_world *world, struct many_company *who,
                   struct act *act, bool *ret_durable)
{
    const struct sim_deaths *deaths = &world->base.deaths;
    world->base.n_transactions++;
    *ret_durable = false;
    if (sim_chance(deaths->before_commit)) {
        store_abort(&act->txn);
        many_host_kill(world, who);
        return false;
    }
    if (world->base.net.now_ms < who->full_until_ms ||
        sim_chance(deaths->lost_commit)) {
        store_abort(&act->txn);
        cache_drop(&who->company);
        each_end(world, who, forget_sessions);
        return false;
    }
    if (!sim_ok(&world->base, store_commit(&act->txn), "commit"))
        return false;
    *ret_durable = true;
    each_end(world, who, many_check_committed);
    if (!sim_chance(deaths->after_commit))
        return true;
    many_host_kill(world, who);
    return false;
}

/* Pumps, and asks to be called again. */
static enum kith_status flush(const struct many_place *place, struct act *act)
{
    struct many_end *end = many_end(place);
    int64_t now_ms = place->world->base.net.now_ms, next_ms = 0;
    enum kith_status status = link_flush(end->machine, act);
    if (status == KITH_OK)
        status = link_tick(end->machine, act, now_ms, &next_ms);
    if (status != KITH_OK || (end->wake_ms > now_ms && end->wake_ms <= next_ms))
        return status;
    end->wake_ms = next_ms;
    sim_net_add(&place->link->net,
                &(struct sim_event){
                    .at_ms = next_ms, .type = SIM_WAKE, .side = place->side},
                NULL);
    return status;
}

void many_host_event(const struct many_place *place,
                     const struct sim_event *event)
{
    struct many_world *world = place->world;
    struct many_company *who = many_company(place);
    struct act act;
    bool durable = false;
    if (!begin(world, who, &act))
        return;
    const struct sim_conn *conn = sim_net_conn(&place->link->net, event->conn);
    world->base.n_sessions +=
        event->type == SIM_UP && conn != NULL && conn->up[place->side];
    enum kith_status status =
        sim_company_take(many_end(place)->machine, &act, &place->link->net,
                         event, &many_partner(place)->company.transport_public);
    if (status == KITH_OK)
        status = flush(place, &act);
    if (!sim_ok(&world->base, status, "link machine")) {
        store_abort(&act.txn);
        return;
    }
    if (finish(world, who, &act, &durable))
        carry_out(place);
}

bool many_host_work(struct many_world *world, struct many_company *who,
                    const struct sim_work *work)
{
    struct kith_error err = {0};
    struct act act;
    bool durable = false;
    if (!begin(world, who, &act))
        return false;
    act.err = &err;
    enum kith_status status = work->work(&act, work->context);
    sim_say(&world->base.history, -1, "company %d %s: %s %s", who->number,
            work->name, kith_status_name(status), err.code);
    if (status != KITH_OK) {
        store_abort(&act.txn);
        cache_drop(&who->company);
        if (status == KITH_NOMEM || status == KITH_DAMAGED || status == KITH_IO)
            sim_fail(&world->base, "%s: %s", work->name,
                     kith_status_name(status));
        return false;
    }
    for (int i = 0; status == KITH_OK && i < 2 * world->n_links; i++) {
        struct many_place place = {world, &world->links[i / 2], i & 1};
        if (many_end(&place)->company == who->number)
            status = flush(&place, &act);
    }
    if (!sim_ok(&world->base, status, "link machine")) {
        store_abort(&act.txn);
        return false;
    }
    if (finish(world, who, &act, &durable))
        each_end(world, who, carry_out);
    return durable;
}

void many_host_settle(struct many_world *world, struct many_company *who,
                      const struct sim_work *work)
{
    struct act act;
    if (!begin(world, who, &act))
        return;
    if (sim_ok(&world->base, work->work(&act, work->context), work->name))
        sim_ok(&world->base, store_commit(&act.txn), work->name);
    else
        store_abort(&act.txn);
}
