/* verb_openness - how far we are open to partners: shown, lowered, raised by two.
 *
 * Not here: what a level covers and what must hold (rules/openness.c,
 * rules/openness_change.c).
 */
#include "core/verbs.h"

#include "core/call.h"
#include "core/daemon.h"
#include "core/disclosure_rows.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "rules/cache.h"
#include "rules/openness.h"
#include "rules/openness_change.h"
#include "rules/resolve.h"
#include "store/logs.h"

static void put_covers(struct call *call, const struct openness_level *level)
{
    call_put_text(call, KITH_OPENNESS_ROW_LABEL,
                  kith_choice_name(kith_labels, (int64_t)level->label));
    for (size_t i = 0; i < kith_kind_count(); i++) {
        const struct kith_kind_info *kind = kith_kind_at(i);

        if (kind->kind != KITH_KIND_GRANT &&
            openness_covers(level, KITH_LABEL_PUBLIC, kind->kind))
            call_put_text(call, KITH_OPENNESS_ROW_KINDS, kind->name);
    }
    for (size_t i = 0; level->hidden[i] != NULL; i++)
        call_put_text(call, KITH_OPENNESS_ROW_HIDDEN, level->hidden[i]);
}

/* Who asked for what, in ROW; NULL: nothing was ever set. */
static void put_asked(struct call *call, const struct rules_cache *cache,
                      const struct cached_openness *row)
{
    const struct cached_person *person;
    const char *asked;

    if (row == NULL)
        return;
    asked = kith_choice_name(
        kith_openness_levels,
        kith_record_value(&row->record, KITH_OPENNESS_ASKED, 0));
    if (asked == NULL)
        return;
    call_put_text(call, KITH_OPENNESS_ROW_ASKED, asked);
    person = cache_person(cache, (uint64_t)kith_record_value(
                                     &row->record, KITH_OPENNESS_ASKED_BY, 0));
    if (person != NULL)
        kith_build_text(
            &call->builder, KITH_OPENNESS_ROW_ASKED_BY,
            kith_record_bytes(&person->record, KITH_PERSON_STATE_NAME));
}

/* How open we are to LINK in PROJECT (record number; 0: all others). */
static enum kith_status add_row(struct call *call,
                                const struct store_link *link, uint64_t project)
{
    const struct store_ref ref = {.owner = STORE_OWN, .record = project};
    const struct openness_level *now = NULL;
    const struct rules_cache *cache = NULL;
    enum kith_openness_level set;
    char path[KITH_PATH_MAX + 1] = "";
    struct store_head head;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status == KITH_OK)
        status = openness_now(&call->act, link->number, project, &now);
    if (status == KITH_OK && project != 0)
        status = store_head_get(call->act.txn, &ref, &head);
    if (status == KITH_OK && project != 0)
        status = resolve_path(&call->act, &head, path, sizeof(path));
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK; /* the project is gone, and its level with it */
    if (status != KITH_OK)
        return status;
    set = openness_set(cache, link->number, project);
    call_row_start(call);
    call_put_text(call, KITH_OPENNESS_ROW_PARTNER, link->alias);
    call_put_text(call, KITH_OPENNESS_ROW_PROJECT, path);
    call_put_text(call, KITH_OPENNESS_ROW_LEVEL,
                  kith_choice_name(kith_openness_levels, set));
    call_put_text(call, KITH_OPENNESS_ROW_NOW,
                  kith_choice_name(kith_openness_levels, now->level));
    if (now->level != set)
        call_put_text(call, KITH_OPENNESS_ROW_WHY,
                      "a destruction that we asked for is overdue");
    put_covers(call, now);
    put_asked(call, cache, cache_openness(cache, link->number, project));
    call_row_end(call);
    return call->status;
}

static enum kith_status show_link(struct call *call,
                                  const struct store_link *link)
{
    const struct rules_cache *cache = NULL;
    enum kith_status status = add_row(call, link, 0);

    if (status == KITH_OK)
        status = cache_get(&call->act, &cache);
    for (size_t i = 0; status == KITH_OK && i < cache->n_openness; i++) {
        if (cache->openness[i].link == link->number &&
            cache->openness[i].project != 0)
            status = add_row(call, link, cache->openness[i].project);
    }
    return status;
}

enum kith_status verb_openness_show(struct daemon *daemon, struct call *call)
{
    struct kith_bytes partner = {NULL, 0};
    struct store_link link = {0};
    enum kith_status status;

    (void)daemon;
    if (call_argument(call) != NULL)
        partner =
            kith_record_bytes(call_argument(call), KITH_OPENNESS_ARGS_PARTNER);
    if (partner.len > 0) {
        status = resolve_partner(&call->act, partner, &link);
        return status == KITH_OK ? show_link(call, &link) : status;
    }
    for (;;) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK && !link.removed)
            status = show_link(call, &link);
        if (status != KITH_OK)
            return status;
    }
}

static enum kith_status read_wish(struct call *call, struct store_link *link,
                                  struct openness_wish *ret_wish)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes path;
    struct store_head project;
    enum kith_status status;

    *ret_wish = (struct openness_wish){.link = link};
    if (argument == NULL ||
        kith_record_value(argument, KITH_OPENNESS_ARGS_LEVEL, 0) == 0)
        return call_fail(call, KITH_INVALID, "arguments", "kith help openness",
                         "name partner and level");
    ret_wish->level = (enum kith_openness_level)kith_record_value(
        argument, KITH_OPENNESS_ARGS_LEVEL, 0);
    status = resolve_partner(
        &call->act, kith_record_bytes(argument, KITH_OPENNESS_ARGS_PARTNER),
        link);
    path = kith_record_bytes(argument, KITH_OPENNESS_ARGS_PROJECT);
    if (status != KITH_OK || path.len == 0)
        return status;
    status = resolve_record(&call->act, path, KITH_KIND_PROJECT, &project);
    if (status == KITH_OK && project.ref.owner != STORE_OWN)
        return call_fail(call, KITH_DENIED, "not_ours", "kith project list",
                         "only the owner of a project is open about it");
    ret_wish->project = project.ref.record;
    return status;
}

/* What the partner would lose, project by project. */
static enum kith_status preview(struct call *call,
                                const struct openness_wish *wish)
{
    const struct rules_cache *cache = NULL;
    uint64_t project = 0;
    enum kith_status status = cache_get(&call->act, &cache);

    if (wish->project != 0 && status == KITH_OK)
        return disclosure_rows_project(call, wish->link, wish->project);
    while (status == KITH_OK &&
           cache_next_project(cache, wish->link->number, &project))
        status = disclosure_rows_project(call, wish->link, project);
    return status;
}

enum kith_status verb_openness_lower(struct daemon *daemon, struct call *call)
{
    struct openness_wish wish;
    struct store_link link;
    enum kith_status status = read_wish(call, &link, &wish);

    if (status == KITH_OK)
        status = openness_lower(&call->act, &wish, !call->act.dry_run);
    if (status == KITH_OK)
        status = add_row(call, &link, wish.project);
    if (status == KITH_OK && call->act.dry_run)
        return preview(call, &wish);
    if (status == KITH_OK)
        links_mark(daemon, link.number);
    return status;
}

enum kith_status verb_openness_raise(struct daemon *daemon, struct call *call)
{
    struct openness_wish wish;
    struct store_link link;
    bool set = false;
    enum kith_status status = read_wish(call, &link, &wish);

    if (status == KITH_OK)
        status = openness_raise(&call->act, &wish, &set);
    if (status == KITH_OK)
        status = add_row(call, &link, wish.project);
    if (status == KITH_OK)
        links_mark(daemon, link.number);
    return status;
}
