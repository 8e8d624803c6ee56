/* link - the link machine: one partner's sessions, as events in, actions out.
 *
 * Pure (PROTOCOL.md 3, 5): the caller opens a transaction, hands in every
 * waiting event, commits, and only then carries out the actions, in order.
 * When the commit fails it calls link_forget and drops the actions.
 * Holds per session: state, nonces, who dialled; per link: credit, what is
 * sent and not receipted, when to ping. Durable state is in struct store_link.
 * Threads: loop thread only.
 */
#ifndef RULES_LINK_H
#define RULES_LINK_H

#include "kith/session.h"
#include "rules/quota.h"
#include "store/logs.h"

struct act;
struct link_machine;

enum link_action_type {
    LINK_SEND = 1, /* frame to session */
    LINK_CLOSE,    /* send frame (a Refuse) when it has one, then close;
                      without one: the partner refused (by_partner) or the
                      session is cut (cut) */
    LINK_TELL      /* for the operator: log line and status; no frame. Comes
                      before the CLOSE of a refusal, either way, unless it is
                      usual (REPLACED, REVERIFY) */
};

/* Why a session is ended without a word to the partner. */
enum link_cut {
    LINK_CUT_NONE = 0,
    LINK_CUT_MALFORMED_REFUSE,
    LINK_CUT_NO_HELLO, /* none in the time of a handshake */
    LINK_CUT_SILENT,   /* no sign of life behind a ping */
    LINK_CUT_SESSIONS  /* too many at once */
};

struct link_action {
    enum link_action_type type;
    uint64_t session;
    struct kith_bytes frame; /* owned by the machine until link_done */
    uint16_t code;           /* CLOSE, TELL: enum kith_refuse_code; 0: none */
    bool by_partner;         /* CLOSE, TELL: the partner said so */
    enum link_cut cut;       /* CLOSE without a frame */
    char sentence[KITH_REASON_MAX + 1];
};

enum link_phase {
    LINK_PHASE_DOWN = 0,
    LINK_PHASE_GREETING,   /* waiting for greet or hello */
    LINK_PHASE_UNVERIFIED, /* good hello, one side has not verified */
    LINK_PHASE_OPEN        /* pushes, receipts, wants */
};

struct link_view { /* for status */
    enum link_phase phase;
    uint64_t session;       /* current one, 0 none */
    uint32_t round_trip_ms; /* newest ping, 0 unknown */
    int64_t since;          /* Unix seconds of the present phase */
    uint16_t refuse_code;   /* newest refusal since a good session, 0 none */
    bool refused_by_partner;
    char refuse_sentence[KITH_REASON_MAX + 1];
    uint16_t their_min, their_max; /* protocol of their newest greet, 0 none */
    bool skew_known;
    int64_t skew_s; /* their clock less ours, seconds, as this session shows */
    bool held;      /* the partner's quota is full; what waits goes later */
    char held_sentence[KITH_REASON_MAX + 1]; /* theirs; while held */
    struct quota_use quota;                  /* what the partner used up here */
    bool recovering;       /* our closed logs are on their way back */
    uint64_t entries_back; /* so far */
    uint32_t log_back;     /* the log at hand, 0 not asked yet */
    uint32_t cards;        /* times that a hello brought a newer one, or
                              ended the key of the one before */
};

/* The machine of one link, without a session. KITH_NOMEM. */
enum kith_status link_new(uint32_t link_number,
                          struct link_machine **ret_machine) KITH_MUST_CHECK;
void link_destroy(struct link_machine **machine);

/* An authenticated connection of this partner stands. Both sides greet. */
struct link_up {
    uint64_t session; /* handle of the transport, never reused */
    bool dialled_by_us;
    struct kith_key partner_transport; /* that the handshake authenticated */
};
enum kith_status link_connected(struct link_machine *machine, struct act *act,
                                const struct link_up *up) KITH_MUST_CHECK;
/* A frame of SESSION; any fault of the partner becomes actions, not a status.
 * A status other than KITH_OK is a fault of ours: abort the transaction. */
enum kith_status link_frame(struct link_machine *machine, struct act *act,
                            uint64_t session, struct kith_bytes frame)
    KITH_MUST_CHECK;
/* The connection of SESSION is gone; true when the session had not ended here
 * before that. */
bool link_disconnected(struct link_machine *machine, uint64_t session);
/* Called once per transaction after all events, and whenever something was
 * queued for this link or its verified, paused or removed state changed: pumps
 * within credit, sends, receipts, closes what must close. */
enum kith_status link_flush(struct link_machine *machine, struct act *act)
    KITH_MUST_CHECK;
/* NOW_MS: monotonic milliseconds. Timeouts, pings. Called behind link_flush in
 * every transaction, so that new waits start; it reads and writes no row.
 * ret_next_ms: flush and tick again then at the latest. */
enum kith_status link_tick(struct link_machine *machine, struct act *act,
                           int64_t now_ms, int64_t *ret_next_ms)
    KITH_MUST_CHECK;

/* Actions so far, in order; link_done forgets them (after carrying out). */
size_t link_actions(const struct link_machine *machine,
                    const struct link_action **ret_actions);
void link_done(struct link_machine *machine);
/* The transaction was lost: drops actions and all sessions; the caller closes
 * the connections. */
void link_forget(struct link_machine *machine);

/* How the link stands, copied. */
void link_look(const struct link_machine *machine, struct link_view *ret_view);

#endif
