/* disk - folder, lock, medium, and whole reads and writes at an offset.
 *
 * Not here: layouts (slot_file.c, mark.c), LMDB's own files (kv_lmdb.c).
 */
#define _GNU_SOURCE /* renameat2 */
#include "store/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "kith/error.h"

enum {
    WIPE_STEP = 64 * 1024
};

enum kith_status disk_join(const char *folder, const char *name,
                           char ret_path[DISK_PATH_MAX], struct kith_error *err)
{
    int len = snprintf(ret_path, DISK_PATH_MAX, "%s/%s", folder, name);

    if (len < 0 || len >= DISK_PATH_MAX)
        return kith_fail(err, KITH_LIMIT, "path_too_long", "",
                         "the path of the data folder is longer than %d bytes",
                         DISK_PATH_MAX);
    return KITH_OK;
}

enum kith_status disk_paths(const char *dir, struct disk_paths *ret_paths,
                            struct kith_error *err)
{
    size_t len = strlen(dir);
    enum kith_status status = KITH_OK;

    if (len >= DISK_PATH_MAX)
        return kith_fail(err, KITH_LIMIT, "path_too_long", "",
                         "the path of the data folder is longer than %d bytes",
                         DISK_PATH_MAX);
    memcpy(ret_paths->dir, dir, len + 1);
    status = disk_join(dir, "store.lock", ret_paths->lock, err);
    if (status == KITH_OK)
        status = disk_join(dir, "store", ret_paths->store, err);
    if (status == KITH_OK)
        status = disk_join(dir, "store.new", ret_paths->fresh, err);
    return status;
}

bool disk_exists(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

enum kith_status disk_status(void)
{
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return KITH_FULL;
    return errno == ENOENT ? KITH_NOT_FOUND : KITH_IO;
}

enum kith_status disk_lock(const struct disk_paths *paths, int *ret_fd,
                           struct kith_error *err)
{
    int fd = open(paths->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int number = 0;

    if (fd < 0)
        return kith_fail(err, disk_status(), "store_lock", "",
                         "cannot open %s: %s", paths->lock, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *ret_fd = fd;
        return KITH_OK;
    }
    number = errno;
    (void)close(fd);
    if (number == EWOULDBLOCK)
        return kith_fail(err, KITH_BUSY, "store_busy", "kith status",
                         "another process has the store in %s open",
                         paths->dir);
    return kith_fail(err, KITH_IO, "store_lock", "", "cannot lock %s: %s",
                     paths->lock, strerror(number));
}

bool disk_is_remote(uint64_t type)
{
    static const uint32_t remote[] = {
        0x6969,     /* NFS */
        0x517b,     /* SMB */
        0xff534d42, /* CIFS */
        0xfe534d42, /* SMB2 */
        0x564c,     /* NCP */
        0x01021997, /* 9P */
        0x00c36400, /* Ceph */
        0x0bd00bd0, /* Lustre */
        0x73757245, /* Coda */
        0x5346414f, /* AFS */
        0x6b414653, /* kAFS */
        0x7461636f, /* OCFS2 */
        0x01161970, /* GFS2 */
        0x47504653, /* GPFS */
        0x65735546, /* FUSE: sshfs, gluster; nobody can tell which */
        0xaad7aaea, /* PanFS */
        0x19830326, /* BeeGFS */
    };

    for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
        if (remote[i] == type)
            return true;
    }
    return false;
}

enum kith_status disk_check_medium(const char *dir, struct kith_error *err)
{
    struct statfs info;

    if (statfs(dir, &info) != 0)
        return kith_fail(err, disk_status(), "store_folder", "",
                         "cannot look at %s: %s", dir, strerror(errno));
    if (disk_is_remote((uint64_t)(uint32_t)info.f_type))
        return kith_fail(err, KITH_INVALID, "network_folder", "",
                         "%s is on a network file system, where a store does "
                         "not survive a crash; choose a local disk",
                         dir);
    return KITH_OK;
}

enum kith_status disk_write(int fd, uint64_t offset, struct kith_bytes data)
{
    while (data.len > 0) {
        ssize_t done = pwrite(fd, data.data, data.len, (off_t)offset);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return disk_status();
        data.data += done;
        data.len -= (size_t)done;
        offset += (uint64_t)done;
    }
    return KITH_OK;
}

enum kith_status disk_read(int fd, uint64_t offset, uint8_t *ret_data,
                           size_t len)
{
    while (len > 0) {
        ssize_t done = pread(fd, ret_data, len, (off_t)offset);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return KITH_IO;
        if (done == 0)
            return KITH_DAMAGED;
        ret_data += done;
        len -= (size_t)done;
        offset += (uint64_t)done;
    }
    return KITH_OK;
}

enum kith_status disk_wipe(int fd)
{
    static const uint8_t zeros[WIPE_STEP];
    struct stat info;

    if (fstat(fd, &info) != 0)
        return KITH_IO;
    for (off_t at = 0; at < info.st_size; at += WIPE_STEP) {
        off_t left = info.st_size - at;
        struct kith_bytes step = {zeros, WIPE_STEP};
        enum kith_status status = KITH_OK;

        if (left < WIPE_STEP)
            step.len = (size_t)left;
        status = disk_write(fd, (uint64_t)at, step);
        if (status != KITH_OK)
            return status;
    }
    return fsync(fd) == 0 ? KITH_OK : KITH_IO;
}

enum kith_status disk_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = -1;

    if (fd < 0)
        return disk_status();
    rc = fsync(fd);
    (void)close(fd);
    return rc == 0 ? KITH_OK : KITH_IO;
}

enum kith_status disk_exchange(const char *a, const char *b)
{
    if (renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0)
        return KITH_OK;
    return errno == EINVAL || errno == ENOSYS ? KITH_INVALID : disk_status();
}

enum kith_status disk_remove(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry = NULL;

    if (folder == NULL)
        return errno == ENOENT ? KITH_OK : KITH_IO;
    while ((entry = readdir(folder)) != NULL) {
        char below[DISK_PATH_MAX];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0 && errno == EISDIR &&
            disk_join(path, entry->d_name, below, NULL) == KITH_OK)
            (void)!disk_remove(below);
    }
    (void)closedir(folder);
    return rmdir(path) == 0 ? KITH_OK : KITH_IO;
}
