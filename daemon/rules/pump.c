/* pump - turns queued places into entries, under the rules of this moment.
 *
 * Not here: sealing and appending (append.c), frames (pump_frame.c), receipts
 * (pump_receipt.c).
 */
#include "rules/pump.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/append.h"
#include "rules/audit.h"
#include "rules/disclosure.h"
#include "rules/grant_told.h"
#include "rules/logkeys.h"
#include "rules/opening.h"
#include "rules/outbox.h"
#include "rules/view.h"
#include "store/state.h"

enum {
    /* Room in a frame for what is not entries: type, note, lengths. */
    FRAME_OVERHEAD = KITH_NOTE_MAX + 1024,
    /* Bytes an entry adds to a frame besides header and body: its key in the
     * box, protobuf tags and lengths. */
    ENTRY_OVERHEAD = KITH_EK_LEN + 24
};

/* What one pump_fill has done so far. */
struct filling {
    struct act *act;
    struct store_link *link;
    struct append_audit audit;
    struct kith_origin origin; /* of link's log of ours */
    uint64_t bytes;            /* all of it */
    size_t push_bytes;         /* since the last checkpoint */
    size_t push_entries;
    uint64_t first;       /* index of the first entry made */
    uint64_t withheld;    /* places dropped by the gate */
    enum gate_reason why; /* the newest of them */
};

/* Ends a push's worth when the next entry of BYTES would not fit. */
static enum kith_status make_room(struct filling *filling, size_t bytes)
{
    if (filling->push_entries < KITH_PUSH_ENTRIES_MAX &&
        filling->push_bytes + bytes + ENTRY_OVERHEAD <=
            KITH_FRAME_MAX - FRAME_OVERHEAD)
        return KITH_OK;
    filling->push_bytes = 0;
    filling->push_entries = 0;
    return append_checkpoint(filling->act, filling->link);
}

/* OWN: sealed into the body for our own recovery; NULL: none. TOLD as in
 * struct append_subject. */
static enum kith_status append(struct filling *filling, struct kith_body *body,
                               struct store_told *told,
                               const struct kith_owner_ref *own)
{
    const struct kith_place place = {&filling->origin,
                                     filling->link->out.tree.size};
    struct append_subject subject = {.audit = &filling->audit,
                                     .entry_class = body->entry_class,
                                     .place = &place,
                                     .told = told};
    uint8_t owner_ref[KITH_OWNER_REF_LEN];
    struct kith_buf plain = {0};
    size_t bytes = 0;
    enum kith_status status;

    if (own != NULL) {
        kith_owner_ref_seal(filling->act->company->recovery_key, &place, own,
                            owner_ref);
        body->recovery = (struct kith_bytes){owner_ref, sizeof(owner_ref)};
    }
    status = kith_body_encode(body, &plain);
    subject.plain = kith_buf_bytes(&plain);
    if (status == KITH_OK)
        status = make_room(filling, KITH_ENTRY_HEADER_LEN +
                                        kith_padded_len(plain.len) +
                                        KITH_SEAL_TAG_LEN);
    if (status == KITH_OK)
        status = append_entry(filling->act, filling->link, &subject, &bytes);
    kith_plain_clear(&plain);
    if (status != KITH_OK)
        return status;
    filling->bytes += bytes;
    filling->push_bytes += bytes + ENTRY_OVERHEAD;
    filling->push_entries++;
    return KITH_OK;
}

static void withhold(struct filling *filling, enum gate_reason reason)
{
    filling->withheld++;
    filling->why = reason;
}

/* A grant waits in the queue with our ids: its project was told just before,
 * unless the gate held that back; then nothing of the grant leaves either. */
static enum kith_status translate_grant(struct filling *filling,
                                        struct kith_record *record,
                                        bool *ret_whole)
{
    const struct kith_record ours = *record;

    return view_translate(filling->act, filling->link, &ours, record,
                          ret_whole);
}

/* A grant as told, in BODY: as its next revision. */
static enum kith_status tell_grant(struct filling *filling,
                                   struct kith_body *body)
{
    struct act *act = filling->act;
    struct gate_pass pass = {.reason = GATE_HIDDEN_PARENT};
    bool whole;
    enum kith_status status = translate_grant(filling, &body->record, &whole);

    if (status == KITH_OK && whole)
        status = gate_grant(act, filling->link, &body->record, &pass);
    if (status != KITH_OK)
        return status;
    if (pass.reason != GATE_OPEN) {
        withhold(filling, pass.reason);
        return grant_told_missed(act, filling->link->number, &body->record,
                                 false);
    }
    body->entry_class = KITH_CLASS_PROJECT;
    gate_stamp(&pass, body);
    status = grant_told_next(act, pass.grant, &body->record.revision);
    if (status == KITH_OK)
        status = append(filling, body, NULL, NULL);
    return status == KITH_OK
               ? grant_told_done(act, pass.grant, body->record.revision)
               : status;
}

/* A finished relation or duty record, or a grant as told. */
static enum kith_status tell_finished(struct filling *filling,
                                      const struct store_queued *queued)
{
    struct kith_body body = {.entry_class = KITH_CLASS_DUTY};
    enum kith_status status =
        kith_record_decode(filling->act->arena, queued->body, &body.record);

    if (status != KITH_OK)
        return status;
    if (queued->cause == OUTBOX_RELATION)
        body.entry_class = KITH_CLASS_RELATION;
    if (queued->cause != OUTBOX_GRANT)
        return append(filling, &body, NULL, NULL);
    return tell_grant(filling, &body);
}

/* Sets what the told row remembers of this view. */
static void remember(struct store_told *told, const struct store_head *head,
                     const struct disclosure *disclosure)
{
    if (told->ref.record == 0 || told->withdrawn)
        *told = (struct store_told){.ref = head->ref};
    told->item_revision++;
    told->grant = disclosure->pass.grant;
    memcpy(told->view, disclosure->digest, sizeof(told->view));
}

static enum kith_status tell_record(struct filling *filling,
                                    const struct store_head *head,
                                    uint64_t own_revision,
                                    struct disclosure *disclosure)
{
    const struct kith_owner_ref own = {head->id, own_revision};
    struct kith_body body = {.entry_class = KITH_CLASS_PROJECT,
                             .record = disclosure->view};
    enum kith_status status;

    remember(&disclosure->told, head, disclosure);
    disclosure->told.revision = own_revision;
    status = store_told_draw(filling->act->txn, filling->link->number,
                             &disclosure->told);
    if (status != KITH_OK)
        return status;
    body.record.id = disclosure->told.item;
    body.record.revision = disclosure->told.item_revision;
    gate_stamp(&disclosure->pass, &body);
    status = append(filling, &body, &disclosure->told, &own);
    if (status != KITH_OK)
        return status;
    return store_told_put(filling->act->txn, filling->link->number,
                          &disclosure->told);
}

/* A revision of one of our records: gate again, project the view. */
static enum kith_status tell_revision(struct filling *filling,
                                      const struct store_queued *queued)
{
    const struct store_ref ref = {STORE_OWN, queued->project, queued->record};
    struct disclosure disclosure;
    struct store_head head;
    enum kith_status status = store_head_get(filling->act->txn, &ref, &head);

    if (status == KITH_OK)
        status = disclosure_of(filling->act, filling->link, &head,
                               queued->revision_row, &disclosure);
    if (status == KITH_UNREADABLE) { /* destroyed meanwhile */
        withhold(filling, GATE_NO_GRANT);
        return KITH_OK;
    }
    if (status == KITH_OK && queued->cause == OUTBOX_BACKFILL &&
        disclosure.pass.reason == GATE_OPEN)
        status = disclosure_changed_at(filling->act, &head,
                                       disclosure.pass.grant_state,
                                       &disclosure.view.changed_at);
    if (status != KITH_OK)
        return status;
    switch (disclosure.change) {
    case DISCLOSURE_NEW:
    case DISCLOSURE_CHANGED:
        return tell_record(filling, &head, disclosure.view.revision,
                           &disclosure);
    case DISCLOSURE_NARROWED:
        status =
            disclosure_withdraw(filling->act, filling->link, &disclosure.told,
                                KITH_WITHDRAWAL_NARROWED);
        disclosure.told.withdrawn = true;
        if (status != KITH_OK)
            return status;
        return tell_record(filling, &head, disclosure.view.revision,
                           &disclosure);
    case DISCLOSURE_NONE:
    case DISCLOSURE_CLOSED:
        withhold(filling, disclosure.pass.reason);
        return KITH_OK;
    case DISCLOSURE_SAME:
        return KITH_OK;
    }
    return KITH_DAMAGED;
}

static enum kith_status tell(struct filling *filling,
                             const struct store_queued *queued)
{
    if (queued->record == 0)
        return tell_finished(filling, queued);
    return tell_revision(filling, queued);
}

/* One audit row for what was told, one for what was held back. */
static enum kith_status record_filling(const struct filling *filling)
{
    const struct store_link *link = filling->link;
    enum kith_status status = KITH_OK;

    if (link->out.tree.size != filling->first)
        status = audit_add(filling->act,
                           &(struct audit_line){.what = "disclosed",
                                                .rule = AUDIT_BY_GATE,
                                                .link = link->number,
                                                .log_number = link->out.number,
                                                .index = filling->first,
                                                .count = link->out.tree.size -
                                                         filling->first});
    if (status == KITH_OK && filling->withheld != 0)
        status = audit_add(filling->act,
                           &(struct audit_line){.what = "withheld",
                                                .rule = AUDIT_BY_GATE,
                                                .link = link->number,
                                                .text = gate_code(filling->why),
                                                .count = filling->withheld});
    return status;
}

enum kith_status pump_open_log(struct act *act, struct store_link *link)
{
    if (link->out.number != 0)
        return KITH_OK;
    link->out.number = 1;
    return store_link_put(act->txn, link);
}

/* The entries that every log begins with, before anything queued. */
static enum kith_status tell_opening(struct filling *filling)
{
    enum kith_status status = KITH_OK;
    size_t i;

    for (i = 0; status == KITH_OK && i < OPENING_RECORDS; i++) {
        struct kith_body body = {.entry_class = KITH_CLASS_RELATION};

        status = opening_record(filling->act, filling->link, i, &body.record);
        if (status == KITH_OK)
            status = append(filling, &body, NULL, NULL);
    }
    return status;
}

/* What needs a gate that dates decide keeps its place while time is in doubt;
 * relation and duty entries go. */
static bool waits(const struct act *act, const struct store_queued *queued)
{
    return act->time_doubted &&
           (queued->record != 0 || queued->cause == OUTBOX_GRANT);
}

/* The queue behind AFTER, one place at a time, while credit lasts. DUTY_ONLY:
 * passes the other places over. */
static enum kith_status tell_queue(struct filling *filling,
                                   uint64_t credit_bytes, bool duty_only,
                                   uint64_t *after_inout)
{
    struct act *act = filling->act;
    const uint32_t link = filling->link->number;
    struct store_queued queued;
    enum kith_status status;

    while (filling->bytes < credit_bytes) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        status =
            store_queue_next(act->txn, link, *after_inout, act->arena, &queued);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
        *after_inout = queued.sequence;
        if (!waits(act, &queued) &&
            (!duty_only ||
             (queued.record == 0 && queued.cause == OUTBOX_DUTY))) {
            status = tell(filling, &queued);
            if (status == KITH_OK)
                status = store_queue_drop(act->txn, link, queued.sequence);
        }
        if (status != KITH_OK)
            return status;
        kith_arena_rewind(act->arena, mark);
    }
    return KITH_OK;
}

static enum kith_status fill(struct act *act, struct store_link *link,
                             uint64_t credit_bytes, uint64_t *duty_after,
                             uint64_t *ret_bytes)
{
    uint64_t after = duty_after != NULL ? *duty_after : 0;
    struct filling filling = {
        .act = act, .link = link, .first = link->out.tree.size};
    enum kith_status status = KITH_OK;

    *ret_bytes = 0;
    if (link->out.number == 0 || link->out.frozen)
        return KITH_OK;
    logkeys_origin(act, link, STORE_OUT, &filling.origin);
    status =
        store_audit_head(act->txn, &filling.audit.size, &filling.audit.root);
    if (status == KITH_OK && link->out.tree.size == 0)
        status = tell_opening(&filling);
    if (status == KITH_OK)
        status = tell_queue(&filling, credit_bytes, duty_after != NULL, &after);
    if (status == KITH_OK && filling.bytes != 0)
        status = append_checkpoint(act, link);
    if (status == KITH_OK)
        status = record_filling(&filling);
    if (status == KITH_OK && filling.bytes != 0)
        status = store_link_put(act->txn, link);
    if (status != KITH_OK)
        return status;
    if (duty_after != NULL)
        *duty_after = after;
    *ret_bytes = filling.bytes;
    return KITH_OK;
}

enum kith_status pump_fill(struct act *act, struct store_link *link,
                           uint64_t credit_bytes, uint64_t *ret_bytes)
{
    return fill(act, link, credit_bytes, NULL, ret_bytes);
}

enum kith_status pump_fill_duty(struct act *act, struct store_link *link,
                                uint64_t credit_bytes, uint64_t *after_inout,
                                uint64_t *ret_bytes)
{
    return fill(act, link, credit_bytes, after_inout, ret_bytes);
}
