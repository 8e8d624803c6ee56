/* grant_row - a grant's state as people read it.
 */
#include "core/grant_row.h"

#include <ctype.h>
#include <string.h>

#include "core/call.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/cache.h"
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
    if (!cache_reaches(grant))
        return "nobody"; /* all whom it named have left */
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

/* Does WHOLE hold PART, whatever the case of ASCII letters? */
static bool text_contains(struct kith_bytes whole, struct kith_bytes part)
{
    if (part.len == 0)
        return true;
    for (size_t at = 0; at + part.len <= whole.len; at++) {
        size_t same = 0;

        while (same < part.len &&
               tolower(whole.data[at + same]) == tolower(part.data[same]))
            same++;
        if (same == part.len)
            return true;
    }
    return false;
}

/* A grant may say more than the agreement it rests on: it shows nothing after
 * the agreement's last day, and its purpose should be one that both signed. */
static enum kith_status put_warnings(struct call *call,
                                     const struct kith_record *grant)
{
    struct kith_bytes digest =
        kith_record_bytes(grant, KITH_GRANT_STATE_AGREEMENT);
    struct kith_bytes purpose =
        kith_record_bytes(grant, KITH_GRANT_STATE_PURPOSE);
    const struct rules_cache *cache = NULL;
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        const struct kith_record *record = &cache->agreements[i].record;
        struct kith_bytes signed_for =
            kith_record_bytes(record, KITH_AGREEMENT_PURPOSE);

        if (digest.len != KITH_HASH_LEN ||
            memcmp(cache->agreements[i].digest.b, digest.data, digest.len) != 0)
            continue;
        if (kith_record_day(record, KITH_AGREEMENT_UNTIL, INT32_MAX) <
            kith_record_day(grant, KITH_GRANT_STATE_UNTIL, INT32_MAX))
            call_put_text(call, KITH_GRANT_ROW_WARNING,
                          "the grant outlasts its agreement: nothing is shown "
                          "after the agreement's last day");
        if (!text_contains(signed_for, purpose))
            call_put_text(call, KITH_GRANT_ROW_WARNING,
                          "the purpose of the grant is not in that of the "
                          "agreement");
    }
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
    if (status == KITH_OK)
        status = put_warnings(call, &grant);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}
