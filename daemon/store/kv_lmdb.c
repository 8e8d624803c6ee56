/* kv_lmdb - the seam of kv.h over LMDB: the only file that knows it.
 *
 * One environment, one named database per table, LMDB's default durability:
 * a commit writes pages, syncs them, writes one of two meta pages, syncs it.
 * WRITEMAP, NOSYNC and NOMETASYNC are never used: the first dies of SIGBUS on
 * a full disk, the others lose acknowledged commits (pitfalls of LMDB).
 * Not here: seals, the folder's lock, the meta pages' own check (pages.c).
 */
#include "store/kv.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "kith/error.h"

enum {
    LMDB_READERS = 16,
    LMDB_FULL = 1 << 20 /* bytes: with less than this the disk is full */
};

struct kv_lmdb {
    struct kv kv; /* first: kv_lmdb is a kv */
    MDB_env *env; /* owned */
    MDB_dbi tables[KV_TABLES];
    MDB_cursor *cursors[KV_TABLES]; /* of the open transaction, or NULL */
    MDB_txn *txn;                   /* open transaction, or NULL */
    bool write;
    bool map_full; /* a put or commit found the map full */
};

static enum kith_status status_of(struct kv_lmdb *lmdb, int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return KITH_OK;
    case MDB_NOTFOUND:
        return KITH_NOT_FOUND;
    case MDB_KEYEXIST:
        return KITH_CONFLICT;
    case MDB_MAP_FULL:
        if (lmdb != NULL)
            lmdb->map_full = true;
        return KITH_FULL;
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return KITH_FULL;
    case ENOMEM:
        return KITH_NOMEM;
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_TXN:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
        return KITH_DAMAGED;
    default:
        return KITH_IO;
    }
}

static MDB_val key_of(const struct kv_place *place)
{
    MDB_val key = {place->key.len, (void *)(uintptr_t)place->key.b};

    return key;
}

static enum kith_status lmdb_begin(struct kv *kv, bool write)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    unsigned flags = write ? 0 : MDB_RDONLY;
    int rc = mdb_txn_begin(lmdb->env, NULL, flags, &lmdb->txn);

    if (rc == MDB_MAP_RESIZED) {
        rc = mdb_env_set_mapsize(lmdb->env, 0);
        if (rc == MDB_SUCCESS)
            rc = mdb_txn_begin(lmdb->env, NULL, flags, &lmdb->txn);
    }
    if (rc != MDB_SUCCESS)
        lmdb->txn = NULL;
    lmdb->write = write;
    return status_of(lmdb, rc);
}

static void close_cursors(struct kv_lmdb *lmdb)
{
    for (int i = 0; i < KV_TABLES; i++) {
        if (lmdb->cursors[i] != NULL)
            mdb_cursor_close(lmdb->cursors[i]);
        lmdb->cursors[i] = NULL;
    }
}

/* A write that stops half way on a full disk is EIO to LMDB: then the free
 * space says what it was. */
static bool is_disk_full(struct kv_lmdb *lmdb)
{
    struct statvfs info;
    int fd = -1;

    if (mdb_env_get_fd(lmdb->env, &fd) != MDB_SUCCESS ||
        fstatvfs(fd, &info) != 0)
        return false;
    return (uint64_t)info.f_bavail * info.f_frsize < LMDB_FULL;
}

static enum kith_status lmdb_commit(struct kv *kv)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_txn *txn = lmdb->txn;
    int rc = MDB_SUCCESS;

    close_cursors(lmdb);
    lmdb->txn = NULL;
    rc = mdb_txn_commit(txn);
    if (rc == EIO && is_disk_full(lmdb))
        return KITH_FULL;
    return status_of(lmdb, rc);
}

static void lmdb_abort(struct kv *kv)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;

    close_cursors(lmdb);
    if (lmdb->txn != NULL)
        mdb_txn_abort(lmdb->txn);
    lmdb->txn = NULL;
}

static enum kith_status lmdb_get(struct kv *kv, const struct kv_place *place,
                                 struct kith_bytes *ret_value)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_val key = key_of(place), value = {0, NULL};
    int rc = mdb_get(lmdb->txn, lmdb->tables[place->table], &key, &value);

    if (rc == MDB_SUCCESS) {
        ret_value->data = value.mv_data;
        ret_value->len = value.mv_size;
    }
    return status_of(lmdb, rc);
}

static enum kith_status lmdb_put(struct kv *kv, const struct kv_place *place,
                                 unsigned flags, size_t len,
                                 uint8_t **ret_space)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    unsigned plain =
        MDB_RESERVE | ((flags & KV_NEW) != 0 ? MDB_NOOVERWRITE : 0);
    MDB_dbi table = lmdb->tables[place->table];
    MDB_val key = key_of(place), value = {len, NULL};
    int rc = MDB_KEYEXIST;

    /* Appending is refused when the key is not the greatest: then it goes the
     * ordinary way. */
    if ((flags & KV_APPEND) != 0)
        rc = mdb_put(lmdb->txn, table, &key, &value, plain | MDB_APPEND);
    if (rc == MDB_KEYEXIST) {
        value.mv_size = len;
        rc = mdb_put(lmdb->txn, table, &key, &value, plain);
    }
    if (rc == MDB_SUCCESS)
        *ret_space = value.mv_data;
    return status_of(lmdb, rc);
}

static enum kith_status lmdb_del(struct kv *kv, const struct kv_place *place)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_val key = key_of(place);

    return status_of(
        lmdb, mdb_del(lmdb->txn, lmdb->tables[place->table], &key, NULL));
}

/* One step of CURSOR; no row there is no error. */
static enum kith_status meet_row(MDB_cursor *cursor, MDB_cursor_op op,
                                 MDB_val *key, struct kv_row *ret_row)
{
    MDB_val value;
    int rc = mdb_cursor_get(cursor, key, &value, op);

    ret_row->key.len = 0;
    if (rc == MDB_NOTFOUND)
        return KITH_OK;
    if (rc != MDB_SUCCESS)
        return status_of(NULL, rc);
    /* A key of no layout of ours: the page is not what was written. */
    if (key->mv_size > KV_KEY_MAX || key->mv_size == 0)
        return KITH_DAMAGED;
    ret_row->key.len = (uint8_t)key->mv_size;
    memcpy(ret_row->key.b, key->mv_data, key->mv_size);
    ret_row->value = (struct kith_bytes){value.mv_data, value.mv_size};
    return KITH_OK;
}

static enum kith_status lmdb_around(struct kv *kv, const struct kv_place *place,
                                    struct kv_around *ret_around)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_cursor **cursor = &lmdb->cursors[place->table];
    MDB_val key = key_of(place);
    enum kith_status status = KITH_OK;

    if (*cursor == NULL)
        status = status_of(
            lmdb,
            mdb_cursor_open(lmdb->txn, lmdb->tables[place->table], cursor));
    if (status == KITH_OK)
        status = meet_row(*cursor, MDB_SET_RANGE, &key, &ret_around->above);
    if (status == KITH_OK)
        status = meet_row(*cursor,
                          ret_around->above.key.len > 0 ? MDB_PREV : MDB_LAST,
                          &key, &ret_around->below);
    return status;
}

static enum kith_status lmdb_rows(struct kv *kv, enum kv_table table,
                                  uint64_t *ret_rows)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_stat stat;
    int rc = mdb_stat(lmdb->txn, lmdb->tables[table], &stat);

    if (rc == MDB_SUCCESS)
        *ret_rows = stat.ms_entries;
    return status_of(lmdb, rc);
}

static uint64_t lmdb_number(struct kv *kv)
{
    return mdb_txn_id(((struct kv_lmdb *)kv)->txn);
}

static bool lmdb_grow(struct kv *kv)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_envinfo info;

    if (!lmdb->map_full)
        return false;
    lmdb->map_full = false;
    if (mdb_env_info(lmdb->env, &info) != MDB_SUCCESS)
        return false;
    return mdb_env_set_mapsize(lmdb->env, info.me_mapsize * 2) == MDB_SUCCESS;
}

static enum kith_status lmdb_tend(struct kv *kv)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    int dead = 0;

    return status_of(lmdb, mdb_reader_check(lmdb->env, &dead));
}

static enum kith_status lmdb_size(struct kv *kv, struct kv_size *ret_size)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;
    MDB_envinfo info;
    MDB_stat stat;
    int rc = mdb_env_info(lmdb->env, &info);

    if (rc == MDB_SUCCESS)
        rc = mdb_env_stat(lmdb->env, &stat);
    if (rc != MDB_SUCCESS)
        return status_of(lmdb, rc);
    ret_size->used_bytes = (info.me_last_pgno + 1) * (uint64_t)stat.ms_psize;
    ret_size->map_bytes = info.me_mapsize;
    return KITH_OK;
}

static void lmdb_close(struct kv *kv)
{
    struct kv_lmdb *lmdb = (struct kv_lmdb *)kv;

    lmdb_abort(kv);
    mdb_env_close(lmdb->env);
    free(lmdb);
}

static const struct kv_ops lmdb_ops = {
    .begin = lmdb_begin,
    .commit = lmdb_commit,
    .abort = lmdb_abort,
    .get = lmdb_get,
    .put = lmdb_put,
    .del = lmdb_del,
    .around = lmdb_around,
    .rows = lmdb_rows,
    .number = lmdb_number,
    .grow = lmdb_grow,
    .tend = lmdb_tend,
    .size = lmdb_size,
    .close = lmdb_close,
};

static int open_env(struct kv_lmdb *lmdb, const struct kv_lmdb_options *options)
{
    unsigned flags =
        MDB_NOTLS | (options->read_only ? MDB_RDONLY | MDB_NOLOCK : 0);
    MDB_envinfo info;
    int rc = mdb_env_create(&lmdb->env);

    if (rc != MDB_SUCCESS)
        return rc;
    rc = mdb_env_set_maxdbs(lmdb->env, KV_TABLES);
    if (rc == MDB_SUCCESS)
        rc = mdb_env_set_maxreaders(lmdb->env, LMDB_READERS);
    if (rc == MDB_SUCCESS && options->create)
        rc = mdb_env_set_mapsize(lmdb->env, options->map_bytes);
    if (rc == MDB_SUCCESS)
        rc = mdb_env_open(lmdb->env, options->dir, flags, 0600);
    if (rc == MDB_SUCCESS && !options->create && !options->read_only) {
        rc = mdb_env_info(lmdb->env, &info);
        if (rc == MDB_SUCCESS && info.me_mapsize < options->map_bytes)
            rc = mdb_env_set_mapsize(lmdb->env, options->map_bytes);
    }
    return rc;
}

/* Opens every table once; the handles stay for the life of the process. */
static int open_tables(struct kv_lmdb *lmdb,
                       const struct kv_lmdb_options *options)
{
    MDB_txn *txn = NULL;
    char name[16]; /* "t" and any number */
    int rc =
        mdb_txn_begin(lmdb->env, NULL, options->create ? 0 : MDB_RDONLY, &txn);

    for (int i = 0; i < KV_TABLES && rc == MDB_SUCCESS; i++) {
        (void)snprintf(name, sizeof(name), "t%02d", i);
        rc = mdb_dbi_open(txn, name, options->create ? MDB_CREATE : 0,
                          &lmdb->tables[i]);
    }
    if (rc == MDB_SUCCESS)
        return mdb_txn_commit(txn);
    if (txn != NULL)
        mdb_txn_abort(txn);
    return rc;
}

enum kith_status kv_lmdb_open(const struct kv_lmdb_options *options,
                              struct kv **ret_kv, struct kith_error *err)
{
    struct kv_lmdb *lmdb = calloc(1, sizeof(*lmdb));
    enum kith_status status = KITH_NOMEM;
    int rc = ENOMEM;

    if (lmdb == NULL)
        goto out;
    lmdb->kv.ops = &lmdb_ops;
    lmdb->kv.damageable = true;
    rc = open_env(lmdb, options);
    status = status_of(NULL, rc);
    if (rc == MDB_SUCCESS) {
        rc = open_tables(lmdb, options);
        status = rc == MDB_NOTFOUND ? KITH_DAMAGED : status_of(NULL, rc);
    } else if (rc == ENOENT) {
        status = KITH_NOT_FOUND;
    }
    if (status != KITH_OK)
        goto out;
    *ret_kv = &lmdb->kv;
    return KITH_OK;
out:
    if (lmdb != NULL)
        mdb_env_close(lmdb->env);
    free(lmdb);
    return kith_fail(err, status, "store_open", "kith check",
                     "the store in %s cannot be opened: %s", options->dir,
                     mdb_strerror(rc));
}
