/* Power cuts at every write of a store's life: making it, commits, slots drawn
 * and destroyed. Whatever the disk kept of what was not synced, no
 * acknowledged commit is lost and nothing wrong is taken for good.
 *
 * The calls that write are this program's own: each does what the C library
 * does and tells power_disk. KITH_CUTS: how many states; KITH_CUT_SEED.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "power_disk.h"
#include "power_store.h"
#include "store_fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum {
    CUTS = 500
};
#else
enum {
    CUTS = 5000
};
#endif

enum {
    COMMITS = 6,       /* before and again after a destruction */
    STEPS_ABOUT = 170, /* writes and syncs of the whole life */
    FDS = 256
};

static struct {
    struct power_disk *disk; /* NULL: nothing is recorded */
    struct store_fixture *fixture;
    size_t root_len;
    int file[FDS]; /* number + 1; 0: none of ours */
    bool folder[FDS];
    bool synced[FDS];
    struct power_promise promise;
    unsigned states, steps;
    unsigned per_step_256; /* states a step, times 256 */
    uint64_t seed;
} cuts;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* PATH below the recorded folder, or NULL. */
static const char *below(const char *path)
{
    if (cuts.disk == NULL || path == NULL ||
        strncmp(path, cuts.fixture->dir, cuts.root_len) != 0 ||
        path[cuts.root_len] != '/')
        return NULL;
    return path + cuts.root_len + 1;
}

static bool is_file(int fd)
{
    return cuts.disk != NULL && fd >= 0 && fd < FDS && cuts.file[fd] > 0;
}

static void step(void);

int open(const char *path, int flags, ...)
{
    const char *name = below(path);
    mode_t mode = 0;
    int fd = -1;

    if ((flags & O_CREAT) != 0) {
        va_list rest;

        va_start(rest, flags);
        mode = (mode_t)va_arg(rest, int);
        va_end(rest);
    }
    fd = REAL(open)(path, flags, mode);
    if (fd < 0 || fd >= FDS)
        return fd;
    cuts.file[fd] = 0;
    cuts.folder[fd] = cuts.disk != NULL && (flags & O_DIRECTORY) != 0;
    cuts.synced[fd] = (flags & O_DSYNC) != 0;
    if (name != NULL && !cuts.folder[fd]) {
        int file = power_disk_find(cuts.disk, name);

        if (file < 0) {
            file = power_disk_file(cuts.disk);
            power_disk_name(cuts.disk, POWER_MAKE, file, name, "");
            step();
        }
        cuts.file[fd] = file + 1;
    }
    return fd;
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS) {
        cuts.file[fd] = 0;
        cuts.folder[fd] = false;
    }
    return REAL(close)(fd);
}

static void wrote(int fd, off_t offset, const void *data, ssize_t done)
{
    if (done <= 0 || !is_file(fd))
        return;
    power_disk_write(cuts.disk, cuts.file[fd] - 1, (uint64_t)offset, data,
                     (size_t)done, cuts.synced[fd]);
    step();
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset)
{
    ssize_t done = REAL(pwrite)(fd, data, len, offset);

    wrote(fd, offset, data, done);
    return done;
}

ssize_t write(int fd, const void *data, size_t len)
{
    off_t offset = is_file(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(write)(fd, data, len);

    wrote(fd, offset, data, done);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    off_t offset = is_file(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = REAL(writev)(fd, parts, count), left = done;

    for (int i = 0; i < count && left > 0; i++) {
        ssize_t len = (ssize_t)parts[i].iov_len;

        wrote(fd, offset, parts[i].iov_base, len < left ? len : left);
        offset += len;
        left -= len;
    }
    return done;
}

int ftruncate(int fd, off_t len)
{
    int rc = REAL(ftruncate)(fd, len);

    if (rc == 0 && is_file(fd)) {
        power_disk_truncate(cuts.disk, cuts.file[fd] - 1, (uint64_t)len);
        step();
    }
    return rc;
}

static void synced(int fd, int rc)
{
    if (rc != 0 || cuts.disk == NULL || fd < 0 || fd >= FDS)
        return;
    if (cuts.folder[fd])
        power_disk_sync_names(cuts.disk);
    else if (cuts.file[fd] > 0)
        power_disk_sync(cuts.disk, cuts.file[fd] - 1);
    step();
}

int fsync(int fd)
{
    int rc = REAL(fsync)(fd);

    synced(fd, rc);
    return rc;
}

int fdatasync(int fd)
{
    int rc = REAL(fdatasync)(fd);

    synced(fd, rc);
    return rc;
}

static int renamed(enum power_change change, int rc, const char *from,
                   const char *to)
{
    const char *name = below(from);

    if (rc == 0 && name != NULL) {
        power_disk_name(cuts.disk, change, -1, name,
                        to != NULL ? below(to) : "");
        step();
    }
    return rc;
}

int rename(const char *from, const char *to)
{
    return renamed(POWER_RENAME, REAL(rename)(from, to), from, to);
}

int link(const char *from, const char *to)
{
    return renamed(POWER_LINK, REAL(link)(from, to), from, to);
}

int unlink(const char *path)
{
    return renamed(POWER_REMOVE, REAL(unlink)(path), path, NULL);
}

int mkdir(const char *path, mode_t mode)
{
    return renamed(POWER_FOLDER, REAL(mkdir)(path, mode), path, NULL);
}

static void cut(void)
{
    char folder[64];
    uint64_t seed = cuts.seed;
    size_t piece = power_draw(&cuts.seed) % 2 == 0 ? 512 : 4096;
    int result = 0;
    pid_t child = -1;
    struct power_disk *disk = cuts.disk;

    cuts.disk = NULL; /* what follows is not the program's */
    store_fixture_folder(folder);
    power_disk_cut(disk, folder, piece, &cuts.seed);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(power_store_judge(&cuts.fixture->options, folder, &cuts.promise));
    assert_int_equal(waitpid(child, &result, 0), child);
    if (result != 0)
        fail_msg("a cut at step %u after commit %d (destruction %d), seed "
                 "%llu: verdict %d, signal %d; kept in %s",
                 cuts.steps, cuts.promise.acked, cuts.promise.doom,
                 (unsigned long long)seed, WEXITSTATUS(result),
                 WTERMSIG(result), folder);
    store_fixture_remove(folder);
    cuts.disk = disk;
    cuts.states++;
}

/* Something was written: the states that a cut may leave now. */
static void step(void)
{
    uint64_t due = 0;

    if (cuts.disk == NULL)
        return;
    cuts.steps++;
    due = (uint64_t)cuts.steps * cuts.per_step_256 / 256;
    while (cuts.states < due)
        cut();
}

static void live(struct store_fixture *f, uint64_t slot)
{
    assert_int_equal(store_create(&f->options, &f->err), KITH_OK);
    cuts.promise.acked = 0;
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    for (int half = 0; half < 2; half++) {
        for (int i = 0; i < COMMITS; i++) {
            assert_int_equal(
                power_store_write(f->store, (uint64_t)cuts.promise.acked + 1),
                KITH_OK);
            cuts.promise.acked++;
            step();
        }
        if (half == 0) {
            cuts.promise.doom = 1;
            assert_int_equal(store_slots_destroy(f->store, &slot, 1, &f->err),
                             KITH_OK);
            cuts.promise.doom = 2;
            step();
        }
    }
}

static void test_a_power_cut_loses_no_acknowledged_commit(void **state)
{
    struct store_fixture *f = *state;
    const char *count = getenv("KITH_CUTS"), *seed = getenv("KITH_CUT_SEED");
    unsigned wanted = count != NULL ? (unsigned)atoi(count) : CUTS;

    /* What is told and drawn here needs no medium under it. */
    if (access("/dev/shm", W_OK) == 0)
        assert_int_equal(setenv("TMPDIR", "/dev/shm", 0), 0);
    store_abort(&f->txn);
    store_close(&f->store);
    store_fixture_folder(f->dir);
    f->options.dir = f->dir;
    cuts.fixture = f;
    cuts.root_len = strlen(f->dir);
    cuts.promise.acked = -1;
    cuts.seed = seed != NULL ? strtoull(seed, NULL, 10) : 7;
    cuts.per_step_256 = wanted * 256 / STEPS_ABOUT;
    cuts.disk = power_disk_new();
    live(f, POWER_DOOMED);
    print_message("%u cuts at %u steps, none lost what was acknowledged\n",
                  cuts.states, cuts.steps);
    assert_true(cuts.states > wanted / 2);
    power_disk_destroy(&cuts.disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_a_power_cut_loses_no_acknowledged_commit, store_fixture_ram,
            store_fixture_down),
    };

    return cmocka_run_group_tests_name("store.power", tests, NULL, NULL);
}
