/* link_time - the clock of a link.
 *
 * Responsible for: the end of a slow handshake, pings while something is
 * outstanding and now and then when nothing is, the end of a session that
 * gives no sign of life, asking again for a gap that nobody filled.
 * Not here: reading a clock; the caller hands the milliseconds in. An event
 * that starts a wait leaves LINK_MS_UNSET and the next tick fills it in, so a
 * loop that slept long cannot make a wait end early.
 */
#include "rules/link_time.h"

#include "kith/sign.h"
#include "rules/link_flow.h"
#include "rules/link_push.h"
#include "rules/link_recover.h"

/* Fills in *ms when it is unset; returns how long ago that is. */
static int64_t elapsed(int64_t *ms, int64_t now_ms)
{
    if (*ms == LINK_MS_UNSET || *ms > now_ms)
        *ms = now_ms;
    return now_ms - *ms;
}

/* NEXT becomes AT when that is earlier. */
static void not_after(int64_t *next_ms, int64_t at_ms)
{
    if (at_ms < *next_ms)
        *next_ms = at_ms;
}

static enum kith_status tick_handshakes(struct link_call *call, int64_t now_ms,
                                        int64_t *next_ms)
{
    for (size_t i = 0; i < LINK_SESSIONS_MAX; i++) {
        struct session *session = &call->machine->sessions[i];
        if (session->state != SESSION_GREET && session->state != SESSION_HELLO)
            continue;
        int64_t waited = elapsed(&session->begun_ms, now_ms);
        if (waited < KITH_HANDSHAKE_MS) {
            not_after(next_ms, session->begun_ms + KITH_HANDSHAKE_MS);
            continue;
        }
        enum kith_status status =
            link_drop(call->machine, session, LINK_CUT_NO_HELLO);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

static bool is_outstanding(const struct flow *flow)
{
    return flow->want_open || flow->fetch.asked || flow->sent > flow->receipted;
}

static enum kith_status send_ping(struct link_call *call,
                                  const struct session *session, int64_t now_ms)
{
    struct pulse *pulse = &call->machine->pulse;
    struct kith_buf frame = {0};
    kith_random(&pulse->token, sizeof pulse->token);
    pulse->waiting = true;
    pulse->ping_now = false;
    pulse->pinged_ms = now_ms;
    pulse->heard_ms = now_ms;
    enum kith_status status =
        kith_ping_encode(KITH_FRAME_PING, pulse->token, &frame);
    if (status == KITH_OK)
        status = link_send(call->machine, session, &frame);
    kith_buf_clear(&frame);
    return status;
}

/* Any frame is a sign of life; after a ping one must come. */
static enum kith_status tick_pulse(struct link_call *call,
                                   struct session *session, int64_t now_ms,
                                   int64_t *next_ms)
{
    struct pulse *pulse = &call->machine->pulse;
    if (pulse->answered)
        call->machine->view.round_trip_ms =
            (uint32_t)(now_ms - pulse->pinged_ms);
    pulse->answered = false;
    int64_t silent = elapsed(&pulse->heard_ms, now_ms);
    int64_t interval = is_outstanding(&call->machine->flow)
                           ? KITH_HEARTBEAT_BUSY_MS
                           : KITH_HEARTBEAT_QUIET_MS;
    if (pulse->waiting && silent >= KITH_HEARTBEAT_DEAD_MS)
        return link_drop(call->machine, session, LINK_CUT_SILENT);
    if (!pulse->waiting && (pulse->ping_now || silent >= interval)) {
        enum kith_status status = send_ping(call, session, now_ms);
        if (status != KITH_OK)
            return status;
    }
    not_after(next_ms,
              pulse->heard_ms +
                  (pulse->waiting ? KITH_HEARTBEAT_DEAD_MS : interval));
    return KITH_OK;
}

static enum kith_status tick_want(struct link_call *call,
                                  const struct session *session, int64_t now_ms,
                                  int64_t *next_ms)
{
    struct flow *flow = &call->machine->flow;
    enum kith_status status = KITH_OK;
    if (!flow->want_open)
        return KITH_OK;
    if (elapsed(&flow->want_ms, now_ms) >= KITH_HEARTBEAT_DEAD_MS) {
        status = flow_send_want(call->machine, session);
        flow->want_ms = now_ms;
    }
    not_after(next_ms, flow->want_ms + KITH_HEARTBEAT_DEAD_MS);
    return status;
}

/* The same for our own log, which the partner gives back. */
static enum kith_status tick_fetch(struct link_call *call,
                                   const struct session *session,
                                   int64_t now_ms, int64_t *next_ms)
{
    struct fetch *fetch = &call->machine->flow.fetch;
    enum kith_status status = KITH_OK;
    if (!fetch->asked)
        return KITH_OK;
    if (elapsed(&fetch->asked_ms, now_ms) >= KITH_HEARTBEAT_DEAD_MS) {
        status = recover_ask(call->machine, session);
        fetch->asked_ms = now_ms;
    }
    not_after(next_ms, fetch->asked_ms + KITH_HEARTBEAT_DEAD_MS);
    return status;
}

/* Within a session no frame is lost; should the transport lose one all the
 * same, the partner answers pings and processes nothing. */
static void tick_resend(struct link_call *call, int64_t now_ms,
                        int64_t *next_ms)
{
    struct flow *flow = &call->machine->flow;
    if (flow->sent <= flow->processed)
        return;
    if (elapsed(&flow->moved_ms, now_ms) >= flow->resend_ms) {
        link_rewind(flow, flow->processed);
        flow->moved_ms = now_ms;
        flow->resend_ms = flow->resend_ms < LINK_RESEND_MAX_MS / 2
                              ? flow->resend_ms * 2
                              : LINK_RESEND_MAX_MS;
        *next_ms = now_ms; /* the next flush sends */
    }
    not_after(next_ms, flow->moved_ms + flow->resend_ms);
}

enum kith_status time_tick(struct link_call *call, int64_t now_ms,
                           int64_t *ret_next_ms)
{
    struct session *session = link_current(call->machine);
    int64_t next_ms = now_ms + KITH_HEARTBEAT_QUIET_MS;
    enum kith_status status = tick_handshakes(call, now_ms, &next_ms);
    if (status == KITH_OK && session != NULL) {
        tick_resend(call, now_ms, &next_ms);
        status = tick_want(call, session, now_ms, &next_ms);
        if (status == KITH_OK)
            status = tick_fetch(call, session, now_ms, &next_ms);
    }
    if (status == KITH_OK)
        push_tick(call->machine, now_ms, &next_ms);
    if (status == KITH_OK && session != NULL)
        status = tick_pulse(call, session, now_ms, &next_ms);
    if (status == KITH_OK)
        *ret_next_ms = next_ms;
    return status;
}

enum kith_status time_take_ping(struct link_call *call, struct kith_bytes frame)
{
    struct kith_buf answer = {0};
    uint64_t token = 0;
    enum kith_status status = kith_ping_decode(frame, &token);
    if (status != KITH_OK)
        return link_refuse(call->machine, call->session, KITH_REFUSE_FRAME,
                           "a ping is malformed");
    status = kith_ping_encode(KITH_FRAME_PONG, token, &answer);
    if (status == KITH_OK)
        status = link_send(call->machine, call->session, &answer);
    kith_buf_clear(&answer);
    return status;
}

/* A pong that answers nothing is harmless and passed over. */
enum kith_status time_take_pong(struct link_call *call, struct kith_bytes frame)
{
    struct pulse *pulse = &call->machine->pulse;
    uint64_t token = 0;
    if (kith_ping_decode(frame, &token) != KITH_OK)
        return link_refuse(call->machine, call->session, KITH_REFUSE_FRAME,
                           "a pong is malformed");
    if (!pulse->waiting || token != pulse->token)
        return KITH_OK;
    pulse->waiting = false;
    pulse->answered = true;
    return KITH_OK;
}
