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
