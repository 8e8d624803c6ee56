/* restored - see the header.
 *
 * Not here: reading the files of a backup (restore.c); what partners make of a
 * restored company (rules/link_claim.c).
 */
#include "core/restored.h"

#include "base/clock.h"
#include "core/check.h"
#include "kith/error.h"
#include "kith/session.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "store/logs.h"
#include "store/store.h"

enum {
    RESTORE_ARENA_MAX = 1024 * 1024
};

/* The store may be older than the slots: what was destroyed since stays so. */
static enum kith_status settle_slots(const struct store_options *options,
                                     struct kith_error *err)
{
    struct kith_error ignored;
    struct store *store = NULL;
    enum kith_status status;

    kith_error_clear(&ignored);
    status = store_open(options, &store, &ignored);
    if (status == KITH_OK)
        status = store_slots_settle(store);
    store_close(&store);
    if (status != KITH_IO && status != KITH_NOMEM)
        return KITH_OK; /* what is wrong with it is for the check to say */
    return kith_fail(err, status, "restore_refused", "",
                     "the restored store cannot be written");
}

static enum kith_status walk_store(const struct store_options *options,
                                   struct kith_error *err)
{
    int code = check_in_worker(options, false);

    if (code == 0)
        return KITH_OK;
    return kith_fail(
        err, code == kith_status_exit(KITH_DAMAGED) ? KITH_DAMAGED : KITH_IO,
        "restore_refused",
        "take another copy of the store, or the newest of "
        "the slots",
        "store and slots do not make a good store together: nothing was "
        "restored");
}

/* Whatever was signed after the backup is not known here: no log of before may
 * be signed on. Its links are frozen until two persons open the next logs, also
 * when both companies go back to one moment and their numbers agree. */
static enum kith_status freeze_links(const struct kith_company_id *company,
                                     struct store *store,
                                     struct kith_arena *arena)
{
    struct company own = {.id = *company};
    struct act act = {
        .company = &own, .arena = arena, .now = clock_wall_ms() / 1000};
    struct store_link link = {0};
    enum kith_status status = store_begin(store, true, &act.txn);

    while (status == KITH_OK) {
        status = store_link_next(act.txn, link.number, &link);
        if (status != KITH_OK || link.removed ||
            (link.out.number == 0 && link.in.number == 0))
            continue;
        link.out.frozen = link.in.frozen = true;
        link.stall = KITH_REFUSE_RESTORED;
        status = store_link_put(act.txn, &link);
    }
    if (status == KITH_NOT_FOUND)
        status = audit_add(&act, &(struct audit_line){.what = "restored"});
    if (status == KITH_OK)
        return store_commit(&act.txn);
    store_abort(&act.txn);
    return status;
}

static enum kith_status mark_restored(const struct store_options *options,
                                      const struct kith_company_id *company,
                                      struct kith_error *err)
{
    struct store *store = NULL;
    struct kith_arena *arena = NULL;
    enum kith_status status = kith_arena_new(RESTORE_ARENA_MAX, &arena);

    if (status == KITH_OK)
        status = store_open(options, &store, err);
    if (status == KITH_OK)
        status = freeze_links(company, store, arena);
    store_close(&store);
    kith_arena_destroy(&arena);
    if (status != KITH_OK)
        status = kith_fail(err, status, "restore_refused", "",
                           "the restored store cannot be written (%s)",
                           kith_status_name(status));
    return status;
}

enum kith_status restored_settle(const struct store_options *options,
                                 const struct kith_company_id *company,
                                 struct kith_error *err)
{
    enum kith_status status = settle_slots(options, err);

    if (status == KITH_OK)
        status = walk_store(options, err);
    return status == KITH_OK ? mark_restored(options, company, err) : status;
}
