/* grant_row - a grant's state as people read it.
 */
#include "core/grant_row.h"

#include <string.h>

#include "core/call.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/resolve.h"
#include "store/logs.h"
#include "store/state.h"

enum kith_status grant_row_person(struct call *call, uint32_t link,
                                  const struct kith_id *id,
                                  struct grant_person *ret_person)
{
    struct store_head head;
    struct kith_record record;
    enum kith_status status = store_head_by_id(call->act.txn, link, id, &head);

    memset(ret_person, 0, sizeof(*ret_person));
    if (status == KITH_OK && head.kind == KITH_KIND_PERSON)
        status = access_read(&call->act, &head, &record);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status == KITH_OK && head.kind == KITH_KIND_PERSON) {
        ret_person->name = kith_record_bytes(&record, KITH_PERSON_NAME);
        ret_person->role = kith_record_bytes(&record, KITH_PERSON_ROLE);
    }
    return status;
}

void grant_row_put_kinds(struct call *call, uint32_t to,
                         const struct kith_record *grant)
{
    for (size_t i = 0; i < grant->n_fields; i++) {
        const struct kith_kind_info *info;

        if (grant->fields[i].number != KITH_GRANT_STATE_KINDS)
            continue;
        info = kith_kind_info((uint32_t)grant->fields[i].value);
        call_put_text(call, to, info == NULL ? NULL : info->name);
    }
}

static enum kith_status put_persons(struct call *call, uint32_t link,
                                    const struct kith_record *grant)
{
    enum kith_status status = KITH_OK;

    if (kith_record_value(grant, KITH_GRANT_STATE_BOUND, 0) != 0)
        call_put_text(call, KITH_GRANT_ROW_PERSONS, "bound");
    for (size_t i = 0; status == KITH_OK && i < grant->n_fields; i++) {
        const struct kith_field *field = &grant->fields[i];
        struct grant_person person;
        struct kith_id id;

        if (field->number != KITH_GRANT_STATE_PERSONS ||
            field->bytes.len != KITH_ID_LEN)
            continue;
        memcpy(id.b, field->bytes.data, KITH_ID_LEN);
        status = grant_row_person(call, link, &id, &person);
        if (status == KITH_OK && person.name.len > 0)
            kith_build_text(&call->builder, KITH_GRANT_ROW_PERSONS,
                            person.name);
    }
    return status;
}

static const char *name_state(const struct call *call,
                              const struct kith_record *grant)
{
    int32_t today = act_today(&call->act);

    if (kith_record_value(grant, KITH_GRANT_STATE_ENDED, 0) != 0)
        return "ended";
    if (kith_record_day(grant, KITH_GRANT_STATE_UNTIL, INT32_MAX) < today)
        return "expired";
    return kith_record_day(grant, KITH_GRANT_STATE_FROM, INT32_MIN) > today
               ? "not yet"
               : "live";
}

static void put_field(struct call *call, uint32_t to,
                      const struct kith_record *record, uint32_t from)
{
    for (size_t i = 0; i < record->n_fields; i++) {
        if (record->fields[i].number == from) {
            struct kith_field copy = record->fields[i];

            copy.number = to;
            kith_build_field(&call->builder, &copy);
        }
    }
}

static enum kith_status put_project(struct call *call,
                                    const struct kith_record *grant)
{
    struct store_head project;
    struct kith_id id;
    char path[KITH_PATH_MAX + 1];
    enum kith_status status =
        kith_record_octets(grant, KITH_GRANT_STATE_PROJECT, id.b, KITH_ID_LEN);

    if (status == KITH_OK)
        status = store_head_by_id(call->act.txn, STORE_OWN, &id, &project);
    if (status == KITH_OK)
        status = resolve_path(&call->act, &project, path, sizeof(path));
    if (status == KITH_OK)
        call_put_text(call, KITH_GRANT_ROW_PROJECT, path);
    return status;
}

enum kith_status grant_row_add(struct call *call, uint64_t number)
{
    struct kith_record grant;
    struct store_link link;
    enum kith_status status = store_state_get(
        call->act.txn, KITH_KIND_GRANT_STATE, number, call->act.arena, &grant);

    if (status == KITH_OK)
        status = store_link_get(
            call->act.txn,
            (uint32_t)kith_record_value(&grant, KITH_GRANT_STATE_LINK, 0),
            &link);
    if (status != KITH_OK)
        return status;
    call_row_start_kind(call, KITH_KIND_GRANT_ROW);
    put_field(call, KITH_GRANT_ROW_ID, &grant, KITH_GRANT_STATE_ITEM);
    status = put_project(call, &grant);
    call_put_text(call, KITH_GRANT_ROW_PARTNER, link.alias);
    grant_row_put_kinds(call, KITH_GRANT_ROW_KINDS, &grant);
    if (status == KITH_OK)
        status = put_persons(call, link.number, &grant);
    put_field(call, KITH_GRANT_ROW_PURPOSE, &grant, KITH_GRANT_STATE_PURPOSE);
    put_field(call, KITH_GRANT_ROW_FROM, &grant, KITH_GRANT_STATE_FROM);
    put_field(call, KITH_GRANT_ROW_UNTIL, &grant, KITH_GRANT_STATE_UNTIL);
    put_field(call, KITH_GRANT_ROW_HIDE, &grant, KITH_GRANT_STATE_HIDDEN);
    call_put_text(call, KITH_GRANT_ROW_STATE, name_state(call, &grant));
    put_field(call, KITH_GRANT_ROW_AGREEMENT, &grant,
              KITH_GRANT_STATE_AGREEMENT);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}
