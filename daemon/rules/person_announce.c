/* person_announce - whom of ours a partner was told of, under which id, and that
 * one has left.
 *
 * Not here: persons and their accounts, persons of partners (person.c).
 */
#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "rules/act.h"
#include "rules/announced.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/notice_rule.h"
#include "rules/outbox.h"
#include "rules/person.h"
#include "store/state.h"

/* Adds one announcement to the person's three lists. */
static enum kith_status remember(struct act *act, uint64_t number,
                                 const struct kith_record *former,
                                 const struct kith_record *told, uint32_t link)
{
    struct kith_record record = *former;
    struct kith_record_builder builder;
    struct kith_id project = {{0}};
    enum kith_status status;
    size_t i;

    if (kith_record_octets(told, KITH_PERSON_PROJECT, project.b, KITH_ID_LEN) !=
        KITH_OK)
        project = (struct kith_id){{0}};
    kith_build_start(&builder, act->arena);
    for (i = 0; i < former->n_fields; i++)
        kith_build_field(&builder, &former->fields[i]);
    kith_build_number(&builder, KITH_PERSON_STATE_ANNOUNCED, link);
    kith_build_octets(&builder, KITH_PERSON_STATE_LINK_PERSON, told->id.b,
                      KITH_ID_LEN);
    kith_build_octets(&builder, KITH_PERSON_STATE_ANNOUNCED_PROJECT, project.b,
                      KITH_ID_LEN);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_LIMIT)
        return kith_fail(act->err, status, "announced_often",
                         "kith person add a second person of that role",
                         "this person is announced too often to remember");
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_PERSON_STATE, &number, &record);
    cache_drop(act->company);
    return status;
}

/* Is PERSON announced on LINK for PROJECT (none: any), or for any? */
static bool is_announced(const struct kith_record *person, uint32_t link,
                         const struct kith_id *project)
{
    struct announced announced;

    for (size_t i = 0; announced_at(person, i, &announced); i++) {
        if (announced.link == link &&
            (kith_id_is_none(&announced.project) ||
             kith_id_equal(&announced.project, project)))
            return true;
    }
    return false;
}

/* PERSON as told, bound to PROJECT (none: any). */
static enum kith_status build_told(struct act *act,
                                   const struct kith_record *person,
                                   const struct kith_id *project,
                                   struct kith_record *told)
{
    const struct kith_field_info *roles = kith_field_info(
        kith_kind_info(KITH_KIND_PERSON_STATE), KITH_PERSON_STATE_ROLE);
    const char *role = kith_choice_name(
        roles->choices, kith_record_value(person, KITH_PERSON_STATE_ROLE, 1));
    struct kith_record_builder builder;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PERSON_NAME,
                    kith_record_bytes(person, KITH_PERSON_STATE_NAME));
    kith_build_text(&builder, KITH_PERSON_ROLE,
                    kith_bytes_of(role != NULL ? role : "reader"));
    if (!kith_id_is_none(project))
        kith_build_octets(&builder, KITH_PERSON_PROJECT, project->b,
                          KITH_ID_LEN);
    if (kith_record_field(person, KITH_PERSON_STATE_LEFT) != NULL)
        kith_build_number(&builder, KITH_PERSON_LEFT, 1);
    return kith_build_finish(&builder, told);
}

enum kith_status person_announce(struct act *act, const struct store_link *link,
                                 uint64_t number, const struct kith_id *project)
{
    struct kith_record told = {.kind = KITH_KIND_PERSON,
                               .id = kith_id_random()};
    struct kith_record person;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_PERSON_STATE,
                                              number, act->arena, &person);

    if (status != KITH_OK || is_announced(&person, link->number, project))
        return status;
    if (kith_record_field(&person, KITH_PERSON_STATE_LEFT) != NULL)
        return person_refuse_left(act);
    /* who has no account here reads nothing here: others answer for them */
    if (kith_record_field(&person, KITH_PERSON_STATE_UID) != NULL &&
        !announced_accepted(&person, link->number))
        return kith_fail(act->err, KITH_DENIED, "duty_not_accepted",
                         "that person types: kith person accept",
                         "the person has not accepted the duty of confidence "
                         "to %s yet",
                         link->alias);
    status = build_told(act, &person, project, &told);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_RELATION, &told);
    if (status == KITH_OK)
        status = remember(act, number, &person, &told, link->number);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "person_announced",
                                                     .link = link->number,
                                                     .item = &told.id});
    return status;
}

/* All announcements of PERSON on LINK, as revision REVISION of each. */
static enum kith_status tell_announced(struct act *act,
                                       const struct store_link *link,
                                       const struct kith_record *person,
                                       uint64_t revision)
{
    struct announced announced;
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && announced_at(person, i, &announced);
         i++) {
        struct kith_record told = {.kind = KITH_KIND_PERSON,
                                   .id = announced.person,
                                   .revision = revision};

        if (announced.link != link->number)
            continue;
        status = build_told(act, person, &announced.project, &told);
        if (status == KITH_OK)
            status = outbox_add(act, link, OUTBOX_RELATION, &told);
    }
    return status;
}

enum kith_status person_tell_again(struct act *act,
                                   const struct store_link *link)
{
    const struct rules_cache *cache;
    enum kith_status status = cache_get(act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_persons; i++)
        status = tell_announced(act, link, &cache->persons[i].record, 1);
    return status;
}

enum kith_status person_accept(struct act *act, const struct store_link *link)
{
    uint64_t number = act->person;
    struct kith_record person, accepted = {.kind = KITH_KIND_PERSON_STATE};
    struct kith_record_builder builder;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_PERSON_STATE,
                                              number, act->arena, &person);

    if (status != KITH_OK || announced_accepted(&person, link->number))
        return status;
    accepted.id = person.id;
    kith_build_from(&builder, act->arena, &person, 0);
    kith_build_number(&builder, KITH_PERSON_STATE_ACCEPTED, link->number);
    status = kith_build_finish(&builder, &accepted);
    if (status == KITH_OK)
        status = store_state_put(act->txn, KITH_KIND_PERSON_STATE, &number,
                                 &accepted);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "duty_accepted",
                                                     .link = link->number,
                                                     .item = &person.id});
    return status;
}

/* The person without an account, marked as one who has left. */
static enum kith_status build_left(struct act *act,
                                   const struct kith_record *person,
                                   struct kith_record *ret_left)
{
    static const uint32_t account[] = {KITH_PERSON_STATE_UID,
                                       KITH_PERSON_STATE_USER};
    struct kith_record left = *person;
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_without(&builder, act->arena, person, account, 2);
    kith_build_number(&builder, KITH_PERSON_STATE_LEFT, act->now);
    status = kith_build_finish(&builder, &left);
    if (status == KITH_OK)
        *ret_left = left;
    return status;
}

/* Each partner that knows the person is told, once for each announcement. */
static enum kith_status tell_left(struct act *act,
                                  const struct kith_record *person,
                                  uint64_t *ret_told)
{
    struct store_link link = {0};
    struct announced announced;
    enum kith_status status = KITH_OK;

    *ret_told = 0;
    while (status == KITH_OK) {
        bool knows = false;

        status = store_link_next(act->txn, link.number, &link);
        for (size_t i = 0;
             status == KITH_OK && announced_at(person, i, &announced); i++)
            knows |= announced.link == link.number;
        if (status != KITH_OK || !knows || link.removed)
            continue;
        status = tell_announced(act, &link, person, 2);
        if (status == KITH_OK)
            status =
                audit_add(act, &(struct audit_line){.what = "person_left_told",
                                                    .link = link.number,
                                                    .item = &person->id});
        (*ret_told)++;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status person_refuse_left(struct act *act)
{
    return kith_fail(act->err, KITH_CONFLICT, "person_left",
                     "kith person add ANOTHER_NAME",
                     "that person has left this company");
}

enum kith_status person_leave(struct act *act, uint64_t number,
                              uint64_t *ret_told)
{
    struct kith_record person, left;
    enum kith_status status = store_state_get(act->txn, KITH_KIND_PERSON_STATE,
                                              number, act->arena, &person);

    if (status != KITH_OK)
        return status;
    if (kith_record_field(&person, KITH_PERSON_STATE_LEFT) != NULL)
        return person_refuse_left(act);
    if (number == act->person)
        return kith_fail(act->err, KITH_CONFLICT, "person_self",
                         "ask another officer", "nobody lets himself leave");
    status = build_left(act, &person, &left);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_PERSON_STATE, &number, &left);
    if (status == KITH_OK)
        status = notice_rules_end(act, &left.id);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = tell_left(act, &left, ret_told);
    if (status == KITH_OK)
        status = audit_add(act, &(struct audit_line){.what = "person_left",
                                                     .item = &left.id,
                                                     .count = *ret_told});
    return status;
}

enum kith_status person_take_back(struct act *act,
                                  const struct store_link *link,
                                  const struct kith_record *told)
{
    const struct person_wish wish = {
        .name = kith_record_bytes(told, KITH_PERSON_NAME), .uid = -1};
    struct act silent = *act; /* that there is none is no fault */
    struct kith_record person;
    struct kith_id project = {{0}};
    uint64_t number = 0;
    enum kith_status status;

    silent.err = NULL;
    status = person_find(&silent, wish.name, &number);
    if (status == KITH_NOT_FOUND)
        status = person_add(&silent, &wish, &number);
    if (status == KITH_OK)
        status = store_state_get(act->txn, KITH_KIND_PERSON_STATE, number,
                                 act->arena, &person);
    if (kith_record_octets(told, KITH_PERSON_PROJECT, project.b, KITH_ID_LEN) !=
        KITH_OK)
        project = (struct kith_id){{0}};
    if (status != KITH_OK || is_announced(&person, link->number, &project))
        return status;
    return remember(act, number, &person, told, link->number);
}
