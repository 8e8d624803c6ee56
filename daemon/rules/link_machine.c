/* link_machine - link.h: the table of frames, sessions coming and going, and
 * the end of a transaction.
 *
 * Responsible for: which frame may come in which state, what a link refuses
 * before a word is said (removed, paused, stalled, frozen).
 * Not here: what the frames mean (link_hello, link_flow, link_time).
 */
#include "rules/link_machine.h"

#include <stdlib.h>
#include <string.h>

#include "rules/act.h"
#include "rules/link_flow.h"
#include "rules/link_hello.h"
#include "rules/link_recover.h"
#include "rules/link_time.h"

/* A refuse may come at any time and is never answered with one. */
static enum kith_status take_refuse(struct link_call *call,
                                    struct kith_bytes frame)
{
    struct kith_refuse refuse = {0};
    if (kith_refuse_decode(frame, &refuse) != KITH_OK)
        return link_drop(call->machine, call->session,
                         LINK_CUT_MALFORMED_REFUSE);
    return link_refused(call->machine, call->session, &refuse);
}

enum {
    IN_GREET = 1 << SESSION_GREET,
    IN_HELLO = 1 << SESSION_HELLO,
    IN_OPEN = 1 << SESSION_OPEN,
    IN_GOOD = 1 << SESSION_UNVERIFIED | IN_OPEN,
    IN_ANY = IN_GREET | IN_HELLO | IN_GOOD
};

static const struct link_rule rules[] = {
    {KITH_FRAME_GREET, IN_GREET, hello_take_greet},
    {KITH_FRAME_HELLO, IN_HELLO, hello_take},
    {KITH_FRAME_PUSH, IN_OPEN, flow_take_push},
    {KITH_FRAME_RECEIPT, IN_OPEN, flow_take_receipt},
    {KITH_FRAME_WANT, IN_OPEN, flow_take_want},
    {KITH_FRAME_HELD, IN_OPEN, recover_take_held},
    {KITH_FRAME_REFUSE, IN_ANY, take_refuse},
    {KITH_FRAME_PING, IN_GOOD, time_take_ping},
    {KITH_FRAME_PONG, IN_GOOD, time_take_pong},
};

const struct link_rule *link_rule(uint8_t type)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].type == type)
            return &rules[i];
    return NULL;
}

enum kith_status link_new(uint32_t link_number,
                          struct link_machine **ret_machine)
{
    struct link_machine *machine = calloc(1, sizeof *machine);
    if (machine == NULL)
        return KITH_NOMEM;
    machine->link = link_number;
    *ret_machine = machine;
    return KITH_OK;
}

void link_destroy(struct link_machine **machine)
{
    if (*machine == NULL)
        return;
    link_done(*machine);
    free((*machine)->actions);
    free(*machine);
    *machine = NULL;
}

static enum kith_status start_call(struct link_machine *machine,
                                   struct act *act, struct link_call *ret_call)
{
    ret_call->machine = machine;
    ret_call->act = act;
    ret_call->session = NULL;
    return store_link_get(act->txn, machine->link, &ret_call->link);
}

/* Why nobody is spoken with on this link; 0 when nothing is in the way. */
static uint16_t barred(const struct store_link *link, const char **ret_why)
{
    if (link->removed) {
        *ret_why = "the refused side is no partner of the refusing side";
        return KITH_REFUSE_UNKNOWN;
    }
    if (link->paused) {
        *ret_why = "the refusing side has paused this link";
        return KITH_REFUSE_PAUSED;
    }
    if (link->stall != 0) {
        *ret_why = "the link waits until a person at the refusing side "
                   "resumes it";
        return link->stall;
    }
    if (link->in.frozen && link->out.frozen) {
        *ret_why = "both logs are frozen until a person at the refusing side "
                   "resumes them";
        return KITH_REFUSE_FROZEN;
    }
    return 0;
}

/* A place for one more session. When all are taken, one that has not said a
 * good hello goes: connecting often must not keep the real one out (inv. 7). */
static enum kith_status find_place(struct link_machine *machine,
                                   struct session **ret_place)
{
    struct session *oldest = NULL;
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        struct session *session = &machine->sessions[i];
        if (session->state == SESSION_FREE) {
            *ret_place = session;
            return KITH_OK;
        }
        if (!link_is_good(session) &&
            (oldest == NULL || session->handle < oldest->handle))
            oldest = session;
    }
    *ret_place = oldest;
    return link_drop(machine, oldest, LINK_CUT_SESSIONS);
}

enum kith_status link_connected(struct link_machine *machine, struct act *act,
                                const struct link_up *up)
{
    struct link_call call;
    const char *why = NULL;
    enum kith_status status = start_call(machine, act, &call);
    if (status == KITH_OK)
        status = find_place(machine, &call.session);
    if (status != KITH_OK)
        return status;
    *call.session = (struct session){.state = SESSION_GREET,
                                     .handle = up->session,
                                     .dialled_by_us = up->dialled_by_us,
                                     .partner_transport = up->partner_transport,
                                     .begun_ms = LINK_MS_UNSET};
    uint16_t code = barred(&call.link, &why);
    status = code == 0 ? hello_greet(&call)
                       : link_refuse(machine, call.session, code, why);
    link_note_phase(machine, act->now);
    return status;
}

/* The first frame behind a hello shows that the partner has ours, and with it
 * our card. */
static enum kith_status note_answer(struct link_call *call)
{
    uint64_t revision = call->act->company->card_revision;
    if (call->session->answered)
        return KITH_OK;
    call->session->answered = true;
    if (call->link.told_card >= revision)
        return KITH_OK;
    call->link.told_card = revision;
    return store_link_put(call->act->txn, &call->link);
}

static enum kith_status dispatch(struct link_call *call,
                                 struct kith_bytes frame)
{
    const char *why = NULL;
    uint16_t code = 0;
    uint8_t type = 0;
    enum kith_status status = kith_frame_type(frame, &type);
    const struct link_rule *rule = status == KITH_OK ? link_rule(type) : NULL;
    if (rule == NULL)
        return link_refuse(call->machine, call->session, KITH_REFUSE_FRAME,
                           "a frame has no known type");
    if ((rule->states & 1u << call->session->state) == 0)
        return link_refuse(call->machine, call->session, KITH_REFUSE_FRAME,
                           "a frame came at a time when it may not come");
    /* paused or removed a moment ago, in this very transaction: no frame that
     * was under way gets an answer any more */
    if (type != KITH_FRAME_REFUSE)
        code = barred(&call->link, &why);
    if (code != 0)
        return link_refuse(call->machine, call->session, code, why);
    if (link_is_good(call->session) && type != KITH_FRAME_REFUSE) {
        call->machine->pulse.heard_ms = LINK_MS_UNSET;
        status = note_answer(call);
    }
    return status == KITH_OK ? rule->take(call, frame) : status;
}

enum kith_status link_frame(struct link_machine *machine, struct act *act,
                            uint64_t session, struct kith_bytes frame)
{
    struct link_call call;
    enum kith_status status = start_call(machine, act, &call);
    if (status != KITH_OK)
        return status;
    call.session = link_session(machine, session);
    if (call.session == NULL)
        return KITH_OK; /* it has ended here already */
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    status = dispatch(&call, frame);
    kith_arena_rewind(act->arena, mark);
    link_note_phase(machine, act->now);
    return status;
}

bool link_disconnected(struct link_machine *machine, uint64_t session)
{
    struct session *gone = link_session(machine, session);
    if (gone == NULL)
        return false;
    if (gone->handle == machine->current)
        link_set_current(machine, NULL);
    memset(gone, 0, sizeof *gone);
    return true;
}

/* A hello of ours that says otherwise than the link now is: the session ends
 * so that the next hello says so. */
static enum kith_status end_outdated(struct link_call *call)
{
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        struct session *session = &call->machine->sessions[i];
        if (session->our_number == 0 ||
            session->our_verified == call->link.verified)
            continue;
        enum kith_status status =
            link_refuse(call->machine, session, KITH_REFUSE_REVERIFY,
                        "the refusing side has verified anew: say hello again");
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

enum kith_status link_flush(struct link_machine *machine, struct act *act)
{
    struct link_call call;
    const char *why = NULL;
    enum kith_status status = start_call(machine, act, &call);
    if (status != KITH_OK)
        return status;
    uint16_t code = barred(&call.link, &why);
    if (code != 0)
        status = link_refuse_all(machine, NULL, code, why);
    else
        status = end_outdated(&call);
    const struct session *session = link_current(machine);
    if (status == KITH_OK && session != NULL && session->state == SESSION_OPEN)
        status = flow_flush(&call);
    link_note_phase(machine, act->now);
    return status;
}

enum kith_status link_tick(struct link_machine *machine, struct act *act,
                           int64_t now_ms, int64_t *ret_next_ms)
{
    struct link_call call = {.machine = machine, .act = act};
    enum kith_status status = time_tick(&call, now_ms, ret_next_ms);
    link_note_phase(machine, act->now);
    return status;
}

size_t link_actions(const struct link_machine *machine,
                    const struct link_action **ret_actions)
{
    *ret_actions = machine->actions;
    return machine->n_actions;
}

void link_done(struct link_machine *machine)
{
    for (size_t i = 0; i < machine->n_actions; i++) {
        struct kith_buf frame = {
            .data = (uint8_t *)(uintptr_t)machine->actions[i].frame.data};
        kith_buf_clear(&frame);
    }
    machine->n_actions = 0;
}

void link_forget(struct link_machine *machine)
{
    link_done(machine);
    link_set_current(machine, NULL);
    memset(machine->sessions, 0, sizeof machine->sessions);
    link_note_phase(machine, machine->view.since);
}

void link_look(const struct link_machine *machine, struct link_view *ret_view)
{
    *ret_view = machine->view;
    ret_view->quota = machine->quota;
    ret_view->recovering = machine->flow.fetch.asked;
    ret_view->entries_back = machine->flow.fetch.back.entries;
    ret_view->log_back = machine->flow.fetch.back.log_number;
}
