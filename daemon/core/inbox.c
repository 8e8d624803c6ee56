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
#include "rules/access.h"
#include "rules/revision.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    COUNT_LIMIT = 5000 /* heads that a status looks at */
};

/* An item that we answered, and how. */
struct answered {
    struct kith_id item;
    int64_t verdict;
};

struct scan {
    struct call *call;
    const struct inbox_walk *walk;
    struct answered *answers; /* in call->act.arena */
    size_t n_answers, cap_answers;
    uint64_t seen;
};

/* Arena memory cannot grow in place: each step doubles and copies. */
static enum kith_status keep_answer(struct scan *scan,
                                    const struct answered *answered)
{
    if (scan->n_answers == scan->cap_answers) {
        size_t cap = scan->cap_answers == 0 ? 64 : scan->cap_answers * 2;
        struct answered *list =
            kith_arena_alloc(scan->call->act.arena, cap * sizeof(*list));

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

    if (scan->walk->limit > 0 && ++scan->seen > scan->walk->limit)
        return KITH_LIMIT;
    if (head->kind != KITH_KIND_ANSWER || head->inactive)
        return KITH_OK;
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

static enum kith_status visit_item(void *context, const struct store_head *head)
{
    struct scan *scan = context;
    struct act *act = &scan->call->act;
    struct inbox_item item;
    const struct answered *answered;
    uint64_t read = 0;
    enum kith_status status;

    if (scan->walk->limit > 0 && ++scan->seen > scan->walk->limit)
        return KITH_LIMIT;
    if ((head->kind != KITH_KIND_MESSAGE && head->kind != KITH_KIND_ANSWER) ||
        head->withdrawn)
        return KITH_OK;
    memset(&item, 0, sizeof(item));
    item.head = *head;
    status = access_read(act, head, &item.record);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status == KITH_OK)
        status = store_read_get(act->txn, act->person, &head->ref, &read);
    if (status != KITH_OK)
        return status;
    answered = find_answer(scan, &head->id);
    item.unread = read < head->revision;
    item.answered = answered != NULL;
    if (answered != NULL) {
        const struct kith_field_info *info = kith_field_info(
            kith_kind_info(KITH_KIND_ANSWER), KITH_ANSWER_VERDICT);
        const char *name = kith_choice_name(info->choices, answered->verdict);

        item.verdict = kith_bytes_of(name == NULL ? "" : name);
    }
    return scan->walk->visit(scan->walk->context, &item);
}

enum kith_status inbox_walk(struct call *call, const struct inbox_walk *walk)
{
    struct scan scan = {call, walk, NULL, 0, 0, 0};
    struct walk heads = {STORE_OWN, 0, visit_own, &scan};
    struct store_link link = {0};
    enum kith_status status = walk_heads(call->act.txn, &heads);

    heads.visit = visit_item;
    while (status == KITH_OK) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status != KITH_OK)
            break;
        if (link.removed || (walk->owner != 0 && walk->owner != link.number))
            continue;
        heads.owner = link.number;
        status = walk_heads(call->act.txn, &heads);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status count_item(void *context, const struct inbox_item *item)
{
    struct inbox_count *count = context;
    const struct kith_field *due;

    count->unread += item->unread ? 1 : 0;
    if (item->head.kind != KITH_KIND_MESSAGE || item->answered ||
        item->record.inactive ||
        kith_record_value(&item->record, KITH_MESSAGE_TYPE, 0) !=
            KITH_MESSAGE_ASK)
        return KITH_OK;
    count->asks++;
    due = kith_record_field(&item->record, KITH_MESSAGE_DUE);
    if (due != NULL && due->when.kind == KITH_WHEN_DATE &&
        (count->due_day == 0 || due->when.from_day < count->due_day))
        count->due_day = due->when.from_day;
    return KITH_OK;
}

enum kith_status inbox_count(struct call *call, struct inbox_count *ret_count)
{
    struct inbox_count count = {0, 0, 0, true};
    struct inbox_walk walk = {0, COUNT_LIMIT, count_item, &count};
    enum kith_status status = inbox_walk(call, &walk);

    if (status == KITH_LIMIT) {
        count.complete = false;
        status = KITH_OK;
    }
    if (status == KITH_OK)
        *ret_count = count;
    return status;
}
