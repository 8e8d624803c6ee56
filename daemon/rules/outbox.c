/* outbox - adds places to a link's queue.
 *
 * Not here: making entries of them (pump.c).
 */
#include "rules/outbox.h"

#include "rules/act.h"
#include "store/logs.h"
#include "store/records.h"

enum kith_status outbox_add(struct act *act, const struct store_link *link,
                            enum outbox_cause cause,
                            const struct kith_record *record)
{
    struct store_queued queued = {.cause = (uint8_t)cause, .at = act->now};
    struct kith_record named = *record;
    struct kith_buf buf = {0};
    enum kith_status status;

    if (kith_id_is_none(&named.id))
        named.id = kith_id_random();
    if (named.revision == 0)
        named.revision = 1;
    if (named.changed_at == 0)
        named.changed_at = act->now;
    status = kith_record_encode(&named, &buf);
    if (status == KITH_OK) {
        queued.body = kith_buf_bytes(&buf);
        status = store_queue_add(act->txn, link->number, &queued);
    }
    kith_buf_clear(&buf);
    return status;
}

enum kith_status outbox_add_revision(struct act *act, uint32_t link,
                                     enum outbox_cause cause,
                                     const struct store_head *head,
                                     uint64_t revision_row)
{
    struct store_queued queued = {.cause = (uint8_t)cause,
                                  .project = head->ref.project,
                                  .record = head->ref.record,
                                  .revision_row = revision_row,
                                  .at = act->now};

    return store_queue_add(act->txn, link, &queued);
}

enum kith_status outbox_step_back(struct act *act, uint32_t link)
{
    struct store_queued queued = {0}, last = {0};
    enum kith_status status = KITH_OK;
    bool more = true;

    while (status == KITH_OK && more) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        const uint64_t end = last.sequence;

        status = store_queue_next(act->txn, link, queued.sequence, act->arena,
                                  &queued);
        more = status == KITH_OK && (end == 0 || queued.sequence < end);
        if (more && (queued.record != 0 || queued.cause == OUTBOX_GRANT)) {
            struct store_queued moved = queued;

            status = store_queue_drop(act->txn, link, queued.sequence);
            if (status == KITH_OK)
                status = store_queue_add(act->txn, link, &moved);
            if (end == 0)
                last = moved; /* from here on all has been moved */
        }
        last.body = queued.body = (struct kith_bytes){NULL, 0};
        kith_arena_rewind(act->arena, mark);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
