/* verb_who - who sees what of a project, and why.
 *
 * The answer comes from the same gate that lets entries leave (inv. 1), asked
 * now; a person who would see nothing today stands there with the reason.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/grant_row.h"
#include "core/walk.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/cache.h"
#include "rules/disclosure.h"
#include "rules/reason.h"
#include "rules/resolve.h"
#include "store/logs.h"

/* One grant whose persons are shown. */
struct view {
    struct call *call;
    const struct store_link *link;
    const struct kith_record *grant;
    uint64_t project;        /* its record number */
    enum gate_reason reason; /* of the project record, through this link */
    size_t shown;
};

static void put_until(struct call *call, const struct kith_record *grant)
{
    const struct kith_field *until =
        kith_record_field(grant, KITH_GRANT_STATE_UNTIL);

    if (until != NULL)
        kith_build_when(&call->builder, KITH_WHO_ROW_UNTIL, &until->when);
}

static enum kith_status add_row(struct view *view,
                                const struct grant_person *person)
{
    struct call *call = view->call;
    struct kith_record_builder *row = &call->builder;
    const struct kith_record *grant = view->grant;
    bool sees = view->reason == GATE_OPEN;

    call_row_start(call);
    call_put_text(call, KITH_WHO_ROW_PARTNER, view->link->alias);
    if (person->name.len > 0)
        kith_build_text(row, KITH_WHO_ROW_PERSON, person->name);
    if (person->role.len > 0)
        kith_build_text(row, KITH_WHO_ROW_ROLE, person->role);
    grant_row_put_kinds(call, KITH_WHO_ROW_KINDS, grant);
    for (size_t i = 0; i < grant->n_fields; i++) {
        if (grant->fields[i].number == KITH_GRANT_STATE_HIDDEN)
            kith_build_text(row, KITH_WHO_ROW_HIDDEN, grant->fields[i].bytes);
    }
    kith_build_text(row, KITH_WHO_ROW_PURPOSE,
                    kith_record_bytes(grant, KITH_GRANT_STATE_PURPOSE));
    put_until(call, grant);
    kith_build_number(row, KITH_WHO_ROW_SEES, sees);
    call_put_text(call, KITH_WHO_ROW_WHY,
                  sees ? "agreement and grant are in force"
                       : gate_sentence(view->reason));
    call_row_end(call);
    view->shown++;
    return call->status;
}

/* Bound to any project, or to this one, which the partner names by the id that
 * it has on the link. */
static bool is_bound(const struct view *view, const struct kith_record *person)
{
    struct store_told told;
    struct kith_id item;

    if (kith_record_field(person, KITH_PERSON_PROJECT) == NULL)
        return true;
    return kith_record_octets(person, KITH_PERSON_PROJECT, item.b,
                              KITH_ID_LEN) == KITH_OK &&
           store_told_by_item(view->call->act.txn, view->link->number, &item,
                              &told) == KITH_OK &&
           told.ref.record == view->project;
}

/* A person item of the partner, when the grant says «bound». */
static enum kith_status visit_bound(void *context,
                                    const struct store_head *head)
{
    struct view *view = context;
    struct grant_person person;
    struct kith_record record;
    enum kith_status status;

    if (head->kind != KITH_KIND_PERSON || head->withdrawn)
        return KITH_OK;
    status = access_read(&view->call->act, head, &record);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status != KITH_OK ||
        kith_record_value(&record, KITH_PERSON_LEFT, 0) != 0)
        return status;
    if (!is_bound(view, &record))
        return KITH_OK;
    person.name = kith_record_bytes(&record, KITH_PERSON_NAME);
    person.role = kith_record_bytes(&record, KITH_PERSON_ROLE);
    return add_row(view, &person);
}

static enum kith_status show_named(struct view *view)
{
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < view->grant->n_fields; i++) {
        const struct kith_field *field = &view->grant->fields[i];
        struct grant_person person;
        struct kith_id id;

        if (field->number != KITH_GRANT_STATE_PERSONS ||
            field->bytes.len != KITH_ID_LEN)
            continue;
        memcpy(id.b, field->bytes.data, KITH_ID_LEN);
        status = grant_row_person(view->call, view->link->number, &id, &person);
        if (status == KITH_OK)
            status = add_row(view, &person);
    }
    return status;
}

static enum kith_status show_grant(struct call *call,
                                   const struct store_head *project,
                                   const struct cached_grant *grant)
{
    struct grant_person nobody;
    struct disclosure disclosure;
    struct store_link link;
    struct view view = {call,      &link, &grant->record, project->ref.record,
                        GATE_OPEN, 0};
    struct walk walk = {grant->link, 0, visit_bound, &view};
    enum kith_status status = store_link_get(call->act.txn, grant->link, &link);

    memset(&nobody, 0, sizeof(nobody));
    memset(&disclosure, 0, sizeof(disclosure));
    if (status == KITH_OK)
        status = disclosure_of(&call->act, &link, project, 0, &disclosure);
    if (status != KITH_OK)
        return status;
    view.reason = disclosure.pass.reason;
    status = show_named(&view);
    if (status == KITH_OK &&
        kith_record_value(&grant->record, KITH_GRANT_STATE_BOUND, 0) != 0)
        status = walk_heads(call->act.txn, &walk);
    /* the grant stands even while nobody is announced */
    if (status == KITH_OK && view.shown == 0)
        status = add_row(&view, &nobody);
    return status;
}

enum kith_status verb_who(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    const struct cached_grant *grants = NULL;
    struct store_head project;
    struct kith_bytes path;
    size_t n = 0;
    enum kith_status status;

    (void)daemon;
    if (argument == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith project list",
                         "name the project");
    path = kith_record_bytes(argument, KITH_RECORD_ARGS_PROJECT);
    if (path.len == 0)
        path = kith_record_bytes(argument, KITH_RECORD_ARGS_PATH);
    status = resolve_record(&call->act, path, KITH_KIND_PROJECT, &project);
    if (status == KITH_OK && project.ref.owner != STORE_OWN)
        return call_fail(call, KITH_DENIED, "not_ours", "kith project list",
                         "only the owner of a project knows who sees it");
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    if (status == KITH_OK)
        n = cache_project_grants(cache, project.ref.record, &grants);
    for (size_t i = 0; status == KITH_OK && i < n; i++) {
        if (!grants[i].ended)
            status = show_grant(call, &project, &grants[i]);
    }
    return status;
}
