/* file - bounded reading and crash-proof writing of whole files.
 *
 * The order is always: write aside in the same folder, fsync, rename or link
 * into place, fsync the folder. Not here: what the bytes mean.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "kith/error.h"
#include "kith/ids.h"

static enum kith_status fail_path(struct kith_error *err, const char *act,
                                  const char *path)
{
    int number = errno;
    enum kith_status status = KITH_IO;
    const char *code = "io";

    if (number == ENOENT) {
        status = KITH_NOT_FOUND;
        code = "no_file";
    } else if (number == ENOSPC || number == EDQUOT) {
        status = KITH_FULL;
        code = "disk_full";
    } else if (number == EEXIST) {
        status = KITH_CONFLICT;
        code = "file_exists";
    }
    return kith_fail(err, status, code, "", "cannot %s %s: %s", act, path,
                     strerror(number));
}

/* Reads what FD still gives, at most MAX bytes beyond what BUF holds. */
static enum kith_status read_rest(int fd, size_t max, struct kith_buf *buf)
{
    size_t start = buf->len;

    for (;;) {
        enum kith_status status = kith_buf_reserve(buf, 4096);
        ssize_t got;

        if (status != KITH_OK)
            return status;
        got = read(fd, buf->data + buf->len, 4096);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return KITH_IO;
        if (got == 0)
            return KITH_OK;
        buf->len += (size_t)got;
        if (buf->len - start > max)
            return KITH_LIMIT;
    }
}

enum kith_status file_read(const char *path, size_t max, struct kith_buf *buf,
                           struct kith_error *err)
{
    enum kith_status status = KITH_OK;
    size_t start = buf->len;
    struct stat info;
    /* a FIFO in place of the file must not hold us up */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return fail_path(err, "read", path);
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        status = kith_fail(err, KITH_INVALID, "no_regular_file", "",
                           "%s is not a regular file", path);
        goto out;
    }
    status = read_rest(fd, max, buf);
    if (status == KITH_LIMIT)
        status = kith_fail(err, status, "file_too_long", "",
                           "%s is longer than %zu bytes", path, max);
    else if (status == KITH_IO)
        status = fail_path(err, "read", path);
    else if (status != KITH_OK)
        status = kith_fail(err, status, "no_memory", "", "out of memory");
out:
    if (status != KITH_OK)
        buf->len = start;
    (void)close(fd);
    return status;
}

static enum kith_status write_all(int fd, struct kith_bytes content)
{
    size_t done = 0;

    while (done < content.len) {
        ssize_t put = write(fd, content.data + done, content.len - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return KITH_IO;
        done += (size_t)put;
    }
    return KITH_OK;
}

/* Writes CONTENT to the new file ASIDE and makes it durable. */
static enum kith_status write_aside(const char *aside,
                                    struct kith_bytes content, mode_t mode)
{
    enum kith_status status = KITH_IO;
    int kept = 0;
    int fd =
        open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd < 0)
        return KITH_IO;
    /* the umask may have taken bits that the caller asked for */
    if (fchmod(fd, mode) == 0 && write_all(fd, content) == KITH_OK &&
        fsync(fd) == 0)
        status = KITH_OK;
    kept = errno;
    if (close(fd) != 0 && status == KITH_OK) {
        kept = errno;
        status = KITH_IO;
    }
    if (status != KITH_OK)
        (void)unlink(aside);
    errno = kept;
    return status;
}

enum kith_status file_sync_folder(const char *path, struct kith_error *err)
{
    char folder[PATH_MAX];
    enum kith_status status = paths_folder(path, folder, sizeof(folder));
    int fd;

    if (status != KITH_OK)
        return kith_fail(err, status, "path_too_long", "",
                         "the path %s is too long", path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        status = fail_path(err, "sync", folder);
    if (fd >= 0)
        (void)close(fd);
    return status;
}

static enum kith_status write_file(const char *path, struct kith_bytes content,
                                   mode_t mode, bool replace,
                                   struct kith_error *err)
{
    char aside[PATH_MAX];
    char id[KITH_ID_TEXT_SIZE];
    struct kith_id random = kith_id_random();
    int written;
    int moved;

    kith_id_text(&random, id);
    written = snprintf(aside, sizeof(aside), "%s.%s.new", path, id);
    if (written < 0 || (size_t)written >= sizeof(aside))
        return kith_fail(err, KITH_LIMIT, "path_too_long", "",
                         "the path %s is too long", path);
    if (write_aside(aside, content, mode) != KITH_OK)
        return fail_path(err, "write", path);
    /* link() does not replace: of two makers one gets EEXIST */
    moved = replace ? rename(aside, path) : link(aside, path);
    if (moved != 0) {
        enum kith_status status = fail_path(err, "make", path);

        (void)unlink(aside);
        return status;
    }
    if (!replace)
        (void)unlink(aside);
    return file_sync_folder(path, err);
}

enum kith_status file_replace(const char *path, struct kith_bytes content,
                              mode_t mode, struct kith_error *err)
{
    return write_file(path, content, mode, true, err);
}

enum kith_status file_create(const char *path, struct kith_bytes content,
                             mode_t mode, struct kith_error *err)
{
    return write_file(path, content, mode, false, err);
}
