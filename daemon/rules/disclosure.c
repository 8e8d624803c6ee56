/* disclosure - the difference between «should see» and «was told».
 *
 * Not here: the conditions (gate.c), the projection (view.c), entries (pump.c).
 */
#include "rules/disclosure.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/outbox.h"
#include "rules/revision.h"
#include "rules/view.h"
#include "store/state.h"

/* True when the grant that told the item showed a field that the present one
 * hides. */
static enum kith_status is_narrower(struct act *act,
                                    const struct kith_record *record,
                                    const struct disclosure *disclosure,
                                    bool *ret_narrower)
{
    struct kith_record former;
    enum kith_status status;
    size_t i;

    *ret_narrower = false;
    if (disclosure->told.grant == disclosure->pass.grant ||
        disclosure->told.grant == 0)
        return KITH_OK;
    status = store_state_get(act->txn, KITH_KIND_GRANT_STATE,
                             disclosure->told.grant, act->arena, &former);
    if (status != KITH_OK)
        return status;
    for (i = 0; i < record->n_fields; i++) {
        const uint32_t number = record->fields[i].number;

        if (view_shows(&former, record->kind, number) &&
            !view_shows(disclosure->pass.grant_state, record->kind, number))
            *ret_narrower = true;
    }
    return KITH_OK;
}

static enum kith_status compare(struct act *act,
                                const struct kith_record *record,
                                struct disclosure *disclosure)
{
    const bool told =
        disclosure->told.ref.record != 0 && !disclosure->told.withdrawn;
    enum kith_status status;
    bool narrower;

    if (disclosure->pass.reason != GATE_OPEN) {
        disclosure->change = told ? DISCLOSURE_CLOSED : DISCLOSURE_NONE;
        return KITH_OK;
    }
    if (!told) {
        disclosure->change = DISCLOSURE_NEW;
        return KITH_OK;
    }
    if (memcmp(disclosure->told.view, disclosure->digest,
               sizeof(disclosure->digest)) == 0) {
        disclosure->change = DISCLOSURE_SAME;
        return KITH_OK;
    }
    status = is_narrower(act, record, disclosure, &narrower);
    disclosure->change = narrower ? DISCLOSURE_NARROWED : DISCLOSURE_CHANGED;
    return status;
}

/* Fills the view of an open gate; closes it when the parent is hidden. */
static enum kith_status make_view(struct act *act,
                                  const struct store_link *link,
                                  const struct kith_record *record,
                                  struct disclosure *disclosure)
{
    struct kith_record projected;
    enum kith_status status;
    bool whole;

    status =
        view_project(act, record, disclosure->pass.grant_state, &projected);
    if (status == KITH_OK)
        status =
            view_translate(act, link, &projected, &disclosure->view, &whole);
    if (status != KITH_OK)
        return status;
    if (!whole) {
        disclosure->pass.reason = GATE_HIDDEN_PARENT;
        return KITH_OK;
    }
    return view_digest(act, &disclosure->view, disclosure->digest);
}

enum kith_status disclosure_of(struct act *act, const struct store_link *link,
                               const struct store_head *head, uint64_t row,
                               struct disclosure *ret_disclosure)
{
    struct disclosure disclosure = {0};
    struct kith_record record;
    struct gate_question question = {.kind = head->kind,
                                     .project = head->kind == KITH_KIND_PROJECT
                                                    ? head->ref.record
                                                    : head->ref.project,
                                     .answers_owner = head->log_number};
    enum kith_status status = revision_read(act, head, row, &record);

    if (status != KITH_OK)
        return status;
    question.label = record.label;
    status = gate_ask(act, link, &question, &disclosure.pass);
    if (status == KITH_OK)
        status = store_told_get(act->txn, link->number, &head->ref,
                                &disclosure.told);
    if (status == KITH_NOT_FOUND) {
        disclosure.told = (struct store_told){0};
        status = KITH_OK;
    }
    if (status == KITH_OK && disclosure.pass.reason == GATE_OPEN)
        status = make_view(act, link, &record, &disclosure);
    if (status == KITH_OK)
        status = compare(act, &record, &disclosure);
    if (status == KITH_OK)
        *ret_disclosure = disclosure;
    return status;
}

static enum kith_status visit_one(struct act *act,
                                  const struct store_link *link,
                                  const struct store_head *head,
                                  const struct disclosure_visit *visit)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct disclosure disclosure;
    enum kith_status status = disclosure_of(act, link, head, 0, &disclosure);

    if (status == KITH_OK)
        status = visit->visit(visit->context, head, &disclosure);
    kith_arena_rewind(act->arena, mark);
    return status;
}

enum kith_status disclosure_walk(struct act *act, const struct store_link *link,
                                 uint64_t project,
                                 const struct disclosure_visit *visit)
{
    const struct store_ref ref = {.owner = STORE_OWN, .record = project};
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status = store_head_get(act->txn, &ref, &head);

    if (status == KITH_OK)
        status = visit_one(act, link, &head, visit);
    while (status == KITH_OK) {
        status = store_head_next(act->txn, STORE_OWN, project, after, &head);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK)
            status = visit_one(act, link, &head, visit);
        after = head.ref.record;
    }
    return status;
}

/* A disclosure_settle under way. */
struct settle {
    struct act *act;
    const struct store_link *link;
    struct disclosure_settling wish;
    struct disclosure_counts counts;
};

static enum kith_status settle_queue(struct settle *settle,
                                     const struct store_head *head)
{
    enum kith_status status = outbox_add_revision(
        settle->act, settle->link->number, OUTBOX_BACKFILL, head, head->newest);

    settle->counts.queued++;
    return status;
}

static enum kith_status settle_withdraw(struct settle *settle,
                                        const struct disclosure *disclosure)
{
    const bool narrowed = disclosure->change == DISCLOSURE_NARROWED;

    settle->counts.withdrawn++;
    return disclosure_withdraw(settle->act, settle->link, &disclosure->told,
                               narrowed ? KITH_WITHDRAWAL_NARROWED
                                        : settle->wish.reason);
}

/* A record whose parent is only now being queued has no translated parent yet:
 * its view says «hidden parent». It is queued all the same, and judged again
 * by the pump, in order. */
static bool is_new(const struct disclosure *disclosure)
{
    return disclosure->change == DISCLOSURE_NEW ||
           disclosure->change == DISCLOSURE_CHANGED ||
           disclosure->change == DISCLOSURE_NARROWED ||
           (disclosure->change == DISCLOSURE_NONE &&
            disclosure->pass.reason == GATE_HIDDEN_PARENT);
}

static enum kith_status settle_one(void *context, const struct store_head *head,
                                   const struct disclosure *disclosure)
{
    struct settle *settle = context;
    enum kith_status status = KITH_OK;

    if (disclosure->change == DISCLOSURE_CLOSED ||
        disclosure->change == DISCLOSURE_NARROWED)
        status = settle_withdraw(settle, disclosure);
    if (status == KITH_OK && is_new(disclosure))
        status = settle_queue(settle, head);
    if (status == KITH_OK && head->kind == KITH_KIND_PROJECT &&
        settle->wish.grant != NULL)
        status = outbox_add(settle->act, settle->link, OUTBOX_GRANT,
                            settle->wish.grant);
    return status;
}

enum kith_status disclosure_settle(struct act *act,
                                   const struct store_link *link,
                                   uint64_t project,
                                   const struct disclosure_settling *settling,
                                   struct disclosure_counts *ret_counts)
{
    struct settle settle = {.act = act, .link = link, .wish = *settling};
    const struct disclosure_visit visit = {settle_one, &settle};
    enum kith_status status = disclosure_walk(act, link, project, &visit);

    if (status == KITH_OK && ret_counts != NULL)
        *ret_counts = settle.counts;
    return status;
}

enum kith_status disclosure_withdraw(struct act *act,
                                     const struct store_link *link,
                                     const struct store_told *told,
                                     int64_t reason)
{
    struct kith_record record = {.kind = KITH_KIND_WITHDRAWAL};
    struct store_told withdrawn = *told;
    struct kith_record_builder builder;
    enum kith_status status;

    withdrawn.withdrawn = true;
    view_forget(act);
    status = store_told_put(act->txn, link->number, &withdrawn);
    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_WITHDRAWAL_ITEM, told->item.b,
                      KITH_ID_LEN);
    kith_build_choice(&builder, KITH_WITHDRAWAL_REASON, reason);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_DUTY, &record);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "withdrawn",
                                                     .link = link->number,
                                                     .item = &told->item});
    return status;
}
