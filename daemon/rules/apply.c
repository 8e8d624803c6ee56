/* apply - one table from kind to handler; relation and duty kinds.
 *
 * Not here: business records (apply_item.c), agreements (agreement_take.c).
 */
#include "rules/apply.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/apply_item.h"
#include "rules/audit.h"
#include "rules/logkeys.h"
#include "rules/pending.h"
#include "rules/verdict.h"
#include "store/records.h"
#include "store/state.h"

/* Entry 0 and nothing else opens a log. */
static enum kith_status take_opened(struct act *act, struct store_link *link,
                                    const struct kith_body *body,
                                    struct apply_entry *entry)
{
    (void)act;
    if (entry->index != 0 ||
        kith_record_value(&body->record, KITH_LOG_OPENED_LOG_NUMBER, 0) !=
            link->in.number)
        apply_reject(entry, APPLY_PLACE);
    return KITH_OK;
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

    if (status != KITH_INVALID)
        return status;
    apply_reject(entry, APPLY_NDA);
    return audit_add(act, &(struct audit_line){.what = "nda_step_refused",
                                               .link = link->number,
                                               .text = code});
}

/* Marks entries that hold no body as void: they block receipts no more. */
static enum kith_status void_range(struct act *act,
                                   const struct store_link *link, uint64_t from,
                                   uint64_t count)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    uint64_t i;

    for (i = 0; i < count; i++) {
        struct store_entry row;
        enum kith_status status =
            store_entry_get(act->txn, &log, from + i, act->arena, &row);

        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK && row.verdict == STORE_PENDING) {
            row.verdict = STORE_VOID;
            status = store_entry_put(act->txn, &log, from + i, &row);
        }
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

static enum kith_status take_void(struct act *act, struct store_link *link,
                                  const struct kith_body *body,
                                  struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    const struct kith_field *from = kith_record_field(record, KITH_VOID_FROM);
    const struct kith_field *count = kith_record_field(record, KITH_VOID_COUNT);
    const struct kith_field *end = record->fields + record->n_fields;
    enum kith_status status = KITH_OK;

    entry->silent = true;
    for (; status == KITH_OK && from < end && from->number == KITH_VOID_FROM;
         from++, count++) {
        if (count >= end || count->number != KITH_VOID_COUNT ||
            from->value < 0 || count->value < 1 ||
            (uint64_t)from->value >= entry->index ||
            (uint64_t)count->value > entry->index - (uint64_t)from->value) {
            apply_reject(entry, APPLY_PLACE);
            return KITH_OK;
        }
        status = void_range(act, link, (uint64_t)from->value,
                            (uint64_t)count->value);
    }
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
        if (status == KITH_NOT_FOUND)
            continue; /* voided before it came: nothing to take back */
        if (status == KITH_OK)
            status = apply_withdraw(act, link, &head);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

/* The partner could not use an entry of ours; an operator reads it. */
static enum kith_status take_verdict(struct act *act, struct store_link *link,
                                     const struct kith_body *body,
                                     struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    const int64_t index = kith_record_value(record, KITH_VERDICT_INDEX, -1);
    char text[64 + 1] = "";
    struct kith_bytes code = kith_record_bytes(record, KITH_VERDICT_CODE);
    struct store_entry ours;
    enum kith_status status;

    entry->silent = true;
    if (index < 0 || (uint64_t)index >= link->out.tree.size) {
        apply_reject(entry, APPLY_PLACE);
        return KITH_OK;
    }
    status =
        store_entry_get(act->txn, &log, (uint64_t)index, act->arena, &ours);
    if (status == KITH_OK && ours.verdict == STORE_PROCESSED) {
        ours.verdict = (uint8_t)(kith_record_value(record, KITH_VERDICT_VERDICT,
                                                   KITH_VERDICT_REJECTED) +
                                 STORE_VOID);
        status = store_entry_put(act->txn, &log, (uint64_t)index, &ours);
    }
    memcpy(text, code.data != NULL ? (const char *)code.data : "",
           code.len < sizeof(text) ? code.len : sizeof(text) - 1);
    if (status != KITH_OK)
        return status;
    return audit_add(act, &(struct audit_line){.what = "verdict_received",
                                               .link = link->number,
                                               .text = text,
                                               .log_number = log.number,
                                               .index = (uint64_t)index,
                                               .count = 1});
}

static enum kith_status take_person(struct act *act, struct store_link *link,
                                    const struct kith_body *body,
                                    struct apply_entry *entry)
{
    return apply_item(act, link, body, entry);
}

static const struct {
    uint32_t kind;
    enum kith_status (*take)(struct act *act, struct store_link *link,
                             const struct kith_body *body,
                             struct apply_entry *entry);
} handlers[] = {
    {KITH_KIND_LOG_OPENED, take_opened},
    {KITH_KIND_KEY_NOTICE, take_notice},
    {KITH_KIND_CARD_NOTICE, take_notice},
    {KITH_KIND_NDA_PROPOSAL, take_agreement},
    {KITH_KIND_NDA_SIGNATURE, take_agreement},
    {KITH_KIND_NDA_END, take_agreement},
    {KITH_KIND_PERSON, take_person},
    {KITH_KIND_VOID, take_void},
    {KITH_KIND_WITHDRAWAL, take_withdrawal},
    {KITH_KIND_VERDICT, take_verdict},
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

enum kith_status apply_body(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry)
{
    const struct kith_kind_info *kind = kith_kind_info(body->record.kind);
    enum kith_status status = kith_record_check(&body->record, true, NULL);
    size_t i;

    if (status == KITH_NOT_UNDERSTOOD) {
        entry->row->verdict = STORE_NOT_UNDERSTOOD;
        return KITH_OK;
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
