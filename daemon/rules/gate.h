/* gate - may this leave to that partner, now (inv. 1).
 *
 * The only place that says yes. Asked when an entry is made and again before
 * its body is sent again, under the rules of that moment.
 * Threads: loop thread only.
 */
#ifndef RULES_GATE_H
#define RULES_GATE_H

#include "kith/body.h"
#include "rules/reason.h"
#include "store/logs.h"

struct act;
struct openness_level;

struct gate_pass {
    enum gate_reason reason; /* GATE_OPEN: the rest is filled */
    const struct openness_level *level;
    struct kith_hash agreement; /* digest in force */
    uint64_t grant;             /* state number; 0 for answers */
    struct kith_id grant_item;
    struct kith_bytes purpose; /* in act->arena */
    struct kith_audience audience;
    const struct kith_record *grant_state; /* in act->arena; NULL for answers */
};

/* What is asked about: a record of ours as LINK would get it. */
struct gate_question {
    uint32_t kind;
    enum kith_label label;
    uint64_t project;       /* our project's record number, 0 none */
    uint32_t answers_owner; /* link whose item this answers, 0: no answer */
    struct kith_bytes addressee; /* the only company it is for; empty: any */
};

/* What RECORD says of that (a memo of an oral disclosure names one company). */
struct kith_bytes gate_addressee(const struct kith_record *record);

/* May anything of a project be told to LINK at all? KITH_OK: the digest of the
 * agreement in force; else refused by name (KITH_DENIED): the partner is removed
 * or unverified, or there is no agreement. */
enum kith_status gate_partner(struct act *act, const struct store_link *link,
                              struct kith_hash *ret_agreement) KITH_MUST_CHECK;

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

#endif
