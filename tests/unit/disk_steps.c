/* disk_steps - see the header. The calls are counted by functions of the same
 * names here, which stand before libc's for LMDB too. */
#define _GNU_SOURCE /* syscall, renameat2 */
#include "disk_steps.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATH_LEN = 160
};

/* Calls until this process kills itself; negative: never. */
static long steps_left = -1;

static void step(void)
{
    if (steps_left >= 0 && steps_left-- == 0)
        (void)kill(getpid(), SIGKILL);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    step();
    return syscall(SYS_pwrite64, fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off_t at)
{
    step();
    return syscall(SYS_pwrite64, fd, data, len, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    step();
    return syscall(SYS_writev, fd, parts, count);
}

int fsync(int fd)
{
    step();
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    step();
    return (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t len)
{
    step();
    return (int)syscall(SYS_ftruncate, fd, len);
}

int rename(const char *from, const char *to)
{
    step();
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int link(const char *from, const char *to)
{
    step();
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int from_fd, const char *from, int to_fd, const char *to,
              unsigned flags)
{
    step();
    return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
}

int unlinkat(int fd, const char *path, int flags)
{
    step();
    return (int)syscall(SYS_unlinkat, fd, path, flags);
}

int rmdir(const char *path)
{
    step();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int unlink(const char *path)
{
    step();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int mkdir(const char *path, mode_t mode)
{
    step();
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

static void copy_file(const char *from, const char *to)
{
    uint8_t bytes[4096];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t len = 0;

    assert_true(in >= 0 && out >= 0);
    while ((len = read(in, bytes, sizeof(bytes))) > 0)
        assert_int_equal(write(out, bytes, (size_t)len), len);
    (void)close(in);
    (void)close(out);
}

void disk_steps_copy(const char *dir, const char *from, const char *to)
{
    static const char *const names[] = {"data.mdb", "slots", "mark"};
    char a[PATH_LEN], b[PATH_LEN];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(a, sizeof(a), "%s/%s/%s", dir, from, names[i]);
        (void)snprintf(b, sizeof(b), "%s/%s/%s", dir, to, names[i]);
        copy_file(a, b);
    }
}

bool disk_steps_run(struct store_fixture *f, long steps,
                    enum kith_status (*work)(struct store_fixture *f))
{
    pid_t child = fork();
    int result = 0;

    assert_true(child >= 0);
    if (child == 0) {
        steps_left = steps;
        _exit(work(f) == KITH_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    if (WIFEXITED(result))
        assert_int_equal(WEXITSTATUS(result), 0);
    return WIFEXITED(result);
}
