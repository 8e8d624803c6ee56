/* decided - see the header.
 */
#include "core/decided.h"

#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/inbox.h"
#include "kith/entry.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/reopen.h"
#include "store/logs.h"

struct reading {
    struct call *call;
    const struct store_link *link;
    struct decided *decided;
};

static enum kith_status keep(struct decided *decided,
                             const struct decided_record *one)
{
    if (decided->count == decided->room) {
        const size_t room = decided->room == 0 ? 16 : 2 * decided->room;
        struct decided_record *list =
            realloc(decided->list, room * sizeof(*list));

        if (list == NULL)
            return KITH_NOMEM;
        decided->list = list;
        decided->room = room;
    }
    decided->list[decided->count++] = *one;
    return KITH_OK;
}

static enum kith_status visit(void *context, const struct inbox_item *item)
{
    struct reading *reading = context;
    struct store_txn *txn = reading->call->act.txn;
    const struct store_link *link = reading->link;
    const struct store_log_id log = {link->number, STORE_IN, link->in.number};
    struct decided_record one;
    struct kith_entry_header header;
    struct kith_bytes bytes = {NULL, 0};
    struct store_told told;
    struct kith_id question;
    enum kith_status status;

    if (item->head.kind != KITH_KIND_ANSWER || item->record.inactive ||
        item->head.log_number != log.number ||
        kith_record_octets(&item->record, KITH_ANSWER_TO, question.b,
                           KITH_ID_LEN) != KITH_OK)
        return KITH_OK;
    status = store_told_by_item(txn, link->number, &question, &told);
    if (status == KITH_NOT_FOUND)
        return KITH_OK; /* to something of others, or gone */
    if (status == KITH_OK)
        status = store_entry_header(txn, &log, item->head.newest, &bytes);
    if (status == KITH_OK)
        status = kith_entry_decode(bytes, &header);
    if (status != KITH_OK)
        return status;
    one = (struct decided_record){told.ref.record, header.seen};
    return keep(reading->decided, &one);
}

static enum kith_status keep_read(struct decided *decided,
                                  const struct decided_read_one *one)
{
    if (decided->n_reads == decided->reads_room) {
        const size_t room =
            decided->reads_room == 0 ? 16 : 2 * decided->reads_room;
        struct decided_read_one *reads =
            realloc(decided->reads, room * sizeof(*reads));

        if (reads == NULL)
            return KITH_NOMEM;
        decided->reads = reads;
        decided->reads_room = room;
    }
    decided->reads[decided->n_reads++] = *one;
    return KITH_OK;
}

/* The reading that entry INDEX of LINK's log tells of, if it does. */
static enum kith_status look_at(struct call *call,
                                const struct store_link *link, uint64_t index,
                                struct decided *decided)
{
    const struct kith_arena_mark mark = kith_arena_mark(call->act.arena);
    const struct store_log_id log = {link->number, STORE_IN, link->in.number};
    struct reopened opened = {0};
    struct kith_entry_header header;
    struct store_entry entry;
    struct store_told told;
    struct kith_id item;
    enum kith_status status =
        store_entry_get(call->act.txn, &log, index, call->act.arena, &entry);

    if (status == KITH_OK)
        status = kith_entry_decode(entry.header, &header);
    if (status == KITH_OK && header.entry_class == KITH_CLASS_DUTY &&
        entry.verdict == STORE_PROCESSED && entry.has_ek) {
        status = reopen_entry(&call->act, link, STORE_IN, &entry, &opened);
        if (status == KITH_OK && opened.body.record.kind == KITH_KIND_READ &&
            kith_record_octets(&opened.body.record, KITH_READ_ITEM, item.b,
                               KITH_ID_LEN) == KITH_OK &&
            store_told_by_item(call->act.txn, link->number, &item, &told) ==
                KITH_OK)
            status = keep_read(
                decided, &(struct decided_read_one){
                             told.ref.record,
                             (uint64_t)kith_record_value(
                                 &opened.body.record, KITH_READ_REVISION, 0)});
        if (status == KITH_UNREADABLE)
            status = KITH_OK;
        reopened_clear(&opened);
    }
    kith_wipe(&entry.ek, sizeof(entry.ek));
    kith_arena_rewind(call->act.arena, mark);
    return status;
}

enum kith_status decided_read(struct call *call, const struct store_link *link,
                              struct decided *decided)
{
    struct reading reading = {call, link, decided};
    const struct inbox_walk walk = {link->number, visit, &reading};

    enum kith_status status = KITH_OK;

    decided->known = true;
    for (uint64_t i = 0; status == KITH_OK && i < link->in.tree.size; i++)
        status = look_at(call, link, i, decided);
    return status == KITH_OK ? inbox_walk(call, &walk) : status;
}

bool decided_has(const struct decided *decided, uint64_t record, uint64_t index)
{
    for (size_t i = 0; i < decided->count; i++) {
        if (decided->list[i].record == record && index < decided->list[i].seen)
            return true;
    }
    return false;
}

bool decided_is_read(const struct decided *decided, uint64_t record,
                     uint64_t revision)
{
    for (size_t i = 0; i < decided->n_reads; i++) {
        if (decided->reads[i].record == record &&
            decided->reads[i].revision == revision)
            return true;
    }
    return false;
}

void decided_clear(struct decided *decided)
{
    free(decided->list);
    free(decided->reads);
    memset(decided, 0, sizeof(*decided));
}
