/* wall - see the header. Not here: what waits meanwhile (rules).
 */
#include "core/wall.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "core/daemon.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/record.h"
#include "rules/audit.h"
#include "rules/ledger.h"
#include "store/state.h"
#include "store/store.h"

enum {
    JUMP_MAX_MS = 60 * 60 * 1000
};

static int64_t offset_of(const struct clock_now *now)
{
    return now->wall_ms - now->boot_ms;
}

static enum kith_status read_doubt(struct daemon *daemon, struct store_txn *txn)
{
    struct kith_bytes value = {NULL, 0};
    enum kith_status status =
        store_value_get(txn, LEDGER_TIME_DOUBT, daemon->arena, &value);

    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    daemon->time_doubted = status == KITH_OK && value.len > 0;
    return KITH_OK;
}

/* When the newest audit row was written, 0 when there is none. */
static enum kith_status newest_audit(struct daemon *daemon,
                                     struct store_txn *txn, int64_t *ret_at)
{
    const uint64_t size = store_audit_size(txn);
    struct kith_record row;
    enum kith_status status;

    *ret_at = 0;
    if (size == 0)
        return KITH_OK;
    status = store_audit_get(txn, size - 1, daemon->arena, &row);
    if (status == KITH_OK)
        *ret_at = kith_record_value(&row, KITH_AUDIT_AT, 0);
    return status;
}

static void tell(int64_t jump_ms)
{
    log_event(LOG_LEVEL_ERROR, "clock.doubted", "jump_s",
              log_number(jump_ms / 1000).text, "next", "kith clock confirm",
              NULL);
}

enum kith_status wall_open(struct daemon *daemon, struct store_txn *txn)
{
    int64_t newest = 0, behind_ms;
    enum kith_status status = read_doubt(daemon, txn);

    daemon->wall_offset_ms = offset_of(&daemon->now);
    if (status == KITH_OK)
        status = newest_audit(daemon, txn, &newest);
    if (status != KITH_OK || daemon->time_doubted)
        return status;
    behind_ms = newest * 1000 - daemon->now.wall_ms;
    if (behind_ms <= JUMP_MAX_MS)
        return KITH_OK;
    daemon->time_doubted = true;
    daemon->doubt_unsaved = true;
    tell(-behind_ms);
    return KITH_OK;
}

/* The doubt and its audit row, in a transaction of their own. */
static enum kith_status save_doubt(struct daemon *daemon)
{
    static const uint8_t doubted = 1;
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    if (status != KITH_OK)
        return status;
    kith_arena_reset(daemon->arena);
    daemon_act(daemon, txn, &act);
    status = store_value_put(txn, LEDGER_TIME_DOUBT,
                             (struct kith_bytes){&doubted, 1});
    if (status == KITH_OK)
        status = audit_add(&act, &(struct audit_line){.what = "clock_doubted"});
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* After a confirmation: what the store says now counts. */
static void take_up(struct daemon *daemon)
{
    struct store_txn *txn = NULL;

    if (store_begin(daemon->store, false, &txn) != KITH_OK)
        return;
    kith_arena_reset(daemon->arena);
    daemon->wall_changed = read_doubt(daemon, txn) != KITH_OK;
    store_abort(&txn);
    links_mark_all(daemon);
}

void wall_look(struct daemon *daemon)
{
    const int64_t offset = offset_of(&daemon->now);
    const int64_t jump = offset - daemon->wall_offset_ms;

    daemon->wall_offset_ms = offset;
    if (daemon->wall_changed)
        take_up(daemon);
    if (jump > JUMP_MAX_MS || jump < -JUMP_MAX_MS) {
        tell(jump);
        daemon->time_doubted = true;
        daemon->doubt_unsaved = true;
    }
    if (daemon->doubt_unsaved)
        daemon->doubt_unsaved = save_doubt(daemon) != KITH_OK;
}

enum kith_status wall_confirm(struct daemon *daemon, struct act *act)
{
    enum kith_status status = store_value_put(act->txn, LEDGER_TIME_DOUBT,
                                              (struct kith_bytes){NULL, 0});

    daemon->wall_changed = true;
    if (status == KITH_OK)
        status =
            audit_add(act, &(struct audit_line){.what = "clock_confirmed"});
    return status;
}
