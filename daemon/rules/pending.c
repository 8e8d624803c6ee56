/* pending - finds the next one, so that receipts stop before it. */
#include "rules/pending.h"

#include "kith/sign.h"
#include "rules/act.h"
#include "store/logs.h"

enum kith_status pending_settle(struct act *act, struct store_link *link)
{
    const struct store_log_id log = {link->number, STORE_IN, link->in.number};
    uint64_t index;

    if (link->in.pending == 0)
        return KITH_OK;
    for (index = link->in.pending - 1;; index++) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        struct store_entry row;
        enum kith_status status =
            store_entry_get(act->txn, &log, index, act->arena, &row);
        const bool pending = status == KITH_OK && row.verdict == STORE_PENDING;

        kith_arena_rewind(act->arena, mark);
        if (status == KITH_NOT_FOUND) {
            link->in.pending = 0;
            return KITH_OK;
        }
        kith_wipe(&row.ek, sizeof(row.ek));
        if (status != KITH_OK)
            return status;
        if (pending) {
            link->in.pending = index + 1;
            return KITH_OK;
        }
    }
}
