/* parts - LMDB, slot file and mark of one folder.
 *
 * LMDB believes its pages, so everything that costs nothing to compare is
 * compared on opening: a store that lost its newest commit, or a whole branch
 * of a table, is refused instead of served.
 * Not here: locks and renames (open.c, create.c), the full walk (check.c).
 */
#include "store/parts.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "kith/error.h"
#include "store/head_ids.h"
#include "store/mark.h"
#include "store/pages.h"
#include "store/recent.h"
#include "store/slot_file.h"

enum {
    CHECK_KEY = 1,
    CHECK_TAG = 16,
    CHECK_LEN = 4 + CHECK_TAG
};

static enum kith_status damaged(struct kith_error *err, const char *what)
{
    return kith_fail(err, KITH_DAMAGED, "store_damaged", "kith check",
                     "the store is damaged: %s", what);
}

static struct kv_place check_place(void)
{
    struct kv_place place = kv_place(KV_META);

    kv_place_add(&place, CHECK_KEY, 1);
    return place;
}

/* The check row stands unsealed, so that schema and key can be told apart
 * from damage: schema version, keyed hash of it. */
static void fill_check(const struct store *store, uint32_t schema,
                       uint8_t ret_row[CHECK_LEN])
{
    kith_be_put32(ret_row, schema);
    crypto_generichash(ret_row + 4, CHECK_TAG, ret_row, 4, store->seal.mark_key,
                       ROWSEAL_KEY);
}

static enum kith_status read_check(struct store *store, enum parts_use use,
                                   struct kith_error *err)
{
    struct kv_place place = check_place();
    struct kith_bytes row = {NULL, 0};
    uint8_t expected[CHECK_LEN];
    uint32_t schema = 0;
    enum kith_status status = store->kv->ops->get(store->kv, &place, &row);

    if (status != KITH_OK || row.len != CHECK_LEN)
        return damaged(err, "it has no check row");
    schema = kith_be_get32(row.data);
    if (schema > STORE_SCHEMA)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "store_newer",
                         "install the version of kith that wrote it",
                         "the store is of schema %u, this program knows %d",
                         schema, STORE_SCHEMA);
    fill_check(store, schema, expected);
    if (sodium_memcmp(expected, row.data, CHECK_LEN) != 0)
        return kith_fail(err, KITH_UNTRUSTED, "store_key", "",
                         "the key file does not belong to this store");
    if (schema < STORE_SCHEMA && use != PARTS_OLD)
        return kith_fail(err, KITH_CONFLICT, "store_older",
                         "start kithd: it migrates the store first",
                         "the store is of schema %u, this program writes %d",
                         schema, STORE_SCHEMA);
    store->seal.schema = schema;
    return KITH_OK;
}

static enum kith_status check_rows(struct store *store, struct kith_error *err)
{
    uint64_t rows = 0;
    enum kith_status status = KITH_OK;

    for (int i = 0; i < KV_TABLES; i++) {
        status = store->kv->ops->rows(store->kv, (enum kv_table)i, &rows);
        if (status != KITH_OK || rows != store->root.rows[i])
            return damaged(err, "a table does not have the rows it had");
    }
    return KITH_OK;
}

/* Reads check and root row and holds them against NEWEST, the greater number
 * of the meta pages. */
static enum kith_status read_root(struct store *store, uint64_t newest,
                                  enum parts_use use, struct kith_error *err)
{
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(store, false, &txn);

    if (status != KITH_OK)
        return kith_fail(err, status, "store_open", "kith check",
                         "the store cannot be read");
    status = read_check(store, use, err);
    if (status == KITH_OK && root_read(txn, &store->root) != KITH_OK)
        status = damaged(err, "its root row does not open");
    if (status == KITH_OK && store->root.number != newest)
        status = damaged(err, "the newest commit is missing");
    if (status == KITH_OK)
        status = check_rows(store, err);
    if (status == KITH_OK && head_ids_load(txn) != KITH_OK)
        status = damaged(err, "ids that came lately do not open");
    store_abort(&txn);
    store->committed = store->root;
    return status;
}

static enum kith_status read_metas(const char *folder, uint64_t *ret_newest,
                                   struct kith_error *err)
{
    char path[DISK_PATH_MAX];
    uint64_t numbers[2] = {0, 0};
    enum kith_status status = disk_join(folder, "data.mdb", path, err);

    if (status != KITH_OK)
        return status;
    status = pages_metas(path, numbers);
    if (status == KITH_DAMAGED || status == KITH_NOT_FOUND)
        return damaged(err, "data.mdb does not begin with two meta pages");
    if (status != KITH_OK)
        return kith_fail(err, status, "store_open", "", "%s cannot be read",
                         path);
    if (numbers[0] + 1 != numbers[1] && numbers[1] + 1 != numbers[0])
        return damaged(err, "its meta pages do not follow each other");
    *ret_newest = numbers[0] > numbers[1] ? numbers[0] : numbers[1];
    return KITH_OK;
}

static enum kith_status check_mark(struct store *store, bool read_only,
                                   struct kith_error *err)
{
    uint64_t number = 0;
    enum kith_status status = mark_read(store->mark, &number);

    if (status == KITH_OK && number > store->root.number)
        return damaged(err, "commits that had been made are gone");
    if (!read_only && (status != KITH_OK || number < store->root.number))
        mark_write(store->mark, store->root.number);
    return KITH_OK;
}

enum kith_status parts_open(struct store *store,
                            const struct store_options *options,
                            const char *folder, enum parts_use use,
                            struct kith_error *err)
{
    const bool read_only = use != PARTS_WRITE;
    struct kv_lmdb_options lmdb = {folder, options->map_bytes, false,
                                   read_only};
    uint64_t newest = 0;
    enum kith_status status = KITH_OK;

    rowseal_init(&store->seal, options->store_key);
    status = read_metas(folder, &newest, err);
    if (status == KITH_OK)
        status = kv_lmdb_open(&lmdb, &store->kv, err);
    if (status == KITH_OK && !read_only)
        status = store->kv->ops->tend(store->kv);
    if (status == KITH_OK)
        status = read_root(store, newest, use, err);
    if (status == KITH_OK)
        status = slots_open(folder, options->master_key, read_only,
                            &store->slots, err);
    if (status == KITH_OK && slots_drawn(store->slots) < store->root.slots)
        status = damaged(err, "the slot file is shorter than it was");
    if (status == KITH_OK)
        status = mark_open(folder, store->seal.mark_key, read_only,
                           &store->mark, err);
    if (status == KITH_OK)
        status = check_mark(store, read_only, err);
    return status;
}

/* The first rows of an empty store. */
static enum kith_status write_first(struct store *store)
{
    struct kv_place place = check_place();
    struct store_txn *txn = NULL;
    uint8_t *space = NULL;
    enum kith_status status = store_begin(store, true, &txn);

    if (status != KITH_OK)
        return status;
    status = store->kv->ops->put(store->kv, &place, KV_NEW, CHECK_LEN, &space);
    if (status == KITH_OK) {
        fill_check(store, STORE_SCHEMA, space);
        txn->changed = true;
        /* The root row counts itself. */
        status = root_write(txn);
    }
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* Slot keys are never copied: what destroys them reaches every name. What an
 * interrupted destruction left goes along. */
static enum kith_status share_slots(const char *from, const char *to)
{
    static const char *const names[] = {"slots", "slots.new", "slots.old"};
    char old_path[DISK_PATH_MAX], new_path[DISK_PATH_MAX];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (disk_join(from, names[i], old_path, NULL) != KITH_OK ||
            disk_join(to, names[i], new_path, NULL) != KITH_OK)
            return KITH_LIMIT;
        if (link(old_path, new_path) != 0 && (i == 0 || errno != ENOENT))
            return disk_status();
    }
    return KITH_OK;
}

enum kith_status parts_create(const struct store_options *options,
                              const char *folder, const char *slots_of,
                              struct kith_error *err)
{
    struct kv_lmdb_options lmdb = {folder, options->map_bytes, true, false};
    struct store *store = sodium_malloc(sizeof(*store));
    enum kith_status status = KITH_OK;

    if (store == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    memset(store, 0, sizeof(*store));
    store->lock_fd = -1;
    store->root.oldest_request = 1;
    rowseal_init(&store->seal, options->store_key);
    status = kv_lmdb_open(&lmdb, &store->kv, err);
    if (status == KITH_OK)
        status = slots_of != NULL
                     ? share_slots(slots_of, folder)
                     : slot_file_create(folder, options->master_key, err);
    if (status == KITH_OK)
        status =
            mark_open(folder, store->seal.mark_key, false, &store->mark, err);
    if (status == KITH_OK)
        status = write_first(store);
    parts_close(store);
    sodium_free(store);
    if (status == KITH_OK)
        status = disk_sync(folder);
    if (status != KITH_OK)
        return kith_fail(err, status, "store_create", "",
                         "the store could not be written to %s", folder);
    return KITH_OK;
}

void parts_close(struct store *store)
{
    if (store->kv != NULL)
        store->kv->ops->close(store->kv);
    store->kv = NULL;
    slots_close(&store->slots);
    fresh_destroy(&store->fresh);
    recent_destroy(&store->recent);
    mark_close(&store->mark);
    kith_buf_clear(&store->scratch);
    kith_buf_clear(&store->encoded);
    kith_buf_clear(&store->opened);
    rowseal_clear(&store->seal);
    if (store->lock_fd >= 0)
        (void)close(store->lock_fd);
    store->lock_fd = -1;
}
