/* understand - see the header. Not here: what is judged again (rules/retry.c).
 */
#include "core/understand.h"

#include "base/log.h"
#include "core/daemon.h"
#include "kith/bytes.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/ledger.h"
#include "rules/retry.h"
#include "store/logs.h"
#include "store/state.h"
#include "store/store.h"

static enum kith_status commit_link(struct daemon *daemon, uint32_t number,
                                    uint64_t *ret_understood)
{
    struct store_txn *txn = NULL;
    struct store_link link;
    struct act act;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    if (status != KITH_OK)
        return status;
    kith_arena_reset(daemon->arena);
    daemon_act(daemon, txn, &act);
    status = store_link_get(txn, number, &link);
    if (status == KITH_OK)
        status = retry_link(&act, &link, ret_understood);
    if (status == KITH_OK && *ret_understood > 0)
        status =
            audit_add(&act, &(struct audit_line){.what = "understood_now",
                                                 .link = number,
                                                 .log_number = link.in.number,
                                                 .count = *ret_understood});
    /* one that failed grows the map when that was the reason */
    if (status == KITH_OK || store_status(txn) != KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

static enum kith_status look_again(struct daemon *daemon,
                                   const struct store_link *link)
{
    uint64_t understood = 0;
    enum kith_status status = commit_link(daemon, link->number, &understood);

    if (status == KITH_FULL) /* the map has been grown, if that was it */
        status = commit_link(daemon, link->number, &understood);
    if (status == KITH_OK && understood > 0)
        log_event(LOG_LEVEL_INFO, "entries.understood", "partner", link->alias,
                  "count", log_number((int64_t)understood).text, NULL);
    return status;
}

/* One link that fails is named, and the others have their turn. */
static enum kith_status retry_links(struct daemon *daemon)
{
    struct store_link link = {0};
    enum kith_status first = KITH_OK;

    for (;;) {
        struct store_txn *txn = NULL;
        enum kith_status status = store_begin(daemon->store, false, &txn);

        if (status == KITH_OK)
            status = store_link_next(txn, link.number, &link);
        store_abort(&txn);
        if (status == KITH_NOT_FOUND)
            return first;
        if (status != KITH_OK)
            return status;
        if (link.removed || link.in.frozen)
            continue;
        status = look_again(daemon, &link);
        if (status == KITH_OK)
            continue;
        log_event(LOG_LEVEL_WARN, "entries.retry_failed", "partner", link.alias,
                  "why", kith_status_name(status), NULL);
        first = first == KITH_OK ? status : first;
    }
}

static enum kith_status remember(struct daemon *daemon,
                                 const struct kith_hash *digest)
{
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    if (status == KITH_OK)
        status = store_value_put(txn, LEDGER_UNDERSTOOD,
                                 (struct kith_bytes){digest->b, KITH_HASH_LEN});
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* Did the last start understand what this one does? */
static bool is_known(struct daemon *daemon, const struct kith_hash *digest)
{
    struct kith_bytes last = {NULL, 0};
    struct store_txn *txn = NULL;
    bool known = false;

    kith_arena_reset(daemon->arena);
    if (store_begin(daemon->store, false, &txn) == KITH_OK &&
        store_value_get(txn, LEDGER_UNDERSTOOD, daemon->arena, &last) ==
            KITH_OK)
        known = kith_bytes_equal(last,
                                 (struct kith_bytes){digest->b, KITH_HASH_LEN});
    store_abort(&txn);
    return known;
}

void understand_again(struct daemon *daemon)
{
    struct kith_hash digest;
    enum kith_status status = retry_digest(DAEMON_VERSION, &digest);

    if (status == KITH_OK && is_known(daemon, &digest))
        return;
    if (status == KITH_OK)
        status = retry_links(daemon);
    if (status == KITH_OK)
        status = remember(daemon, &digest);
    if (status != KITH_OK)
        log_event(LOG_LEVEL_WARN, "entries.retry_failed", "why",
                  kith_status_name(status), NULL);
}
