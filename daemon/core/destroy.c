/* destroy - see the header.
 *
 * Not here: which slots, and the certificate (rules/destruction.c).
 */
#include "core/destroy.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/daemon.h"
#include "core/links.h"
#include "kith/error.h"
#include "rules/act.h"
#include "rules/destruction.h"
#include "store/store.h"

enum {
    RETRY_MS = 60 * 1000
};

/* The next one under way and its slots. KITH_NOT_FOUND: none. */
static enum kith_status look(struct daemon *daemon, uint64_t *ret_number,
                             struct destruction_found *ret_found)
{
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, false, &txn);

    if (status != KITH_OK)
        return status;
    kith_arena_reset(daemon->arena);
    daemon_act(daemon, txn, &act);
    status = destruction_under_way(&act, ret_number);
    if (status == KITH_OK)
        status = destruction_entries(&act, *ret_number, ret_found);
    store_abort(&txn);
    return status;
}

/* The slots are gone: the certificate, in a transaction of its own. */
static enum kith_status certify(struct daemon *daemon, uint64_t number,
                                const struct destruction_found *found)
{
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    if (status != KITH_OK)
        return status;
    kith_arena_reset(daemon->arena);
    daemon_act(daemon, txn, &act);
    status = destruction_finish(&act, number, found);
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

static enum kith_status carry_out(struct daemon *daemon)
{
    struct destruction_found found = {.slots = NULL};
    struct kith_error err;
    char entries[24];
    uint64_t number = 0;
    enum kith_status status = look(daemon, &number, &found);

    if (status != KITH_OK)
        return status;
    kith_error_clear(&err);
    status =
        store_slots_destroy(daemon->store, found.slots, found.n_slots, &err);
    free(found.slots);
    found.slots = NULL;
    if (status == KITH_OK)
        status = certify(daemon, number, &found);
    if (status != KITH_OK)
        return status;
    (void)snprintf(entries, sizeof(entries), "%llu",
                   (unsigned long long)found.entries);
    log_event(LOG_LEVEL_INFO, "destroyed", "entries", entries, NULL);
    links_mark_all(daemon);
    return KITH_OK;
}

void destroy_run(struct daemon *daemon)
{
    enum kith_status status = KITH_OK;

    if (daemon->destroy_at_ms > daemon->now.boot_ms)
        return;
    while (status == KITH_OK)
        status = carry_out(daemon);
    daemon->destroy_at_ms = INT64_MAX;
    if (status == KITH_NOT_FOUND)
        return;
    log_event(LOG_LEVEL_ERROR, "destroy.failed", "why",
              kith_status_name(status), NULL);
    daemon->destroy_at_ms = daemon->now.boot_ms + RETRY_MS;
    if (status == KITH_IO)
        daemon->must_exit = true;
}
