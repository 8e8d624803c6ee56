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

/* True when FORMER showed a field of RECORD that the present grant hides. */
static bool shows_less(const struct kith_record *former,
                       const struct kith_record *present,
                       const struct kith_record *record)
{
    size_t i;

    for (i = 0; i < record->n_fields; i++) {
        const uint32_t number = record->fields[i].number;

        if (view_shows(former, record->kind, number) &&
            !view_shows(present, record->kind, number))
            return true;
    }
    return false;
}

static bool names_person(const struct kith_record *grant,
                         struct kith_bytes person)
{
    size_t i;

    for (i = 0; i < grant->n_fields; i++) {
        if (grant->fields[i].number == KITH_GRANT_STATE_PERSONS &&
            kith_bytes_equal(grant->fields[i].bytes, person))
            return true;
    }
    return false;
}

/* True when somebody may read under FORMER who may not under PRESENT. */
static bool reaches_fewer(const struct kith_record *former,
                          const struct kith_record *present)
{
    size_t i;

    if (kith_record_value(present, KITH_GRANT_STATE_BOUND, 0) != 0)
        return false;
    if (kith_record_value(former, KITH_GRANT_STATE_BOUND, 0) != 0)
        return true;
    for (i = 0; i < former->n_fields; i++) {
        if (former->fields[i].number == KITH_GRANT_STATE_PERSONS &&
            !names_person(present, former->fields[i].bytes))
            return true;
    }
    return false;
}

/* Does what was told under FORMER stay readable as PRESENT wants it? */
static bool serves_as_well(const struct kith_record *former,
                           const struct kith_record *present)
{
    return kith_record_value(former, KITH_GRANT_STATE_ENDED, 0) == 0 &&
           kith_record_day(former, KITH_GRANT_STATE_UNTIL, INT32_MAX) >=
               kith_record_day(present, KITH_GRANT_STATE_UNTIL, INT32_MAX) &&
           !reaches_fewer(present, former);
}

/* A view that was told, beside the one of now. An item is read under the
 * grant that it was told by: another grant may ask for telling it again even
 * when it looks the same. */
static enum kith_status compare_told(struct act *act,
                                     const struct kith_record *record,
                                     struct disclosure *disclosure)
{
    const struct kith_record *present = disclosure->pass.grant_state;
    const bool same = memcmp(disclosure->told.view, disclosure->digest,
                             sizeof(disclosure->digest)) == 0;
    struct kith_record former;
    enum kith_status status;

    disclosure->change = same ? DISCLOSURE_SAME : DISCLOSURE_CHANGED;
    if (disclosure->told.grant == disclosure->pass.grant ||
        disclosure->told.grant == 0 || present == NULL)
        return KITH_OK;
    status = store_state_get(act->txn, KITH_KIND_GRANT_STATE,
                             disclosure->told.grant, act->arena, &former);
    if (status != KITH_OK)
        return status;
    if ((!same && shows_less(&former, present, record)) ||
        reaches_fewer(&former, present))
        disclosure->change = DISCLOSURE_NARROWED;
    else if (same && !serves_as_well(&former, present))
        disclosure->change = DISCLOSURE_CHANGED;
    return KITH_OK;
}

static enum kith_status compare(struct act *act,
                                const struct kith_record *record,
                                struct disclosure *disclosure)
{
    const bool told =
        disclosure->told.ref.record != 0 && !disclosure->told.withdrawn;

    if (disclosure->pass.reason != GATE_OPEN) {
        disclosure->change = told ? DISCLOSURE_CLOSED : DISCLOSURE_NONE;
        return KITH_OK;
    }
    if (!told) {
        disclosure->change = DISCLOSURE_NEW;
        return KITH_OK;
    }
    return compare_told(act, record, disclosure);
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

enum kith_label disclosure_label(const struct store_head *head,
                                 enum kith_label revision)
{
    const enum kith_label now = (enum kith_label)head->label;

    if (revision == KITH_LABEL_NONE || now == KITH_LABEL_NONE)
        return KITH_LABEL_NONE;
    return revision > now ? revision : now;
}

enum kith_status disclosure_changed_at(struct act *act,
                                       const struct store_head *head,
                                       const struct kith_record *grant,
                                       int64_t *ret_at)
{
    const struct kith_arena_mark start = kith_arena_mark(act->arena);
    struct kith_record newest, older;
    uint64_t row = head->newest;
    int64_t at = head->changed_at;
    bool same = true;
    enum kith_status status = revision_read(act, head, row, &newest);

    while (status == KITH_OK && same) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        at = row == head->newest ? newest.changed_at : older.changed_at;
        status = store_revision_before(act->txn, head, row, &row);
        if (status != KITH_OK || row == 0)
            break;
        kith_arena_rewind(act->arena, mark);
        status = revision_read(act, head, row, &older);
        if (status == KITH_OK)
            status = view_same(act, &older, &newest, grant, &same);
    }
    kith_arena_rewind(act->arena, start);
    if (status == KITH_OK)
        *ret_at = at;
    return status;
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
    question.label = disclosure_label(head, record.label);
    question.addressee = gate_addressee(&record);
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
    else if (status == KITH_UNREADABLE)
        status = KITH_OK; /* destroyed: there is nothing to tell */
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
    const bool narrowed = disclosure->change != DISCLOSURE_CLOSED;

    settle->counts.withdrawn++;
    return disclosure_withdraw(settle->act, settle->link, &disclosure->told,
                               narrowed ? KITH_WITHDRAWAL_NARROWED
                                        : settle->wish.reason);
}

/* A record whose parent is only now being queued, or was just taken back to be
 * told anew, has no translated parent: its view says «hidden parent». It is
 * queued all the same, and judged again by the pump, in order. */
static bool is_new(const struct disclosure *disclosure)
{
    return disclosure->change == DISCLOSURE_NEW ||
           disclosure->change == DISCLOSURE_CHANGED ||
           disclosure->change == DISCLOSURE_NARROWED ||
           disclosure->pass.reason == GATE_HIDDEN_PARENT;
}

static enum kith_status settle_one(void *context, const struct store_head *head,
                                   const struct disclosure *disclosure)
{
    struct settle *settle = context;
    const bool anew =
        settle->wish.changed_anew && disclosure->change == DISCLOSURE_CHANGED;
    enum kith_status status = KITH_OK;

    if (settle->wish.only_queue && (disclosure->change == DISCLOSURE_CLOSED ||
                                    disclosure->change == DISCLOSURE_NARROWED))
        return KITH_OK;
    if (disclosure->change == DISCLOSURE_CLOSED ||
        disclosure->change == DISCLOSURE_NARROWED || anew)
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

enum kith_status disclosure_settle_answers(struct act *act,
                                           const struct store_link *link)
{
    struct settle settle = {
        .act = act, .link = link, .wish = {.only_queue = true}};
    const struct disclosure_visit visit = {settle_one, &settle};
    struct store_head head = {0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        status =
            store_head_next(act->txn, STORE_OWN, 0, head.ref.record, &head);
        if (status == KITH_OK && head.log_number == link->number)
            status = visit_one(act, link, &head, &visit);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static const char *name_of_reason(int64_t reason)
{
    const struct kith_field_info *field = kith_field_info(
        kith_kind_info(KITH_KIND_WITHDRAWAL), KITH_WITHDRAWAL_REASON);

    return kith_choice_name(field->choices, reason);
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
        status =
            audit_add(act, &(struct audit_line){.what = "withdrawn",
                                                .text = name_of_reason(reason),
                                                .rule = AUDIT_BY_GATE,
                                                .project = told->ref.project,
                                                .link = link->number,
                                                .item = &told->item});
    return status;
}
