/* link_flow - pushes, receipts and wants of an open session.
 *
 * Responsible for: where sending goes on after a reconnect or a Want, asking
 * for gaps and for bodies that stand out.
 * Not here: what an entry says (intake), credit and quota of what we send
 * (link_push), which entries are made (pump).
 */
#include "rules/link_flow.h"

#include <string.h>

#include "rules/act.h"
#include "rules/intake.h"
#include "rules/link_push.h"
#include "rules/link_recover.h"
#include "rules/pump.h"

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

/* Bodies that a session before left standing out, asked for once a session:
 * the partner sends them when there is room. */
static enum kith_status ask_pending(struct link_call *call,
                                    const struct session *session)
{
    struct flow *flow = &call->machine->flow;
    const struct store_log *log = &call->link.in;
    const struct flow kept = *flow;
    if (flow->asked_pending || flow->want_open)
        return KITH_OK;
    flow->asked_pending = true;
    if (log->pending == 0 || log->frozen)
        return KITH_OK;
    flow->want = (struct kith_range){
        .from = log->pending - 1, .count = log->tree.size - log->pending + 1};
    flow->want_log = log->number;
    enum kith_status status = flow_send_want(call->machine, session);
    /* nothing waits for the answer */
    flow->want = kept.want;
    flow->want_log = kept.want_log;
    return status;
}

enum kith_status flow_flush(struct link_call *call)
{
    struct flow *flow = &call->machine->flow;
    const struct session *session = link_current(call->machine);
    bool waiting = false;
    enum kith_status status = recover_flush(call, &waiting);
    if (status == KITH_OK && !call->link.in.frozen)
        status = say_receipt(call, session);
    if (status != KITH_OK || waiting)
        return status;
    if (status == KITH_OK)
        status = ask_pending(call, session);
    if (status != KITH_OK || call->link.out.frozen)
        return status;
    if (call->link.out.number == 0)
        status = pump_open_log(call->act, &call->link);
    if (status != KITH_OK)
        return status;
    push_processed(flow, call->link.out.processed);
    status = push_all(call, session);
    flow->receipted = call->link.out.receipted;
    return status;
}

/* A bound of the quota is met: both operators read which, duty entries may
 * come in the next session. Nothing of the push counts. */
static enum kith_status refuse_quota(struct link_call *call,
                                     enum quota_bound bound)
{
    enum kith_status status =
        store_link_get(call->act->txn, call->link.number, &call->link);
    if (status == KITH_OK)
        status =
            quota_refused(call->act, &call->link, &call->machine->quota, bound);
    if (status == KITH_OK)
        status = link_refuse(call->machine, call->session, KITH_REFUSE_QUOTA,
                             quota_sentence(bound));
    return status;
}

enum kith_status flow_take_push(struct link_call *call, struct kith_bytes frame)
{
    struct flow *flow = &call->machine->flow;
    struct intake_result result = {0};
    if (call->link.in.frozen)
        return KITH_OK;
    if (call->link.recovering)
        return recover_put_off(call, frame);
    enum kith_status status = intake_push(call->act, &call->link, frame,
                                          &call->machine->quota, &result);
    if (status == KITH_DENIED)
        return refuse_quota(call, result.over);
    if (status == KITH_GAP)
        return ask(call, &result);
    if (status == KITH_FORK)
        return link_freeze(call, STORE_IN,
                           "the refused side signed two histories of its log");
    if (status == KITH_CONFLICT)
        return link_restored(call, "the refused side goes on in a log that was "
                                   "closed: both sides must resume");
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
    /* entries may be older than their sending, but not younger */
    if (status == KITH_OK && result.newest_time > call->act->now)
        link_note_skew(call->machine, result.newest_time, call->act->now);
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
    int64_t time = 0;
    enum kith_status status =
        pump_receipt(call->act, &call->link, frame, &time);
    /* the first of a session may have been signed long ago */
    if (status == KITH_OK && time != 0 && call->machine->flow.receipts > 0)
        link_note_skew(call->machine, time, call->act->now);
    call->machine->flow.receipts++;
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
            push_frame(call, call->session, &span, &span.from, &bytes);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
        if (!push_spend(call, bytes))
            return push_over_budget(call);
        total += bytes;
    }
    return KITH_OK;
}

/* Above the receipted size sending simply goes on from there; of what the
 * partner passed over it asks for bodies. */
static enum kith_status send_on(struct link_call *call, uint64_t from)
{
    struct flow *flow = &call->machine->flow;
    if (from < flow->processed) {
        push_owe(call->machine, from, flow->processed);
        return KITH_OK;
    }
    if (from >= flow->sent)
        return KITH_OK;
    return push_spend(call, link_rewind(flow, from)) ? KITH_OK
                                                     : push_over_budget(call);
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
    else if (!want.own_log && (want.log_number != log->number ||
                               !ranges_fit(&want, log->tree.size)))
        why = "a want names what the log does not have";
    if (why != NULL) {
        struct link_fault fault = {.type = KITH_FRAME_WANT,
                                   .index = log->tree.size,
                                   .code = KITH_REFUSE_FRAME,
                                   .sentence = why};
        status = link_at_fault(call, &fault);
    } else if (want.own_log) {
        status = recover_serve(call, &want);
    } else if (!log->frozen) {
        status = serve(call, &want);
    }
    kith_arena_destroy(&arena);
    return status;
}
