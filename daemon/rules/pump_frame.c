/* pump_frame - builds the Push frame of entries that are in our log.
 *
 * Used for new entries and for resends alike; a resend asks the gate again
 * before a body leaves (inv. 1). Not here: making entries (pump.c), when to
 * send them (link_flow.c).
 */
#include <string.h>

#include "kith/body.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/disclosure.h"
#include "rules/gate.h"
#include "rules/grant_told.h"
#include "rules/logkeys.h"
#include "rules/outbox.h"
#include "rules/peer.h"
#include "rules/pump.h"
#include "rules/reopen.h"
#include "rules/view.h"
#include "store/records.h"

struct framing {
    struct act *act;
    struct store_link *link;
    struct store_log_id log;
    struct kith_push push;
    struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX];
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX]; /* of those with a body */
    size_t n_eks;
};

/* Does the grant that rules now show every field of RECORD? */
static bool all_shown(const struct kith_record *record,
                      const struct gate_pass *pass)
{
    size_t i;

    for (i = 0; i < record->n_fields; i++) {
        if (!view_shows(pass->grant_state, record->kind,
                        record->fields[i].number))
            return false;
    }
    return true;
}

/* May the body of a project entry leave again? */
static enum kith_status ask_again(struct framing *framing,
                                  const struct store_entry *entry,
                                  const struct kith_body *body,
                                  enum gate_reason *ret_reason)
{
    const struct store_ref ref = {STORE_OWN, entry->project, entry->record};
    struct gate_question question = {.kind = body->record.kind};
    struct act *act = framing->act;
    struct store_told told;
    struct store_head head;
    struct gate_pass pass;
    enum kith_status status;

    if (body->record.kind == KITH_KIND_GRANT) {
        status = gate_grant(act, framing->link, &body->record, &pass);
        if (status == KITH_OK)
            *ret_reason = pass.reason;
        return status;
    }
    status = store_told_get(act->txn, framing->link->number, &ref, &told);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, &head);
    if (status != KITH_OK)
        return status;
    if (told.withdrawn || !kith_id_equal(&told.item, &body->record.id) ||
        told.item_revision < body->record.revision) {
        *ret_reason = GATE_NO_GRANT;
        return KITH_OK;
    }
    question.project =
        head.kind == KITH_KIND_PROJECT ? head.ref.record : head.ref.project;
    question.answers_owner = head.log_number;
    question.label = disclosure_label(&head, body->record.label);
    question.addressee = gate_addressee(&body->record);
    status = gate_ask(act, framing->link, &question, &pass);
    if (status == KITH_OK)
        *ret_reason =
            pass.reason == GATE_OPEN && !all_shown(&body->record, &pass)
                ? GATE_NO_GRANT
                : pass.reason;
    return status;
}

/* Holds the body of entry INDEX back for good: marks it, queues a void. */
static enum kith_status hold_back(struct framing *framing, uint64_t index,
                                  struct store_entry *entry)
{
    struct kith_record record = {.kind = KITH_KIND_VOID};
    struct kith_record_builder builder;
    enum kith_status status;

    entry->verdict = STORE_VOID;
    status = store_entry_put(framing->act->txn, &framing->log, index, entry);
    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, framing->act->arena);
    kith_build_number(&builder, KITH_VOID_FROM, (int64_t)index);
    kith_build_number(&builder, KITH_VOID_COUNT, 1);
    kith_build_choice(&builder, KITH_VOID_REASON, KITH_VOID_NOT_ALLOWED);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = outbox_add(framing->act, framing->link, OUTBOX_DUTY, &record);
    if (status == KITH_OK)
        status =
            audit_add(framing->act,
                      &(struct audit_line){.what = "voided",
                                           .rule = AUDIT_BY_GATE,
                                           .link = framing->link->number,
                                           .log_number = framing->log.number,
                                           .index = index,
                                           .count = 1});
    return status;
}

/* The partner takes ENTRY, which told it VIEW, as void from now on: the
 * revisions of the item go on from the one before, else it would reject all
 * that follow. What it had processed it takes back (apply_item_void). */
static enum kith_status untell(struct framing *framing,
                               const struct store_entry *entry,
                               const struct kith_record *view)
{
    const struct store_ref ref = {STORE_OWN, entry->project, entry->record};
    const uint32_t link = framing->link->number;
    struct act *act = framing->act;
    struct store_told told;
    struct store_head head;
    enum kith_status status;

    if (entry->record == 0)
        return KITH_OK;
    status = store_told_get(act->txn, link, &ref, &told);
    if (status != KITH_OK || told.withdrawn ||
        !kith_id_equal(&told.item, &view->id) ||
        told.item_revision < view->revision)
        return status;
    told.item_revision = view->revision - 1;
    told.withdrawn = entry->before == 0;
    told.index = told.withdrawn ? told.index : entry->before - 1;
    memset(told.view, 0, sizeof(told.view)); /* looks like none */
    view_forget(act);
    status = store_told_put(act->txn, link, &told);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, &head);
    if (status == KITH_OK)
        status =
            outbox_add_revision(act, link, OUTBOX_BACKFILL, &head, head.newest);
    return status;
}

/* Asks the gate about an entry that is to leave once more. */
static enum kith_status gate_resend(struct framing *framing, uint64_t index,
                                    struct store_entry *entry)
{
    enum gate_reason reason = GATE_OPEN;
    struct reopened opened = {0};
    enum kith_status status;

    if (entry->verdict == STORE_VOID)
        return KITH_OK;
    if (!entry->has_ek)
        return hold_back(framing, index, entry);
    status =
        reopen_entry(framing->act, framing->link, STORE_OUT, entry, &opened);
    if (status == KITH_OK && opened.header.entry_class == KITH_CLASS_PROJECT)
        status = ask_again(framing, entry, &opened.body, &reason);
    if (status == KITH_OK && reason != GATE_OPEN) {
        status = hold_back(framing, index, entry);
        if (status == KITH_OK && opened.body.record.kind == KITH_KIND_GRANT)
            status = grant_told_missed(framing->act, framing->link->number,
                                       &opened.body.record, true);
        else if (status == KITH_OK)
            status = untell(framing, entry, &opened.body.record);
    }
    reopened_clear(&opened);
    return status;
}

/* Does ENTRY go as a bare header for now? */
static bool stays_bare(const struct pump_span *span,
                       const struct store_entry *entry)
{
    struct kith_entry_header header;

    return span->bare && kith_entry_decode(entry->header, &header) == KITH_OK &&
           header.entry_class != KITH_CLASS_DUTY;
}

static enum kith_status add_entry(struct framing *framing, uint64_t index,
                                  const struct pump_span *span)
{
    bool bare;
    struct kith_push_entry *row = &framing->entries[framing->push.n_entries];
    struct store_entry entry;
    enum kith_status status = store_entry_get(
        framing->act->txn, &framing->log, index, framing->act->arena, &entry);

    if (status != KITH_OK)
        return status;
    bare = stays_bare(span, &entry);
    if (!bare && index < span->gated_from)
        status = gate_resend(framing, index, &entry);
    if (status != KITH_OK)
        return status;
    *row = (struct kith_push_entry){.header = entry.header};
    if (!bare && entry.verdict != STORE_VOID && entry.has_ek) {
        row->sealed = entry.sealed;
        memcpy(framing->eks[framing->n_eks].b, entry.ek.b, KITH_EK_LEN);
        framing->n_eks++;
    }
    kith_wipe(&entry.ek, sizeof(entry.ek));
    framing->push.n_entries++;
    return KITH_OK;
}

/* Entries FROM..END, the checkpoint, and their keys in one box. */
static enum kith_status build(struct framing *framing,
                              const struct pump_span *span, uint64_t end,
                              struct kith_buf *frame)
{
    const struct peer *peer;
    struct kith_buf box = {0};
    uint64_t index;
    enum kith_status status = KITH_OK;

    for (index = span->from; status == KITH_OK && index < end; index++)
        status = add_entry(framing, index, span);
    if (status == KITH_OK)
        status = peer_get(framing->act, framing->link, &peer);
    if (status == KITH_OK && framing->n_eks != 0)
        status = kith_ek_box_seal(&peer->sealing, framing->eks, framing->n_eks,
                                  &box);
    if (status == KITH_OK) {
        framing->push.log_number = framing->log.number;
        framing->push.first = span->from;
        framing->push.entries = framing->entries;
        framing->push.keys = kith_buf_bytes(&box);
        status = kith_push_encode(&framing->push, frame);
    }
    kith_buf_clear(&box);
    return status;
}

enum kith_status pump_frame(struct act *act, struct store_link *link,
                            const struct pump_span *span,
                            struct kith_buf *frame, uint64_t *ret_next)
{
    struct framing *framing;
    uint64_t end = span->from + 1;
    enum kith_status status;

    if (span->from >= link->out.noted)
        return KITH_NOT_FOUND;
    /* the gate would hold back for good what it cannot judge now */
    if (act->time_doubted && span->from < span->gated_from)
        return KITH_NOT_FOUND;
    framing = kith_arena_alloc(act->arena, sizeof(*framing));
    if (framing == NULL)
        return KITH_NOMEM;
    framing->act = act;
    framing->link = link;
    framing->log = logkeys_id(link, STORE_OUT);
    status = store_note_from(act->txn, &framing->log, STORE_CHECKPOINT, &end,
                             act->arena, &framing->push.checkpoint);
    if (status == KITH_OK && end - span->from > KITH_PUSH_ENTRIES_MAX)
        status = KITH_DAMAGED;
    if (status == KITH_OK)
        status = build(framing, span, end, frame);
    kith_wipe(framing->eks, sizeof(framing->eks));
    if (status == KITH_OK)
        *ret_next = end;
    return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
}
