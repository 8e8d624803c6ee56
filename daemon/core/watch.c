/* watch - see the header.
 *
 * Not here: who is told what (rules/watch.c), delivery (notices.c).
 */
#include "core/watch.h"

#include "base/log.h"
#include "core/daemon.h"
#include "rules/cache.h"
#include "rules/watch.h"
#include "store/store.h"

enum {
    MS_A_DAY = 24 * 60 * 60 * 1000
};

void watch_run(struct daemon *daemon)
{
    const int32_t today = (int32_t)(daemon->now.wall_ms / MS_A_DAY);
    struct store_txn *txn = NULL;
    struct act act;
    bool told = false;
    enum kith_status status;

    if (daemon->time_doubted || daemon->must_exit ||
        !watch_is_due(&daemon->company, today))
        return;
    status = store_begin(daemon->store, true, &txn);
    if (status == KITH_OK) {
        kith_arena_reset(daemon->arena);
        daemon_act(daemon, txn, &act);
        status = watch_tell(&act, &told);
    }
    if (status == KITH_OK && told)
        status = store_commit(&txn);
    store_abort(&txn);
    if (status == KITH_OK)
        return;
    cache_drop(&daemon->company);
    log_event(LOG_LEVEL_ERROR, "watch.store", "why", kith_status_name(status),
              NULL);
    daemon->must_exit = daemon->must_exit || status == KITH_IO;
}
