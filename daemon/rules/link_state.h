/* link_state - what the parts of the link machine share: sessions, what is in
 * flight, actions, and the ways a session ends.
 *
 * Internal to the link machine (link_*.c); everybody else uses link.h.
 * Nothing here lives longer than the process: what must survive a restart is
 * in struct store_link.
 * Threads: loop thread only.
 */
#ifndef RULES_LINK_STATE_H
#define RULES_LINK_STATE_H

#include "rules/link.h"
#include "rules/quota.h"
#include "rules/recover.h"

enum {
    /* Connections of one partner at a time: one each way, each replaced once
     * before the old one is seen to be gone. */
    LINK_SESSIONS_MAX = 4,
    /* Frames remembered one by one until «processed up to» passes them; more
     * are counted with the newest. */
    LINK_FLIGHTS_MAX = 64,
    /* The partner's newest hello numbers, to see one used twice. */
    LINK_SEEN_MAX = 8,
    /* The same fault at one place so often: the link stalls. */
    LINK_FAULTS_MAX = 3,
    /* The partner is there, but «processed up to» rests for so long: what is
     * in flight is sent again; the wait doubles each time, up to the maximum. */
    LINK_RESEND_MS = 10 * 1000,
    LINK_RESEND_MAX_MS = 15 * 60 * 1000
};

/* A time that the next tick fills in. */
#define LINK_MS_UNSET INT64_MIN

enum session_state {
    SESSION_FREE = 0,
    SESSION_GREET,      /* our greet is out; theirs comes next */
    SESSION_HELLO,      /* our hello is out; theirs comes next */
    SESSION_UNVERIFIED, /* good hello; one side has not verified the other */
    SESSION_OPEN,       /* good hello; both have */
    SESSION_STATE_COUNT
};

/* What the partner had told us, durably on both sides, before we greeted: its
 * hello answers our nonce, so it may not say less (PROTOCOL.md 5.3). */
struct session_floor {
    uint64_t partner_session; /* its highest hello number */
    uint32_t out_number;      /* our log */
    uint64_t out_processed;   /* entries of it that the partner processed */
    uint32_t in_number;       /* its log */
    uint64_t in_noted;        /* size of its newest checkpoint */
};

struct session {
    enum session_state state;
    uint64_t handle; /* of the transport */
    bool dialled_by_us;
    struct kith_key partner_transport; /* from the handshake */
    uint8_t our_nonce[KITH_NONCE_LEN], their_nonce[KITH_NONCE_LEN];
    uint16_t protocol;                 /* 0 before their greet */
    uint64_t features;                 /* of their hello */
    uint64_t our_number, their_number; /* of the hellos; 0 not yet */
    bool our_verified, their_verified; /* as the hellos said */
    bool answered;                     /* a frame after their hello came */
    uint64_t claimed;                  /* entries of ours they hold */
    uint32_t their_log;                /* number of their log, 0 none */
    struct session_floor floor;
    int64_t begun_ms; /* when it connected; LINK_MS_UNSET */
};

/* A frame of ours that is not processed yet. */
struct flight {
    uint64_t end; /* index after its last entry */
    uint64_t bytes;
};

/* Our closed logs on their way back, and the partner's. */
struct fetch {
    bool asked;           /* a want with own_log is not answered yet */
    int64_t asked_ms;     /* LINK_MS_UNSET: the next tick fills it in */
    struct recovery back; /* what came */
    uint32_t late_log;    /* of the partner's pushes that were put off */
    uint64_t late_end;    /* where the last of them ends */
    bool cards_sent;      /* former cards of the partner, on its want */
};

/* How far the current session is; void when it changes. */
struct flow {
    uint64_t sent;      /* next index of our log to send */
    uint64_t receipted; /* of our log, as last seen */
    uint64_t processed; /* the same */
    int64_t moved_ms;   /* when that last moved; LINK_MS_UNSET */
    int64_t resend_ms;  /* how long it may rest */
    struct flight flights[LINK_FLIGHTS_MAX]; /* ascending */
    size_t n_flights;
    uint64_t flight_bytes; /* sum of flights */
    bool receipt_due;      /* tell the newest receipt once more */
    uint64_t told;  /* «processed up to» of the partner's log, as told */
    bool want_open; /* one Want is not answered yet */
    struct kith_range want;
    uint32_t want_log;
    int64_t want_ms;     /* when it was asked; LINK_MS_UNSET */
    uint64_t receipts;   /* taken in this session */
    bool asked_pending;  /* for bodies that stand out from a session before */
    uint64_t duty_after; /* the queue was searched for duty up to here */
    struct fetch fetch;
};

/* The partner's quota is full: what it refused waits (link_push.h). */
struct hold {
    bool on;
    bool silent;        /* the reserve is full too: nothing is sent */
    int64_t since_ms;   /* LINK_MS_UNSET: the next tick fills it in */
    int64_t ms;         /* how long it lasts; 0: never held yet */
    uint64_t receipted; /* of our log, when it began */
};

/* Entries of ours that went as bare headers: their bodies are owed. */
struct owed {
    uint64_t from, end; /* from >= end: nothing */
    bool asked;         /* by a Want: the daily budget counts it */
};

/* Is the partner still there? */
struct pulse {
    bool waiting;      /* a ping is not answered */
    bool answered;     /* it just was; the next tick measures */
    uint64_t token;    /* of the newest ping */
    int64_t pinged_ms; /* LINK_MS_UNSET: the next tick fills it in */
    int64_t heard_ms;  /* last sign of life; LINK_MS_UNSET */
    bool ping_now;     /* do not wait for the interval */
};

struct link_machine {
    uint32_t link; /* number in the store */
    struct session sessions[LINK_SESSIONS_MAX];
    uint64_t current; /* handle of the session in use, 0 none */
    struct flow flow;
    struct pulse pulse;
    struct hold hold;
    struct owed owed;
    struct quota_use quota;       /* what the partner used up */
    uint64_t seen[LINK_SEEN_MAX]; /* partner's hello numbers, newest last */
    struct {
        uint8_t type;   /* frame type */
        uint64_t index; /* where in the log we stood */
        unsigned count; /* in a row */
    } fault;
    struct {
        int64_t day;    /* days since 1970 */
        uint64_t bytes; /* sent again because the partner asked */
    } again;
    struct {
        int64_t day;
        uint64_t bytes; /* of its own log, given back to the partner */
    } returned;
    struct link_action *actions;
    size_t n_actions, cap_actions;
    struct link_view view; /* phase, since, round trip, newest refusal */
};

/* One event, while it is handled. */
struct link_call {
    struct link_machine *machine;
    struct act *act;
    struct session *session; /* it came by; NULL when by none */
    struct store_link link;  /* as stored; handlers put it when they change */
};

/* Session of HANDLE, NULL when it is not ours (any more). */
struct session *link_session(struct link_machine *machine, uint64_t handle);
/* The session in use, NULL. */
struct session *link_current(struct link_machine *machine);
/* Makes SESSION the one in use; NULL: none. What was in flight is forgotten. */
void link_set_current(struct link_machine *machine, struct session *session);
/* Has a good hello come on SESSION? */
bool link_is_good(const struct session *session);
/* Sending goes on from FROM: what is in flight beyond it is forgotten. Returns
 * its bytes. */
uint64_t link_rewind(struct flow *flow, uint64_t from);

/* Appends an action to send; takes what FRAME owns. KITH_NOMEM. */
enum kith_status link_send(struct link_machine *machine,
                           const struct session *session,
                           struct kith_buf *take_frame) KITH_MUST_CHECK;
/* For the operator. SENTENCE is cut at KITH_REASON_MAX. KITH_NOMEM. */
enum kith_status link_tell(struct link_machine *machine, uint16_t code,
                           const char *sentence) KITH_MUST_CHECK;
/* Sends a Refuse with CODE and SENTENCE and ends SESSION; the operator is told
 * unless it belongs to the run of things (another session stays, verified
 * anew). KITH_NOMEM. */
enum kith_status link_refuse(struct link_machine *machine,
                             struct session *session, uint16_t code,
                             const char *sentence) KITH_MUST_CHECK;
/* The same to all sessions but EXCEPT (may be NULL). */
enum kith_status link_refuse_all(struct link_machine *machine,
                                 const struct session *except, uint16_t code,
                                 const char *sentence) KITH_MUST_CHECK;
/* Ends SESSION without a word to the partner. KITH_NOMEM. */
enum kith_status link_drop(struct link_machine *machine,
                           struct session *session, enum link_cut cut)
    KITH_MUST_CHECK;
/* The partner refused: SESSION ends, and the operator is told why, as above. */
enum kith_status link_refused(struct link_machine *machine,
                              struct session *session,
                              const struct kith_refuse *refuse) KITH_MUST_CHECK;

/* A fault of the partner in a frame of TYPE, while INDEX of a log was next:
 * the session is refused with CODE; at the third time in a row the link
 * stalls until a person resumes it. */
struct link_fault {
    uint8_t type;
    uint64_t index;
    uint16_t code;
    const char *sentence;
};
enum kith_status link_at_fault(struct link_call *call,
                               const struct link_fault *fault) KITH_MUST_CHECK;
/* Freezes one log and refuses all sessions with KITH_REFUSE_FROZEN. */
enum kith_status link_freeze(struct link_call *call, enum store_side side,
                             const char *sentence) KITH_MUST_CHECK;
/* The session numbers or claims of a hello show that one side was restored
 * from an old backup or runs twice: both logs are frozen and every session is
 * refused until a person resumes. The one place where healing begins. */
enum kith_status link_restored(struct link_call *call, const char *sentence)
    KITH_MUST_CHECK;

/* The refuse code for a status that is the partner's fault; 0 when STATUS is
 * none. */
uint16_t link_code_of(enum kith_status status);

/* The partner signed something at THEIRS while it was NOW here, Unix seconds.
 * What came late makes a clock look slow, so the fastest look counts. */
void link_note_skew(struct link_machine *machine, int64_t theirs, int64_t now);
/* Brings view.phase up to date. NOW: Unix seconds. */
void link_note_phase(struct link_machine *machine, int64_t now);

#endif
