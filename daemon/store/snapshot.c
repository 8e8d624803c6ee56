/* snapshot - see the header. */
#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/error.h"
#include "store/disk.h"

enum {
    COPY_LEN = 64 * 1024
};

static enum kith_status fail_copy(const char *path, enum kith_status status,
                                  const char *why, struct kith_error *err)
{
    return kith_fail(err, status, "snapshot",
                     status == KITH_FULL ? "make room" : "",
                     "%s cannot be copied: %s", path, why);
}

static enum kith_status copy_bytes(int from, int to)
{
    uint8_t bytes[COPY_LEN];
    uint64_t at = 0;
    ssize_t got = 0;
    enum kith_status status = KITH_OK;

    while (status == KITH_OK && (got = read(from, bytes, sizeof(bytes))) > 0) {
        status = disk_write(to, at, (struct kith_bytes){bytes, (size_t)got});
        at += (uint64_t)got;
    }
    if (status == KITH_OK && (got < 0 || fsync(to) != 0))
        status = disk_status();
    return status;
}

static enum kith_status copy_file(const char *from_path, const char *to_path,
                                  struct kith_error *err)
{
    int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int to = -1;
    enum kith_status status = from < 0 ? disk_status() : KITH_OK;

    if (status == KITH_OK) {
        to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        status = to < 0 ? disk_status() : copy_bytes(from, to);
    }
    if (status != KITH_OK)
        status = fail_copy(from_path, status, strerror(errno), err);
    if (from >= 0)
        (void)close(from);
    if (to >= 0)
        (void)close(to);
    return status;
}

/* With the locks that a writer respects: the copy is of one commit, and its
 * two meta pages are as that left them. */
static enum kith_status copy_lmdb(const char *from_folder, const char *to_path,
                                  struct kith_error *err)
{
    MDB_env *env = NULL;
    int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = to < 0 ? errno : mdb_env_create(&env);

    if (rc == MDB_SUCCESS)
        rc = mdb_env_open(env, from_folder, MDB_RDONLY | MDB_NOTLS, 0600);
    if (rc == MDB_SUCCESS)
        rc = mdb_env_copyfd(env, to);
    if (rc == MDB_SUCCESS && fsync(to) != 0)
        rc = errno;
    mdb_env_close(env);
    if (to >= 0)
        (void)close(to);
    if (rc == MDB_SUCCESS)
        return KITH_OK;
    return fail_copy(from_folder,
                     rc == ENOSPC || rc == EDQUOT ? KITH_FULL
                     : rc == ENOENT               ? KITH_NOT_FOUND
                     : rc < 0                     ? KITH_DAMAGED
                                                  : KITH_IO,
                     mdb_strerror(rc), err);
}

static enum kith_status copy_named(const struct disk_paths *from,
                                   const struct disk_paths *to,
                                   const char *name, struct kith_error *err)
{
    char from_path[DISK_PATH_MAX], to_path[DISK_PATH_MAX];
    enum kith_status status = disk_join(from->store, name, from_path, err);

    if (status == KITH_OK)
        status = disk_join(to->store, name, to_path, err);
    if (status != KITH_OK)
        return status;
    if (strcmp(name, "slots") == 0)
        return copy_file(from_path, to_path, err);
    return copy_lmdb(from->store, to_path, err);
}

enum kith_status store_snapshot(const char *dir, const char *folder,
                                struct kith_error *err)
{
    struct disk_paths from, to;
    enum kith_status status = disk_paths(dir, &from, err);

    if (status == KITH_OK)
        status = disk_paths(folder, &to, err);
    if (status != KITH_OK)
        return status;
    if (!disk_exists(from.store))
        return kith_fail(err, KITH_NOT_FOUND, "no_store", "kith init",
                         "there is no store in %s", from.dir);
    if (mkdir(to.store, 0700) != 0)
        return fail_copy(to.store,
                         errno == EEXIST ? KITH_CONFLICT : disk_status(),
                         strerror(errno), err);
    status = copy_named(&from, &to, "slots", err);
    if (status == KITH_OK)
        status = copy_named(&from, &to, "data.mdb", err);
    if (status == KITH_OK)
        status = disk_sync(to.store);
    return status;
}
