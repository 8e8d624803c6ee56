/* ledger - makes a record or a revision of what a person posts.
 *
 * Not here: merging and rules of kinds (ledger_merge.c), who hears of it
 * (ledger_tell.c), entries (pump.c).
 */
#include "rules/ledger.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/known.h"
#include "rules/ledger_merge.h"
#include "rules/ledger_tell.h"
#include "rules/names.h"
#include "rules/resolve.h"
#include "rules/resolve_id.h"
#include "rules/revision.h"

/* The project and, for answers, the link whose item RECORD speaks of. */
static enum kith_status place_by_reference(struct act *act,
                                           const struct kith_record *record,
                                           struct store_head *head)
{
    const uint32_t number =
        record->kind == KITH_KIND_MESSAGE ? KITH_MESSAGE_ABOUT : KITH_ANSWER_TO;
    struct store_head about;
    struct kith_id id;
    enum kith_status status;

    if (record->kind != KITH_KIND_MESSAGE && record->kind != KITH_KIND_ANSWER)
        return KITH_OK;
    if (kith_record_octets(record, number, id.b, KITH_ID_LEN) != KITH_OK)
        return kith_fail(act->err, KITH_INVALID, "about_missing",
                         "name a project, generation, milestone or item",
                         "the %s does not say what it is about",
                         record->kind == KITH_KIND_MESSAGE ? "message"
                                                           : "answer");
    status = resolve_whole_id(act, &id, &about);
    if (status != KITH_OK)
        return status;
    if (about.ref.owner != STORE_OWN)
        head->log_number = about.ref.owner;
    else if (record->kind == KITH_KIND_ANSWER)
        return kith_fail(act->err, KITH_INVALID, "answer_to_own",
                         "kith post PROJECT -m TEXT",
                         "an answer goes to a partner's item; this record is "
                         "our own");
    else
        head->ref.project = about.kind == KITH_KIND_PROJECT ? about.ref.record
                                                            : about.ref.project;
    return KITH_OK;
}

/* Where a new record stands: parent by key, project, whom it answers. */
static enum kith_status place_new(struct act *act,
                                  const struct kith_record *record,
                                  const struct store_head *parent,
                                  struct store_head *ret_head)
{
    struct store_head head = {.ref.owner = STORE_OWN,
                              .kind = record->kind,
                              .parent = parent->ref.record};
    enum kith_status status = KITH_OK;

    if (parent->ref.record != 0)
        head.ref.project = parent->kind == KITH_KIND_PROJECT
                               ? parent->ref.record
                               : parent->ref.project;
    else
        status = place_by_reference(act, record, &head);
    if (status == KITH_OK)
        *ret_head = head;
    return status;
}

/* The record that RECORD means: by id, by natural key, or KITH_NOT_FOUND with
 * ret_head made for a new one. ret_name->key is empty for kinds without key. */
static enum kith_status find(struct act *act, const struct kith_record *record,
                             struct store_name *ret_name,
                             struct store_head *ret_head)
{
    struct store_head parent = {0};
    struct store_ref ref;
    enum kith_status status;

    *ret_name = (struct store_name){0};
    if (!kith_id_is_none(&record->id)) {
        status = store_head_by_id(act->txn, STORE_OWN, &record->id, ret_head);
        return status == KITH_OK && ret_head->kind != record->kind
                   ? KITH_NOT_FOUND
                   : status;
    }
    status = names_parent(act, STORE_OWN, record, &parent);
    if (status == KITH_NOT_FOUND)
        return kith_fail(act->err, KITH_INVALID, "parent_missing",
                         "kith project list",
                         "what this belongs to is not a record of ours");
    if (status == KITH_OK)
        status = names_key(act, STORE_OWN, parent.ref.record, record, ret_name);
    if (status == KITH_OK)
        status = store_name_get(act->txn, ret_name, &ref);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, ret_head);
    if (status == KITH_OK && !(ret_head->inactive && !record->inactive))
        return KITH_OK;
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    status = place_new(act, record, &parent, ret_head);
    return status == KITH_OK ? KITH_NOT_FOUND : status;
}

/* What RECORD hangs on must be what OLD hangs on: place, project and whom it
 * answers stand in the head and are decided once. */
static enum kith_status check_place(struct act *act,
                                    const struct kith_record *old,
                                    const struct kith_record *record)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    size_t i;

    for (i = 0; i < kind->n_fields; i++) {
        const struct kith_field_info *info = &kind->fields[i];

        if (info->type == KITH_FIELD_REF &&
            (info->flags & (KITH_F_KEY | KITH_F_HEAD)) != 0 &&
            !kith_bytes_equal(kith_record_bytes(old, info->number),
                              kith_record_bytes(record, info->number)))
            return kith_fail(act->err, KITH_INVALID, "place_fixed",
                             "make the old one inactive and post a new one",
                             "%s: %s cannot be changed", kind->name,
                             info->name);
    }
    return KITH_OK;
}

/* A record found by its id may get another name: its look-up moves along. */
static enum kith_status move_name(struct act *act,
                                  const struct kith_record *old,
                                  const struct kith_record *record,
                                  const struct store_head *head)
{
    struct store_name former, name;
    struct store_head other;
    struct store_ref ref;
    enum kith_status status =
        names_key(act, STORE_OWN, head->parent, old, &former);

    if (status == KITH_OK)
        status = names_key(act, STORE_OWN, head->parent, record, &name);
    if (status != KITH_OK || kith_bytes_equal(former.key, name.key))
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    status = store_name_get(act->txn, &name, &ref);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &ref, &other);
    if (status == KITH_OK && !other.inactive)
        return kith_fail(act->err, KITH_CONFLICT, "name_taken",
                         "kith project list",
                         "another record has that name already");
    if (status == KITH_OK || status == KITH_NOT_FOUND)
        status = store_name_get(act->txn, &former, &ref);
    if (status == KITH_OK && ref.record == head->ref.record)
        status = store_name_drop(act->txn, &former);
    if (status == KITH_OK || status == KITH_NOT_FOUND)
        status = store_name_put(act->txn, &name, &head->ref);
    return status;
}

/* Puts the revision: head, name, text. */
static enum kith_status write_revision(struct act *act,
                                       const struct store_name *name,
                                       struct kith_record *record,
                                       struct store_head *head)
{
    const bool is_new = head->revision == 0;
    struct kith_buf buf = {0};
    enum kith_status status = KITH_OK;

    head->revision++;
    head->changed_at = act->now;
    head->label = (uint8_t)record->label;
    head->inactive = record->inactive;
    if (is_new)
        status = store_head_draw(act->txn, head);
    else
        known_forget(act);
    record->id = head->id;
    record->revision = head->revision;
    record->changed_at = head->changed_at;
    if (status == KITH_OK && is_new && name->key.len != 0)
        status = store_name_put(act->txn, name, &head->ref);
    if (status == KITH_OK)
        status = kith_record_encode(record, &buf);
    if (status == KITH_OK)
        status = store_revision_add(act->txn, head, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return status;
}

static enum kith_status post(struct act *act, const struct kith_record *given,
                             uint32_t must_reach, struct ledger_posted *posted)
{
    struct kith_record record, former, *old = NULL;
    struct store_name name;
    enum kith_status status = find(act, given, &name, &posted->head);

    posted->change = status == KITH_NOT_FOUND ? LEDGER_NEW : LEDGER_REVISED;
    if (status == KITH_OK) {
        status = revision_read(act, &posted->head, 0, &former);
        old = &former;
    } else if (status == KITH_NOT_FOUND && !kith_id_is_none(&given->id)) {
        return kith_fail(act->err, KITH_NOT_FOUND, "record_unknown", "",
                         "no record of ours has that id");
    } else if (status == KITH_NOT_FOUND) {
        status = KITH_OK;
    }
    if (status == KITH_OK)
        status = ledger_merge(act, given, old, &posted->head, &record);
    if (status != KITH_OK)
        return status;
    if (old != NULL && ledger_merge_same(old, &record)) {
        posted->change = LEDGER_UNCHANGED;
        return ledger_reach(act, &posted->head, &record, must_reach);
    }
    if (old != NULL)
        status = check_place(act, old, &record);
    if (status == KITH_OK)
        status = ledger_reach(act, &posted->head, &record, must_reach);
    if (status == KITH_OK && old != NULL)
        status = move_name(act, old, &record, &posted->head);
    if (status == KITH_OK)
        status = write_revision(act, &name, &record, &posted->head);
    if (status == KITH_OK)
        status = ledger_tell(act, old, &record, posted);
    return status;
}

enum kith_status ledger_post(struct act *act, const struct kith_record *record,
                             uint32_t must_reach,
                             struct ledger_posted *ret_posted)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    struct ledger_posted posted = {.change = LEDGER_NEW};
    struct kith_record resolved;
    enum kith_status status;

    if (kind == NULL || kind->family != KITH_FAMILY_BUSINESS ||
        record->kind == KITH_KIND_GRANT)
        return kith_fail(act->err, KITH_INVALID, "kind", "kith help post",
                         "records of this kind are not posted");
    if (act->company->limits.store_full)
        return kith_fail(act->err, KITH_LIMIT, "store_full",
                         "raise store_map in kith.conf and restart kithd",
                         "the store is as large as it may become");
    status = resolve_fields(act, record, &resolved);
    if (status == KITH_OK)
        status = post(act, &resolved, must_reach, &posted);
    if (status == KITH_OK)
        *ret_posted = posted;
    return status;
}

/* RECORD over FORMER (NULL: none), field by field. */
static enum kith_status lay_over(struct act *act,
                                 const struct kith_record *former,
                                 const struct kith_record *record,
                                 struct kith_record *ret_record)
{
    struct kith_field *fields;
    size_t i, count = 0;

    *ret_record = *record;
    if (former == NULL)
        return KITH_OK;
    fields =
        kith_arena_alloc(act->arena, (former->n_fields + record->n_fields + 1) *
                                         sizeof(*fields));
    if (fields == NULL)
        return KITH_NOMEM;
    for (i = 0; i < former->n_fields; i++)
        if (kith_record_field(record, former->fields[i].number) == NULL)
            fields[count++] = former->fields[i];
    for (i = 0; i < record->n_fields; i++)
        fields[count++] = record->fields[i];
    for (i = 1; i < count; i++) { /* lists stay adjacent, in their order */
        const struct kith_field field = fields[i];
        size_t at = i;

        for (; at > 0 && fields[at - 1].number > field.number; at--)
            fields[at] = fields[at - 1];
        fields[at] = field;
    }
    ret_record->fields = fields;
    ret_record->n_fields = count;
    return count <= KITH_FIELDS_MAX ? KITH_OK : KITH_LIMIT;
}

/* Where a record stands that is made anew. What an answer or a message of ours
 * speaks of may be an item that has not come again yet. */
static enum kith_status place_back(struct act *act,
                                   const struct ledger_return *back,
                                   struct store_head *ret_head)
{
    const uint32_t kind = back->record->kind;
    struct store_head parent = {0};
    enum kith_status status =
        names_parent(act, STORE_OWN, back->record, &parent);

    if (status == KITH_OK)
        status = place_new(act, back->record, &parent, ret_head);
    if ((status != KITH_NOT_FOUND && status != KITH_INVALID) ||
        (kind != KITH_KIND_ANSWER && kind != KITH_KIND_MESSAGE))
        return status;
    *ret_head = (struct store_head){
        .ref.owner = STORE_OWN, .kind = kind, .log_number = back->link};
    return KITH_OK;
}

/* Gives HEAD's record its natural key, unless another one has it meanwhile. */
static enum kith_status name_back(struct act *act,
                                  const struct kith_record *record,
                                  const struct store_head *head)
{
    struct store_name name;
    struct store_ref ref;
    enum kith_status status =
        names_key(act, STORE_OWN, head->parent, record, &name);

    if (status == KITH_OK)
        status = store_name_get(act->txn, &name, &ref);
    else
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    return status == KITH_NOT_FOUND
               ? store_name_put(act->txn, &name, &head->ref)
               : status;
}

enum kith_status ledger_take_back(struct act *act,
                                  const struct ledger_return *back,
                                  struct store_head *ret_head, bool *ret_made)
{
    struct kith_record record, former, *old = NULL;
    struct store_head head;
    struct kith_buf buf = {0};
    enum kith_status status =
        store_head_by_id(act->txn, STORE_OWN, &back->id, &head);

    *ret_made = false;
    if (status == KITH_OK && head.revision >= back->revision) {
        *ret_head = head;
        return KITH_OK;
    }
    if (status == KITH_OK) {
        status = revision_read(act, &head, 0, &former);
        old = &former;
    } else if (status == KITH_NOT_FOUND) {
        status = place_back(act, back, &head);
        head.id = back->id;
    }
    if (status == KITH_OK)
        status = lay_over(act, old, back->record, &record);
    if (status != KITH_OK)
        return status == KITH_UNREADABLE ? KITH_NOT_FOUND : status;
    known_forget(act);
    head.revision = back->revision;
    head.changed_at = back->record->changed_at;
    head.label = (uint8_t)record.label;
    head.inactive = record.inactive;
    record.id = head.id;
    record.revision = head.revision;
    status = kith_record_encode(&record, &buf);
    if (status == KITH_OK && old == NULL)
        status = store_head_draw(act->txn, &head);
    if (status == KITH_OK)
        status = store_revision_add(act->txn, &head, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    if (status == KITH_OK)
        status = name_back(act, &record, &head);
    if (status == KITH_OK) {
        *ret_head = head;
        *ret_made = true;
    }
    return status;
}

enum kith_status ledger_note(struct act *act, uint64_t count, uint64_t project,
                             const struct kith_id *item)
{
    return audit_add(act, &(struct audit_line){.what = "posted",
                                               .item = item,
                                               .project = project,
                                               .count = count});
}
