/* backup - see the header.
 *
 * A copy is taken beside the daemon (store/snapshot.h), walked by a worker as
 * `kithd check` does, sealed, and read back. The copy is thrown away; a torn
 * one that a crash left is removed by the next run.
 * Not here: the files (backup_files.c), bringing one back (restore.c).
 */
#include "core/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/config_load.h"
#include "base/file.h"
#include "base/keyfile.h"
#include "base/paths.h"
#include "core/backup_files.h"
#include "core/check.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "kith/error.h"
#include "store/disk.h"
#include "store/snapshot.h"
#include "store/store.h"

enum {
    TRIES = 3 /* a destruction between slots and rows spoils a copy */
};

/* One run; in locked memory. */
struct backing {
    struct config *config; /* owned */
    struct keyfile *keys;  /* owned */
    struct backup_parts parts;
    char work[PATH_MAX]; /* where the copy is made */
    int lock_fd;         /* -1: none */
};

static enum kith_status open_keys(const struct options *options,
                                  struct backing *backing,
                                  struct kith_error *err)
{
    struct passphrase passphrase = {NULL, 0};
    enum kith_status status =
        config_load(options->config, &backing->config, err);

    if (status == KITH_OK && keyfile_is_locked(backing->config->key))
        status =
            passphrase_read(options->passphrase_file, false, &passphrase, err);
    if (status == KITH_OK)
        status = keyfile_open(backing->config->key, passphrase.text,
                              passphrase.len, &backing->keys, err);
    passphrase_clear(&passphrase);
    if (status == KITH_OK)
        status = file_read(backing->config->key, KEYFILE_SIZE_MAX,
                           &backing->parts.keys, err);
    if (status != KITH_OK)
        return status;
    backing->parts.company = backing->keys->company;
    backing->parts.made_at = clock_wall_ms() / 1000;
    backup_key(backing->keys->recovery_key, backing->parts.key);
    return KITH_OK;
}

static enum kith_status clear_work(const struct backing *backing,
                                   struct kith_error *err)
{
    if (disk_remove(backing->work) != KITH_OK)
        return kith_fail(err, KITH_IO, "cleanup", "remove it by hand",
                         "%s cannot be removed", backing->work);
    return KITH_OK;
}

/* FOLDER is ours alone until the end of the process. */
static enum kith_status take_folder(const char *folder, struct backing *backing,
                                    struct kith_error *err)
{
    char lock[PATH_MAX];
    enum kith_status status = paths_make_folder(folder, 0700, err);

    if (status == KITH_OK)
        status = paths_join(folder, "kith-backup.lock", lock, sizeof(lock));
    if (status == KITH_OK)
        status = paths_join(folder, "kith-backup.work", backing->work,
                            sizeof(backing->work));
    if (status == KITH_LIMIT)
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "the path of the folder is too long");
    if (status != KITH_OK)
        return status;
    backing->lock_fd =
        open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (backing->lock_fd < 0)
        return kith_fail(err, KITH_IO, "write", "name a folder you may write",
                         "%s: %s", lock, strerror(errno));
    if (flock(backing->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return kith_fail(err, KITH_BUSY, "backup_runs", "wait for its end",
                         "another backup writes to %s", folder);
    return clear_work(backing, err);
}

/* A copy that the check finds good. */
static enum kith_status copy_store(struct backing *backing,
                                   struct kith_error *err)
{
    struct store_options store = {0};
    enum kith_status status = KITH_OK;
    int code = 0;

    backup_options(backing->work, backing->config, backing->keys, &store);
    for (int i = 1; i <= TRIES; i++) {
        status = clear_work(backing, err);
        if (status == KITH_OK && mkdir(backing->work, 0700) != 0)
            status = kith_fail(err, KITH_IO, "write", "", "%s: %s",
                               backing->work, strerror(errno));
        if (status == KITH_OK)
            status = store_snapshot(backing->config->data, backing->work, err);
        if (status != KITH_OK)
            break;
        code = check_in_worker(&store, i < TRIES);
        if (code != kith_status_exit(KITH_DAMAGED))
            break;
    }
    sodium_memzero(&store, sizeof(store));
    if (status == KITH_OK && code == kith_status_exit(KITH_CONFLICT))
        status = kith_fail(err, KITH_CONFLICT, "store_older",
                           "start kithd: it migrates the store first",
                           "the store is of an older schema than %d: no backup "
                           "was made of it",
                           STORE_SCHEMA);
    else if (status == KITH_OK && code != 0)
        status = kith_fail(
            err,
            code == kith_status_exit(KITH_DAMAGED) ? KITH_DAMAGED : KITH_IO,
            "backup_refused", "kith check",
            "the copy of the store is not good: no backup was made of it");
    return status;
}

/* The store file's path: the time in its name is moved on until no file has
 * it, for none of before is replaced. */
static enum kith_status name_store(const char *folder, time_t at,
                                   char ret_path[PATH_MAX],
                                   struct kith_error *err)
{
    char name[64];
    struct tm utc;

    do {
        if (gmtime_r(&at, &utc) == NULL ||
            strftime(name, sizeof(name), "kith-%Y%m%dT%H%M%SZ.backup", &utc) ==
                0)
            return kith_fail(err, KITH_INVALID, "clock", "set the clock",
                             "the clock says no time that can be written");
        if (paths_join(folder, name, ret_path, PATH_MAX) != KITH_OK)
            return kith_fail(err, KITH_INVALID, "path_too_long", "",
                             "the path of the folder is too long");
        at++;
    } while (access(ret_path, F_OK) == 0);
    return KITH_OK;
}

static enum kith_status write_files(const char *folder, struct backing *backing,
                                    struct kith_error *err)
{
    char store[PATH_MAX], slots[PATH_MAX];
    enum kith_status status =
        name_store(folder, (time_t)backing->parts.made_at, store, err);

    if (status == KITH_OK &&
        paths_join(folder, BACKUP_SLOTS_NAME, slots, sizeof(slots)) != KITH_OK)
        status = kith_fail(err, KITH_INVALID, "path_too_long", "",
                           "the path of the folder is too long");
    if (status != KITH_OK)
        return status;
    backing->parts.folder = backing->work;
    /* new slots serve older stores; old slots do not serve a newer one */
    status = backup_file_write(&backing->parts, ARCHIVE_SLOTS, slots, err);
    if (status == KITH_OK)
        status = backup_file_write(&backing->parts, ARCHIVE_STORE, store, err);
    if (status != KITH_OK)
        return status;
    (void)printf("Store: %s - keep as many of these as you like.\n", store);
    (void)printf("Slots: %s - keep only this one: an older copy brings back "
                 "what was destroyed since.\n",
                 slots);
    (void)printf("Both were read back. A restore needs both, and the key file "
                 "or the recovery sheet.\n");
    return KITH_OK;
}

int backup(const struct options *options)
{
    struct backing *backing = sodium_malloc(sizeof(*backing));
    struct kith_error err, ignored;
    enum kith_status status;

    kith_error_clear(&err);
    kith_error_clear(&ignored);
    if (backing == NULL)
        return kith_status_exit(KITH_NOMEM);
    memset(backing, 0, sizeof(*backing));
    backing->lock_fd = -1;
    status = open_keys(options, backing, &err);
    if (status == KITH_OK)
        status = take_folder(options->folder, backing, &err);
    if (status == KITH_OK) {
        status = copy_store(backing, &err);
        if (status == KITH_OK)
            status = write_files(options->folder, backing, &err);
        if (clear_work(backing, &ignored) != KITH_OK && status == KITH_OK) {
            status = ignored.status;
            err = ignored;
        }
    }
    if (backing->lock_fd >= 0)
        (void)close(backing->lock_fd);
    backup_parts_clear(&backing->parts);
    keyfile_destroy(&backing->keys);
    config_destroy(&backing->config);
    sodium_free(backing);
    return status == KITH_OK ? 0 : outcome_print(&err);
}
