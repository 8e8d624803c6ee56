/* verb_audit - the company's own audit log, newest last.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/cache.h"
#include "rules/person.h"
#include "rules/resolve.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    AUDIT_DEFAULT = 100,
    DAY_S = 24 * 60 * 60
};

struct wish {
    uint32_t link;                /* 0: any */
    int64_t since;                /* Unix seconds */
    struct kith_bytes act;        /* empty: any */
    bool has_person, has_project; /* only what is of these */
    uint64_t person;              /* state number; 0: the daemon */
    struct store_head project;
    uint64_t most; /* rows to show */
};

static void copy_fields(struct call *call, const struct kith_record *line)
{
    static const struct {
        uint32_t to, from;
    } fields[] = {
        {KITH_AUDIT_ROW_AT, KITH_AUDIT_AT},
        {KITH_AUDIT_ROW_ACT, KITH_AUDIT_ACT},
        {KITH_AUDIT_ROW_TEXT, KITH_AUDIT_TEXT},
        {KITH_AUDIT_ROW_RULE, KITH_AUDIT_RULE},
        {KITH_AUDIT_ROW_COUNT, KITH_AUDIT_COUNT},
        {KITH_AUDIT_ROW_ITEM, KITH_AUDIT_ITEM},
        {KITH_AUDIT_ROW_LOG_NUMBER, KITH_AUDIT_LOG_NUMBER},
        {KITH_AUDIT_ROW_INDEX, KITH_AUDIT_INDEX},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        for (size_t j = 0; j < line->n_fields; j++) {
            struct kith_field copy = line->fields[j];

            if (copy.number != fields[i].from)
                continue;
            copy.number = fields[i].to;
            kith_build_field(&call->builder, &copy);
        }
    }
}

/* Who acted: an audit line keeps the state number in its head. */
static void put_person(struct call *call, const struct rules_cache *cache,
                       const struct kith_record *line)
{
    const struct cached_person *person = cache_person(cache, line->revision);

    if (person != NULL)
        kith_build_text(
            &call->builder, KITH_AUDIT_ROW_PERSON,
            kith_record_bytes(&person->record, KITH_PERSON_STATE_NAME));
}

/* The project's name; none of one whose text is gone. */
static enum kith_status put_project(struct call *call,
                                    const struct kith_record *line)
{
    const struct store_ref ref = {
        (uint32_t)kith_record_value(line, KITH_AUDIT_OWNER, STORE_OWN), 0,
        (uint64_t)kith_record_value(line, KITH_AUDIT_PROJECT, 0)};
    char path[KITH_PATH_MAX + 1] = "";
    struct store_head head;
    enum kith_status status;

    if (ref.record == 0)
        return KITH_OK;
    status = store_head_get(call->act.txn, &ref, &head);
    if (status == KITH_OK)
        status = resolve_path(&call->act, &head, path, sizeof(path));
    call_put_text(call, KITH_AUDIT_ROW_PROJECT, path);
    return status == KITH_NOT_FOUND || status == KITH_UNREADABLE ? KITH_OK
                                                                 : status;
}

static enum kith_status add_line(struct call *call, uint64_t index,
                                 const struct kith_record *line)
{
    const struct rules_cache *cache = NULL;
    uint32_t number = (uint32_t)kith_record_value(line, KITH_AUDIT_LINK, 0);
    struct store_link link;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status != KITH_OK)
        return status;
    call_row_start(call);
    copy_fields(call, line);
    put_person(call, cache, line);
    if (number != 0 && store_link_get(call->act.txn, number, &link) == KITH_OK)
        call_put_text(call, KITH_AUDIT_ROW_PARTNER, link.alias);
    kith_build_number(&call->builder, KITH_AUDIT_ROW_NUMBER, (int64_t)index);
    status = put_project(call, line);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

/* Is the row of that project, or of the project as an item? */
static bool is_of(const struct store_head *project,
                  const struct kith_record *line)
{
    const struct kith_bytes id = {project->id.b, KITH_ID_LEN};

    if (kith_bytes_equal(kith_record_bytes(line, KITH_AUDIT_ITEM), id))
        return true;
    return kith_record_value(line, KITH_AUDIT_PROJECT, 0) ==
               (int64_t)project->ref.record &&
           kith_record_value(line, KITH_AUDIT_OWNER, STORE_OWN) ==
               (int64_t)project->ref.owner;
}

static bool fits_by_itself(const struct wish *wish,
                           const struct kith_record *line)
{
    if (wish->link != 0 &&
        kith_record_value(line, KITH_AUDIT_LINK, 0) != (int64_t)wish->link)
        return false;
    if (wish->act.len > 0 &&
        !kith_bytes_equal(kith_record_bytes(line, KITH_AUDIT_ACT), wish->act))
        return false;
    if (wish->has_person && line->revision != wish->person)
        return false;
    return kith_record_value(line, KITH_AUDIT_AT, 0) >= wish->since;
}

/* Does a row about a range of our log to a partner cover an entry of that
 * project of ours? */
static enum kith_status covers(struct call *call,
                               const struct store_head *project,
                               const struct kith_record *line, bool *ret_does)
{
    const struct store_log_id log = {
        (uint32_t)kith_record_value(line, KITH_AUDIT_LINK, 0), STORE_OUT,
        (uint32_t)kith_record_value(line, KITH_AUDIT_LOG_NUMBER, 0)};
    const uint64_t first =
        (uint64_t)kith_record_value(line, KITH_AUDIT_INDEX, 0);
    const uint64_t end =
        first + (uint64_t)kith_record_value(line, KITH_AUDIT_COUNT, 0);
    enum kith_status status = KITH_OK;

    *ret_does = false;
    if (log.number == 0 || project->ref.owner != STORE_OWN)
        return KITH_OK;
    for (uint64_t i = first; status == KITH_OK && i < end && !*ret_does; i++) {
        const struct kith_arena_mark mark = kith_arena_mark(call->row_arena);
        struct store_entry entry;

        status =
            store_entry_get(call->act.txn, &log, i, call->row_arena, &entry);
        if (status == KITH_OK)
            *ret_does =
                entry.project == project->ref.record ||
                (entry.project == 0 && entry.record == project->ref.record);
        kith_wipe(&entry.ek, sizeof(entry.ek));
        kith_arena_rewind(call->row_arena, mark);
    }
    /* rows about the partner's log count from there */
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status fits(struct call *call, const struct wish *wish,
                             const struct kith_record *line, bool *ret_fits)
{
    *ret_fits = fits_by_itself(wish, line);
    if (!*ret_fits || !wish->has_project || is_of(&wish->project, line))
        return KITH_OK;
    return covers(call, &wish->project, line, ret_fits);
}

static enum kith_status find_person(struct call *call, struct kith_bytes name,
                                    struct wish *wish)
{
    if (name.len == 0)
        return KITH_OK;
    wish->has_person = true;
    if (kith_bytes_is(name, "kithd"))
        return KITH_OK;
    return person_find(&call->act, name, &wish->person);
}

static enum kith_status read_wish(struct call *call, struct wish *wish)
{
    const struct kith_record *argument = call_argument(call);
    const struct kith_field *since;
    struct kith_bytes partner, project;
    struct store_link link;
    enum kith_status status;

    memset(wish, 0, sizeof(*wish));
    wish->most = AUDIT_DEFAULT;
    if (argument == NULL)
        return KITH_OK;
    wish->most = (uint64_t)kith_record_value(argument, KITH_RECORD_ARGS_LIMIT,
                                             AUDIT_DEFAULT);
    since = kith_record_field(argument, KITH_RECORD_ARGS_SINCE);
    if (since != NULL)
        wish->since = (int64_t)since->when.from_day * DAY_S;
    wish->act = kith_record_bytes(argument, KITH_RECORD_ARGS_ACT);
    status = find_person(
        call, kith_record_bytes(argument, KITH_RECORD_ARGS_PERSON), wish);
    partner = kith_record_bytes(argument, KITH_RECORD_ARGS_PARTNER);
    if (status == KITH_OK && partner.len > 0) {
        status = resolve_partner(&call->act, partner, &link);
        wish->link = link.number;
    }
    project = kith_record_bytes(argument, KITH_RECORD_ARGS_PROJECT);
    if (status == KITH_OK && project.len > 0) {
        status = resolve_record(&call->act, project, KITH_KIND_PROJECT,
                                &wish->project);
        wish->has_project = true;
    }
    return status;
}

/* Where the newest rows that are wished for begin. */
static enum kith_status find_first(struct call *call, const struct wish *wish,
                                   uint64_t size, uint64_t *ret_first)
{
    uint64_t left = wish->most;
    uint64_t first = size;
    enum kith_status status = KITH_OK;

    while (status == KITH_OK && first > 0 && left > 0) {
        struct kith_record line;
        bool found = false;

        kith_arena_reset(call->row_arena);
        status =
            store_audit_get(call->act.txn, first - 1, call->row_arena, &line);
        if (status == KITH_OK)
            status = fits(call, wish, &line, &found);
        left -= found;
        first--;
    }
    *ret_first = first;
    return status;
}

enum kith_status verb_audit_show(struct daemon *daemon, struct call *call)
{
    struct wish wish;
    const uint64_t size = store_audit_size(call->act.txn);
    uint64_t first = 0;
    enum kith_status status = read_wish(call, &wish);

    (void)daemon;
    if (status == KITH_OK)
        status = find_first(call, &wish, size, &first);
    call->act.arena = call->row_arena;
    for (uint64_t i = first; status == KITH_OK && i < size; i++) {
        struct kith_record line;
        bool found = false;

        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        status = store_audit_get(call->act.txn, i, call->row_arena, &line);
        if (status == KITH_OK)
            status = fits(call, &wish, &line, &found);
        if (status == KITH_OK && found)
            status = add_line(call, i, &line);
    }
    return status;
}
