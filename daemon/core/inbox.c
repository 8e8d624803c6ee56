/* inbox - walks messages and answers of partners, as the caller may see them.
 *
 * Which ones are open asks follows from our own answers, which are read first.
 * Not here: marking as read (verb_inbox.c), notices (rules/notice.c).
 */
#include "core/inbox.h"

#include <string.h>

#include "core/call.h"
#include "core/walk.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/access.h"
#include "rules/oral.h"
#include "rules/revision.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    COUNT_HEADS = 5000,                /* heads that a status looks at */
    COUNT_OPENED = 150,                /* items that it opens: some 10 ms */
    ITEM_ARENA_MAX = 8 * KITH_BODY_MAX /* what reading one item takes */
};

/* An item that we answered, and how. */
struct answered {
    struct kith_id item;
    int64_t verdict;
};

struct scan {
    struct call *call;
    const struct inbox_walk *walk; /* NULL: counts */
    struct kith_arena *kept;       /* the call's own arena */
    struct kith_arena *item;       /* of one item */
    struct answered *answers;      /* in kept */
    size_t n_answers, cap_answers;
    struct inbox_count count;
    uint64_t seen, opened;
};

/* Arena memory cannot grow in place: each step doubles and copies. */
static enum kith_status keep_answer(struct scan *scan,
                                    const struct answered *answered)
{
    if (scan->n_answers == scan->cap_answers) {
        size_t cap = scan->cap_answers == 0 ? 64 : scan->cap_answers * 2;
        struct answered *list =
            kith_arena_alloc(scan->kept, cap * sizeof(*list));

        if (list == NULL)
            return KITH_NOMEM;
        if (scan->n_answers > 0)
            memcpy(list, scan->answers, scan->n_answers * sizeof(*list));
        scan->answers = list;
        scan->cap_answers = cap;
    }
    scan->answers[scan->n_answers++] = *answered;
    return KITH_OK;
}

static enum kith_status visit_own(void *context, const struct store_head *head)
{
    struct scan *scan = context;
    struct answered answered;
    struct kith_record record;
    enum kith_status status;

    if (scan->walk == NULL && ++scan->seen > COUNT_HEADS)
        return KITH_LIMIT;
    if (head->kind != KITH_KIND_ANSWER || head->inactive)
        return KITH_OK;
    kith_arena_reset(scan->item);
    status = revision_read(&scan->call->act, head, 0, &record);
    if (status == KITH_UNREADABLE)
        return KITH_OK;
    if (status == KITH_OK &&
        kith_record_octets(&record, KITH_ANSWER_TO, answered.item.b,
                           KITH_ID_LEN) == KITH_OK) {
        answered.verdict = kith_record_value(&record, KITH_ANSWER_VERDICT, 0);
        status = keep_answer(scan, &answered);
    }
    return status;
}

static const struct answered *find_answer(const struct scan *scan,
                                          const struct kith_id *item)
{
    for (size_t i = scan->n_answers; i > 0; i--) {
        if (kith_id_equal(&scan->answers[i - 1].item, item))
            return &scan->answers[i - 1];
    }
    return NULL;
}

/* Reads the item for this person. KITH_NOT_FOUND: not for him. */
static enum kith_status read_item(struct scan *scan,
                                  const struct store_head *head, bool unread,
                                  struct inbox_item *ret_item)
{
    const struct answered *answered = find_answer(scan, &head->id);
    enum kith_status status;

    memset(ret_item, 0, sizeof(*ret_item));
    ret_item->head = *head;
    ret_item->unread = unread;
    kith_arena_reset(scan->item);
    status = access_read(&scan->call->act, head, &ret_item->record);
    if (status == KITH_UNREADABLE)
        return KITH_NOT_FOUND;
    ret_item->answered = answered != NULL;
    if (answered != NULL) {
        const struct kith_field_info *info = kith_field_info(
            kith_kind_info(KITH_KIND_ANSWER), KITH_ANSWER_VERDICT);
        const char *name = kith_choice_name(info->choices, answered->verdict);

        ret_item->verdict = kith_bytes_of(name == NULL ? "" : name);
    }
    return status;
}

static void count_item(struct inbox_count *count, const struct inbox_item *item)
{
    const struct kith_field *due;

    count->unread += item->unread ? 1 : 0;
    if (item->head.kind != KITH_KIND_MESSAGE || item->answered ||
        item->record.inactive ||
        (!oral_is(&item->record) &&
         kith_record_value(&item->record, KITH_MESSAGE_TYPE, 0) !=
             KITH_MESSAGE_ASK))
        return;
    count->asks++;
    due = kith_record_field(&item->record, KITH_MESSAGE_DUE);
    if (due != NULL && due->when.kind == KITH_WHEN_DATE &&
        (count->due_day == 0 || due->when.from_day < count->due_day))
        count->due_day = due->when.from_day;
}

/* May a status still open an item? What it cannot count it does not claim. */
static bool may_open(struct scan *scan, bool unread)
{
    if (scan->walk != NULL || ++scan->opened <= COUNT_OPENED)
        return true;
    scan->count.asks_known = false;
    if (unread)
        scan->count.unread_known = false;
    return false;
}

static enum kith_status visit_item(void *context, const struct store_head *head)
{
    struct scan *scan = context;
    struct act *act = &scan->call->act;
    struct inbox_item item;
    uint64_t read = 0;
    enum kith_status status;

    if (scan->walk == NULL && ++scan->seen > COUNT_HEADS)
        return KITH_LIMIT;
    if ((head->kind != KITH_KIND_MESSAGE && head->kind != KITH_KIND_ANSWER) ||
        head->withdrawn)
        return KITH_OK;
    status = store_read_get(act->txn, act->person, &head->ref, &read);
    if (status != KITH_OK || !may_open(scan, read < head->revision))
        return status;
    status = read_item(scan, head, read < head->revision, &item);
    if (status == KITH_NOT_FOUND)
        return KITH_OK;
    if (status == KITH_OK && scan->walk != NULL)
        status = scan->walk->visit(scan->walk->context, &item);
    else if (status == KITH_OK)
        count_item(&scan->count, &item);
    return status;
}

/* Our answers, then the items of OWNER, or of everybody. */
static enum kith_status walk_all(struct scan *scan, uint32_t owner)
{
    struct walk heads = {STORE_OWN, 0, visit_own, scan};
    struct store_link link = {0};
    struct store_txn *txn = scan->call->act.txn;
    enum kith_status status = kith_arena_new(ITEM_ARENA_MAX, &scan->item);

    if (status != KITH_OK)
        return status;
    scan->kept = scan->call->act.arena;
    scan->call->act.arena = scan->item;
    status = walk_heads(txn, &heads);
    heads.visit = visit_item;
    while (status == KITH_OK) {
        status = store_link_next(txn, link.number, &link);
        if (status != KITH_OK)
            break;
        if (link.removed || (owner != 0 && owner != link.number))
            continue;
        heads.owner = link.number;
        status = walk_heads(txn, &heads);
    }
    scan->call->act.arena = scan->kept;
    kith_arena_destroy(&scan->item);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status inbox_walk(struct call *call, const struct inbox_walk *walk)
{
    struct scan scan = {.call = call, .walk = walk};

    return walk_all(&scan, walk->owner);
}

enum kith_status inbox_count(struct call *call, struct inbox_count *ret_count)
{
    struct scan scan = {.call = call,
                        .count = {.unread_known = true, .asks_known = true}};
    enum kith_status status = walk_all(&scan, 0);

    if (status == KITH_LIMIT) {
        scan.count.unread_known = false;
        scan.count.asks_known = false;
        status = KITH_OK;
    }
    if (status == KITH_OK)
        *ret_count = scan.count;
    return status;
}
