/* ledger_tell - see the header. A change that a partner may not see leaves no
 * trace in its queue (inv. 3). Not here: the gate itself (gate.c).
 */
#include "rules/ledger_tell.h"

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/openness.h"
#include "rules/outbox.h"
#include "rules/view.h"
#include "store/logs.h"

static struct gate_question question_of(const struct store_head *head,
                                        const struct kith_record *record)
{
    return (struct gate_question){.kind = record->kind,
                                  .label = record->label,
                                  .project = head->kind == KITH_KIND_PROJECT
                                                 ? head->ref.record
                                                 : head->ref.project,
                                  .answers_owner = head->log_number,
                                  .addressee = gate_addressee(record)};
}

enum kith_status ledger_reach(struct act *act, const struct store_head *head,
                              const struct kith_record *record,
                              uint32_t must_reach)
{
    const struct gate_question question = question_of(head, record);
    struct store_link link;
    struct gate_pass pass;
    enum kith_status status;

    if (must_reach == 0 && head->log_number == 0)
        return KITH_OK;
    status = store_link_get(
        act->txn, must_reach != 0 ? must_reach : head->log_number, &link);
    if (status == KITH_OK)
        status = gate_ask(act, &link, &question, &pass);
    if (status == KITH_OK && pass.reason != GATE_OPEN)
        status = gate_refuse(act, pass.reason, &link);
    return status;
}

/* The gate is closed for LINK now: an act of a person, so that what it was
 * told is taken back. */
static enum kith_status close_told(struct act *act,
                                   const struct store_link *link,
                                   const struct store_head *head)
{
    struct store_told told;
    enum kith_status status =
        store_told_get(act->txn, link->number, &head->ref, &told);

    if (status == KITH_NOT_FOUND || (status == KITH_OK && told.withdrawn))
        return KITH_OK;
    if (status == KITH_OK)
        status =
            disclosure_withdraw(act, link, &told, KITH_WITHDRAWAL_NARROWED);
    return status;
}

/* True when the label of a record that others hang on was raised or lowered
 * across what the partner's openness covers: they close and open with it. */
static bool moves_all(const struct openness_level *level,
                      const struct kith_record *old,
                      const struct kith_record *revised)
{
    if (old == NULL || (revised->kind != KITH_KIND_PROJECT &&
                        revised->kind != KITH_KIND_GENERATION))
        return false;
    return openness_covers(level, old->label, old->kind) !=
           openness_covers(level, revised->label, revised->kind);
}

static void note_link(struct ledger_posted *posted, uint32_t number)
{
    if (posted->n_links < LEDGER_LINKS_MAX)
        posted->links[posted->n_links] = number;
    posted->n_links++;
}

/* Brings all of the project in line for LINK. */
static enum kith_status settle_all(struct act *act,
                                   const struct store_link *link, bool is_open,
                                   struct ledger_posted *posted)
{
    const struct disclosure_settling settling = {.reason =
                                                     KITH_WITHDRAWAL_NARROWED};

    if (is_open)
        note_link(posted, link->number);
    else
        posted->withheld++;
    return disclosure_settle(act, link,
                             posted->head.kind == KITH_KIND_PROJECT
                                 ? posted->head.ref.record
                                 : posted->head.ref.project,
                             &settling, NULL);
}

static enum kith_status tell_link(struct act *act, uint32_t number,
                                  const struct kith_record *old,
                                  const struct kith_record *revised,
                                  struct ledger_posted *posted)
{
    const struct gate_question question = question_of(&posted->head, revised);
    const struct store_link *link = &act->link;
    const struct openness_level *level = NULL;
    struct gate_pass pass;
    bool same = false;
    enum kith_status status = act_link(act, number);

    if (status == KITH_OK)
        status = openness_now(act, number, question.project, &level);
    if (status == KITH_OK)
        status = gate_ask(act, link, &question, &pass);
    if (status != KITH_OK)
        return status;
    if ((pass.reason == GATE_OPEN || pass.reason == GATE_OPENNESS) &&
        moves_all(level, old, revised))
        return settle_all(act, link, pass.reason == GATE_OPEN, posted);
    if (pass.reason != GATE_OPEN) {
        posted->withheld++;
        /* with the label as it was, openness stepped down by itself: that
         * withholds, and takes nothing back */
        if (pass.reason == GATE_OPENNESS && old != NULL &&
            old->label != revised->label)
            status = close_told(act, link, &posted->head);
        return status;
    }
    status = view_same(act, old, revised, pass.grant_state, &same);
    if (status != KITH_OK || same)
        return status;
    status = outbox_add_revision(act, number, OUTBOX_POSTED, &posted->head,
                                 posted->head.newest);
    note_link(posted, number);
    return status;
}

enum kith_status ledger_tell(struct act *act, const struct kith_record *old,
                             const struct kith_record *revised,
                             struct ledger_posted *posted)
{
    const uint64_t project = posted->head.kind == KITH_KIND_PROJECT
                                 ? posted->head.ref.record
                                 : posted->head.ref.project;
    const struct cached_grant *grants;
    const struct rules_cache *cache;
    uint32_t last = 0;
    size_t i, count;
    enum kith_status status;

    if (posted->head.log_number != 0)
        return tell_link(act, posted->head.log_number, old, revised, posted);
    if (project == 0)
        return KITH_OK;
    status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    count = cache_project_grants(cache, project, &grants);
    for (i = 0; status == KITH_OK && i < count; i++) {
        if (grants[i].link == last)
            continue;
        last = grants[i].link;
        status = tell_link(act, last, old, revised, posted);
    }
    return status;
}
