/* apply_item - heads, names and notices of items.
 *
 * Not here: who may read them (access.c), opening their text (reopen.c).
 */
#include "rules/apply_item.h"

#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/audit.h"
#include "rules/logkeys.h"
#include "rules/names.h"
#include "rules/notice.h"
#include "rules/oral.h"
#include "rules/reopen.h"
#include "store/records.h"

enum {
    /* Later versions of an item above one that is void: those of one sending
     * at most. A partner that makes more of them is none of ours. */
    STEPS_MAX = 64
};

/* A project body must name an agreement that both have signed. That it is in
 * force today is the sender's gate; here expiry only stops reading. */
static enum kith_status check_agreement(struct act *act,
                                        const struct store_link *link,
                                        const struct kith_body *body,
                                        bool *ret_known)
{
    if (body->entry_class != KITH_CLASS_PROJECT) {
        *ret_known = true;
        return KITH_OK;
    }
    return agreement_is_signed(act, link->number, &body->agreement, ret_known);
}

/* Where a new item hangs: its parent by key, else its project. */
static enum kith_status find_place(struct act *act, uint32_t owner,
                                   const struct kith_record *record,
                                   struct store_head *head)
{
    struct store_head parent = {0}, project = {0};
    enum kith_status status = names_parent(act, owner, record, &parent);

    if (status != KITH_OK)
        return status;
    head->parent = parent.ref.record;
    if (parent.ref.record != 0) {
        head->ref.project = parent.kind == KITH_KIND_PROJECT
                                ? parent.ref.record
                                : parent.ref.project;
        return KITH_OK;
    }
    if (kith_id_is_none(&record->project) || record->kind == KITH_KIND_PROJECT)
        return KITH_OK;
    status = store_head_by_id(act->txn, owner, &record->project, &project);
    if (status == KITH_OK && project.kind == KITH_KIND_PROJECT)
        head->ref.project = project.ref.record;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status keep_name(struct act *act, uint32_t owner,
                                  const struct store_head *head,
                                  const struct kith_record *record)
{
    struct store_name name;
    enum kith_status status =
        names_key(act, owner, head->parent, record, &name);

    if (status == KITH_NOT_FOUND)
        return KITH_OK;
    if (status == KITH_OK)
        status = store_name_put(act->txn, &name, &head->ref);
    return status;
}

/* The name of a revision of HEAD: the owner may have changed it. A name that an
 * item took over meanwhile comes back only with REVIVED. */
static enum kith_status move_name(struct act *act,
                                  const struct store_head *head,
                                  const struct kith_record *record,
                                  bool revived)
{
    struct store_name name;
    struct store_ref ref;
    enum kith_status status =
        names_key(act, head->ref.owner, head->parent, record, &name);

    if (status == KITH_NOT_FOUND)
        return KITH_OK;
    if (status == KITH_OK)
        status = store_name_get(act->txn, &name, &ref);
    if (status == KITH_NOT_FOUND || (status == KITH_OK && revived))
        status = store_name_put(act->txn, &name, &head->ref);
    return status;
}

static void fill_head(struct store_head *head, const struct store_link *link,
                      const struct kith_record *record, uint64_t index)
{
    head->revision = record->revision;
    head->newest = index;
    head->log_number = link->in.number;
    head->changed_at = record->changed_at;
    head->label = (uint8_t)record->label;
    head->inactive = record->inactive;
}

/* First revision of a new item. KITH_CONFLICT: its id is known. */
static enum kith_status add_item(struct act *act, struct store_link *link,
                                 const struct kith_record *record,
                                 struct apply_entry *entry,
                                 struct store_head *head)
{
    enum kith_status status;

    *head = (struct store_head){
        .ref.owner = link->number, .id = record->id, .kind = record->kind};
    status = find_place(act, link->number, record, head);
    if (status == KITH_NOT_FOUND) {
        apply_reject(entry, APPLY_PARENT);
        return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    fill_head(head, link, record, entry->index);
    status = store_head_add(act->txn, head);
    if (status == KITH_OK)
        status = keep_name(act, link->number, head, record);
    return status;
}

static enum kith_status revise_item(struct act *act, struct store_link *link,
                                    const struct kith_record *record,
                                    struct apply_entry *entry,
                                    struct store_head *head)
{
    const bool revived = head->inactive && !record->inactive;
    /* in each log an item's revisions begin with 1 (next_log.h) */
    const bool same_log = head->log_number == link->in.number;
    const uint64_t next = same_log ? head->revision + 1 : 1;
    enum kith_status status;

    if (record->revision != next || record->kind != head->kind ||
        head->withdrawn) {
        apply_reject(entry, APPLY_REVISION);
        return KITH_OK;
    }
    entry->row->before = same_log ? head->newest + 1 : 0;
    fill_head(head, link, record, entry->index);
    status = store_head_put(act->txn, head);
    if (status == KITH_OK)
        status = move_name(act, head, record, revived);
    return status;
}

/* A first revision is mostly of a new item: the index on ids, which refuses an
 * id that is there, need not be searched before. */
static enum kith_status take_item(struct act *act, struct store_link *link,
                                  const struct kith_record *record,
                                  struct apply_entry *entry,
                                  struct store_head *head)
{
    enum kith_status status = KITH_CONFLICT;

    if (record->revision == 1)
        status = add_item(act, link, record, entry, head);
    if (status != KITH_CONFLICT)
        return status;
    status = store_head_by_id(act->txn, link->number, &record->id, head);
    if (status == KITH_NOT_FOUND) {
        apply_reject(entry, APPLY_REVISION);
        return KITH_OK;
    }
    if (status == KITH_OK)
        status = revise_item(act, link, record, entry, head);
    return status;
}

enum kith_status apply_item(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry)
{
    const struct kith_record *record = &body->record;
    struct store_head head;
    bool known;
    enum kith_status status = check_agreement(act, link, body, &known);

    if (status != KITH_OK)
        return status;
    if (!known) {
        apply_reject(entry, APPLY_AGREEMENT);
        return KITH_OK;
    }
    if (!oral_fits(act, record)) {
        apply_reject(entry, APPLY_FIELDS);
        return KITH_OK;
    }
    status = take_item(act, link, record, entry, &head);
    if (status != KITH_OK || entry->row->verdict != STORE_PROCESSED)
        return status;
    entry->row->slot = head.slot;
    entry->row->record = head.ref.record;
    entry->row->project = head.ref.project;
    if (record->kind == KITH_KIND_ANSWER)
        status = oral_answered(act, link, record);
    if (status != KITH_OK)
        return status;
    return notice_consider(act, link, &head, body, entry->row->before);
}

enum kith_status apply_withdraw(struct act *act, const struct store_link *link,
                                struct store_head *head)
{
    enum kith_status status;

    head->withdrawn = true;
    status = store_head_put(act->txn, head);
    if (status == KITH_OK)
        status =
            audit_add(act, &(struct audit_line){.what = "withdrawn_by_owner",
                                                .owner = head->ref.owner,
                                                .project = audit_project(head),
                                                .link = link->number,
                                                .item = &head->id});
    return status;
}

/* Is entry INDEX one of the versions that HEAD has gone through? */
static enum kith_status is_version(struct act *act,
                                   const struct store_link *link,
                                   const struct store_head *head,
                                   uint64_t index, bool *ret_is)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    uint64_t at = head->newest;
    enum kith_status status = KITH_OK;
    size_t i;

    for (i = 0; status == KITH_OK && at > index && i < STEPS_MAX; i++) {
        struct store_entry row;

        status = store_entry_get(act->txn, &log, at, act->arena, &row);
        kith_wipe(&row.ek, sizeof(row.ek));
        if (status != KITH_OK || row.before == 0)
            break;
        at = row.before - 1;
    }
    *ret_is = status == KITH_OK && at == index;
    return status;
}

/* HEAD as entry INDEX made it. */
static enum kith_status go_back(struct act *act, const struct store_link *link,
                                uint64_t index, struct store_head *head)
{
    struct reopened opened = {0};
    enum kith_status status = reopen_at(
        act, link, &(struct reopen_place){STORE_IN, index}, NULL, &opened);

    if (status == KITH_OK) {
        fill_head(head, link, &opened.body.record, index);
        status = store_head_put(act->txn, head);
    } else if (status == KITH_UNREADABLE) /* destroyed meanwhile */
        status = apply_withdraw(act, link, head);
    reopened_clear(&opened);
    return status;
}

/* The newest entry of a grant is void though it came: the grant stands as it was
 * told, so that nobody loses what he may read, until its owner, who takes that
 * revision as never told, tells it once more. */
static enum kith_status await_again(struct act *act,
                                    const struct store_link *link,
                                    uint64_t index, struct store_head *head)
{
    struct reopened opened = {0};
    enum kith_status status;

    if (head->withdrawn || head->log_number != link->in.number ||
        head->newest != index)
        return KITH_OK;
    status = reopen_at(act, link, &(struct reopen_place){STORE_IN, index}, NULL,
                       &opened);
    if (status == KITH_OK && opened.body.record.revision == head->revision) {
        head->revision--;
        status = store_head_put(act->txn, head);
    }
    reopened_clear(&opened);
    return status == KITH_UNREADABLE ? KITH_OK : status;
}

enum kith_status apply_item_void(struct act *act, const struct store_link *link,
                                 uint64_t index, struct store_entry *row)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    const struct store_ref ref = {link->number, row->project, row->record};
    struct store_head head;
    bool is = false;
    enum kith_status status = store_head_get(act->txn, &ref, &head);

    if (status != KITH_OK)
        return status;
    if (head.kind == KITH_KIND_GRANT)
        return await_again(act, link, index, &head);
    if (kith_kind_info(head.kind)->family != KITH_FAMILY_BUSINESS)
        return KITH_OK;
    row->verdict = STORE_VOID;
    status = store_entry_put(act->txn, &log, index, row);
    if (status == KITH_OK && !head.withdrawn &&
        head.log_number == link->in.number)
        status = is_version(act, link, &head, index, &is);
    if (status != KITH_OK || !is)
        return status;
    return row->before == 0 ? apply_withdraw(act, link, &head)
                            : go_back(act, link, row->before - 1, &head);
}
