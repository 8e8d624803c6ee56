/* person - see the header.
 *
 * Not here: what a person may read (access.c). */
#include "rules/person.h"

#include <ctype.h>
#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "store/state.h"

static bool is_name(struct kith_bytes name)
{
    size_t i;

    if (name.len == 0 || name.len > 64)
        return false;
    for (i = 0; i < name.len; i++) {
        if (name.data[i] <= ' ' || strchr(",:/", name.data[i]) != NULL)
            return false;
    }
    return !kith_bytes_is(name, "bound");
}

static const struct cached_person *find(const struct rules_cache *cache,
                                        struct kith_bytes name)
{
    size_t i;

    for (i = 0; i < cache->n_persons; i++) {
        if (kith_bytes_equal(kith_record_bytes(&cache->persons[i].record,
                                               KITH_PERSON_STATE_NAME),
                             name))
            return &cache->persons[i];
    }
    return NULL;
}

/* Role and account as wished, all else as before. */
static enum kith_status alter(struct act *act, const struct person_wish *wish,
                              const struct cached_person *former,
                              uint64_t *ret_number)
{
    struct kith_record record = former->record;
    struct kith_record_builder builder;
    uint64_t number = former->number;
    enum kith_status status;
    size_t i;

    kith_build_start(&builder, act->arena);
    for (i = 0; i < record.n_fields; i++) {
        const struct kith_field *field = &record.fields[i];

        if ((field->number == KITH_PERSON_STATE_ROLE && wish->role != 0) ||
            ((field->number == KITH_PERSON_STATE_UID ||
              field->number == KITH_PERSON_STATE_USER) &&
             wish->uid >= 0))
            continue;
        kith_build_field(&builder, field);
    }
    if (wish->role != 0)
        kith_build_choice(&builder, KITH_PERSON_STATE_ROLE, wish->role);
    if (wish->uid >= 0)
        kith_build_number(&builder, KITH_PERSON_STATE_UID, wish->uid);
    if (wish->user.len != 0)
        kith_build_text(&builder, KITH_PERSON_STATE_USER, wish->user);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_PERSON_STATE, &number, &record);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "person_changed",
                                                     .item = &record.id});
    if (status == KITH_OK)
        *ret_number = number;
    return status;
}

enum kith_status person_add(struct act *act, const struct person_wish *wish,
                            uint64_t *ret_number)
{
    struct kith_record record = {.kind = KITH_KIND_PERSON_STATE,
                                 .id = kith_id_random()};
    struct kith_record_builder builder;
    const struct cached_person *former;
    const struct rules_cache *cache;
    uint64_t number = 0;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    if (!is_name(wish->name))
        return kith_fail(act->err, KITH_INVALID, "person_name",
                         "kith person add jan --role editor",
                         "a person's name is one word without , : or /");
    former = find(cache, wish->name);
    if (former != NULL &&
        kith_record_field(&former->record, KITH_PERSON_STATE_LEFT) != NULL)
        return person_refuse_left(act);
    /* else an officer could take an admin's place, or the last admin his own */
    if (former != NULL && wish->may_change && former->number != act->person)
        return alter(act, wish, former, ret_number);
    if (former != NULL)
        return kith_fail(act->err, KITH_CONFLICT, "person_exists",
                         "an admin may change others than himself",
                         "a person of that name is there already");
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PERSON_STATE_NAME, wish->name);
    kith_build_choice(&builder, KITH_PERSON_STATE_ROLE,
                      wish->role != 0 ? wish->role : KITH_ROLE_READER);
    if (wish->uid >= 0)
        kith_build_number(&builder, KITH_PERSON_STATE_UID, wish->uid);
    if (wish->user.len != 0)
        kith_build_text(&builder, KITH_PERSON_STATE_USER, wish->user);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_PERSON_STATE, &number, &record);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "person_added",
                                                     .item = &record.id});
    if (status == KITH_OK)
        *ret_number = number;
    return status;
}

enum kith_status person_find(struct act *act, struct kith_bytes name,
                             uint64_t *ret_number)
{
    const struct cached_person *person;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    if (status != KITH_OK)
        return status;
    person = find(cache, name);
    if (person == NULL)
        return kith_fail(act->err, KITH_NOT_FOUND, "person_unknown",
                         "kith person list", "there is no such person of ours");
    *ret_number = person->number;
    return KITH_OK;
}

enum kith_status person_of_uid(struct act *act, int64_t uid,
                               struct kith_bytes as, uint64_t *ret_number,
                               enum kith_role *ret_role)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);
    size_t i;

    if (status != KITH_OK)
        return status;
    for (i = 0; i < cache->n_persons; i++) {
        const struct kith_record *record = &cache->persons[i].record;

        if (kith_record_value(record, KITH_PERSON_STATE_UID, -1) != uid ||
            (as.len != 0 &&
             !kith_bytes_equal(
                 as, kith_record_bytes(record, KITH_PERSON_STATE_NAME))))
            continue;
        *ret_number = cache->persons[i].number;
        *ret_role = (enum kith_role)kith_record_value(
            record, KITH_PERSON_STATE_ROLE, KITH_ROLE_READER);
        return KITH_OK;
    }
    return kith_fail(
        act->err, KITH_DENIED, "person_none",
        "ask the administrator: kith person add NAME --user USER",
        as.len != 0 ? "this account is not bound to that person"
                    : "this account is bound to no person of this company");
}

/* Is HEAD a person of that name who is still there? */
static enum kith_status is_called(struct act *act,
                                  const struct store_head *head,
                                  struct kith_bytes name, bool *ret_called)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct kith_record record;
    enum kith_status status = access_read(act, head, &record);

    *ret_called =
        status == KITH_OK &&
        kith_bytes_equal(kith_record_bytes(&record, KITH_PERSON_NAME), name) &&
        kith_record_value(&record, KITH_PERSON_LEFT, 0) == 0;
    kith_arena_rewind(act->arena, mark);
    return status == KITH_UNREADABLE ? KITH_OK : status;
}

enum kith_status person_of_partner(struct act *act,
                                   const struct store_link *link,
                                   struct kith_bytes name,
                                   struct kith_id *ret_id)
{
    struct act all = *act; /* the partner's persons are known to all of us */
    struct store_head head;
    uint64_t after = 0;
    enum kith_status status;

    all.person = 0;
    for (;;) {
        bool called;

        status = store_head_next(act->txn, link->number, 0, after, &head);
        if (status != KITH_OK)
            break;
        after = head.ref.record;
        if (head.kind != KITH_KIND_PERSON || head.withdrawn || head.inactive)
            continue;
        status = is_called(&all, &head, name, &called);
        if (status != KITH_OK)
            return status;
        if (called) {
            *ret_id = head.id;
            return KITH_OK;
        }
    }
    if (status != KITH_NOT_FOUND)
        return status;
    return kith_fail(act->err, status, "partner_person_unknown",
                     "ask them: kith person announce NAME",
                     "%s has announced no person of that name", link->alias);
}
