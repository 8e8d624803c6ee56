/* check - walks a whole store, read-only, and says what does not fit.
 *
 * First the pages without LMDB, so that a torn file does not kill the worker;
 * then, when they are sound, every row, tree, note and slot.
 * Not here: repairing.
 */
#include "store/check.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kith/error.h"

enum {
    SENTENCE_MAX = 300,
    PROGRESS_STEP = 4096,
    ARENA_MAX = 8 << 20
};

void check_found(struct check *check, const char *format, ...)
{
    char sentence[SENTENCE_MAX];
    va_list args;

    check->report.findings++;
    if (check->txn != NULL)
        check->txn->status = KITH_OK;
    if (check->hooks->finding == NULL)
        return;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof(sentence), format, args);
    va_end(args);
    check->hooks->finding(check->hooks->context, sentence);
}

void check_step(struct check *check)
{
    check->done++;
    if (check->hooks->progress != NULL && check->done % PROGRESS_STEP == 0)
        check->hooks->progress(check->hooks->context, check->done,
                               check->total);
}

static void count_total(struct check *check)
{
    const struct store_root *root = &check->store->root;

    for (int i = 0; i < KV_TABLES; i++)
        check->total += root->rows[i];
    check->report.rows = check->total;
    check->report.records = root->rows[KV_HEAD];
    check->total += root->rows[KV_ENTRY_OUT] + root->rows[KV_ENTRY_IN];
}

/* Every slot in use has a key, or was destroyed. */
static void check_slots(struct check *check)
{
    uint8_t key[SLOT_KEY];
    uint64_t slots = check->store->root.slots;

    for (uint64_t slot = 1; slot <= slots; slot++) {
        enum kith_status status = slot_key(check->txn, slot, key);

        if (status == KITH_OK || status == KITH_UNREADABLE) {
            check->report.slots++;
            continue;
        }
        check_found(check, "slot %llu: %s", (unsigned long long)slot,
                    "its block does not open, or it is gone without a trace");
        /* One finding a block says it all. */
        slot += SLOT_BLOCK - 1 - (slot - 1) % SLOT_BLOCK;
    }
    sodium_memzero(key, sizeof(key));
}

static enum kith_status check_content(struct check *check,
                                      const struct store_options *options,
                                      const char *folder,
                                      struct kith_error *err)
{
    struct store *store = check->store;
    struct kith_error local = {0};
    enum kith_status status =
        parts_open(store, options, folder, PARTS_READ, &local);

    if (status == KITH_DAMAGED) {
        check_found(check, "%s", local.what);
        return KITH_OK;
    }
    if (status != KITH_OK)
        return kith_fail(err, status, local.code, local.next, "%s", local.what);
    status = store_begin(store, false, &check->txn);
    if (status != KITH_OK)
        return status;
    store->root = store->committed;
    count_total(check);
    status = check_rows(check);
    if (status == KITH_OK)
        status = check_logs(check);
    if (status == KITH_OK)
        check_slots(check);
    store_abort(&check->txn);
    return status;
}

static enum kith_status check_folder(struct check *check,
                                     const struct store_options *options,
                                     const char *folder, struct kith_error *err)
{
    char data[DISK_PATH_MAX];
    enum kith_status status = disk_join(folder, "data.mdb", data, err);

    if (status == KITH_OK)
        status = check_pages(check, data);
    if (status != KITH_OK)
        return kith_fail(err, status, "check_failed", "", "%s cannot be read",
                         data);
    if (check->report.findings > 0)
        return KITH_OK;
    return check_content(check, options, folder, err);
}

enum kith_status check_store(const struct store_options *options,
                             const char *folder,
                             const struct store_check_hooks *hooks,
                             struct store_check_report *ret_report,
                             struct kith_error *err)
{
    static const struct store_check_hooks silent;
    struct check check = {.hooks = hooks != NULL ? hooks : &silent};
    enum kith_status status = kith_arena_new(ARENA_MAX, &check.arena);

    check.store = sodium_malloc(sizeof(*check.store));
    if (check.store == NULL || status != KITH_OK) {
        status = kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
        goto out;
    }
    memset(check.store, 0, sizeof(*check.store));
    check.store->lock_fd = -1;
    status = check_folder(&check, options, folder, err);
    if (status == KITH_OK && check.report.findings > 0)
        status = kith_fail(err, KITH_DAMAGED, "store_damaged", "",
                           "the check of %s has %llu findings", folder,
                           (unsigned long long)check.report.findings);
    *ret_report = check.report;
    parts_close(check.store);
out:
    kith_arena_destroy(&check.arena);
    sodium_free(check.store);
    return status;
}

enum kith_status store_check(const struct store_options *options,
                             const struct store_check_hooks *hooks,
                             struct store_check_report *ret_report,
                             struct kith_error *err)
{
    struct disk_paths paths;
    int lock_fd = -1;
    enum kith_status status = disk_paths(options->dir, &paths, err);

    if (status != KITH_OK)
        return status;
    if (!disk_exists(paths.store))
        return kith_fail(err, KITH_NOT_FOUND, "no_store", "kith init",
                         "there is no store in %s", paths.dir);
    status = disk_lock(&paths, &lock_fd, err);
    if (status != KITH_OK)
        return status;
    status = check_store(options, paths.store, hooks, ret_report, err);
    (void)close(lock_fd);
    return status;
}
