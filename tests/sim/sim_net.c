/* sim_net - events in the order of virtual time, and connections.
 *
 * Not here: what the two sides do with an event (sim_host).
 */
#include "sim/sim_net.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim_random.h"

/* The simulator gives up when memory ends; it has nothing to save. */
static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void sim_net_clear(struct sim_net *net)
{
    for (size_t i = 0; i < net->n_events; i++)
        kith_buf_clear(&net->events[i].frame);
    free(net->events);
    memset(net, 0, sizeof *net);
}

static bool is_before(const struct sim_event *a, const struct sim_event *b)
{
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms;
    return a->sequence < b->sequence;
}

static void swap_events(struct sim_event *a, struct sim_event *b)
{
    struct sim_event kept = *a;
    *a = *b;
    *b = kept;
}

void sim_net_add(struct sim_net *net, const struct sim_event *event,
                 const struct kith_bytes *frame)
{
    if (net->n_events == net->cap_events) {
        net->cap_events = net->cap_events == 0 ? 64 : net->cap_events * 2;
        net->events =
            must(realloc(net->events, net->cap_events * sizeof *net->events));
    }
    size_t at = net->n_events++;
    net->events[at] = *event;
    net->events[at].sequence = net->next_sequence++;
    net->events[at].frame = (struct kith_buf){0};
    if (frame != NULL && kith_buf_add(&net->events[at].frame, frame->data,
                                      frame->len) != KITH_OK)
        abort();
    while (at > 0 && is_before(&net->events[at], &net->events[(at - 1) / 2])) {
        swap_events(&net->events[at], &net->events[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

void sim_net_postpone(struct sim_net *net, struct sim_event *take_event,
                      int64_t at_ms)
{
    struct kith_bytes frame = kith_buf_bytes(&take_event->frame);
    take_event->at_ms = at_ms;
    sim_net_add(net, take_event, frame.len > 0 ? &frame : NULL);
    kith_buf_clear(&take_event->frame);
}

const struct sim_event *sim_net_peek(const struct sim_net *net)
{
    return net->n_events == 0 ? NULL : &net->events[0];
}

static void sink_first(struct sim_net *net)
{
    size_t at = 0;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < net->n_events &&
                is_before(&net->events[child], &net->events[least]))
                least = child;
        if (least == at)
            return;
        swap_events(&net->events[at], &net->events[least]);
        at = least;
    }
}

bool sim_net_take(struct sim_net *net, int64_t until_ms,
                  struct sim_event *ret_event)
{
    if (net->n_events == 0 || net->events[0].at_ms > until_ms)
        return false;
    *ret_event = net->events[0];
    net->events[0] = net->events[--net->n_events];
    sink_first(net);
    if (ret_event->at_ms > net->now_ms)
        net->now_ms = ret_event->at_ms;
    return true;
}

struct sim_conn *sim_net_conn(struct sim_net *net, uint64_t id)
{
    for (size_t i = 0; i < SIM_CONNS_MAX; i++)
        if (net->conns[i].id == id && id != 0)
            return &net->conns[i];
    return NULL;
}

bool sim_net_holds(const struct sim_net *net, int side, int dialler)
{
    for (size_t i = 0; i < SIM_CONNS_MAX; i++)
        if (net->conns[i].id != 0 && net->conns[i].dialler == dialler &&
            net->conns[i].up[side])
            return true;
    return false;
}

static int64_t way_ms(const struct sim_net *net)
{
    return sim_between(1, net->faults.delay_ms);
}

bool sim_net_dial(struct sim_net *net, int side)
{
    struct sim_conn *conn = NULL;
    for (size_t i = 0; i < SIM_CONNS_MAX && conn == NULL; i++)
        if (net->conns[i].id == 0)
            conn = &net->conns[i];
    if (conn == NULL || net->now_ms < net->parted_until_ms)
        return false;
    *conn = (struct sim_conn){
        .id = ++net->next_conn, .dialler = side, .up = {true, true}};
    for (int end = 0; end < 2; end++) {
        conn->last_ms[end] = net->now_ms + way_ms(net);
        sim_net_add(net,
                    &(struct sim_event){.at_ms = conn->last_ms[end],
                                        .type = SIM_UP,
                                        .side = end,
                                        .conn = conn->id},
                    NULL);
    }
    return true;
}

/* Frames keep their order, so the next arrives no earlier than the last. */
static int64_t arrival_ms(struct sim_net *net, struct sim_conn *conn, int end)
{
    int64_t at_ms = net->now_ms + way_ms(net);
    if (at_ms < conn->last_ms[end])
        at_ms = conn->last_ms[end];
    conn->last_ms[end] = at_ms;
    return at_ms;
}

const char *sim_net_send(struct sim_net *net, int side, uint64_t id,
                         struct kith_bytes frame)
{
    struct sim_conn *conn = sim_net_conn(net, id);
    const struct sim_faults *faults = &net->faults;
    int other = 1 - side;
    if (conn == NULL || !conn->up[side])
        return "to nobody";
    if (conn->silent || !conn->up[other])
        return "vanishes";
    if (net->now_ms < net->parted_until_ms) {
        sim_net_cut(net, conn, true);
        return "vanishes, parted";
    }
    if (sim_chance(faults->silence)) {
        sim_net_cut(net, conn, true);
        return "vanishes, half-open";
    }
    if (sim_chance(faults->cut)) {
        sim_net_cut(net, conn, false);
        return "lost, cut";
    }
    if (sim_chance(faults->drop))
        return "dropped";
    struct sim_event event = {.type = SIM_FRAME, .side = other, .conn = id};
    int64_t before_ms = conn->last_ms[other];
    event.at_ms = arrival_ms(net, conn, other);
    if (sim_chance(faults->swap) && before_ms > net->now_ms + 1) {
        event.at_ms = before_ms - 1;
        sim_net_add(net, &event, &frame);
        return "overtakes";
    }
    sim_net_add(net, &event, &frame);
    if (!sim_chance(faults->twice))
        return "sent";
    event.at_ms = arrival_ms(net, conn, other);
    sim_net_add(net, &event, &frame);
    return "sent twice";
}

static void forget_when_closed(struct sim_conn *conn)
{
    if (!conn->up[0] && !conn->up[1])
        memset(conn, 0, sizeof *conn);
}

static void tell_down(struct sim_net *net, struct sim_conn *conn, int end)
{
    if (!conn->up[end] || conn->silent)
        return;
    sim_net_add(net,
                &(struct sim_event){.at_ms = arrival_ms(net, conn, end),
                                    .type = SIM_DOWN,
                                    .side = end,
                                    .conn = conn->id},
                NULL);
}

void sim_net_close(struct sim_net *net, int side, uint64_t id)
{
    struct sim_conn *conn = sim_net_conn(net, id);
    if (conn == NULL)
        return;
    if (conn->up[side])
        tell_down(net, conn, 1 - side);
    conn->up[side] = false;
    forget_when_closed(conn);
}

void sim_net_lose(struct sim_net *net, int side, bool told)
{
    for (size_t i = 0; i < SIM_CONNS_MAX; i++) {
        struct sim_conn *conn = &net->conns[i];
        if (conn->id == 0 || !conn->up[side])
            continue;
        if (!told)
            conn->silent = true;
        sim_net_close(net, side, conn->id);
    }
}

void sim_net_cut(struct sim_net *net, struct sim_conn *conn, bool quietly)
{
    if (!quietly)
        for (int end = 0; end < 2; end++)
            tell_down(net, conn, end);
    conn->silent = true;
}
