/* link_recover - see the header. Not here: what comes back (recover.c), what we
 * hold (held.c).
 */
#include "rules/link_recover.h"

#include <inttypes.h>
#include <stdio.h>

#include "kith/version.h"
#include "rules/act.h"
#include "rules/held.h"

enum {
    SECONDS_A_DAY = 86400
};

enum kith_status recover_ask(struct link_machine *machine,
                             const struct session *session)
{
    struct fetch *fetch = &machine->flow.fetch;
    const struct kith_range range = {fetch->back.from, KITH_PUSH_ENTRIES_MAX};
    struct kith_want want = {.own_log = true,
                             .log_number = fetch->back.log_number,
                             .ranges = &range,
                             .n_ranges = 1};
    struct kith_buf frame = {0};
    enum kith_status status = kith_want_encode(&want, &frame);
    if (status == KITH_OK)
        status = link_send(machine, session, &frame);
    kith_buf_clear(&frame);
    fetch->asked = true;
    fetch->asked_ms = LINK_MS_UNSET;
    return status;
}

/* What was put off is asked for now. */
static enum kith_status take_up(struct link_call *call)
{
    struct flow *flow = &call->machine->flow;
    const struct fetch *fetch = &flow->fetch;
    const struct store_log *log = &call->link.in;
    uint64_t from = fetch->late_log == log->number ? log->tree.size : 0;
    if (fetch->late_log == 0 || fetch->late_end <= from || flow->want_open)
        return KITH_OK;
    flow->want_open = true;
    flow->want_log = fetch->late_log;
    flow->want = (struct kith_range){from, fetch->late_end - from};
    flow->want_ms = LINK_MS_UNSET;
    struct kith_want want = {
        .log_number = flow->want_log, .ranges = &flow->want, .n_ranges = 1};
    struct kith_buf frame = {0};
    enum kith_status status = kith_want_encode(&want, &frame);
    if (status == KITH_OK)
        status = link_send(call->machine, link_current(call->machine), &frame);
    kith_buf_clear(&frame);
    return status;
}

static enum kith_status tell_outcome(struct link_call *call)
{
    const struct recovery *back = &call->machine->flow.fetch.back;
    char sentence[KITH_REASON_MAX + 1];
    if (back->entries == 0 && back->forked == 0)
        return KITH_OK;
    snprintf(sentence, sizeof sentence,
             "fetched back from the partner: %" PRIu64 " entries of our own "
             "log, %" PRIu64 " revisions that were not here; %" PRIu64
             " without a body, %" PRIu64 " that tell of no record; %u logs go "
             "on otherwise there",
             back->entries, back->revisions, back->bodiless, back->unplaced,
             back->forked);
    return link_tell(call->machine, 0, sentence);
}

static enum kith_status finish(struct link_call *call)
{
    call->machine->flow.fetch.asked = false;
    enum kith_status status = tell_outcome(call);
    if (status == KITH_OK)
        status = recover_finish(call->act, &call->link,
                                &call->machine->flow.fetch.back);
    return status == KITH_OK ? take_up(call) : status;
}

enum kith_status recover_flush(struct link_call *call, bool *ret_waiting)
{
    const struct session *session = link_current(call->machine);
    struct fetch *fetch = &call->machine->flow.fetch;
    *ret_waiting = call->link.recovering;
    if (!call->link.recovering || fetch->asked)
        return KITH_OK;
    /* what was withdrawn meanwhile is acted upon by the date */
    if (call->act->time_doubted)
        return KITH_OK;
    if ((session->features & KITH_FEATURE_OWN_LOG) == 0) {
        *ret_waiting = false;
        return finish(call);
    }
    fetch->back.log_number = 1;
    enum kith_status status =
        recover_size(call->act, &call->link, 1, &fetch->back.from);
    return status == KITH_OK ? recover_ask(call->machine, session) : status;
}

/* A number that was used is never used again. */
static enum kith_status pass_used(struct link_call *call)
{
    struct store_log *log = &call->link.out;
    const struct recovery *back = &call->machine->flow.fetch.back;
    if (log->tree.size != 0 || log->number > back->used)
        return KITH_OK;
    log->number = back->used + 1;
    return store_link_put(call->act->txn, &call->link);
}

static enum kith_status fault(struct link_call *call, uint16_t code)
{
    struct link_fault fault = {
        .type = KITH_FRAME_HELD,
        .index = call->machine->flow.fetch.back.from,
        .code = code,
        .sentence = "what came back is not the log of the refusing side"};
    return link_at_fault(call, &fault);
}

enum kith_status recover_take_held(struct link_call *call,
                                   struct kith_bytes frame)
{
    struct fetch *fetch = &call->machine->flow.fetch;
    struct kith_held held;
    bool more = false;
    enum kith_status status = kith_held_decode(call->act->arena, frame, &held);
    /* asked for twice, it is answered twice */
    if (status == KITH_OK &&
        (!call->link.recovering || !fetch->asked ||
         (held.card.len == 0 && held.log_number < fetch->back.log_number)))
        return KITH_OK;
    if (status == KITH_OK)
        status =
            recover_take(call->act, &call->link, &held, &fetch->back, &more);
    uint16_t code = link_code_of(status);
    if (code != 0)
        return fault(call, code);
    if (status != KITH_OK || held.card.len != 0)
        return status;
    status = pass_used(call);
    if (status != KITH_OK)
        return status;
    return more ? recover_ask(call->machine, call->session) : finish(call);
}

enum kith_status recover_put_off(struct link_call *call,
                                 struct kith_bytes frame)
{
    struct fetch *fetch = &call->machine->flow.fetch;
    struct kith_push push;
    /* what is wrong with it shows when it comes again */
    if (kith_push_decode(call->act->arena, frame, &push) != KITH_OK)
        return KITH_OK;
    if (push.log_number != fetch->late_log)
        fetch->late_end = 0;
    fetch->late_log = push.log_number;
    if (push.first + push.n_entries > fetch->late_end)
        fetch->late_end = push.first + push.n_entries;
    return KITH_OK;
}

static bool spend(struct link_call *call, uint64_t bytes)
{
    struct link_machine *machine = call->machine;
    int64_t day = call->act->now / SECONDS_A_DAY;
    if (day != machine->returned.day) {
        machine->returned.day = day;
        machine->returned.bytes = 0;
    }
    machine->returned.bytes += bytes;
    return machine->returned.bytes <= KITH_HELD_BYTES_DAY;
}

/* Former cards first, once a session. */
static enum kith_status send_cards(struct link_call *call)
{
    struct fetch *fetch = &call->machine->flow.fetch;
    uint64_t number = 0;
    enum kith_status status = KITH_OK;
    for (int i = 0; status == KITH_OK && i < RECOVER_CARDS_MAX; i++) {
        struct kith_buf frame = {0};
        status = held_card(call->act, &call->link, &number, &frame);
        if (status == KITH_OK)
            status = link_send(call->machine, call->session, &frame);
        kith_buf_clear(&frame);
    }
    fetch->cards_sent = true;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status recover_serve(struct link_call *call,
                               const struct kith_want *want)
{
    struct kith_buf frame = {0};
    enum kith_status status = KITH_OK;
    if (!call->machine->flow.fetch.cards_sent)
        status = send_cards(call);
    if (status == KITH_OK)
        status = held_answer(call->act, &call->link, want->log_number,
                             want->ranges[0].from, &frame);
    const uint64_t bytes = frame.len;
    if (status == KITH_OK)
        status = link_send(call->machine, call->session, &frame);
    kith_buf_clear(&frame);
    if (status != KITH_OK || spend(call, bytes))
        return status;
    return link_refuse(call->machine, call->session, KITH_REFUSE_QUOTA,
                       "today's budget for a log that is fetched back is used "
                       "up");
}
