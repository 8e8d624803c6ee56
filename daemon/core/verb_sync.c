/* verb_sync - who told whom what and when, what still waits, and dialling now.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/decided.h"
#include "core/entry_row.h"
#include "core/links.h"
#include "core/nda_row.h"
#include "core/partner_row.h"
#include "core/record_rows.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"
#include "rules/outbox.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum {
    TOLD_DEFAULT = 100
}; /* newest entries of each log */

/* Visits the partner that the request names, or each that is not removed. */
typedef enum kith_status visit_link(struct daemon *daemon, struct call *call,
                                    const struct store_link *link);

static enum kith_status each_partner(struct daemon *daemon, struct call *call,
                                     visit_link *visit)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_bytes name = {NULL, 0};
    struct store_link link = {0};
    enum kith_status status;

    if (argument != NULL)
        name = kith_record_bytes(argument, KITH_RECORD_ARGS_PARTNER);
    if (name.len > 0) {
        status = resolve_partner(&call->act, name, &link);
        return status == KITH_OK ? visit(daemon, call, &link) : status;
    }
    for (;;) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK && !link.removed)
            status = visit(daemon, call, &link);
        if (status != KITH_OK)
            return status;
    }
}

/* Is the entry one that the request asks for? */
static bool fits(const struct record_wish *wish, enum store_side side,
                 const struct entry_view *view)
{
    uint32_t owner = side == STORE_OUT ? STORE_OWN : UINT32_MAX;

    if (view->entry.at < wish->since)
        return false;
    if (wish->alone)
        return view->entry.record != 0 &&
               view->entry.record == wish->head.ref.record &&
               (owner == STORE_OWN) == (wish->head.ref.owner == STORE_OWN);
    if (wish->project != 0)
        return view->project == wish->project &&
               (owner == STORE_OWN) == (wish->owner == STORE_OWN);
    return true;
}

/* What protects it, by the agreement that it was told under. */
static enum kith_status put_protection(struct call *call, uint32_t link,
                                       const struct kith_hash *digest)
{
    const struct nda_row_fields to = {KITH_TOLD_ROW_PROTECT_UNTIL,
                                      KITH_TOLD_ROW_DUTY};
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status != KITH_OK)
        return status;
    agreement = agreement_by_digest(cache, link, digest);
    if (agreement != NULL)
        nda_row_put_duty(call, cache, agreement, &to);
    return KITH_OK;
}

static enum kith_status add_told(struct call *call,
                                 const struct store_link *link,
                                 enum store_side side, uint64_t index,
                                 const struct entry_view *view)
{
    struct kith_record_builder *row = &call->builder;
    enum kith_status status = KITH_OK;

    call_row_start_kind(call, KITH_KIND_TOLD_ROW);
    call_put_text(call, KITH_TOLD_ROW_PARTNER, link->alias);
    kith_build_choice(row, KITH_TOLD_ROW_DIRECTION,
                      side == STORE_OUT ? KITH_DIRECTION_SENT
                                        : KITH_DIRECTION_RECEIVED);
    kith_build_number(row, KITH_TOLD_ROW_AT, view->entry.at);
    call_put_text(call, KITH_TOLD_ROW_KIND, view->kind);
    call_put_text(call, KITH_TOLD_ROW_PATH, view->path);
    if (view->revision > 0)
        kith_build_number(row, KITH_TOLD_ROW_REVISION, (int64_t)view->revision);
    call_put_text(call, KITH_TOLD_ROW_STATE, view->state);
    kith_build_number(row, KITH_TOLD_ROW_LOG_NUMBER,
                      side == STORE_OUT ? link->out.number : link->in.number);
    kith_build_number(row, KITH_TOLD_ROW_INDEX, (int64_t)index);
    if (view->has_item)
        kith_build_octets(row, KITH_TOLD_ROW_ID, view->item.b, KITH_ID_LEN);
    if (view->has_agreement)
        status = put_protection(call, link->number, &view->agreement);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

/* What is stored there may have been read too, and a question decided. What the
 * partner says of it is looked at when the first of these is met. */
static enum kith_status climb(struct call *call, const struct store_link *link,
                              uint64_t index, struct decided *decided,
                              struct entry_view *view)
{
    enum kith_status status = KITH_OK;

    if (index >= link->out.receipted || view->entry.record == 0 ||
        view->entry.verdict != STORE_PROCESSED)
        return KITH_OK;
    if (!decided->known)
        status = decided_read(call, link, decided);
    if (status == KITH_OK &&
        decided_is_read(decided, view->entry.record, view->told_revision))
        view->state = "read";
    if (status == KITH_OK && decided_has(decided, view->entry.record, index) &&
        strcmp(view->kind, kith_kind_info(KITH_KIND_MESSAGE)->name) == 0)
        view->state = "decided";
    return status;
}

/* The newest entries of one log, oldest of them first. */
static enum kith_status show_log(struct call *call,
                                 const struct store_link *link,
                                 enum store_side side,
                                 const struct record_wish *wish)
{
    uint64_t size =
        side == STORE_OUT ? link->out.tree.size : link->in.tree.size;
    uint64_t most =
        wish->left == INT64_MAX ? TOLD_DEFAULT : (uint64_t)wish->left;
    struct decided decided = {.known = side == STORE_IN};
    bool narrowed = wish->alone || wish->project != 0 || wish->since > 0;
    uint64_t from = !narrowed && size > most ? size - most : 0;
    enum kith_status status = KITH_OK;

    for (uint64_t i = from; status == KITH_OK && i < size; i++) {
        struct entry_view view;

        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        status = entry_row_read(call, link, side, i, &view);
        /* Officers account for all that was told; to others an item that they
         * may not read was not (inv. 6). */
        if (view.hidden && call->person.role < KITH_ROLE_OFFICER)
            continue;
        if (status == KITH_OK && side == STORE_OUT)
            status = climb(call, link, i, &decided, &view);
        if (status == KITH_OK && fits(wish, side, &view))
            status = add_told(call, link, side, i, &view);
    }
    decided_clear(&decided);
    return status;
}

static enum kith_status show_told(struct daemon *daemon, struct call *call,
                                  const struct store_link *link)
{
    struct record_wish wish;
    struct kith_arena *arena = call->act.arena;
    enum kith_status status = record_wish_read(call, &wish);

    (void)daemon;
    if (wish.owner != STORE_OWN && wish.owner != link->number)
        return status;
    call->act.arena = call->row_arena;
    if (status == KITH_OK)
        status = show_log(call, link, STORE_OUT, &wish);
    if (status == KITH_OK)
        status = show_log(call, link, STORE_IN, &wish);
    call->act.arena = arena;
    return status;
}

enum kith_status verb_told(struct daemon *daemon, struct call *call)
{
    return each_partner(daemon, call, show_told);
}

static const char *name_cause(uint8_t cause)
{
    static const char *const names[] = {
        [OUTBOX_POSTED] = "posted", [OUTBOX_BACKFILL] = "backfill",
        [OUTBOX_GRANT] = "grant",   [OUTBOX_RELATION] = "relation",
        [OUTBOX_DUTY] = "duty",
    };

    return cause < sizeof(names) / sizeof(names[0]) ? names[cause] : NULL;
}

static enum kith_status add_queued(struct call *call,
                                   const struct store_link *link,
                                   const struct store_queued *queued)
{
    struct kith_record_builder *row = &call->builder;
    struct store_ref ref = {STORE_OWN, queued->project, queued->record};
    const struct kith_kind_info *info = NULL;
    struct kith_record record;
    struct store_head head;
    char path[KITH_PATH_MAX + 1] = "";
    enum kith_status status = KITH_OK;

    memset(&head, 0, sizeof(head));
    if (queued->record != 0) {
        status = store_head_get(call->act.txn, &ref, &head);
        if (status == KITH_OK)
            status = resolve_path(&call->act, &head, path, sizeof(path));
        info = kith_kind_info(head.kind);
    } else {
        status = kith_record_decode(call->act.arena, queued->body, &record);
        if (status == KITH_OK)
            info = kith_kind_info(record.kind);
    }
    if (status != KITH_OK)
        return status;
    call_row_start_kind(call, KITH_KIND_QUEUE_ROW);
    call_put_text(call, KITH_QUEUE_ROW_PARTNER, link->alias);
    call_put_text(call, KITH_QUEUE_ROW_KIND, info == NULL ? "" : info->name);
    call_put_text(call, KITH_QUEUE_ROW_PATH, path);
    if (head.revision > 0)
        kith_build_number(row, KITH_QUEUE_ROW_REVISION, (int64_t)head.revision);
    kith_build_number(row, KITH_QUEUE_ROW_AT, queued->at);
    call_put_text(call, KITH_QUEUE_ROW_CAUSE, name_cause(queued->cause));
    call_put_text(call, KITH_QUEUE_ROW_STATE, "queued");
    call_row_end(call);
    return call->status;
}

static enum kith_status show_queue(struct daemon *daemon, struct call *call,
                                   const struct store_link *link)
{
    struct kith_arena *arena = call->act.arena;
    struct store_queued queued;
    enum kith_status status = KITH_OK;

    (void)daemon;
    memset(&queued, 0, sizeof(queued));
    call->act.arena = call->row_arena;
    while (status == KITH_OK) {
        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        status = store_queue_next(call->act.txn, link->number, queued.sequence,
                                  call->row_arena, &queued);
        if (status == KITH_OK)
            status = add_queued(call, link, &queued);
    }
    call->act.arena = arena;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status verb_queue(struct daemon *daemon, struct call *call)
{
    return each_partner(daemon, call, show_queue);
}

static enum kith_status dial(struct daemon *daemon, struct call *call,
                             const struct store_link *link)
{
    links_dial_now(daemon, link->number);
    return partner_row_add(daemon, call, link, false);
}

enum kith_status verb_sync_now(struct daemon *daemon, struct call *call)
{
    return each_partner(daemon, call, dial);
}
