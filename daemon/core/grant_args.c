/* grant_args - see the header. Not here: the verbs (verb_grant.c,
 * verb_grant_change.c).
 */
#include "core/grant_args.h"

#include <string.h>

#include "core/call.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/verbs.h"
#include "rules/cache.h"
#include "rules/person.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum kith_status grant_args_kinds(struct call *call, uint64_t *ret_kinds)
{
    const struct kith_record *argument = call_argument(call);

    *ret_kinds = 0;
    for (size_t i = 0; i < argument->n_fields; i++) {
        const struct kith_field *field = &argument->fields[i];
        const struct kith_kind_info *info;
        const char *name;

        if (field->number != KITH_GRANT_ARGS_KINDS)
            continue;
        name =
            (const char *)kith_arena_copy(call->act.arena, field->bytes).data;
        info = name == NULL ? NULL : kith_kind_by_name(name);
        if (info == NULL || info->family != KITH_FAMILY_BUSINESS ||
            info->kind >= 64)
            return call_fail(call, KITH_INVALID, "kind", "kith help grant",
                             "there are no records of kind '%.60s'",
                             name == NULL ? "" : name);
        *ret_kinds |= UINT64_C(1) << info->kind;
    }
    return KITH_OK;
}

static bool is_named(const struct grant_persons *persons,
                     const struct kith_id *id)
{
    for (size_t i = 0; i < persons->n; i++) {
        if (kith_id_equal(&persons->ids[i], id))
            return true;
    }
    return false;
}

enum kith_status grant_args_persons(struct call *call,
                                    const struct store_link *link,
                                    struct grant_persons *ret_persons)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_id *ids =
        kith_arena_alloc(call->act.arena, KITH_PERSONS_MAX * sizeof(*ids));
    struct grant_persons persons = {false, ids, 0};
    enum kith_status status = ids == NULL ? KITH_NOMEM : KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < argument->n_fields; i++) {
        const struct kith_field *field = &argument->fields[i];

        if (field->number != KITH_GRANT_ARGS_PERSONS)
            continue;
        if (kith_bytes_is(field->bytes, "bound")) {
            persons.bound = true;
            continue;
        }
        if (persons.n == KITH_PERSONS_MAX)
            return call_fail(call, KITH_LIMIT, "persons", "",
                             "a grant names at most %d persons",
                             KITH_PERSONS_MAX);
        status =
            person_of_partner(&call->act, link, field->bytes, &ids[persons.n]);
        if (status == KITH_OK && !is_named(&persons, &ids[persons.n]))
            persons.n++;
    }
    if (status == KITH_OK && persons.bound && persons.n > 0)
        return call_fail(call, KITH_INVALID, "persons", "",
                         "name persons, or say bound, not both");
    *ret_persons = persons;
    return status;
}

enum kith_status grant_args_hidden(struct call *call,
                                   const struct kith_bytes **ret_hidden,
                                   size_t *ret_n)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes *hidden =
        kith_arena_alloc(call->act.arena, KITH_FIELDS_MAX * sizeof(*hidden));
    size_t n = 0;

    if (hidden == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < argument->n_fields; i++) {
        if (argument->fields[i].number == KITH_GRANT_ARGS_HIDE)
            hidden[n++] = argument->fields[i].bytes;
    }
    *ret_hidden = hidden;
    *ret_n = n;
    return KITH_OK;
}

enum kith_status grant_args_find(struct call *call,
                                 struct cached_grant *ret_grant)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    struct kith_bytes prefix =
        kith_record_bytes(argument, KITH_GRANT_ARGS_GRANT);
    struct store_head project;
    struct store_link link;
    size_t found = 0;
    enum kith_status status = KITH_OK;

    if (prefix.len == 0) {
        status = resolve_record(
            &call->act, kith_record_bytes(argument, KITH_GRANT_ARGS_PROJECT),
            KITH_KIND_PROJECT, &project);
        if (status == KITH_OK)
            status = resolve_partner(
                &call->act,
                kith_record_bytes(argument, KITH_GRANT_ARGS_PARTNER), &link);
    }
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    for (size_t i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *grant = &cache->grants[i];
        bool fits = prefix.len > 0 ? kith_id_begins(&grant->item, prefix)
                                   : grant->project == project.ref.record &&
                                         grant->link == link.number;

        if (!fits || grant->ended)
            continue;
        *ret_grant = *grant;
        found++;
    }
    if (status == KITH_OK && found == 0)
        status = call_fail(call, KITH_NOT_FOUND, "no_grant", "kith grant list",
                           "there is no such grant");
    if (status == KITH_OK && found > 1)
        status = call_fail(call, KITH_CONFLICT, "unclear", "kith grant list",
                           "%zu grants fit: name one by its id", found);
    return status;
}
