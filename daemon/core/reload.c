/* reload - swaps the configuration when the whole of the new file is good.
 *
 * Not here: the settings that only a restart applies; they are named, and the
 * running ones stay.
 */
#include "core/reload.h"

#include "base/config.h"
#include "base/config_load.h"
#include "base/log.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/notifier.h"
#include "kith/error.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "store/store.h"

enum kith_status reload_config(struct daemon *daemon, char *ret_restart,
                               size_t size, struct kith_error *err)
{
    struct config *next = NULL;
    enum kith_status status = config_load(daemon->config->path, &next, err);

    if (status != KITH_OK) {
        log_event(LOG_LEVEL_ERROR, "config.kept", "why", err->what, NULL);
        return status;
    }
    config_restart_needed(daemon->config, next, ret_restart, size);
    config_keep_running(daemon->config, next);
    config_destroy(&daemon->config);
    daemon->config = next;
    daemon_limit(daemon);
    notifier_reload(daemon->notifier);
    links_mark_all(daemon);
    log_event(LOG_LEVEL_INFO, "config.loaded", "needs_restart",
              ret_restart[0] == '\0' ? NULL : ret_restart, NULL);
    return KITH_OK;
}

void reload_by_signal(struct daemon *daemon)
{
    char restart[256];
    struct kith_error err;
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    kith_error_clear(&err);
    kith_arena_reset(daemon->arena);
    if (status == KITH_OK) {
        daemon_act(daemon, txn, &act);
        status = audit_add(
            &act, &(struct audit_line){.what = "reloaded", .text = "signal"});
    }
    if (status == KITH_OK)
        status = reload_config(daemon, restart, sizeof(restart), &err);
    else
        log_event(LOG_LEVEL_ERROR, "config.kept", "why",
                  "the audit log takes no row", NULL);
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
}
