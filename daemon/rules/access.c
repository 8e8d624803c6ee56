/* access - see the header.
 *
 * Not here: what leaves this company (gate.c).
 */
#include "rules/access.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "kith/session.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/announced.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/reads.h"
#include "rules/reopen.h"
#include "rules/revision.h"
#include "store/logs.h"
#include "store/state.h"

/* Is PERSON, as announced on the link, among those whom GRANT names? */
static bool is_named(const struct kith_record *grant,
                     const struct kith_id *person)
{
    const struct kith_bytes wanted = {person->b, KITH_ID_LEN};
    size_t i;

    for (i = 0; i < grant->n_fields; i++) {
        if (grant->fields[i].number == KITH_GRANT_PERSONS &&
            kith_bytes_equal(grant->fields[i].bytes, wanted))
            return true;
    }
    return false;
}

/* GRANT NULL: told without one, for all whom we have bound to the project. */
static enum kith_status is_in_audience(struct act *act,
                                       const struct store_head *head,
                                       const struct kith_record *record,
                                       const struct kith_record *grant,
                                       bool *ret_in)
{
    const bool bound =
        grant == NULL || kith_record_value(grant, KITH_GRANT_BOUND, 0) != 0;
    const struct kith_id *project =
        head->kind == KITH_KIND_PROJECT ? &head->id : &record->project;
    const struct cached_person *person;
    const struct rules_cache *cache;
    struct announced announced;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    *ret_in = false;
    if (status != KITH_OK)
        return status;
    person = cache_person(cache, act->person);
    if (person == NULL ||
        !announced_accepted(&person->record, head->ref.owner) ||
        kith_record_field(&person->record, KITH_PERSON_STATE_LEFT) != NULL)
        return KITH_OK;
    for (i = 0; announced_at(&person->record, i, &announced); i++) {
        if (announced.link != head->ref.owner)
            continue;
        if (grant != NULL && is_named(grant, &announced.person))
            *ret_in = true;
        if (bound &&
            (kith_id_is_none(&announced.project) || kith_id_is_none(project) ||
             kith_id_equal(&announced.project, project)))
            *ret_in = true;
    }
    return KITH_OK;
}

/* Opens entry INDEX of the partner's log that HEAD stands in into the arena. */
static enum kith_status open_entry(struct act *act,
                                   const struct store_head *head,
                                   uint64_t index, struct kith_body *ret_body,
                                   struct store_entry *ret_entry)
{
    const struct reopen_place place = {STORE_IN, index};
    struct reopened opened = {0};
    struct store_link link;
    struct kith_bytes kept;
    enum kith_status status = store_link_get(act->txn, head->ref.owner, &link);

    link.in.number = head->log_number; /* it may be one that was closed */
    if (status == KITH_OK)
        status = reopen_at(act, &link, &place, ret_entry, &opened);
    if (status == KITH_OK) {
        /* The body borrows from the clear text, which is wiped here: decode
         * it again from a copy that lives as long as the arena. */
        struct kith_buf again = {0};

        status = kith_body_encode(&opened.body, &again);
        kept = kith_arena_copy(act->arena, kith_buf_bytes(&again));
        kith_plain_clear(&again);
        if (status == KITH_OK && kept.data == NULL)
            status = KITH_NOMEM;
        if (status == KITH_OK)
            status = kith_body_decode(act->arena, kept, ret_body);
    }
    reopened_clear(&opened);
    return status;
}

/* The grant GRANT, as we were told it. KITH_NOT_FOUND: withdrawn, over, or no
 * grant at all. */
static enum kith_status open_grant(struct act *act, uint32_t link,
                                   const struct kith_id *grant,
                                   struct kith_body *ret_body)
{
    struct store_entry entry;
    struct store_head head;
    enum kith_status status = store_head_by_id(act->txn, link, grant, &head);

    if (status == KITH_OK && (head.withdrawn || head.kind != KITH_KIND_GRANT))
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = open_entry(act, &head, head.newest, ret_body, &entry);
    if (status != KITH_OK)
        return status;
    if (kith_record_day(&ret_body->record, KITH_GRANT_UNTIL, INT32_MAX) <
        act_today(act))
        return KITH_NOT_FOUND;
    return KITH_OK;
}

/* Does RECORD answer one of ours? Then whoever may read what it answers may
 * read the answer: of this company, everybody. */
static bool answers_ours(struct act *act, uint32_t link,
                         const struct kith_record *record)
{
    struct store_told told;
    struct kith_id to;

    return record->kind == KITH_KIND_ANSWER &&
           kith_record_octets(record, KITH_ANSWER_TO, to.b, KITH_ID_LEN) ==
               KITH_OK &&
           store_told_by_item(act->txn, link, &to, &told) == KITH_OK;
}

enum kith_status access_ask(struct act *act, const struct store_head *head,
                            const struct kith_body *body)
{
    struct kith_body grant;
    struct kith_hash digest;
    enum gate_reason reason;
    enum kith_status status;
    bool in, is_grant;

    if (act->person == 0 || body->entry_class != KITH_CLASS_PROJECT)
        return KITH_OK;
    status = agreement_in_force(act, head->ref.owner, &reason, &digest);
    if (status == KITH_OK && reason != GATE_OPEN)
        status = KITH_NOT_FOUND;
    is_grant = !kith_id_is_none(&body->grant);
    if (status == KITH_OK && !is_grant &&
        answers_ours(act, head->ref.owner, &body->record))
        return KITH_OK;
    if (status == KITH_OK && kith_id_equal(&body->grant, &body->record.id))
        grant = *body; /* a grant is read under itself */
    else if (status == KITH_OK && is_grant)
        status = open_grant(act, head->ref.owner, &body->grant, &grant);
    if (status == KITH_OK)
        status = is_in_audience(act, head, &body->record,
                                is_grant ? &grant.record : NULL, &in);
    if (status == KITH_OK && !in)
        status = KITH_NOT_FOUND;
    return status;
}

/* Whom the owner named is not known any more when the text is gone: to a person
 * it is as if it had never been. */
static enum kith_status for_person(const struct act *act,
                                   enum kith_status status)
{
    return act->person != 0 && status == KITH_UNREADABLE ? KITH_NOT_FOUND
                                                         : status;
}

/* One side was restored: what the partner has withdrawn since is not known here
 * before its next log has come. */
static bool is_behind(const struct store_link *link)
{
    return link->stall == KITH_REFUSE_RESTORED ||
           (link->in.number != 0 && link->in.tree.size == 0);
}

static enum kith_status read_item(struct act *act,
                                  const struct store_head *head, uint64_t index,
                                  struct kith_record *ret_record,
                                  uint64_t *ret_before)
{
    struct store_entry entry;
    struct kith_body body;
    struct store_link link;
    enum kith_status status;

    if (head->withdrawn)
        return KITH_NOT_FOUND;
    status = open_entry(act, head, index, &body, &entry);
    if (status == KITH_OK && entry.record != head->ref.record)
        status = KITH_NOT_FOUND; /* an entry of another item */
    if (status == KITH_OK)
        status = access_ask(act, head, &body);
    if (status == KITH_OK)
        status = store_link_get(act->txn, head->ref.owner, &link);
    if (status == KITH_OK && act->person != 0 &&
        body.entry_class == KITH_CLASS_PROJECT && is_behind(&link))
        status = KITH_NOT_FOUND;
    if (status != KITH_OK)
        return for_person(act, status);
    body.record.owner = link.company;
    *ret_record = body.record;
    *ret_before = entry.before;
    return KITH_OK;
}

enum kith_status access_history(struct act *act, const struct store_head *head,
                                uint64_t row, struct kith_record *ret_record,
                                uint64_t *ret_before)
{
    enum kith_status status;

    if (head->ref.owner != STORE_OWN)
        return read_item(act, head, row != 0 ? row - 1 : head->newest,
                         ret_record, ret_before);
    status = revision_read(act, head, row, ret_record);
    if (status != KITH_OK)
        return status;
    return store_revision_before(act->txn, head, row != 0 ? row : head->newest,
                                 ret_before);
}

enum kith_status access_read(struct act *act, const struct store_head *head,
                             struct kith_record *ret_record)
{
    uint64_t before;

    return access_history(act, head, 0, ret_record, &before);
}

enum kith_status access_may(struct act *act, const struct store_head *head)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct kith_record record;
    enum kith_status status = KITH_OK;

    if (act->person != 0 && head->ref.owner != STORE_OWN)
        status = access_read(act, head, &record);
    kith_arena_rewind(act->arena, mark);
    return status;
}

/* The owner is told of it where the agreement says so. */
static enum kith_status tell_read(struct act *act,
                                  const struct store_head *head,
                                  uint64_t revision)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct store_entry entry;
    struct kith_body body;
    enum kith_status status;

    if (act->person == 0 || head->ref.owner == STORE_OWN)
        return KITH_OK;
    status = open_entry(act, head, head->newest, &body, &entry);
    if (status == KITH_OK && body.entry_class == KITH_CLASS_PROJECT)
        status = reads_tell(act, head, revision, &body.agreement);
    kith_arena_rewind(act->arena, mark);
    return status;
}

enum kith_status access_note_read(struct act *act,
                                  const struct store_head *head,
                                  uint64_t revision)
{
    uint64_t known;
    enum kith_status status =
        store_read_get(act->txn, act->person, &head->ref, &known);

    if (status == KITH_NOT_FOUND)
        known = 0;
    else if (status != KITH_OK)
        return status;
    if (known >= revision)
        return KITH_OK;
    status =
        store_read_put(act->txn, act->person, &head->ref, revision, act->now);
    if (status == KITH_OK)
        status =
            audit_add(act, &(struct audit_line){.what = "read",
                                                .rule = AUDIT_BY_ACCESS,
                                                .owner = head->ref.owner,
                                                .project = audit_project(head),
                                                .link = head->ref.owner,
                                                .item = &head->id,
                                                .count = revision});
    return status == KITH_OK ? tell_read(act, head, revision) : status;
}
