/* link_push - credit, flights, frames out, what is owed, what the reserve
 * carries, and the daily budget of what is sent again.
 *
 * Not here: which entries are made and whether they may leave (pump, which asks
 * the gate), receipts and wants (link_flow).
 */
#include "rules/link_push.h"

#include <string.h>

#include "rules/act.h"

enum {
    SECONDS_A_DAY = 86400
};

static void land_flights(struct flow *flow, uint64_t processed)
{
    size_t landed = 0;
    while (landed < flow->n_flights && flow->flights[landed].end <= processed)
        flow->flight_bytes -= flow->flights[landed++].bytes;
    flow->n_flights -= landed;
    memmove(flow->flights, flow->flights + landed,
            flow->n_flights * sizeof flow->flights[0]);
}

void push_processed(struct flow *flow, uint64_t processed)
{
    if (flow->sent < processed)
        flow->sent = processed;
    if (flow->processed < processed) {
        flow->processed = processed;
        flow->moved_ms = LINK_MS_UNSET;
        flow->resend_ms = LINK_RESEND_MS;
    }
    land_flights(flow, processed);
}

static void add_flight(struct flow *flow, uint64_t end, uint64_t bytes)
{
    if (flow->n_flights == 0)
        flow->moved_ms = LINK_MS_UNSET;
    if (flow->n_flights == LINK_FLIGHTS_MAX) {
        flow->flights[LINK_FLIGHTS_MAX - 1].end = end;
        flow->flights[LINK_FLIGHTS_MAX - 1].bytes += bytes;
    } else {
        flow->flights[flow->n_flights++] =
            (struct flight){.end = end, .bytes = bytes};
    }
    flow->flight_bytes += bytes;
}

/* Bodies of FROM..END are owed, besides what is owed already. */
static void owe(struct link_machine *machine, uint64_t from, uint64_t end,
                bool asked)
{
    struct owed *owed = &machine->owed;
    if (owed->from >= owed->end) {
        *owed = (struct owed){.from = from, .end = end, .asked = asked};
        return;
    }
    if (from < owed->from)
        owed->from = from;
    if (end > owed->end)
        owed->end = end;
}

bool push_spend(struct link_call *call, uint64_t bytes)
{
    struct link_machine *machine = call->machine;
    int64_t day = call->act->now / SECONDS_A_DAY;
    if (day != machine->again.day) {
        machine->again.day = day;
        machine->again.bytes = 0;
    }
    machine->again.bytes += bytes;
    return machine->again.bytes <= KITH_WANT_BYTES_DAY;
}

enum kith_status push_over_budget(struct link_call *call)
{
    return link_refuse(call->machine, call->session, KITH_REFUSE_QUOTA,
                       "today's budget for entries sent again is used up");
}

enum kith_status push_frame(struct link_call *call,
                            const struct session *session,
                            const struct pump_span *span, uint64_t *ret_next,
                            uint64_t *ret_bytes)
{
    const struct kith_arena_mark mark = kith_arena_mark(call->act->arena);
    struct kith_buf frame = {0};
    uint64_t next = 0;
    enum kith_status status =
        pump_frame(call->act, &call->link, span, &frame, &next);
    kith_arena_rewind(call->act->arena, mark);
    uint64_t bytes = frame.len;
    if (status == KITH_OK)
        status = link_send(call->machine, session, &frame);
    kith_buf_clear(&frame);
    if (status != KITH_OK)
        return status;
    *ret_next = next;
    *ret_bytes = bytes;
    return KITH_OK;
}

/* What may go now: credit, and the reserve when RESERVE. */
static uint64_t room(const struct flow *flow, bool reserve)
{
    uint64_t all = KITH_CREDIT_BYTES + (reserve ? KITH_CREDIT_RESERVE : 0);
    return flow->flight_bytes < all ? all - flow->flight_bytes : 0;
}

/* Bodies that went as bare headers before. */
static enum kith_status push_owed(struct link_call *call,
                                  const struct session *session)
{
    struct flow *flow = &call->machine->flow;
    struct owed *owed = &call->machine->owed;
    struct pump_span span = {.gated_from = UINT64_MAX};
    /* nothing is sent a second time then: it stays owed */
    if (call->act->time_doubted)
        return KITH_OK;
    while (owed->from < owed->end && room(flow, false) > 0) {
        uint64_t bytes = 0;
        span.from = owed->from;
        enum kith_status status =
            push_frame(call, session, &span, &owed->from, &bytes);
        if (status == KITH_NOT_FOUND) {
            owed->end = 0;
            return KITH_OK;
        }
        if (status != KITH_OK)
            return status;
        if (owed->asked && !push_spend(call, bytes))
            return push_over_budget(call);
        add_flight(flow, owed->from, bytes);
    }
    return KITH_OK;
}

/* Duty entries, with bare headers of what stands before them. */
static enum kith_status push_duty(struct link_call *call,
                                  const struct session *session)
{
    struct link_machine *machine = call->machine;
    struct flow *flow = &machine->flow;
    struct pump_span span = {.gated_from = call->link.out.tree.size,
                             .bare = true};
    uint64_t bytes = 0, left = room(flow, true);
    if (left == 0)
        return KITH_OK;
    enum kith_status status =
        pump_fill_duty(call->act, &call->link, left, &flow->duty_after, &bytes);
    if (status != KITH_OK || (bytes == 0 && !machine->hold.on))
        return status;
    while (room(flow, true) > 0) {
        span.from = flow->sent;
        status = push_frame(call, session, &span, &flow->sent, &bytes);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
        add_flight(flow, flow->sent, bytes);
        if (span.from < span.gated_from)
            owe(machine, span.from, flow->sent, false);
    }
    return KITH_OK;
}

/* What was made within this call has just passed the gate. */
static enum kith_status push_log(struct link_call *call,
                                 const struct session *session)
{
    struct flow *flow = &call->machine->flow;
    struct pump_span span = {.gated_from = call->link.out.tree.size};
    while (room(flow, false) > 0) {
        uint64_t bytes = 0;
        span.from = flow->sent;
        enum kith_status status =
            push_frame(call, session, &span, &flow->sent, &bytes);
        if (status == KITH_OK) {
            add_flight(flow, flow->sent, bytes);
            continue;
        }
        if (status != KITH_NOT_FOUND)
            return status;
        status = pump_fill(call->act, &call->link, room(flow, false), &bytes);
        if (status != KITH_OK || bytes == 0)
            return status;
    }
    return KITH_OK;
}

enum kith_status push_all(struct link_call *call, const struct session *session)
{
    const uint64_t handle = session->handle;
    struct link_machine *machine = call->machine;
    enum kith_status status = KITH_OK;
    if (machine->hold.on && machine->hold.silent)
        return KITH_OK;
    if (machine->hold.on)
        return push_duty(call, session);
    status = push_owed(call, session);
    if (status != KITH_OK || machine->current != handle)
        return status;
    status = push_log(call, session);
    if (status == KITH_OK && room(&machine->flow, false) == 0)
        status = push_duty(call, session);
    return status;
}

void push_owe(struct link_machine *machine, uint64_t from, uint64_t end)
{
    owe(machine, from, end, true);
}

void push_tick(struct link_machine *machine, int64_t now_ms, int64_t *next_ms)
{
    struct hold *hold = &machine->hold;
    if (!hold->on)
        return;
    if (hold->since_ms == LINK_MS_UNSET || hold->since_ms > now_ms)
        hold->since_ms = now_ms;
    int64_t end_ms = hold->since_ms + hold->ms;
    if (now_ms >= end_ms) {
        hold->on = false;
        machine->view.held = false;
        end_ms = now_ms;
    }
    if (end_ms < *next_ms)
        *next_ms = end_ms;
}
