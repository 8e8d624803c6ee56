/* watch - see the header.
 *
 * Not here: who is told what (rules/agreement_watch.c), delivery (notices.c).
 */
#include "core/watch.h"

#include "base/log.h"
#include "core/daemon.h"
#include "rules/agreement_watch.h"
#include "rules/cache.h"
#include "store/store.h"

enum {
    MS_A_DAY = 24 * 60 * 60 * 1000
};

void watch_run(struct daemon *daemon)
{
    const int32_t today = (int32_t)(daemon->now.wall_ms / MS_A_DAY);
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status;

    if (daemon->time_doubted || daemon->must_exit ||
        !agreement_watch_due(&daemon->company, today))
        return;
    status = store_begin(daemon->store, true, &txn);
    if (status == KITH_OK) {
        kith_arena_reset(daemon->arena);
        daemon_act(daemon, txn, &act);
        status = agreement_watch(&act);
    }
    if (status == KITH_OK && !agreement_watch_due(&daemon->company, today)) {
        store_abort(&txn); /* nothing was due, nothing was written */
        return;
    }
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
    if (status == KITH_OK)
        return;
    cache_drop(&daemon->company);
    log_event(LOG_LEVEL_ERROR, "watch.store", "why", kith_status_name(status),
              NULL);
    daemon->must_exit = daemon->must_exit || status == KITH_IO;
}
