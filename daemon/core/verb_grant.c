/* verb_grant - grants: added, listed, ended, each with what it would change.
 *
 * Not here: the rules of a grant (rules/grant.c).
 */
#include "core/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/disclosure_rows.h"
#include "core/grant_row.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/cache.h"
#include "rules/grant.h"
#include "rules/person.h"
#include "rules/resolve.h"

struct preview {
    struct call *call;
    struct disclosure_rows *rows;
    const struct store_link *link;
    bool closed_too;
};

static enum kith_status preview_head(void *context,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
{
    struct preview *preview = context;

    if (disclosure->change == DISCLOSURE_NONE && !preview->closed_too)
        return KITH_OK;
    return disclosure_rows_add(preview->call, preview->rows, preview->link,
                               head, disclosure);
}

/* What LINK would get of PROJECT, or lose, as disclosure rows. */
static enum kith_status show_preview(struct call *call,
                                     const struct store_link *link,
                                     uint64_t project)
{
    struct disclosure_rows *rows = calloc(1, sizeof(*rows));
    struct preview preview = {call, rows, link, false};
    struct disclosure_visit visit = {preview_head, &preview};
    enum kith_status status;

    if (rows == NULL)
        return KITH_NOMEM;
    status = disclosure_walk(&call->act, link, project, &visit);
    if (status == KITH_OK)
        status = disclosure_rows_end(call, rows);
    free(rows);
    return status;
}

static enum kith_status read_kinds(struct call *call, uint64_t *ret_kinds)
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

/* Names of the partner's persons become their ids on the link; the one word
 * «bound» means all whom the partner has bound to the project. */
static enum kith_status read_persons(struct call *call,
                                     const struct store_link *link,
                                     struct grant_wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_id *persons =
        kith_arena_alloc(call->act.arena, KITH_PERSONS_MAX * sizeof(*persons));
    enum kith_status status = KITH_OK;

    if (persons == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; status == KITH_OK && i < argument->n_fields; i++) {
        const struct kith_field *field = &argument->fields[i];

        if (field->number != KITH_GRANT_ARGS_PERSONS)
            continue;
        if (kith_bytes_is(field->bytes, "bound")) {
            wish->bound = true;
            continue;
        }
        if (wish->n_persons == KITH_PERSONS_MAX)
            return call_fail(call, KITH_LIMIT, "persons", "",
                             "a grant names at most %d persons",
                             KITH_PERSONS_MAX);
        status = person_of_partner(&call->act, link, field->bytes,
                                   &persons[wish->n_persons]);
        if (status == KITH_OK)
            wish->n_persons++;
    }
    wish->persons = persons;
    if (status == KITH_OK && wish->bound && wish->n_persons > 0)
        return call_fail(call, KITH_INVALID, "persons", "",
                         "name persons, or say bound, not both");
    return status;
}

static enum kith_status read_hidden(struct call *call, struct grant_wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes *hidden =
        kith_arena_alloc(call->act.arena, KITH_FIELDS_MAX * sizeof(*hidden));

    if (hidden == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < argument->n_fields; i++) {
        if (argument->fields[i].number == KITH_GRANT_ARGS_HIDE)
            hidden[wish->n_hidden++] = argument->fields[i].bytes;
    }
    wish->hidden = hidden;
    return KITH_OK;
}

static enum kith_status read_wish(struct call *call,
                                  const struct store_link *link,
                                  struct grant_wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    const struct kith_field *from =
        kith_record_field(argument, KITH_GRANT_ARGS_FROM);
    const struct kith_field *until =
        kith_record_field(argument, KITH_GRANT_ARGS_UNTIL);
    struct store_head project;
    enum kith_status status = resolve_record(
        &call->act, kith_record_bytes(argument, KITH_GRANT_ARGS_PROJECT),
        KITH_KIND_PROJECT, &project);

    if (status != KITH_OK)
        return status;
    if (project.ref.owner != STORE_OWN)
        return call_fail(call, KITH_DENIED, "not_ours", "kith project list",
                         "only the owner of a project grants it");
    if (until == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "add --until YYYY-MM-DD",
                         "say until when the grant holds");
    wish->project = project.ref.record;
    wish->project_id = project.id;
    wish->purpose = kith_record_bytes(argument, KITH_GRANT_ARGS_PURPOSE);
    wish->from_day = from == NULL ? act_today(&call->act) : from->when.from_day;
    wish->until_day = until->when.from_day;
    status = read_kinds(call, &wish->kinds);
    if (status == KITH_OK)
        status = read_persons(call, link, wish);
    return status == KITH_OK ? read_hidden(call, wish) : status;
}

enum kith_status verb_grant_add(struct daemon *daemon, struct call *call)
{
    struct grant_wish wish;
    struct disclosure_counts counts;
    struct store_link link;
    uint64_t number = 0;
    enum kith_status status;

    memset(&wish, 0, sizeof(wish));
    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith help grant add",
                         "say what is granted");
    status = resolve_partner(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_GRANT_ARGS_PARTNER), &link);
    if (status == KITH_OK)
        status = read_wish(call, &link, &wish);
    if (status == KITH_OK)
        status = grant_add(&call->act, &link, &wish, &number, &counts);
    if (status == KITH_OK)
        status = grant_row_add(call, number);
    if (status == KITH_OK && call->act.dry_run)
        return show_preview(call, &link, wish.project);
    if (status == KITH_OK)
        links_mark(daemon, link.number);
    return status;
}

enum kith_status verb_grant_list(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    const struct rules_cache *cache = NULL;
    struct store_head project;
    struct store_link link;
    struct kith_bytes text = {NULL, 0};
    bool all = false;
    enum kith_status status = KITH_OK;

    (void)daemon;
    memset(&project, 0, sizeof(project));
    memset(&link, 0, sizeof(link));
    if (argument != NULL) {
        all = call_flag(call, KITH_GRANT_ARGS_ALL);
        text = kith_record_bytes(argument, KITH_GRANT_ARGS_PROJECT);
        if (text.len > 0)
            status =
                resolve_record(&call->act, text, KITH_KIND_PROJECT, &project);
        text = kith_record_bytes(argument, KITH_GRANT_ARGS_PARTNER);
        if (status == KITH_OK && text.len > 0)
            status = resolve_partner(&call->act, text, &link);
    }
    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    for (size_t i = 0; status == KITH_OK && i < cache->n_grants; i++) {
        const struct cached_grant *grant = &cache->grants[i];

        if ((project.ref.record == 0 || project.ref.record == grant->project) &&
            (link.number == 0 || link.number == grant->link) &&
            (all || !grant->ended))
            status = grant_row_add(call, grant->number);
    }
    return status;
}

/* The grant that the arguments name, alone. */
static enum kith_status find_grant(struct call *call,
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

enum kith_status verb_grant_end(struct daemon *daemon, struct call *call)
{
    struct disclosure_counts counts;
    struct cached_grant grant = {0};
    struct store_link link;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith grant list",
                         "name the grant");
    status = find_grant(call, &grant);
    if (status == KITH_OK)
        status = store_link_get(call->act.txn, grant.link, &link);
    if (status == KITH_OK)
        status = grant_end(&call->act, grant.number, &counts);
    if (status == KITH_OK)
        status = grant_row_add(call, grant.number);
    if (status != KITH_OK)
        return status;
    if (call->act.dry_run && counts.withdrawn > 0) {
        call_row_start_kind(call, KITH_KIND_DISCLOSURE_ROW);
        call_put_text(call, KITH_DISCLOSURE_ROW_PARTNER, link.alias);
        kith_build_choice(&call->builder, KITH_DISCLOSURE_ROW_ACT,
                          KITH_ACT_WITHDRAW);
        kith_build_number(&call->builder, KITH_DISCLOSURE_ROW_COUNT,
                          (int64_t)counts.withdrawn);
        call_row_end(call);
    }
    links_mark(daemon, grant.link);
    return call->status;
}
