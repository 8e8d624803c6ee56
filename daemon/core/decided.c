/* decided - see the header.
 */
#include "core/decided.h"

#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/inbox.h"
#include "kith/entry.h"
#include "kith/fields.h"

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

enum kith_status decided_read(struct call *call, const struct store_link *link,
                              struct decided *decided)
{
    struct reading reading = {call, link, decided};
    const struct inbox_walk walk = {link->number, visit, &reading};

    decided->known = true;
    return inbox_walk(call, &walk);
}

bool decided_has(const struct decided *decided, uint64_t record, uint64_t index)
{
    for (size_t i = 0; i < decided->count; i++) {
        if (decided->list[i].record == record && index < decided->list[i].seen)
            return true;
    }
    return false;
}

void decided_clear(struct decided *decided)
{
    free(decided->list);
    memset(decided, 0, sizeof(*decided));
}
