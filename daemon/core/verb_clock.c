/* verb_clock - a person says that this machine's clock is right.
 */
#include "core/verbs.h"

#include "core/call.h"
#include "core/daemon.h"
#include "core/wall.h"
#include "kith/rows.h"
#include "rules/grant_told.h"
#include "store/logs.h"

/* What was posted meanwhile was withheld from everybody: it is queued now. */
static enum kith_status settle_all(struct call *call)
{
    struct store_link link = {0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_OK && !link.removed)
            status = grant_settle(&call->act, &link);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status verb_clock_confirm(struct daemon *daemon, struct call *call)
{
    const bool doubted = daemon->time_doubted;
    enum kith_status status = KITH_OK;

    if (doubted) {
        status = wall_confirm(daemon, &call->act);
        call->act.time_doubted = false;
        if (status == KITH_OK)
            status = settle_all(call);
    }
    if (status != KITH_OK)
        return status;
    call_row_start(call);
    call_put_text(call, KITH_CHECK_ROW_CHECK, "clock");
    kith_build_choice(&call->builder, KITH_CHECK_ROW_RESULT, KITH_CHECK_OK);
    call_put_text(call, KITH_CHECK_ROW_TEXT,
                  doubted ? "confirmed: what waited goes on"
                          : "time was not in doubt");
    call_row_end(call);
    return KITH_OK;
}
