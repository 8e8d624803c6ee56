/* recover_entry - see the header. Not here: whether it is ours (recover.c). */
#include "rules/recover_entry.h"

#include <stdio.h>
#include <string.h>

#include "kith/body.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/grant.h"
#include "rules/ledger.h"
#include "rules/person.h"
#include "store/records.h"

/* Our id for one that the partner knows: of what we told it, or its own. */
static enum kith_status id_back(struct act *act, const struct store_link *link,
                                const struct kith_id *theirs,
                                struct kith_id *ret_ours)
{
    struct store_told told;
    struct store_head head;
    enum kith_status status =
        store_told_by_item(act->txn, link->number, theirs, &told);

    if (status == KITH_NOT_FOUND) {
        *ret_ours = *theirs; /* an item of the partner */
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = store_head_get(act->txn, &told.ref, &head);
    if (status == KITH_OK)
        *ret_ours = head.id;
    return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
}

static enum kith_status field_back(struct act *act,
                                   const struct store_link *link,
                                   struct kith_field *field)
{
    struct kith_id ours, theirs;
    enum kith_status status;

    if (field->bytes.len != KITH_ID_LEN)
        return KITH_OK;
    memcpy(theirs.b, field->bytes.data, KITH_ID_LEN);
    status = id_back(act, link, &theirs, &ours);
    if (status != KITH_OK)
        return status;
    field->bytes =
        kith_arena_copy(act->arena, (struct kith_bytes){ours.b, KITH_ID_LEN});
    return field->bytes.data == NULL ? KITH_NOMEM : KITH_OK;
}

/* The record as told, with our ids and its source: who brought it back. */
static enum kith_status translate(struct act *act,
                                  const struct recovered *entry,
                                  struct kith_record *ret_record)
{
    const struct kith_record *told = &entry->body->record;
    const struct kith_kind_info *kind = kith_kind_info(told->kind);
    struct kith_record ours = *told;
    struct kith_record_builder builder;
    struct kith_field *fields;
    char place[64];
    enum kith_status status = KITH_OK;

    (void)snprintf(place, sizeof(place), "log %u, entry %llu",
                   entry->log_number, (unsigned long long)entry->place.index);
    kith_build_from(&builder, act->arena, told, 0);
    kith_build_text(&builder, KITH_SOURCE_FORMAT, kith_bytes_of("recovered"));
    kith_build_text(&builder, KITH_SOURCE_REF,
                    kith_bytes_of(entry->link->alias));
    kith_build_number(&builder, KITH_SOURCE_AT, act->now);
    kith_build_text(&builder, KITH_SOURCE_PLACE, kith_bytes_of(place));
    status = kith_build_finish(&builder, &ours);
    if (status != KITH_OK)
        return status;
    fields = kith_arena_alloc(act->arena, ours.n_fields * sizeof(*fields));
    if (fields == NULL)
        return KITH_NOMEM;
    memcpy(fields, ours.fields, ours.n_fields * sizeof(*fields));
    for (size_t i = 0; status == KITH_OK && i < ours.n_fields; i++) {
        const struct kith_field_info *info =
            kith_field_info(kind, fields[i].number);

        if (info != NULL && info->type == KITH_FIELD_REF)
            status = field_back(act, entry->link, &fields[i]);
    }
    ours.fields = fields;
    if (status == KITH_OK && !kith_id_is_none(&told->project))
        status = id_back(act, entry->link, &told->project, &ours.project);
    *ret_record = ours;
    return status;
}

/* That the partner was told it: the newest telling counts. */
static enum kith_status remember(struct act *act, const struct recovered *entry,
                                 const struct store_head *head,
                                 uint64_t revision, struct store_entry *row)
{
    const struct kith_record *record = &entry->body->record;
    const uint32_t link = entry->link->number;
    struct store_told told = {.ref = head->ref};
    enum kith_status status = store_told_get(act->txn, link, &head->ref, &told);

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (status == KITH_OK && kith_id_equal(&told.item, &record->id) &&
        told.log_number == entry->log_number)
        row->before = told.index + 1;
    else if (status == KITH_OK && !kith_id_equal(&told.item, &record->id))
        told = (struct store_told){.ref = head->ref}; /* a new item of it */
    told.ref = head->ref;
    told.item = record->id;
    told.item_revision = record->revision;
    told.revision = revision;
    memset(told.view, 0, sizeof(told.view)); /* looks like none: told anew */
    told.log_number = entry->log_number;
    told.index = entry->place.index;
    told.withdrawn = false;
    status = store_told_put(act->txn, link, &told);
    if (status != KITH_OK)
        return status;
    row->slot = told.slot;
    row->record = head->ref.record;
    row->project = head->ref.project;
    return KITH_OK;
}

/* Does STATUS say that something of ours failed, and not that the record has no
 * place here? */
static bool is_ours(enum kith_status status)
{
    return status == KITH_OK || status == KITH_NOMEM || status == KITH_IO ||
           status == KITH_FULL || status == KITH_DAMAGED;
}

static enum kith_status take_record(struct act *act,
                                    const struct recovered *entry,
                                    struct store_entry *row,
                                    struct recovery *recovery)
{
    struct kith_owner_ref own;
    struct kith_record record;
    struct store_head head;
    struct ledger_return back = {.record = &record};
    bool made = false;
    enum kith_status status = kith_owner_ref_open(
        act->company->recovery_key, &entry->place, entry->body->recovery, &own);

    if (status != KITH_OK) {
        recovery->unplaced++;
        return status == KITH_NOMEM ? status : KITH_OK;
    }
    status = translate(act, entry, &record);
    back.id = own.id;
    back.revision = own.revision;
    back.link = entry->link->number;
    if (status == KITH_OK)
        status = ledger_take_back(act, &back, &head, &made);
    recovery->revisions += made;
    if (status == KITH_OK)
        status = remember(act, entry, &head, own.revision, row);
    if (is_ours(status))
        return status;
    recovery->unplaced++;
    return KITH_OK;
}

/* The grant under which an item was told that was withdrawn later: what the
 * backup knows of it is out of date. */
static enum kith_status end_grant(struct act *act,
                                  const struct store_told *told)
{
    struct disclosure_counts counts;
    enum kith_status status;

    if (told->grant == 0)
        return KITH_OK;
    status = grant_end(act, told->grant, &counts);
    return status == KITH_CONFLICT || status == KITH_NOT_FOUND ? KITH_OK
                                                               : status;
}

static enum kith_status take_withdrawal(struct act *act,
                                        const struct recovered *entry)
{
    const struct kith_record *record = &entry->body->record;
    const uint32_t link = entry->link->number;
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        struct store_told told;
        struct kith_id item;

        if (field->number != KITH_WITHDRAWAL_ITEM ||
            field->bytes.len != KITH_ID_LEN)
            continue;
        memcpy(item.b, field->bytes.data, KITH_ID_LEN);
        status = store_told_by_item(act->txn, link, &item, &told);
        if (status == KITH_OK && !told.withdrawn) {
            told.withdrawn = true;
            status = store_told_put(act->txn, link, &told);
            if (status == KITH_OK)
                status = end_grant(act, &told);
        }
        if (!is_ours(status))
            status = KITH_OK;
    }
    return status;
}

enum kith_status recover_entry(struct act *act, const struct recovered *entry,
                               struct store_entry *row,
                               struct recovery *recovery)
{
    const struct kith_body *body = entry->body;
    const uint32_t kind = body->record.kind;

    if (body->entry_class == KITH_CLASS_DUTY && kind == KITH_KIND_WITHDRAWAL)
        return take_withdrawal(act, entry);
    if (body->entry_class == KITH_CLASS_RELATION && kind == KITH_KIND_PERSON) {
        const enum kith_status status =
            person_take_back(act, entry->link, &body->record);

        return is_ours(status) ? status : KITH_OK;
    }
    /* a grant is a decision of its day: a person decides again */
    if (body->entry_class == KITH_CLASS_PROJECT && kind != KITH_KIND_GRANT &&
        kith_kind_info(kind) != NULL)
        return take_record(act, entry, row, recovery);
    return KITH_OK;
}
