/* link_flow - pushes, receipts and wants of an open session.
 *
 * Responsible for: credit, where sending goes on after a reconnect or a Want,
 * asking for gaps, the daily budget of what is sent again.
 * Not here: what an entry says (intake), which entries are made (pump), the
 * gate (pump asks it).
 */
#include "rules/link_flow.h"

#include <string.h>

#include "rules/act.h"
#include "rules/intake.h"
#include "rules/pump.h"

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

/* The partner has processed our log up to PROCESSED. */
static void note_processed(struct flow *flow, uint64_t processed)
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

static uint64_t credit_left(const struct flow *flow)
{
    return flow->flight_bytes < KITH_CREDIT_BYTES
               ? KITH_CREDIT_BYTES - flow->flight_bytes
               : 0;
}

/* One frame that starts at span->from. ret_bytes: its length. */
static enum kith_status send_frame(struct link_call *call,
                                   const struct session *session,
                                   const struct pump_span *span,
                                   uint64_t *ret_next, uint64_t *ret_bytes)
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

/* Sends what is in the log, then makes more of what is queued, while credit
 * lasts. What was made within this call has just passed the gate. */
static enum kith_status push_all(struct link_call *call,
                                 const struct session *session)
{
    struct flow *flow = &call->machine->flow;
    struct pump_span span = {.gated_from = call->link.out.tree.size};
    while (credit_left(flow) > 0) {
        uint64_t bytes = 0;
        span.from = flow->sent;
        enum kith_status status =
            send_frame(call, session, &span, &flow->sent, &bytes);
        if (status == KITH_OK) {
            add_flight(flow, flow->sent, bytes);
            continue;
        }
        if (status != KITH_NOT_FOUND)
            return status;
        status = pump_fill(call->act, &call->link, credit_left(flow), &bytes);
        if (status != KITH_OK || bytes == 0)
            return status;
    }
    return KITH_OK;
}

/* The newest receipt once more: the session that it was sent on may have
 * ended before it arrived. */
static enum kith_status repeat_receipt(struct link_call *call,
                                       struct kith_buf *frame)
{
    const struct store_log *log = &call->link.in;
    struct store_log_id id = {
        .link = call->link.number, .side = STORE_IN, .number = log->number};
    struct kith_receipt receipt = {.log_number = log->number,
                                   .processed = log->processed};
    uint64_t size = log->receipted;
    if (log->processed == 0)
        return KITH_NOT_FOUND;
    enum kith_status status =
        store_note_at(call->act->txn, &id, STORE_RECEIPT, &size,
                      call->act->arena, &receipt.note);
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    return kith_receipt_encode(&receipt, frame);
}

static enum kith_status say_receipt(struct link_call *call,
                                    const struct session *session)
{
    struct flow *flow = &call->machine->flow;
    const struct store_log *log = &call->link.in;
    struct kith_buf frame = {0};
    uint64_t receipted = log->receipted;
    enum kith_status status = intake_receipt(call->act, &call->link, &frame);
    if (status == KITH_NOT_FOUND && flow->receipt_due)
        status = repeat_receipt(call, &frame);
    bool is_news = flow->receipt_due || log->receipted != receipted ||
                   log->processed != flow->told;
    if (status == KITH_OK && is_news)
        status = link_send(call->machine, session, &frame);
    kith_buf_clear(&frame);
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    flow->receipt_due = false;
    flow->told = log->processed;
    return KITH_OK;
}

enum kith_status flow_flush(struct link_call *call)
{
    struct flow *flow = &call->machine->flow;
    const struct session *session = link_current(call->machine);
    enum kith_status status = KITH_OK;
    if (!call->link.in.frozen)
        status = say_receipt(call, session);
    if (status != KITH_OK || call->link.out.frozen)
        return status;
    if (call->link.out.number == 0)
        status = pump_open_log(call->act, &call->link);
    if (status != KITH_OK)
        return status;
    note_processed(flow, call->link.out.processed);
    status = push_all(call, session);
    flow->receipted = call->link.out.receipted;
    return status;
}

enum kith_status flow_send_want(struct link_machine *machine,
                                const struct session *session)
{
    struct flow *flow = &machine->flow;
    struct kith_want want = {
        .log_number = flow->want_log, .ranges = &flow->want, .n_ranges = 1};
    struct kith_buf frame = {0};
    enum kith_status status = kith_want_encode(&want, &frame);
    if (status == KITH_OK)
        status = link_send(machine, session, &frame);
    kith_buf_clear(&frame);
    flow->want_ms = LINK_MS_UNSET;
    return status;
}

/* Entries before the push are missing: one Want at a time. The partner sends
 * on from there, so that what came too early comes again too. */
static enum kith_status ask(struct link_call *call,
                            const struct intake_result *result)
{
    struct flow *flow = &call->machine->flow;
    if (flow->want_open)
        return KITH_OK;
    flow->want_open = true;
    flow->want = (struct kith_range){.from = result->want_from,
                                     .count = result->want_count};
    flow->want_log = call->link.in.number != 0 ? call->link.in.number
                                               : call->session->their_log;
    return flow_send_want(call->machine, call->session);
}

enum kith_status flow_take_push(struct link_call *call, struct kith_bytes frame)
{
    struct flow *flow = &call->machine->flow;
    struct intake_result result = {0};
    if (call->link.in.frozen)
        return KITH_OK;
    enum kith_status status =
        intake_push(call->act, &call->link, frame, &result);
    if (status == KITH_GAP)
        return ask(call, &result);
    if (status == KITH_FORK)
        return link_freeze(call, STORE_IN,
                           "the refused side signed two histories of its log");
    uint16_t code = link_code_of(status);
    if (code != 0) {
        /* Nothing of the push counts. */
        status = store_link_get(call->act->txn, call->link.number, &call->link);
        if (status != KITH_OK)
            return status;
        struct link_fault fault = {.type = KITH_FRAME_PUSH,
                                   .index = call->link.in.tree.size,
                                   .code = code,
                                   .sentence = "a push does not fit its log"};
        return link_at_fault(call, &fault);
    }
    if (status == KITH_OK && result.fresh == 0)
        flow->receipt_due = true; /* it came again: so did ours not arrive */
    if (flow->want_open &&
        call->link.in.tree.size >= flow->want.from + flow->want.count)
        flow->want_open = false;
    return status;
}

enum kith_status flow_take_receipt(struct link_call *call,
                                   struct kith_bytes frame)
{
    if (call->link.out.frozen)
        return KITH_OK;
    enum kith_status status = pump_receipt(call->act, &call->link, frame);
    if (status == KITH_FORK)
        return link_freeze(call, STORE_OUT,
                           "the refused side cosigned another history of the "
                           "refusing side's log");
    uint16_t code = link_code_of(status);
    if (code == 0)
        return status;
    struct link_fault fault = {.type = KITH_FRAME_RECEIPT,
                               .index = call->link.out.processed,
                               .code = code,
                               .sentence = "a receipt does not fit its log"};
    return link_at_fault(call, &fault);
}

/* Counts BYTES against today's budget; false when it is used up. */
static bool spend(struct link_call *call, uint64_t bytes)
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

static enum kith_status over_budget(struct link_call *call)
{
    return link_refuse(call->machine, call->session, KITH_REFUSE_QUOTA,
                       "today's budget for entries sent again is used up");
}

/* Entries below the receipted size, up to one credit's worth; the asker asks
 * on from where it stopped. Every body passes the gate again. */
static enum kith_status send_again(struct link_call *call,
                                   const struct kith_range *range)
{
    struct pump_span span = {.from = range->from, .gated_from = UINT64_MAX};
    uint64_t end = range->from + range->count;
    uint64_t total = 0;
    if (end > call->link.out.receipted)
        end = call->link.out.receipted;
    while (span.from < end && total < KITH_CREDIT_BYTES) {
        uint64_t bytes = 0;
        enum kith_status status =
            send_frame(call, call->session, &span, &span.from, &bytes);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
        if (!spend(call, bytes))
            return over_budget(call);
        total += bytes;
    }
    return KITH_OK;
}

/* Above the receipted size sending simply goes on from there. */
static enum kith_status send_on(struct link_call *call, uint64_t from)
{
    struct flow *flow = &call->machine->flow;
    if (from >= flow->sent)
        return KITH_OK;
    return spend(call, link_rewind(flow, from)) ? KITH_OK : over_budget(call);
}

static bool ranges_fit(const struct kith_want *want, uint64_t size)
{
    for (size_t i = 0; i < want->n_ranges; i++) {
        const struct kith_range *range = &want->ranges[i];
        if (range->count == 0 || range->from > size ||
            range->count > size - range->from)
            return false;
    }
    return true;
}

static enum kith_status serve(struct link_call *call,
                              const struct kith_want *want)
{
    uint64_t handle = call->session->handle;
    uint64_t receipted = call->link.out.receipted;
    for (size_t i = 0; i < want->n_ranges; i++) {
        const struct kith_range *range = &want->ranges[i];
        enum kith_status status = KITH_OK;
        if (range->from < receipted)
            status = send_again(call, range);
        if (status != KITH_OK || link_session(call->machine, handle) == NULL)
            return status;
        if (range->from + range->count <= receipted)
            continue;
        return send_on(call, range->from > receipted ? range->from : receipted);
    }
    return KITH_OK;
}

enum kith_status flow_take_want(struct link_call *call, struct kith_bytes frame)
{
    const struct store_log *log = &call->link.out;
    struct kith_arena *arena = NULL;
    struct kith_want want;
    const char *why = NULL;
    enum kith_status status = kith_arena_new(KITH_ARENA_FRAME_MAX, &arena);
    if (status != KITH_OK)
        return status;
    if (kith_want_decode(arena, frame, &want) != KITH_OK)
        why = "a want is malformed";
    else if (want.own_log)
        why = "a want of the asker's own log is not served by this version";
    else if (want.log_number != log->number ||
             !ranges_fit(&want, log->tree.size))
        why = "a want names what the log does not have";
    if (why != NULL) {
        struct link_fault fault = {.type = KITH_FRAME_WANT,
                                   .index = log->tree.size,
                                   .code = KITH_REFUSE_FRAME,
                                   .sentence = why};
        status = link_at_fault(call, &fault);
    } else if (!log->frozen) {
        status = serve(call, &want);
    }
    kith_arena_destroy(&arena);
    return status;
}
