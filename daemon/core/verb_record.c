/* verb_record - listing, showing and looking back at business records, ours
 * and those that partners told us.
 *
 * Not here: who may read (rules/access.c).
 */
#include "core/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/record_rows.h"
#include "core/walk.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/audit.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum {
    HISTORY_MAX = 200000 /* revisions that one history sorts */
};

/* One revision to be shown, found before any is read. */
struct place {
    struct store_head head;
    uint64_t row; /* as access_history takes it */
    int64_t at;
};

struct history {
    struct call *call;
    struct place *places; /* owned */
    size_t n, cap;
};

static enum kith_status list_head(void *context, const struct store_head *head)
{
    struct record_wish *wish = context;
    struct kith_record record;
    bool found = false;
    enum kith_status status = record_wish_open(wish, head, &record, &found);

    if (status != KITH_OK || !found)
        return status;
    return record_rows_add(wish->call, head, &record);
}

enum kith_status verb_list(struct daemon *daemon, struct call *call)
{
    struct record_wish wish;
    struct walk walk = {0, 0, list_head, &wish};
    enum kith_status status = record_wish_read(call, &wish);

    (void)daemon;
    if (status != KITH_OK)
        return status;
    /* each group of rows frees what was read for it */
    call->act.arena = call->row_arena;
    if (wish.alone)
        return list_head(&wish, &wish.head);
    if (wish.owner_given) {
        walk.owner = wish.owner;
        walk.project = wish.project;
        return walk_heads(call->act.txn, &walk);
    }
    return walk_owners(call->act.txn, &walk);
}

static enum kith_status find_one(struct call *call, struct store_head *ret_head)
{
    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith project list",
                         "name the record");
    return resolve_record(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_RECORD_ARGS_PATH), 0,
        ret_head);
}

enum kith_status verb_show(struct daemon *daemon, struct call *call)
{
    struct store_head head;
    struct kith_record record;
    enum kith_status status = find_one(call, &head);

    if (status == KITH_OK)
        status = access_read(&call->act, &head, &record);
    if (status == KITH_OK)
        status = access_note_read(&call->act, &head, head.revision);
    if (status == KITH_OK && head.ref.owner != STORE_OWN)
        links_mark(daemon, head.ref.owner); /* it may be told of the reading */
    return status == KITH_OK ? record_rows_add(call, &head, &record) : status;
}

enum kith_status verb_exported(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    char format[KITH_NAME_MAX + 1] = "";
    struct kith_bytes text;
    struct record_wish wish;
    enum kith_status status = record_wish_read(call, &wish);

    (void)daemon;
    if (status != KITH_OK || argument == NULL)
        return status;
    text = kith_record_bytes(argument, KITH_RECORD_ARGS_TEXT);
    (void)snprintf(format, sizeof(format), "%.*s", (int)text.len,
                   (const char *)text.data);
    return audit_add(
        &call->act,
        &(struct audit_line){.what = "exported",
                             .text = format,
                             .link = wish.owner == STORE_OWN ? 0 : wish.owner,
                             .owner = wish.owner,
                             .project = wish.project});
}

static enum kith_status keep(struct history *history, const struct place *place)
{
    if (history->n == HISTORY_MAX)
        return KITH_LIMIT;
    if (history->n == history->cap) {
        size_t cap = history->cap == 0 ? 256 : history->cap * 2;
        struct place *places = realloc(history->places, cap * sizeof(*places));

        if (places == NULL)
            return KITH_NOMEM;
        history->places = places;
        history->cap = cap;
    }
    history->places[history->n++] = *place;
    return KITH_OK;
}

/* Notes every revision of HEAD, the newest first. */
static enum kith_status gather(void *context, const struct store_head *head)
{
    struct history *history = context;
    struct act *act = &history->call->act;
    struct place place;
    uint64_t row = 0;
    enum kith_status status;

    memset(&place, 0, sizeof(place));
    place.head = *head;
    do {
        struct kith_record record;
        uint64_t before = 0;

        kith_arena_reset(history->call->row_arena);
        status = access_history(act, head, row, &record, &before);
        if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
            return KITH_OK;
        if (status != KITH_OK)
            return status;
        place.row = row;
        place.at = record.changed_at;
        status = keep(history, &place);
        row = before;
    } while (status == KITH_OK && row != 0);
    return status;
}

/* Oldest first; of one second, in the order of posting. */
static int compare(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->row != y->row && x->row != 0 && y->row != 0)
        return x->row < y->row ? -1 : 1;
    /* row 0 is the newest of its record */
    return x->row == 0 ? 1 : -1;
}

static enum kith_status show_places(struct history *history)
{
    struct call *call = history->call;
    enum kith_status status = KITH_OK;

    if (history->n > 1)
        qsort(history->places, history->n, sizeof(*history->places), compare);
    kith_arena_reset(call->row_arena);
    for (size_t i = 0; status == KITH_OK && i < history->n; i++) {
        struct place *place = &history->places[i];
        struct kith_record record;
        uint64_t before = 0;

        status = access_history(&call->act, &place->head, place->row, &record,
                                &before);
        if (status == KITH_OK)
            status = record_rows_add(call, &place->head, &record);
    }
    return status;
}

enum kith_status verb_history(struct daemon *daemon, struct call *call)
{
    struct record_wish wish;
    struct history history = {call, NULL, 0, 0};
    struct walk walk = {0, 0, gather, &history};
    enum kith_status status = record_wish_read(call, &wish);

    (void)daemon;
    if (status == KITH_OK && !wish.alone && !wish.owner_given)
        return call_fail(call, KITH_INVALID, "arguments", "kith log PROJECT",
                         "name a record, a project or a partner");
    if (status != KITH_OK)
        return status;
    call->act.arena = call->row_arena;
    walk.owner = wish.owner;
    walk.project = wish.project;
    status = wish.alone ? gather(&history, &wish.head)
                        : walk_heads(call->act.txn, &walk);
    if (status == KITH_OK)
        status = show_places(&history);
    free(history.places);
    return status;
}
