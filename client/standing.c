/* standing - the projects, generations and milestones that stand already.
 *
 * Responsible for: fetching them, and looking a milestone up by its names.
 * Not here: what an import makes of it (import.c).
 */
#include "standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cli.h"
#include "connection.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/verbs.h"
#include "memory.h"
#include "names.h"

static enum kith_status list_kind(struct cli *cli, const char *kind,
                                  const char *partner, struct reply *reply,
                                  struct kith_error *err)
{
    struct kith_record argument;
    struct build build;
    struct call call = {
        .verb = KITH_VERB_LIST, .records = &argument, .n_records = 1};

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    build_text(&build, KITH_RECORD_ARGS_KIND, kind);
    if (partner != NULL)
        build_text(&build, KITH_RECORD_ARGS_PARTNER, partner);
    argument = build_finish(&build);
    return connection_call(cli, &call, reply, err);
}

/* Fetches projects, generations and milestones of PARTNER. */
enum kith_status standing_list(struct cli *cli, const char *partner,
                               struct reply *ret_all, struct kith_error *err)
{
    static const char *const kinds[] = {"project", "generation", "milestone"};
    struct reply parts[3] = {{0}};
    struct reply all = {0};
    size_t at = 0;

    for (size_t i = 0; i < 3; i++) {
        enum kith_status status =
            list_kind(cli, kinds[i], partner, &parts[i], err);

        if (status != KITH_OK)
            return status;
        all.n_records += parts[i].n_records;
    }
    all.records = memory_take(cli->arena, all.n_records * sizeof *all.records);
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].n_records > 0)
            memcpy(all.records + at, parts[i].records,
                   parts[i].n_records * sizeof *all.records);
        at += parts[i].n_records;
    }
    *ret_all = all;
    return KITH_OK;
}

static int compare_standings(const void *a, const void *b)
{
    const struct standing *left = a;
    const struct standing *right = b;

    return strcmp(left->path, right->path);
}

/* What of ours stands already, so that an empty date can clear it. */
enum kith_status standing_load(struct cli *cli, struct standings *ret_standings,
                               struct kith_error *err)
{
    struct reply all = {0};
    struct names names = {0};
    struct standings standings = {0};
    enum kith_status status = standing_list(cli, "self", &all, err);

    if (status != KITH_OK)
        return status;
    names_make(cli, all.records, all.n_records, &names);
    standings.entries =
        memory_take(cli->arena, all.n_records * sizeof *standings.entries);
    for (size_t i = 0; i < all.n_records; i++) {
        const struct kith_record *one = &all.records[i];
        const struct name_entry *entry = names_find(
            &names, kith_record_bytes(one, KITH_MILESTONE_GENERATION));
        int64_t type = kith_record_value(one, KITH_MILESTONE_TYPE, 0);

        if (one->kind == KITH_KIND_MILESTONE && entry != NULL && type > 0 &&
            type < 32)
            standings.entries[standings.count++] =
                (struct standing){entry->path, 1u << type};
    }
    qsort(standings.entries, standings.count, sizeof *standings.entries,
          compare_standings);
    *ret_standings = standings;
    return KITH_OK;
}

bool standing_has(void *context, struct kith_bytes product,
                  struct kith_bytes cycle, uint32_t type)
{
    const struct standings *standings = context;
    char path[2 * KITH_NAME_MAX + 2];
    struct standing key = {.path = path};
    const struct standing *found, *end;

    if (standings->count == 0)
        return false;
    end = standings->entries + standings->count;
    snprintf(path, sizeof path, "%.*s/%.*s", (int)product.len,
             (const char *)product.data, (int)cycle.len,
             (const char *)cycle.data);
    found = bsearch(&key, standings->entries, standings->count, sizeof key,
                    compare_standings);
    if (found == NULL)
        return false;
    while (found > standings->entries && strcmp(found[-1].path, path) == 0)
        found--;
    for (; found < end && strcmp(found->path, path) == 0; found++)
        if ((found->types & 1u << type) != 0)
            return true;
    return false;
}
