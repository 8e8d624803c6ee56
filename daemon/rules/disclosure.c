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
#include "rules/view.h"
#include "store/state.h"

static enum kith_status read_revision(struct act *act,
                                      const struct store_head *head,
                                      uint64_t row,
                                      struct kith_record *ret_record)
{
    struct kith_bytes bytes;
    enum kith_status status =
        store_revision_get(act->txn, head, row != 0 ? row : head->newest,
                           act->arena, &bytes);

    if (status != KITH_OK)
        return status;
    return kith_record_decode(act->arena, bytes, ret_record);
}

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
    const bool told = disclosure->told.ref.record != 0 &&
                      !disclosure->told.withdrawn;
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
    disclosure->change =
        narrower ? DISCLOSURE_NARROWED : DISCLOSURE_CHANGED;
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

    status = view_project(act, record, disclosure->pass.grant_state,
                          &projected);
    if (status == KITH_OK)
        status = view_translate(act, link, &projected, &disclosure->view,
                                &whole);
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
    struct disclosure disclosure = { 0 };
    struct kith_record record;
    struct gate_question question = {
        .kind = head->kind,
        .project = head->kind == KITH_KIND_PROJECT ? head->ref.record :
                                                     head->ref.project,
        .answers_owner = head->log_number
    };
    enum kith_status status = read_revision(act, head, row, &record);

    if (status != KITH_OK)
        return status;
    question.label = record.label;
    status = gate_ask(act, link, &question, &disclosure.pass);
    if (status == KITH_OK)
        status = store_told_get(act->txn, link->number, &head->ref,
                                &disclosure.told);
    if (status == KITH_NOT_FOUND) {
        disclosure.told = (struct store_told){ 0 };
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
    struct disclosure disclosure;
    enum kith_status status = disclosure_of(act, link, head, 0, &disclosure);

    if (status != KITH_OK)
        return status;
    return visit->visit(visit->context, head, &disclosure);
}

enum kith_status disclosure_walk(struct act *act,
                                 const struct store_link *link,
                                 uint64_t project,
                                 const struct disclosure_visit *visit)
{
    const struct store_ref ref = { .owner = STORE_OWN, .record = project };
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status = store_head_get(act->txn, &ref, &head);

    if (status == KITH_OK)
        status = visit_one(act, link, &head, visit);
    while (status == KITH_OK) {
        status =
            store_head_next(act->txn, STORE_OWN, project, after, &head);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK)
            status = visit_one(act, link, &head, visit);
        after = head.ref.record;
    }
    return status;
}

struct settling {
    struct act *act;
    const struct store_link *link;
    int64_t reason;
    struct disclosure_counts counts;
};

static enum kith_status settle_one(void *context,
                                   const struct store_head *head,
                                   const struct disclosure *disclosure)
{
    struct settling *settling = context;
    enum kith_status status = KITH_OK;

    if (disclosure->change == DISCLOSURE_CLOSED ||
        disclosure->change == DISCLOSURE_NARROWED) {
        status = disclosure_withdraw(
            settling->act, settling->link, &disclosure->told,
            disclosure->change == DISCLOSURE_NARROWED ?
                KITH_WITHDRAWAL_NARROWED :
                settling->reason);
        settling->counts.withdrawn++;
    }
    if (status == KITH_OK && (disclosure->change == DISCLOSURE_NEW ||
                              disclosure->change == DISCLOSURE_CHANGED ||
                              disclosure->change == DISCLOSURE_NARROWED)) {
        status = outbox_add_revision(settling->act, settling->link->number,
                                     OUTBOX_BACKFILL, head, head->newest);
        settling->counts.queued++;
    }
    return status;
}

/* A record whose parent is only now being queued has no translated parent yet:
 * the gate says «hidden parent». It is queued all the same when the gate alone
 * is open, and judged again by the pump, in order. */
static enum kith_status settle_child(void *context,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
{
    struct disclosure queued = *disclosure;

    if (queued.pass.reason == GATE_HIDDEN_PARENT &&
        queued.change == DISCLOSURE_NONE)
        queued.change = DISCLOSURE_NEW;
    return settle_one(context, head, &queued);
}

enum kith_status disclosure_settle(struct act *act,
                                   const struct store_link *link,
                                   uint64_t project, int64_t reason,
                                   struct disclosure_counts *ret_counts)
{
    struct settling settling = { .act = act, .link = link, .reason = reason };
    const struct disclosure_visit visit = { settle_child, &settling };
    enum kith_status status = disclosure_walk(act, link, project, &visit);

    if (status == KITH_OK && ret_counts != NULL)
        *ret_counts = settling.counts;
    return status;
}

enum kith_status disclosure_withdraw(struct act *act,
                                     const struct store_link *link,
                                     const struct store_told *told,
                                     int64_t reason)
{
    struct kith_record record = { .kind = KITH_KIND_WITHDRAWAL };
    struct store_told withdrawn = *told;
    struct kith_record_builder builder;
    enum kith_status status;

    withdrawn.withdrawn = true;
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
        status = audit_add(act, &(struct audit_line){ .what = "withdrawn",
                                                      .link = link->number,
                                                      .item = &told->item });
    return status;
}
