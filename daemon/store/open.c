/* open - creates, opens and closes a store.
 *
 * A store is made aside and renamed into place, so that a half-made one is
 * never opened; one process at a time has it, by a lock on a file beside it.
 * Not here: the parts themselves (parts.c), transactions (txn.c).
 */
#include "store/store.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/error.h"
#include "store/parts.h"

static enum kith_status make_fresh(const struct disk_paths *paths,
                                   struct kith_error *err)
{
    enum kith_status status = disk_remove(paths->fresh);

    if (status == KITH_OK && mkdir(paths->fresh, 0700) != 0)
        status = disk_status();
    if (status != KITH_OK)
        return kith_fail(err, status, "store_create", "", "cannot make %s: %s",
                         paths->fresh, strerror(errno));
    return KITH_OK;
}

static enum kith_status put_in_place(const struct disk_paths *paths,
                                     struct kith_error *err)
{
    enum kith_status status = KITH_OK;

    if (rename(paths->fresh, paths->store) != 0)
        status = disk_status();
    else
        status = disk_sync(paths->dir);
    if (status != KITH_OK)
        return kith_fail(err, status, "store_create", "",
                         "cannot rename %s: %s", paths->fresh, strerror(errno));
    return KITH_OK;
}

enum kith_status store_create(const struct store_options *options,
                              struct kith_error *err)
{
    struct disk_paths paths;
    int lock_fd = -1;
    enum kith_status status = KITH_OK;

    if (options->dir == NULL)
        return kith_fail(err, KITH_INVALID, "no_folder", "",
                         "a store in memory is made by opening it");
    status = disk_paths(options->dir, &paths, err);
    if (status == KITH_OK && mkdir(paths.dir, 0700) != 0 && errno != EEXIST)
        status = kith_fail(err, KITH_IO, "store_create", "",
                           "cannot make %s: %s", paths.dir, strerror(errno));
    if (status == KITH_OK)
        status = disk_check_medium(paths.dir, err);
    if (status == KITH_OK)
        status = disk_lock(&paths, &lock_fd, err);
    if (status == KITH_OK && disk_exists(paths.store))
        status = kith_fail(err, KITH_CONFLICT, "store_exists", "kith status",
                           "there is a store in %s already", paths.dir);
    if (status == KITH_OK)
        status = make_fresh(&paths, err);
    if (status == KITH_OK) {
        status = parts_create(options, paths.fresh, NULL, err);
        if (status == KITH_OK)
            status = put_in_place(&paths, err);
        /* What is left of it is of no use to anybody. */
        if (status != KITH_OK && disk_remove(paths.fresh) != KITH_OK)
            status = KITH_IO;
    }
    if (lock_fd >= 0)
        (void)close(lock_fd);
    return status;
}

static enum kith_status open_ram(struct store *store,
                                 const struct store_options *options)
{
    enum kith_status status = kv_ram_new(&store->kv);

    rowseal_init(&store->seal, options->store_key);
    if (status == KITH_OK)
        status = slots_new_ram(&store->slots);
    store->root.oldest_request = 1;
    store->committed = store->root;
    return status;
}

static enum kith_status open_disk(struct store *store,
                                  const struct store_options *options,
                                  struct kith_error *err)
{
    struct disk_paths paths;
    enum kith_status status = disk_paths(options->dir, &paths, err);

    if (status == KITH_OK)
        status = disk_check_medium(paths.dir, err);
    if (status == KITH_OK && !disk_exists(paths.store))
        status = kith_fail(err, KITH_NOT_FOUND, "no_store", "kith init",
                           "there is no store in %s", paths.dir);
    if (status == KITH_OK)
        status = disk_lock(&paths, &store->lock_fd, err);
    if (status == KITH_OK)
        status = parts_open(store, options, paths.store, PARTS_WRITE, err);
    if (status == KITH_OK)
        status = destroy_resume(store);
    return status;
}

enum kith_status store_open(const struct store_options *options,
                            struct store **ret_store, struct kith_error *err)
{
    struct store *store = sodium_malloc(sizeof(*store));
    enum kith_status status = KITH_NOMEM;

    if (store == NULL)
        goto out;
    memset(store, 0, sizeof(*store));
    store->lock_fd = -1;
    status = options->dir != NULL ? open_disk(store, options, err)
                                  : open_ram(store, options);
    if (status != KITH_OK)
        goto out;
    *ret_store = store;
    return KITH_OK;
out:
    store_close(&store);
    return kith_fail(err, status, "store_open", "kith check",
                     "the store could not be opened");
}

void store_close(struct store **store)
{
    if (store == NULL || *store == NULL)
        return;
    parts_close(*store);
    sodium_free(*store); /* wipes */
    *store = NULL;
}

enum kith_status store_size(struct store *store, struct store_size *ret_size)
{
    struct kv_size size = {0, 0};
    enum kith_status status = store->kv->ops->size(store->kv, &size);

    if (status != KITH_OK)
        return status;
    ret_size->used_bytes = size.used_bytes;
    ret_size->map_bytes = size.map_bytes;
    ret_size->slot_bytes = slots_bytes(store->slots);
    return KITH_OK;
}

enum kith_status store_tend(struct store *store)
{
    uint64_t claimed = store->committed.slots;
    enum kith_status status = KITH_OK;

    if (store->txn.open)
        return KITH_BUSY;
    if (slots_drawn(store->slots) < claimed + SLOT_AHEAD / 2)
        status = slots_draw(store->slots, claimed, claimed + SLOT_AHEAD / 2);
    if (status == KITH_OK)
        status = destroy_resume(store);
    return status == KITH_OK ? store->kv->ops->tend(store->kv) : status;
}
