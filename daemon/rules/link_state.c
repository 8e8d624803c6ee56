/* link_state - sessions of one link, the list of actions, and how a session
 * ends.
 *
 * Responsible for: slots of sessions, ownership of frames until they are
 * carried out, sentences that both operators read.
 * Not here: when to end a session (link_hello, link_flow, link_time).
 */
#include "rules/link_state.h"

#include <stdlib.h>
#include <string.h>

#include "rules/act.h"

struct session *link_session(struct link_machine *machine, uint64_t handle)
{
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        struct session *session = &machine->sessions[i];
        if (session->state != SESSION_FREE && session->handle == handle)
            return session;
    }
    return NULL;
}

bool link_is_good(const struct session *session)
{
    return session->state == SESSION_UNVERIFIED ||
           session->state == SESSION_OPEN;
}

struct session *link_current(struct link_machine *machine)
{
    return machine->current == 0 ? NULL
                                 : link_session(machine, machine->current);
}

void link_set_current(struct link_machine *machine, struct session *session)
{
    machine->current = session == NULL ? 0 : session->handle;
    memset(&machine->flow, 0, sizeof machine->flow);
    memset(&machine->pulse, 0, sizeof machine->pulse);
    machine->view.round_trip_ms = 0;
    machine->pulse.heard_ms = LINK_MS_UNSET;
    if (session == NULL)
        return;
    machine->view.skew_known = false;
    machine->view.refuse_code = 0;
    machine->view.refused_by_partner = false;
    machine->view.refuse_sentence[0] = '\0';
    machine->flow.sent = session->claimed;
    machine->flow.receipt_due = true;
    machine->flow.moved_ms = LINK_MS_UNSET;
    machine->flow.resend_ms = LINK_RESEND_MS;
    machine->pulse.ping_now = true;
}

uint64_t link_rewind(struct flow *flow, uint64_t from)
{
    uint64_t bytes = 0;
    while (flow->n_flights > 0 && flow->flights[flow->n_flights - 1].end > from)
        bytes += flow->flights[--flow->n_flights].bytes;
    flow->flight_bytes -= bytes;
    flow->sent = from;
    return bytes;
}

static enum link_phase phase_of(const struct link_machine *machine)
{
    enum link_phase phase = LINK_PHASE_DOWN;
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        const struct session *session = &machine->sessions[i];
        if (session->state == SESSION_FREE)
            continue;
        if (session->handle == machine->current)
            return session->state == SESSION_OPEN ? LINK_PHASE_OPEN
                                                  : LINK_PHASE_UNVERIFIED;
        phase = LINK_PHASE_GREETING;
    }
    return phase;
}

void link_note_skew(struct link_machine *machine, int64_t theirs, int64_t now)
{
    struct link_view *view = &machine->view;
    const int64_t skew_s = theirs - now;
    if (view->skew_known && skew_s <= view->skew_s)
        return;
    view->skew_known = true;
    view->skew_s = skew_s;
}

void link_note_phase(struct link_machine *machine, int64_t now)
{
    enum link_phase phase = phase_of(machine);
    machine->view.session = machine->current;
    if (phase == machine->view.phase)
        return;
    machine->view.phase = phase;
    machine->view.since = now;
}

static enum kith_status add_action(struct link_machine *machine,
                                   struct link_action **ret_action)
{
    if (machine->n_actions == machine->cap_actions) {
        size_t cap = machine->cap_actions == 0 ? 8 : machine->cap_actions * 2;
        struct link_action *grown =
            realloc(machine->actions, cap * sizeof *grown);
        if (grown == NULL)
            return KITH_NOMEM;
        machine->actions = grown;
        machine->cap_actions = cap;
    }
    struct link_action *action = &machine->actions[machine->n_actions++];
    memset(action, 0, sizeof *action);
    *ret_action = action;
    return KITH_OK;
}

static void take_frame_of(struct link_action *action, struct kith_buf *take)
{
    action->frame = kith_buf_bytes(take);
    memset(take, 0, sizeof *take);
}

enum kith_status link_send(struct link_machine *machine,
                           const struct session *session,
                           struct kith_buf *take_frame)
{
    struct link_action *action = NULL;
    enum kith_status status = add_action(machine, &action);
    if (status != KITH_OK)
        return status;
    action->type = LINK_SEND;
    action->session = session->handle;
    take_frame_of(action, take_frame);
    return KITH_OK;
}

/* Cuts at a character border: a continuation byte never starts the rest. */
static void set_sentence(char ret_text[KITH_REASON_MAX + 1],
                         struct kith_bytes sentence)
{
    size_t len = sentence.len;
    if (len > KITH_REASON_MAX) {
        len = KITH_REASON_MAX;
        while (len > 0 && (sentence.data[len] & 0xC0) == 0x80)
            len--;
    }
    if (len > 0)
        memcpy(ret_text, sentence.data, len);
    ret_text[len] = '\0';
}

/* A partner's words hold no control character but the line feed (session.h);
 * a log line has room for one line. */
static void set_foreign_sentence(char ret_text[KITH_REASON_MAX + 1],
                                 struct kith_bytes sentence)
{
    set_sentence(ret_text, sentence);
    for (char *at = strchr(ret_text, '\n'); at != NULL; at = strchr(at, '\n'))
        *at = ' ';
}

enum kith_status link_tell(struct link_machine *machine, uint16_t code,
                           const char *sentence)
{
    struct link_action *action = NULL;
    enum kith_status status = add_action(machine, &action);
    if (status != KITH_OK)
        return status;
    action->type = LINK_TELL;
    action->session = machine->current;
    action->code = code;
    set_sentence(action->sentence, kith_bytes_of(sentence));
    return KITH_OK;
}

static void end_session(struct link_machine *machine, struct session *session)
{
    if (session->handle == machine->current)
        link_set_current(machine, NULL);
    memset(session, 0, sizeof *session);
}

/* Does it belong to the run of things? */
static bool is_usual(uint16_t code)
{
    return code == KITH_REFUSE_REPLACED || code == KITH_REFUSE_REVERIFY;
}

/* The newest refusal stays in the view until a session is good again. */
static void note_refusal(struct link_machine *machine,
                         const struct link_action *action)
{
    if (is_usual(action->code))
        return;
    machine->view.refuse_code = action->code;
    machine->view.refused_by_partner = action->by_partner;
    memcpy(machine->view.refuse_sentence, action->sentence,
           sizeof machine->view.refuse_sentence);
}

enum kith_status link_refuse(struct link_machine *machine,
                             struct session *session, uint16_t code,
                             const char *sentence)
{
    struct kith_refuse refuse = {.code = code,
                                 .sentence = kith_bytes_of(sentence)};
    struct kith_buf frame = {0};
    struct link_action *action = NULL;
    enum kith_status status = kith_refuse_encode(&refuse, &frame);
    if (status == KITH_OK && !is_usual(code))
        status = link_tell(machine, code, sentence);
    if (status == KITH_OK)
        status = add_action(machine, &action);
    if (status != KITH_OK)
        goto out;
    action->type = LINK_CLOSE;
    action->session = session->handle;
    action->code = code;
    set_sentence(action->sentence, refuse.sentence);
    take_frame_of(action, &frame);
    note_refusal(machine, action);
    end_session(machine, session);
out:
    kith_buf_clear(&frame);
    return status;
}

enum kith_status link_refuse_all(struct link_machine *machine,
                                 const struct session *except, uint16_t code,
                                 const char *sentence)
{
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        struct session *session = &machine->sessions[i];
        if (session->state == SESSION_FREE || session == except)
            continue;
        enum kith_status status = link_refuse(machine, session, code, sentence);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

enum kith_status link_drop(struct link_machine *machine,
                           struct session *session, enum link_cut cut)
{
    struct link_action *action = NULL;
    enum kith_status status = add_action(machine, &action);
    if (status != KITH_OK)
        return status;
    action->type = LINK_CLOSE;
    action->session = session->handle;
    action->cut = cut;
    end_session(machine, session);
    return KITH_OK;
}

/* The partner's quota is full: the next session carries duty entries alone
 * for a while, and longer when nothing was receipted since the last time. */
static void begin_hold(struct link_machine *machine)
{
    struct hold *hold = &machine->hold;
    const uint64_t receipted = machine->flow.receipted;
    if (hold->ms == 0 || receipted > hold->receipted)
        hold->ms = KITH_QUOTA_HOLD_MS;
    else if (hold->ms < KITH_QUOTA_HOLD_MAX_MS)
        hold->ms = hold->ms * 2 < KITH_QUOTA_HOLD_MAX_MS
                       ? hold->ms * 2
                       : KITH_QUOTA_HOLD_MAX_MS;
    hold->silent = hold->on;
    hold->on = true;
    hold->since_ms = LINK_MS_UNSET;
    hold->receipted = receipted;
    machine->view.held = true;
    memcpy(machine->view.held_sentence, machine->view.refuse_sentence,
           sizeof machine->view.held_sentence);
}

enum kith_status link_refused(struct link_machine *machine,
                              struct session *session,
                              const struct kith_refuse *refuse)
{
    for (int i = is_usual(refuse->code) ? 1 : 0; i < 2; i++) {
        struct link_action *action = NULL;
        enum kith_status status = add_action(machine, &action);
        if (status != KITH_OK)
            return status;
        action->type = i == 0 ? LINK_TELL : LINK_CLOSE;
        action->session = session->handle;
        action->code = refuse->code;
        action->by_partner = true;
        set_foreign_sentence(action->sentence, refuse->sentence);
        note_refusal(machine, action);
    }
    if (refuse->code == KITH_REFUSE_QUOTA)
        begin_hold(machine);
    end_session(machine, session);
    return KITH_OK;
}

uint16_t link_code_of(enum kith_status status)
{
    switch (status) {
    case KITH_MALFORMED:
    case KITH_LIMIT:
    case KITH_INVALID:
    case KITH_GAP:
    case KITH_NOT_UNDERSTOOD:
        return KITH_REFUSE_FRAME;
    case KITH_UNTRUSTED:
    case KITH_UNREADABLE:
        return KITH_REFUSE_SIGNATURE;
    case KITH_FORK:
        return KITH_REFUSE_FROZEN;
    default:
        return 0;
    }
}

enum kith_status link_at_fault(struct link_call *call,
                               const struct link_fault *fault)
{
    struct link_machine *machine = call->machine;
    if (machine->fault.type != fault->type ||
        machine->fault.index != fault->index)
        machine->fault.count = 0;
    machine->fault.type = fault->type;
    machine->fault.index = fault->index;
    machine->fault.count++;
    if (machine->fault.count < LINK_FAULTS_MAX)
        return link_refuse(machine, call->session, fault->code,
                           fault->sentence);
    machine->fault.count = 0;
    call->link.stall = (uint8_t)fault->code;
    enum kith_status status = store_link_put(call->act->txn, &call->link);
    if (status == KITH_OK)
        status = link_tell(machine, fault->code,
                           "the same fault came three times at one place; "
                           "the link waits until a person resumes it");
    if (status != KITH_OK)
        return status;
    return link_refuse_all(machine, NULL, fault->code, fault->sentence);
}

enum kith_status link_freeze(struct link_call *call, enum store_side side,
                             const char *sentence)
{
    struct store_log *log =
        side == STORE_OUT ? &call->link.out : &call->link.in;
    log->frozen = true;
    enum kith_status status = store_link_put(call->act->txn, &call->link);
    if (status != KITH_OK)
        return status;
    return link_refuse_all(call->machine, NULL, KITH_REFUSE_FROZEN, sentence);
}

enum kith_status link_restored(struct link_call *call, const char *sentence)
{
    call->link.out.frozen = true;
    call->link.in.frozen = true;
    call->link.stall = KITH_REFUSE_RESTORED;
    enum kith_status status = store_link_put(call->act->txn, &call->link);
    if (status != KITH_OK)
        return status;
    return link_refuse_all(call->machine, NULL, KITH_REFUSE_RESTORED, sentence);
}
