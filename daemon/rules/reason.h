/* reason - why nothing may leave, as a number, a slug, a sentence and the next
 * command.
 *
 * Threads: any.
 */
#ifndef RULES_REASON_H
#define RULES_REASON_H

#include "kith/status.h"

struct act;
struct store_link;

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
    GATE_CLOCK,          /* time is in doubt: no date can be judged */
    GATE_NOT_ADDRESSED,  /* a memo for another partner */
    GATE_NOT_ASKED,      /* an answer to something this partner did not tell */
    GATE_REASON_COUNT
};

/* Stable slug ("nda_missing") and sentence of a reason. */
const char *gate_code(enum gate_reason reason);
const char *gate_sentence(enum gate_reason reason);

/* Fills act->err with KITH_DENIED, the reason's words and the next command. */
enum kith_status gate_refuse(struct act *act, enum gate_reason reason,
                             const struct store_link *link);

#endif
