/* record - stands between a program and libc and writes down what it does to the
 * files below $KITH_TRACE_FOLDER, into $KITH_TRACE. Loaded with LD_PRELOAD.
 *
 * An act is written down after it has succeeded, as the program sees it; one
 * thread. Not here: what a cut makes of it (cuts.c).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trace.h"

enum {
    FDS = 1024,
    PATH = 512
};

static int trace_fd = -1;
static char folder[PATH];
static char paths[FDS][PATH]; /* of open files below folder; "": none */
static unsigned char synchronous[FDS];

static void *real(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (found == NULL)
        _exit(97);
    return found;
}

__attribute__((constructor)) static void begin(void)
{
    const char *root = getenv("KITH_TRACE_FOLDER"),
               *path = getenv("KITH_TRACE");

    if (root == NULL || path == NULL)
        return;
    (void)snprintf(folder, sizeof(folder), "%s", root);
    trace_fd = (int)syscall(SYS_openat, AT_FDCWD, path,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* PATH below the folder; NULL: elsewhere. The folder itself is "". */
static const char *below(const char *path)
{
    const size_t len = strlen(folder);

    if (trace_fd < 0 || strncmp(path, folder, len) != 0)
        return NULL;
    if (path[len] == '\0')
        return path + len;
    return path[len] == '/' ? path + len + 1 : NULL;
}

static void put(const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        long done = syscall(SYS_write, trace_fd, at, len);

        if (done <= 0)
            _exit(98);
        at += done;
        len -= (size_t)done;
    }
}

static void note(struct trace_head head, const char *path, const char *second)
{
    head.path_len = (uint16_t)strlen(path);
    head.second_len = (uint16_t)(second == NULL ? 0 : strlen(second));
    put(&head, sizeof(head));
    put(path, head.path_len);
    if (second != NULL)
        put(second, head.second_len);
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < FDS && paths[fd][0] != '\0' ? paths[fd] : NULL;
}

static void note_write(int fd, uint64_t offset, const struct iovec *parts,
                       int count, size_t done)
{
    const char *path = path_of(fd);

    if (path == NULL || done == 0)
        return;
    note((struct trace_head){.act = TRACE_WRITE,
                             .synchronous = synchronous[fd],
                             .data_len = (uint32_t)done,
                             .offset = offset},
         path, NULL);
    for (int i = 0; i < count && done > 0; i++) {
        size_t len = parts[i].iov_len < done ? parts[i].iov_len : done;

        put(parts[i].iov_base, len);
        done -= len;
    }
}

static int opened(int fd, const char *path, int flags, int was_there)
{
    const char *relative = below(path);

    if (fd < 0 || fd >= FDS)
        return fd;
    paths[fd][0] = '\0';
    if (relative == NULL)
        return fd;
    /* the folder itself has a name too */
    (void)snprintf(paths[fd], PATH, "%s", relative[0] == '\0' ? "." : relative);
    synchronous[fd] = (flags & O_DSYNC) != 0;
    if ((flags & O_CREAT) != 0 && !was_there)
        note((struct trace_head){.act = TRACE_CREATE}, paths[fd], NULL);
    return fd;
}

static int open_it(const char *path, int flags, mode_t mode)
{
    struct stat info;
    int was_there = syscall(SYS_newfstatat, AT_FDCWD, path, &info, 0) == 0;

    return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), path,
                  flags, was_there);
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list more;

    va_start(more, flags);
    if ((flags & (O_CREAT | O_TMPFILE)) != 0)
        mode = va_arg(more, mode_t);
    va_end(more);
    return open_it(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list more;

    va_start(more, flags);
    if ((flags & (O_CREAT | O_TMPFILE)) != 0)
        mode = va_arg(more, mode_t);
    va_end(more);
    return open_it(path, flags, mode);
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        paths[fd][0] = '\0';
    return (int)syscall(SYS_close, fd);
}

ssize_t write(int fd, const void *data, size_t len)
{
    const struct iovec part = {(void *)(uintptr_t)data, len};
    off_t at = path_of(fd) == NULL ? 0 : lseek(fd, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_write, fd, data, len);

    if (done > 0)
        note_write(fd, (uint64_t)at, &part, 1, (size_t)done);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    off_t at = path_of(fd) == NULL ? 0 : lseek(fd, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_writev, fd, parts, count);

    if (done > 0)
        note_write(fd, (uint64_t)at, parts, count, (size_t)done);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    const struct iovec part = {(void *)(uintptr_t)data, len};
    ssize_t done = syscall(SYS_pwrite64, fd, data, len, at);

    if (done > 0)
        note_write(fd, (uint64_t)at, &part, 1, (size_t)done);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
{
    return pwrite(fd, data, len, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    ssize_t (*next)(int, const struct iovec *, int, off_t) =
        (ssize_t(*)(int, const struct iovec *, int, off_t))real("pwritev");
    ssize_t done = next(fd, parts, count, at);

    if (done > 0)
        note_write(fd, (uint64_t)at, parts, count, (size_t)done);
    return done;
}

static int synced(int fd, int result)
{
    if (result == 0 && path_of(fd) != NULL)
        note((struct trace_head){.act = TRACE_SYNC}, path_of(fd), NULL);
    return result;
}

int fsync(int fd)
{
    return synced(fd, (int)syscall(SYS_fsync, fd));
}

int fdatasync(int fd)
{
    return synced(fd, (int)syscall(SYS_fdatasync, fd));
}

int ftruncate(int fd, off_t len)
{
    int result = (int)syscall(SYS_ftruncate, fd, len);

    if (result == 0 && path_of(fd) != NULL)
        note((struct trace_head){.act = TRACE_CUT, .offset = (uint64_t)len},
             path_of(fd), NULL);
    return result;
}

int ftruncate64(int fd, off_t len)
{
    return ftruncate(fd, len);
}

int mkdir(const char *path, mode_t mode)
{
    int result = (int)syscall(SYS_mkdir, path, mode);

    if (result == 0 && below(path) != NULL)
        note((struct trace_head){.act = TRACE_FOLDER}, below(path), NULL);
    return result;
}

int rename(const char *from, const char *to)
{
    int result = (int)syscall(SYS_rename, from, to);

    if (result == 0 && below(from) != NULL && below(to) != NULL)
        note((struct trace_head){.act = TRACE_RENAME}, below(from), below(to));
    return result;
}

/* Only as disk_exchange() calls it. */
int renameat2(int from_fd, const char *from, int to_fd, const char *to,
              unsigned flags)
{
    int result = (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);

    if (result == 0 && below(from) != NULL && below(to) != NULL)
        note((struct trace_head){.act = TRACE_EXCHANGE}, below(from),
             below(to));
    return result;
}

int link(const char *from, const char *to)
{
    int result = (int)syscall(SYS_link, from, to);

    if (result == 0 && below(from) != NULL && below(to) != NULL)
        note((struct trace_head){.act = TRACE_LINK}, below(from), below(to));
    return result;
}

int unlink(const char *path)
{
    int result = (int)syscall(SYS_unlink, path);

    if (result == 0 && below(path) != NULL)
        note((struct trace_head){.act = TRACE_UNLINK}, below(path), NULL);
    return result;
}
