/* gate - may this leave to that partner, now (inv. 1).
 *
 * The only place that says yes. Asked when an entry is made and again before
 * its body is sent again, under the rules of that moment.
 * Threads: loop thread only.
 */
#ifndef RULES_GATE_H
#define RULES_GATE_H

#include "kith/body.h"
#include "store/logs.h"

struct act;

enum gate_reason {
    GATE_OPEN = 0,
    GATE_REMOVED,        /* no partner any more */
    GATE_UNVERIFIED,     /* keys not yet compared by both sides */
    GATE_NO_AGREEMENT,   /* none with both signatures */
    GATE_AGREEMENT_DATE, /* signed, but not in force today */
    GATE_LABEL_MISSING,  /* the record is not marked */
    GATE_OPENNESS,       /* the partner's openness does not cover the label */
    GATE_NO_GRANT,       /* no grant names project and kind */
    GATE_GRANT_DATE,     /* a grant does, but not today */
    GATE_NO_AUDIENCE,    /* the grant names nobody */
    GATE_HIDDEN_PARENT,  /* what the record belongs to is not visible */
    GATE_INACTIVE_PROJECT,
    GATE_NOT_ASKED,      /* an answer to something this partner did not tell */
    GATE_REASON_COUNT
};

struct gate_pass {
    enum gate_reason reason;    /* GATE_OPEN: the rest is filled */
    struct kith_hash agreement; /* digest in force */
    uint64_t grant;             /* state number; 0 for answers */
    struct kith_id grant_item;
    struct kith_bytes purpose;  /* in act->arena */
    struct kith_audience audience;
    const struct kith_record *grant_state; /* in act->arena; NULL for answers */
};

/* What is asked about: a record of ours as LINK would get it. */
struct gate_question {
    uint32_t kind;
    enum kith_label label;
    uint64_t project;        /* our project's record number, 0 none */
    uint32_t answers_owner;  /* link whose item this answers, 0: no answer */
};

/* Fills ret_pass->reason in any case. KITH_OK also when it is closed; other
 * statuses are faults of ours. */
enum kith_status gate_ask(struct act *act, const struct store_link *link,
                          const struct gate_question *question,
                          struct gate_pass *ret_pass) KITH_MUST_CHECK;

/* The same for a grant of ours as it is told: GRANT itself must be live. */
enum kith_status gate_grant(struct act *act, const struct store_link *link,
                            const struct kith_record *grant,
                            struct gate_pass *ret_pass) KITH_MUST_CHECK;

/* Writes into BODY what lets it leave: agreement, grant, purpose, audience. */
void gate_stamp(const struct gate_pass *pass, struct kith_body *body);

/* Stable slug ("nda_missing") and sentence of a reason. */
const char *gate_code(enum gate_reason reason);
const char *gate_sentence(enum gate_reason reason);

/* Fills act->err with KITH_DENIED, the reason's words and the next command. */
enum kith_status gate_refuse(struct act *act, enum gate_reason reason,
                             const struct store_link *link);

#endif
