/* revision - see the header. Not here: items of partners (reopen.c). */
#include "rules/revision.h"

#include "rules/act.h"

enum kith_status revision_read(struct act *act, const struct store_head *head,
                               uint64_t row, struct kith_record *ret_record)
{
    struct kith_bytes bytes;
    enum kith_status status = store_revision_get(
        act->txn, head, row != 0 ? row : head->newest, act->arena, &bytes);

    if (status != KITH_OK)
        return status;
    return kith_record_decode(act->arena, bytes, ret_record);
}
