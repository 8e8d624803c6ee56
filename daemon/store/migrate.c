/* migrate - see the header. Not here: what a step changes (migrate_steps.c).
 */
#include "store/migrate.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/error.h"
#include "store/check.h"
#include "store/entries.h"
#include "store/migrate_steps.h"
#include "store/revisions.h"

enum {
    BATCH_BYTES = 4 << 20, /* of rows, in one transaction */
    BATCH_ROWS = 4096
};

struct migration {
    const struct store_options *options;
    const struct store_migrate_hooks *hooks; /* not NULL */
    struct disk_paths paths;
    struct store *old, *fresh; /* owned */
    struct store_txn *from;    /* reads all of old */
    struct store_txn *to;      /* one batch */
    struct kith_buf plain;     /* one row */
    uint64_t done, total;      /* rows */
    bool exchanged;            /* the new one stands under the name */
};

static struct store *new_store(void)
{
    struct store *store = sodium_malloc(sizeof(*store));

    if (store != NULL) {
        memset(store, 0, sizeof(*store));
        store->lock_fd = -1;
    }
    return store;
}

static void drop_store(struct store **store)
{
    if (*store == NULL)
        return;
    parts_close(*store);
    sodium_free(*store); /* wipes */
    *store = NULL;
}

/* Counters and the audit tree go over with every batch; the number of the
 * transaction is the new store's own. */
static enum kith_status begin_batch(struct migration *m)
{
    struct store *fresh = m->fresh;
    enum kith_status status = store_begin(fresh, true, &m->to);
    const uint64_t number = fresh->root.number;

    if (status != KITH_OK)
        return status;
    fresh->root = m->old->root;
    fresh->root.number = number;
    m->to->changed = true;
    return KITH_OK;
}

static enum kith_status copy_sealed(struct migration *m,
                                    const struct kv_place *place,
                                    struct kith_bytes sealed)
{
    enum kith_status status = KITH_OK;

    if (sealed.len < ROWSEAL_OVERHEAD)
        return txn_fail(m->from, KITH_DAMAGED);
    m->plain.len = 0;
    status = kith_buf_reserve(&m->plain, sealed.len);
    if (status == KITH_OK)
        status = row_open(m->from, place, sealed, m->plain.data,
                          sealed.len - ROWSEAL_OVERHEAD);
    if (status != KITH_OK)
        return status;
    m->plain.len = sealed.len - ROWSEAL_OVERHEAD;
    status = migrate_row(m->from, place, &m->plain);
    if (status == KITH_OK)
        status = row_put(m->to, place, KV_APPEND | KV_NEW,
                         kith_buf_bytes(&m->plain));
    return status;
}

static enum kith_status copy_row(struct migration *m,
                                 const struct kv_place *place,
                                 struct kith_bytes value)
{
    switch (place->table) {
    case KV_ENTRY_OUT:
    case KV_ENTRY_IN:
        return entry_reseal(m->from, m->to, place, value);
    case KV_REVISION:
        return revision_reseal(m->from, m->to, place, value);
    default:
        return copy_sealed(m, place, value);
    }
}

/* Copies rows from *place_inout on, and moves it behind the last of them. */
static enum kith_status copy_batch(struct migration *m,
                                   struct kv_place *place_inout, bool *ret_end)
{
    struct kv *kv = m->old->kv;
    struct kv_place at = *place_inout;
    struct kv_around around;
    size_t bytes = 0;
    uint64_t rows = 0;
    enum kith_status status = begin_batch(m);

    *ret_end = false;
    while (status == KITH_OK && bytes < BATCH_BYTES && rows < BATCH_ROWS) {
        status = kv->ops->around(kv, &at, &around);
        if (status != KITH_OK || around.above.key.len == 0) {
            *ret_end = true;
            break;
        }
        at.key = around.above.key;
        bytes += around.above.value.len;
        rows++;
        status = copy_row(m, &at, around.above.value);
        kv_place_add(&at, 0, 1); /* the least key behind it */
    }
    if (status == KITH_OK) {
        status = store_commit(&m->to);
    } else {
        store_abort(&m->to);
    }
    if (status != KITH_OK)
        return status;
    *place_inout = at;
    m->done += rows;
    if (m->hooks->progress != NULL)
        m->hooks->progress(m->hooks->context, m->done, m->total);
    return KITH_OK;
}

static uint64_t map_bytes(const struct store *store)
{
    struct kv_size size = {0, 0};

    return store->kv->ops->size(store->kv, &size) == KITH_OK ? size.map_bytes
                                                             : 0;
}

static enum kith_status copy_table(struct migration *m, enum kv_table table)
{
    struct kv_place place = kv_place(table);
    bool end = false;

    kv_place_add(&place, 0, 1); /* below every key of ours */
    while (!end) {
        const uint64_t map = map_bytes(m->fresh);
        enum kith_status status = copy_batch(m, &place, &end);

        /* the map was full and has been grown: the same batch again */
        if (status == KITH_FULL && map_bytes(m->fresh) > map)
            end = false;
        else if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

/* Check row and root row are the new store's own. */
static enum kith_status copy_tables(struct migration *m)
{
    enum kith_status status = store_begin(m->old, false, &m->from);

    if (status != KITH_OK)
        return status;
    m->old->root = m->old->committed;
    for (int i = KV_META + 1; i < KV_TABLES; i++)
        m->total += m->old->root.rows[i];
    if (m->hooks->begun != NULL)
        m->hooks->begun(m->hooks->context, m->old->seal.schema, m->total);
    for (int i = KV_META + 1; i < KV_TABLES && status == KITH_OK; i++)
        status = copy_table(m, (enum kv_table)i);
    for (int i = 0; i < KV_TABLES && status == KITH_OK; i++) {
        if (m->fresh->committed.rows[i] != m->old->root.rows[i])
            status = KITH_DAMAGED;
    }
    store_abort(&m->from);
    return status;
}

static enum kith_status make_copy(struct migration *m, struct kith_error *err)
{
    const char *folder = m->paths.fresh;
    enum kith_status status = disk_remove(folder);

    if (status == KITH_OK && mkdir(folder, 0700) != 0)
        status = disk_status();
    if (status == KITH_OK)
        status = parts_create(m->options, folder, m->paths.store, err);
    if (status == KITH_OK) {
        m->fresh = new_store();
        status = m->fresh == NULL ? KITH_NOMEM
                                  : parts_open(m->fresh, m->options, folder,
                                               PARTS_WRITE, err);
    }
    if (status == KITH_OK)
        status = copy_tables(m);
    drop_store(&m->fresh);
    return status;
}

/* The pages of the old store are looked at before LMDB follows them, the rows
 * of the copy as `kith check` does. */
static enum kith_status check_old(struct migration *m, struct kith_error *err)
{
    static const struct store_check_hooks silent;
    struct check check = {.hooks = &silent};
    char data[DISK_PATH_MAX];
    enum kith_status status = disk_join(m->paths.store, "data.mdb", data, err);

    if (status == KITH_OK)
        status = check_pages(&check, data);
    if (status == KITH_OK && check.report.findings > 0)
        status = KITH_DAMAGED;
    return status;
}

static enum kith_status take_place(struct migration *m, struct kith_error *err)
{
    struct store_check_report report;
    enum kith_status status =
        check_store(m->options, m->paths.fresh, NULL, &report, err);

    if (status == KITH_OK)
        status = disk_sync(m->paths.fresh);
    if (status == KITH_OK)
        status = disk_sync(m->paths.dir);
    if (status != KITH_OK)
        return status;
    status = disk_exchange(m->paths.fresh, m->paths.store);
    if (status == KITH_INVALID)
        return kith_fail(err, status, "exchange",
                         "move the data folder to ext4, xfs, btrfs or tmpfs",
                         "the file system of %s cannot exchange two folders",
                         m->paths.dir);
    m->exchanged = status == KITH_OK;
    return status == KITH_OK ? disk_sync(m->paths.dir) : status;
}

static enum kith_status run(struct migration *m, struct kith_error *err)
{
    enum kith_status status = check_old(m, err);

    if (status == KITH_OK)
        status = make_copy(m, err);
    if (status == KITH_OK)
        status = take_place(m, err);
    if (status == KITH_OK)
        return KITH_OK;
    return kith_fail(err, status, "migrate",
                     status == KITH_FULL      ? "make room for a second copy"
                     : status == KITH_DAMAGED ? "restore a backup"
                                              : "",
                     "the store in %s stays at schema %u: %s", m->paths.dir,
                     m->old->seal.schema, kith_status_name(status));
}

static enum kith_status look_and_run(struct migration *m, uint32_t *ret_from,
                                     struct kith_error *err)
{
    enum kith_status status =
        parts_open(m->old, m->options, m->paths.store, PARTS_OLD, err);

    if (status != KITH_OK)
        return status;
    *ret_from = m->old->seal.schema;
    if (*ret_from < STORE_SCHEMA)
        status = run(m, err);
    /* What a migration that was cut off left, or the old store: it stays while
     * it is not sure that the new one will be found after a cut of power. What
     * cannot be removed does no harm; the next call tries again. */
    if (status == KITH_OK || !m->exchanged)
        (void)!disk_remove(m->paths.fresh);
    return status;
}

enum kith_status store_migrate(const struct store_options *options,
                               const struct store_migrate_hooks *hooks,
                               uint32_t *ret_from, struct kith_error *err)
{
    static const struct store_migrate_hooks silent;
    struct migration m = {.options = options,
                          .hooks = hooks != NULL ? hooks : &silent};
    int lock_fd = -1;
    enum kith_status status = disk_paths(options->dir, &m.paths, err);

    if (status == KITH_OK && !disk_exists(m.paths.store))
        status = kith_fail(err, KITH_NOT_FOUND, "no_store", "kith init",
                           "there is no store in %s", m.paths.dir);
    if (status == KITH_OK)
        status = disk_lock(&m.paths, &lock_fd, err);
    if (status != KITH_OK)
        return status;
    m.old = new_store();
    status = m.old == NULL ? KITH_NOMEM : look_and_run(&m, ret_from, err);
    drop_store(&m.old);
    if (m.plain.data != NULL)
        sodium_memzero(m.plain.data, m.plain.cap);
    kith_buf_clear(&m.plain);
    (void)close(lock_fd);
    if (status == KITH_OK)
        return KITH_OK;
    return kith_fail(err, status, "store_open", "kith check",
                     "the store could not be opened");
}
