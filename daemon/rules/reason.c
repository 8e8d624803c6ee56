/* reason - the words of the gate.
 *
 * Not here: the decision (gate.c).
 */
#include "rules/reason.h"

#include <stdio.h>

#include "kith/error.h"
#include "rules/act.h"
#include "store/logs.h"

static const struct {
    const char *code, *sentence, *next;
} reasons[GATE_REASON_COUNT] = {
    [GATE_OPEN] = {"open", "may leave", ""},
    [GATE_REMOVED] = {"partner_removed", "is no partner any more",
                      "kith partner add CARD"},
    [GATE_UNVERIFIED] = {"partner_unverified",
                         "keys were not compared by both sides",
                         "kith partner verify %s"},
    [GATE_NO_AGREEMENT] = {"nda_missing",
                           "no agreement carries both signatures",
                           "kith nda propose %s"},
    [GATE_AGREEMENT_DATE] = {"nda_not_in_force",
                             "the agreement is not in force today",
                             "kith nda show %s"},
    [GATE_LABEL_MISSING] = {"label_missing", "the record carries no label",
                            "post it again with --label"},
    [GATE_OPENNESS] = {"openness", "openness does not cover its label",
                       "lower the label, or raise openness first"},
    [GATE_NO_GRANT] = {"grant_missing", "no grant names this project and kind",
                       "kith grant add PROJECT %s"},
    [GATE_GRANT_DATE] = {"grant_not_live", "the grant is not live today",
                         "kith grant list --partner %s"},
    [GATE_NO_AUDIENCE] = {"audience_empty", "the grant names no person",
                          "kith grant add PROJECT %s --persons ..."},
    [GATE_HIDDEN_PARENT] = {"parent_hidden",
                            "what it belongs to is not visible there",
                            "kith project who PROJECT"},
    [GATE_CLOCK] = {"clock_in_doubt",
                    "this machine's clock has jumped: dates decide nothing",
                    "set the clock, then kith clock confirm"},
    [GATE_NOT_ADDRESSED] = {"not_addressed", "it is a memo for another partner",
                            ""},
    [GATE_NOT_ASKED] = {"not_theirs", "it answers another partner's record",
                        ""},
};

const char *gate_code(enum gate_reason reason)
{
    return reasons[reason].code;
}

const char *gate_sentence(enum gate_reason reason)
{
    return reasons[reason].sentence;
}

enum kith_status gate_refuse(struct act *act, enum gate_reason reason,
                             const struct store_link *link)
{
    char next[KITH_ERROR_NEXT_MAX];
    const char *place = reasons[reason].next;
    size_t used = 0;

    /* The one %s of a table text is the partner's name; the texts are ours. */
    for (; *place != '\0' && used + 1 < sizeof(next); place++) {
        if (place[0] == '%' && place[1] == 's') {
            int len =
                snprintf(next + used, sizeof(next) - used, "%s", link->alias);
            used += len > 0 ? (size_t)len : 0;
            place++;
        } else {
            next[used++] = *place;
        }
    }
    next[used < sizeof(next) ? used : sizeof(next) - 1] = '\0';
    return kith_fail(act->err, KITH_DENIED, reasons[reason].code, next,
                     "nothing may go to %s: %s", link->alias,
                     reasons[reason].sentence);
}
