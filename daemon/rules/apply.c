/* apply - one table from kind to handler; relation and duty kinds.
 *
 * Not here: business records (apply_item.c), agreements (agreement_take.c).
 */
#include "rules/apply.h"

#include <stdio.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/apply_item.h"
#include "rules/audit.h"
#include "rules/destruction.h"
#include "rules/grant_change.h"
#include "rules/grant_told.h"
#include "rules/key_notice.h"
#include "rules/logkeys.h"
#include "rules/next_log.h"
#include "rules/pending.h"
#include "rules/reads.h"
#include "rules/verdict.h"
#include "store/records.h"
#include "store/state.h"

/* Entry 0 and nothing else opens a log. */
static enum kith_status take_opened(struct act *act, struct store_link *link,
                                    const struct kith_body *body,
                                    struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    struct kith_checkpoint previous = {
        .size = (uint64_t)kith_record_value(record,
                                            KITH_LOG_OPENED_PREVIOUS_SIZE, 0)};
    bool fits = true;
    enum kith_status status = KITH_OK;

    if (entry->index != 0 ||
        kith_record_value(record, KITH_LOG_OPENED_LOG_NUMBER, 0) !=
            link->in.number) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    if (kith_record_octets(record, KITH_LOG_OPENED_PREVIOUS_ROOT,
                           previous.root.b, KITH_HASH_LEN) == KITH_OK)
        status = next_log_fits(act, link, &previous, &fits);
    if (status != KITH_OK || fits)
        return status;
    apply_reject(entry, APPLY_PLACE);
    link->in.frozen = true;
    return audit_add(act, &(struct audit_line){.what = "next_log_refused",
                                               .link = link->number,
                                               .text = "another history",
                                               .log_number = link->in.number,
                                               .index = previous.size});
}

/* The entry itself is the evidence; nothing else is kept of it. */
static enum kith_status take_notice(struct act *act, struct store_link *link,
                                    const struct kith_body *body,
                                    struct apply_entry *entry)
{
    (void)act;
    (void)link;
    (void)body;
    (void)entry;
    return KITH_OK;
}

static enum kith_status take_agreement(struct act *act, struct store_link *link,
                                       const struct kith_body *body,
                                       struct apply_entry *entry)
{
    const char *code = NULL;
    enum kith_status status = agreement_take(act, link, &body->record, &code);

    if (status == KITH_OK && body->record.kind == KITH_KIND_NDA_SIGNATURE)
        status = grant_settle(act, link);
    if (status != KITH_INVALID)
        return status;
    apply_reject(entry, APPLY_NDA);
    entry->why = code;
    return audit_add(act, &(struct audit_line){.what = "nda_step_refused",
                                               .link = link->number,
                                               .text = code});
}

static enum kith_status void_entry(struct act *act,
                                   const struct store_link *link,
                                   uint64_t index)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    struct store_entry row;
    enum kith_status status =
        store_entry_get(act->txn, &log, index, act->arena, &row);

    if (status == KITH_OK && row.verdict == STORE_PENDING) {
        row.verdict = STORE_VOID;
        status = store_entry_put(act->txn, &log, index, &row);
    } else if (status == KITH_OK && row.verdict == STORE_PROCESSED &&
               row.record != 0)
        status = apply_item_void(act, link, index, &row);
    kith_wipe(&row.ek, sizeof(row.ek));
    return status;
}

/* Marks entries that hold no body as void: they block receipts no more. Below
 * the first pending one there is none; what came with a body is looked at only
 * in a range that costs little. */
static enum kith_status void_range(struct act *act,
                                   const struct store_link *link, uint64_t from,
                                   uint64_t end)
{
    uint64_t index = link->in.pending == 0 ? end : link->in.pending - 1;
    enum kith_status status = KITH_OK;

    if (index < from || end - from <= KITH_VOID_LATE_MAX)
        index = from;
    for (; status == KITH_OK && index < end; index++) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        status = void_entry(act, link, index);
        kith_arena_rewind(act->arena, mark);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Do the ranges ascend without overlap, all below entry INDEX? */
static bool ranges_fit(const struct kith_field *from,
                       const struct kith_field *count, size_t n, uint64_t index)
{
    uint64_t end = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        if (from[i].value < 0 || count[i].value < 1 ||
            (uint64_t)from[i].value < end || (uint64_t)from[i].value >= index ||
            (uint64_t)count[i].value > index - (uint64_t)from[i].value)
            return false;
        end = (uint64_t)from[i].value + (uint64_t)count[i].value;
    }
    return true;
}

static enum kith_status take_void(struct act *act, struct store_link *link,
                                  const struct kith_body *body,
                                  struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    const struct kith_field *from = kith_record_field(record, KITH_VOID_FROM);
    const struct kith_field *count = kith_record_field(record, KITH_VOID_COUNT);
    const size_t n =
        (size_t)(count - from); /* as many of one as of the other */
    enum kith_status status = KITH_OK;
    size_t i;

    if (!ranges_fit(from, count, n, entry->index)) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    for (i = 0; status == KITH_OK && i < n; i++)
        status = void_range(act, link, (uint64_t)from[i].value,
                            (uint64_t)(from[i].value + count[i].value));
    if (status == KITH_OK)
        status = pending_settle(act, link);
    return status;
}

static enum kith_status take_withdrawal(struct act *act,
                                        struct store_link *link,
                                        const struct kith_body *body,
                                        struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    size_t i;

    (void)entry;
    for (i = 0; i < record->n_fields; i++) {
        struct store_head head;
        struct kith_id item;
        enum kith_status status;

        if (record->fields[i].number != KITH_WITHDRAWAL_ITEM)
            continue;
        memcpy(item.b, record->fields[i].bytes.data, KITH_ID_LEN);
        status = store_head_by_id(act->txn, link->number, &item, &head);
        if (status == KITH_NOT_FOUND || (status == KITH_OK && head.withdrawn))
            continue; /* never came, or is gone: nothing to take back */
        if (status == KITH_OK)
            status = apply_withdraw(act, link, &head);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

/* Our entry that a verdict speaks of, in full: log, index, leaf.
 * KITH_NOT_FOUND: there is no such entry. */
static enum kith_status find_judged(struct act *act,
                                    const struct store_link *link,
                                    const struct kith_record *record,
                                    struct store_entry *ret_entry)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    const int64_t index = kith_record_value(record, KITH_VERDICT_INDEX, -1);
    struct kith_hash leaf, named;
    enum kith_status status;

    if (kith_record_value(record, KITH_VERDICT_LOG_NUMBER, -1) != log.number ||
        index < 0 || (uint64_t)index >= link->out.tree.size ||
        kith_record_octets(record, KITH_VERDICT_LEAF, named.b, KITH_HASH_LEN) !=
            KITH_OK)
        return KITH_NOT_FOUND;
    status =
        store_entry_get(act->txn, &log, (uint64_t)index, act->arena, ret_entry);
    if (status != KITH_OK)
        return status;
    kith_tree_leaf_hash(ret_entry->header.data, ret_entry->header.len, &leaf);
    return kith_hash_equal(&leaf, &named) ? KITH_OK : KITH_NOT_FOUND;
}

/* The verdict that VALUE of a partner makes of a stored one. Once told, only an
 * upgrade at the partner changes it (PROTOCOL.md 8.5). */
static uint8_t next_verdict(uint8_t stored, int64_t value)
{
    const bool told =
        stored == STORE_NOT_UNDERSTOOD || stored == STORE_REJECTED;

    switch (value) {
    case KITH_VERDICT_PROCESSED:
        return told ? STORE_PROCESSED : stored;
    case KITH_VERDICT_UNREADABLE:
        return stored == STORE_PROCESSED ? STORE_UNREADABLE : stored;
    case KITH_VERDICT_NOT_UNDERSTOOD:
        return stored == STORE_PROCESSED ? STORE_NOT_UNDERSTOOD : stored;
    default:
        return stored == STORE_PROCESSED || told ? STORE_REJECTED : stored;
    }
}

/* What became of an entry of ours at the partner; an operator reads it. */
static enum kith_status take_verdict(struct act *act, struct store_link *link,
                                     const struct kith_body *body,
                                     struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    const struct kith_bytes code = kith_record_bytes(record, KITH_VERDICT_CODE);
    const struct kith_bytes why = kith_record_bytes(record, KITH_VERDICT_WHY);
    struct audit_line line = {.what = "verdict_received",
                              .link = link->number,
                              .log_number = log.number,
                              .count = 1};
    char text[2 * KITH_NAME_MAX + 3] = "";
    struct store_entry ours = {0};
    bool changed;
    uint8_t verdict = 0;
    enum kith_status status = find_judged(act, link, record, &ours);

    if (status == KITH_NOT_FOUND) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    line.index = (uint64_t)kith_record_value(record, KITH_VERDICT_INDEX, 0);
    verdict = next_verdict(
        ours.verdict,
        kith_record_value(record, KITH_VERDICT_VERDICT, KITH_VERDICT_REJECTED));
    changed = verdict != ours.verdict;
    if (status == KITH_OK && changed) {
        ours.verdict = verdict;
        status = store_entry_put(act->txn, &log, line.index, &ours);
    }
    kith_wipe(&ours.ek, sizeof(ours.ek));
    if (status != KITH_OK)
        return status;
    (void)snprintf(text, sizeof(text), "%.*s%s%.*s", (int)code.len,
                   code.data == NULL ? "" : (const char *)code.data,
                   why.len != 0 ? ": " : "", (int)why.len,
                   why.data == NULL ? "" : (const char *)why.data);
    line.text = text;
    status = audit_add(act, &line);
    return status == KITH_OK && changed && verdict == STORE_REJECTED
               ? agreement_refused(act, link, line.index,
                                   why.len != 0 ? why : code)
               : status;
}

static enum kith_status take_person(struct act *act, struct store_link *link,
                                    const struct kith_body *body,
                                    struct apply_entry *entry)
{
    enum kith_status status = apply_item(act, link, body, entry);

    if (status != KITH_OK || entry->row->verdict != STORE_PROCESSED ||
        kith_record_value(&body->record, KITH_PERSON_LEFT, 0) == 0)
        return status;
    return grant_person_left(act, link, &body->record.id);
}

static const struct {
    uint32_t kind;
    enum kith_status (*take)(struct act *act, struct store_link *link,
                             const struct kith_body *body,
                             struct apply_entry *entry);
} handlers[] = {
    {KITH_KIND_LOG_OPENED, take_opened},
    {KITH_KIND_KEY_NOTICE, key_notice_take},
    {KITH_KIND_CARD_NOTICE, take_notice},
    {KITH_KIND_NDA_PROPOSAL, take_agreement},
    {KITH_KIND_NDA_SIGNATURE, take_agreement},
    {KITH_KIND_NDA_END, take_agreement},
    {KITH_KIND_PERSON, take_person},
    {KITH_KIND_VOID, take_void},
    {KITH_KIND_WITHDRAWAL, take_withdrawal},
    {KITH_KIND_VERDICT, take_verdict},
    {KITH_KIND_DESTRUCTION_REQUEST, destruction_take_request},
    {KITH_KIND_DESTRUCTION_CERTIFICATE, destruction_take_certificate},
    {KITH_KIND_READ, reads_take},
};

static bool class_fits(const struct kith_body *body, enum kith_family family)
{
    switch (family) {
    case KITH_FAMILY_BUSINESS:
        return body->entry_class == KITH_CLASS_PROJECT;
    case KITH_FAMILY_RELATION:
        return body->entry_class == KITH_CLASS_RELATION;
    case KITH_FAMILY_DUTY:
        return body->entry_class == KITH_CLASS_DUTY;
    case KITH_FAMILY_LOCAL:
        break;
    }
    return false;
}

/* What is not understood is of a project all the same, and is destroyed with
 * it. */
static enum kith_status note_project(struct act *act,
                                     const struct store_link *link,
                                     const struct kith_body *body,
                                     struct apply_entry *entry)
{
    struct store_head head;
    enum kith_status status;

    if (kith_id_is_none(&body->record.project))
        return KITH_OK;
    status =
        store_head_by_id(act->txn, link->number, &body->record.project, &head);
    if (status == KITH_OK && head.kind == KITH_KIND_PROJECT)
        entry->row->project = head.ref.record;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status apply_body(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry)
{
    const struct kith_kind_info *kind = kith_kind_info(body->record.kind);
    enum kith_status status = kith_record_check(&body->record, true, NULL);
    size_t i;

    /* Never a verdict about a verdict or a void (PROTOCOL.md 8.5). */
    entry->silent = body->record.kind == KITH_KIND_VERDICT ||
                    body->record.kind == KITH_KIND_VOID;
    /* what binds the log to both cards comes before all else in it */
    if (entry->index == 0 && body->record.kind != KITH_KIND_LOG_OPENED) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    if (status == KITH_NOT_UNDERSTOOD) {
        entry->row->verdict = STORE_NOT_UNDERSTOOD;
        return note_project(act, link, body, entry);
    }
    if (status == KITH_NOMEM)
        return status;
    if (status != KITH_OK) {
        apply_reject(entry, APPLY_FIELDS);
        return KITH_OK;
    }
    if (kind == NULL || !class_fits(body, kind->family)) {
        apply_reject(entry, APPLY_CLASS);
        return KITH_OK;
    }
    for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        if (handlers[i].kind == kind->kind)
            return handlers[i].take(act, link, body, entry);
    }
    return apply_item(act, link, body, entry);
}
