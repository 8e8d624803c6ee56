/* sim_host - one side's process, as kithd is one.
 *
 * Responsible for: one transaction for all waiting frames, commit, then the
 * actions in order; deaths before, at and after the commit.
 * Not here: what people do (sim_ops), what must hold (sim_check).
 */
#include "sim/sim_host.h"

#include <inttypes.h>
#include <stdio.h>

#include "kith/card.h"
#include "kith/session.h"
#include "rules/cache.h"
#include "rules/peer.h"
#include "sim/sim_check.h"
#include "sim/sim_company.h"
#include "sim/sim_random.h"
#include "store/logs.h"
#include "store/store.h"

enum {
    ARENA_BYTES = 32 * 1024 * 1024,
    BACK_OFF_MS = 300
};

bool sim_host_create(struct sim_world *world, struct sim_side *side,
                     const char *name)
{
    struct company *company = &side->company;
    struct sim_new made = {.root.roles = side->number == 0 ? KITH_ROLE_OEM
                                                           : KITH_ROLE_EMS,
                           .options.map_bytes = 1 << 20};
    snprintf(company->name, sizeof company->name, "%s", name);
    bool good = sim_company_make(world, company, &side->keys, &made);
    side->store = made.store;
    return good && sim_ok(world, kith_arena_new(ARENA_BYTES, &side->arena),
                          "arena made");
}

static void forget_memory(struct sim_side *side)
{
    link_destroy(&side->machine);
    cache_destroy(&side->company);
    peer_destroy(&side->company);
}

void sim_host_destroy(struct sim_side *side)
{
    forget_memory(side);
    kith_buf_clear(&side->company.card);
    kith_arena_destroy(&side->arena);
    store_close(&side->store);
}

/* One transaction with its act. */
static bool begin(struct sim_world *world, struct sim_side *side, bool write,
                  struct act *act)
{
    *act = (struct act){.company = &side->company,
                        .arena = side->arena,
                        .now = sim_now(world) + side->clock_s};
    kith_arena_reset(side->arena);
    return sim_ok(world, store_begin(side->store, write, &act->txn),
                  "transaction begun");
}

static enum kith_status add_partner(struct act *act, void *context)
{
    struct store_link link = {.paused = false};
    return sim_company_partner(act, context, &link);
}

bool sim_host_pair(struct sim_world *world, struct sim_side *side,
                   const struct sim_side *other)
{
    struct sim_work work = {.work = add_partner,
                            .context = (void *)(uintptr_t)&other->company,
                            .name = "partner added"};
    side->link = 1;
    return sim_host_read(world, side, &work) && sim_host_start(world, side);
}

bool sim_host_start(struct sim_world *world, struct sim_side *side)
{
    sim_say(&world->history, side->number, "process starts");
    side->alive = true;
    side->wake_ms = 0;
    return sim_ok(world, link_new(side->link, &side->machine), "machine made");
}

void sim_host_kill(struct sim_world *world, struct sim_side *side)
{
    bool told = sim_chance(700);
    sim_say(&world->history, side->number, "process killed%s",
            told ? "" : ", nobody is told");
    world->n_kills++;
    side->alive = false;
    sim_net_lose(&world->net, side->number, told);
    forget_memory(side);
    sim_net_add(
        &world->net,
        &(struct sim_event){.at_ms = world->net.now_ms + sim_between(1, 3000),
                            .type = SIM_START,
                            .side = side->number},
        NULL);
}

/* How soon a dialler tries again after a refusal. */
static int64_t back_off_ms(const struct link_action *action)
{
    switch (action->code) {
    case KITH_REFUSE_REVERIFY:
        return 1;
    case KITH_REFUSE_REPLACED:
    case KITH_REFUSE_PAUSED:
        return sim_between(2000, 4000);
    default:
        return sim_between(1, BACK_OFF_MS);
    }
}

static void carry_out(struct sim_world *world, struct sim_side *side,
                      const struct link_action *action)
{
    struct sim_net *net = &world->net;
    if (action->type == LINK_TELL) {
        sim_say(&world->history, side->number, "tell %s%s: %s",
                action->by_partner ? "by partner " : "",
                action->code == 0 ? "" : kith_refuse_name(action->code),
                action->sentence);
        return;
    }
    if (action->frame.len > 0) {
        sim_check_sent(world, side, action->frame);
        const char *fate =
            sim_net_send(net, side->number, action->session, action->frame);
        sim_say(&world->history, side->number,
                "%s of %zu bytes on %" PRIu64 ": %s",
                sim_frame_name(action->frame), action->frame.len,
                action->session, fate);
    }
    if (action->type != LINK_CLOSE)
        return;
    sim_say(&world->history, side->number, "closes %" PRIu64 ": %s",
            action->session, action->sentence);
    sim_net_close(net, side->number, action->session);
    int64_t redial_ms = net->now_ms + back_off_ms(action);
    if (redial_ms > side->redial_ms)
        side->redial_ms = redial_ms;
}

/* Carries out LIMIT actions of the machine, or all. */
static void carry_out_all(struct sim_world *world, struct sim_side *side,
                          size_t limit)
{
    const struct link_action *actions = NULL;
    size_t n = link_actions(side->machine, &actions);
    for (size_t i = 0; i < n && i < limit; i++)
        carry_out(world, side, &actions[i]);
    link_done(side->machine);
}

/* The store did not take the transaction: connections end, memory of rules
 * that may be ahead of the store is dropped. */
static void lose_transaction(struct sim_world *world, struct sim_side *side)
{
    sim_say(&world->history, side->number, "transaction lost");
    cache_drop(&side->company);
    if (world->broken == SIM_BREAK_KEEPS_RAM) {
        carry_out_all(world, side, SIZE_MAX);
        return;
    }
    link_forget(side->machine);
    sim_net_lose(&world->net, side->number, true);
}

/* Commits, or dies at it; true when it is durable and the process lives. */
static bool finish(struct sim_world *world, struct sim_side *side,
                   struct act *act, bool *ret_durable)
{
    world->n_transactions++;
    *ret_durable = false;
    if (world->broken == SIM_BREAK_EARLY_RECEIPT)
        carry_out_all(world, side, SIZE_MAX);
    if (sim_chance(world->deaths.before_commit)) {
        store_abort(&act->txn);
        sim_say(&world->history, side->number, "dies before the commit");
        sim_host_kill(world, side);
        return false;
    }
    if (world->net.now_ms < side->full_until_ms ||
        sim_chance(world->deaths.lost_commit)) {
        store_abort(&act->txn);
        lose_transaction(world, side);
        return false;
    }
    if (!sim_ok(world, store_commit(&act->txn), "commit"))
        return false;
    *ret_durable = true;
    sim_check_committed(world, side);
    if (!sim_chance(world->deaths.after_commit))
        return true;
    const struct link_action *actions = NULL;
    size_t n = link_actions(side->machine, &actions);
    carry_out_all(world, side, n == 0 ? 0 : sim_below(n));
    sim_say(&world->history, side->number, "dies after the commit");
    sim_host_kill(world, side);
    return false;
}

static void say_event(struct sim_world *world, const struct sim_side *side,
                      const struct sim_event *event)
{
    const char *frame = sim_frame_name(kith_buf_bytes(&event->frame));
    const struct sim_conn *conn = sim_net_conn(&world->net, event->conn);
    bool here = conn != NULL && conn->up[side->number];
    if (event->type == SIM_DOWN)
        sim_say(&world->history, side->number, "connection %" PRIu64 " ended",
                event->conn);
    else if (event->type == SIM_UP && here)
        sim_say(&world->history, side->number, "connection %" PRIu64 " stands",
                event->conn);
    else if (event->type == SIM_FRAME && here)
        sim_say(&world->history, side->number, "  takes %s on %" PRIu64, frame,
                event->conn);
    world->n_sessions += event->type == SIM_UP && here;
}

/* The machine wants to be called again by NEXT_MS. */
static void ask_wake(struct sim_world *world, struct sim_side *side,
                     int64_t next_ms)
{
    if (side->wake_ms > world->net.now_ms && side->wake_ms <= next_ms)
        return;
    side->wake_ms = next_ms;
    sim_net_add(&world->net,
                &(struct sim_event){
                    .at_ms = next_ms, .type = SIM_WAKE, .side = side->number},
                NULL);
}

static enum kith_status run_machine(struct sim_world *world,
                                    struct sim_side *side, struct act *act,
                                    const struct sim_event *events, size_t n)
{
    int64_t next_ms = 0;
    int64_t now_ms = world->net.now_ms;
    enum kith_status status = KITH_OK;
    const struct company *other = &world->sides[1 - side->number].company;
    for (size_t i = 0; status == KITH_OK && i < n; i++) {
        say_event(world, side, &events[i]);
        status = sim_company_take(side->machine, act, &world->net, &events[i],
                                  &other->transport_public);
    }
    if (status == KITH_OK)
        status = link_flush(side->machine, act);
    if (status == KITH_OK)
        status = link_tick(side->machine, act, now_ms, &next_ms);
    if (status == KITH_OK)
        ask_wake(world, side, next_ms);
    return status;
}

void sim_host_events(struct sim_world *world, struct sim_side *side,
                     const struct sim_event *events, size_t n)
{
    struct act act;
    bool durable = false;
    if (!begin(world, side, true, &act))
        return;
    enum kith_status status = run_machine(world, side, &act, events, n);
    if (!sim_ok(world, status, "link machine")) {
        store_abort(&act.txn);
        return;
    }
    if (finish(world, side, &act, &durable))
        carry_out_all(world, side, SIZE_MAX);
}

bool sim_host_work(struct sim_world *world, struct sim_side *side,
                   const struct sim_work *work)
{
    struct act act;
    struct kith_error err = {0};
    bool durable = false;
    if (!begin(world, side, true, &act))
        return false;
    act.err = &err;
    enum kith_status status = work->work(&act, work->context);
    if (status != KITH_OK) {
        store_abort(&act.txn);
        cache_drop(&side->company);
        sim_say(&world->history, side->number, "%s: %s %s %s", work->name,
                kith_status_name(status), err.code, err.what);
        if (status == KITH_NOMEM || status == KITH_DAMAGED || status == KITH_IO)
            sim_fail(world, "%s: %s", work->name, kith_status_name(status));
        return false;
    }
    status = run_machine(world, side, &act, NULL, 0);
    if (!sim_ok(world, status, "link machine")) {
        store_abort(&act.txn);
        return false;
    }
    sim_say(&world->history, side->number, "%s", work->name);
    if (finish(world, side, &act, &durable))
        carry_out_all(world, side, SIZE_MAX);
    return durable;
}

bool sim_host_read(struct sim_world *world, struct sim_side *side,
                   const struct sim_work *work)
{
    struct act act;
    if (!begin(world, side, true, &act))
        return false;
    if (!sim_ok(world, work->work(&act, work->context), work->name)) {
        store_abort(&act.txn);
        return false;
    }
    return sim_ok(world, store_commit(&act.txn), work->name);
}
