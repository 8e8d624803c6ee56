/* verb_grant - grants: added, listed, ended, each with what it would change.
 *
 * Not here: the rules of a grant (rules/grant.c), changing one
 * (verb_grant_change.c).
 */
#include "core/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/disclosure_rows.h"
#include "core/grant_args.h"
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

static enum kith_status read_wish(struct call *call,
                                  const struct store_link *link,
                                  struct grant_wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    const struct kith_field *from =
        kith_record_field(argument, KITH_GRANT_ARGS_FROM);
    const struct kith_field *until =
        kith_record_field(argument, KITH_GRANT_ARGS_UNTIL);
    struct grant_persons persons = {false, NULL, 0};
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
    status = grant_args_kinds(call, &wish->kinds);
    if (status == KITH_OK)
        status = grant_args_persons(call, link, &persons);
    wish->bound = persons.bound;
    wish->persons = persons.ids;
    wish->n_persons = persons.n;
    return status == KITH_OK
               ? grant_args_hidden(call, &wish->hidden, &wish->n_hidden)
               : status;
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
        return disclosure_rows_project(call, &link, wish.project);
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

enum kith_status verb_grant_end(struct daemon *daemon, struct call *call)
{
    struct disclosure_counts counts;
    struct cached_grant grant = {0};
    struct store_link link;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith grant list",
                         "name the grant");
    status = grant_args_find(call, &grant);
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
