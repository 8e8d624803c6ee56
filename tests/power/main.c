/* kith-power - a store must survive every cut of power.
 *
 * usage: kith-power RECORD.so CUTS SEED
 *
 * A child makes a store, commits, empties slots and migrates it once while record.c writes down
 * what it does to its files. Then power is cut CUTS times: each time at some
 * act, with some part of what was not synced on the medium (disk.c); the store
 * found is opened, and must hold every commit that had been acknowledged. The
 * acknowledgement is a write to FOLDER/acked, which never reaches a medium.
 */
#define _GNU_SOURCE /* nftw, mkdtemp */
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "disk.h"
#include "kith/be.h"
#include "play.h"

enum {
    COMMITS = 60,
    ACTS_MAX = 200000
};

struct trace {
    uint8_t *bytes;
    struct disk_act *acts;
    size_t n_acts;
};

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

static void empty(const char *folder)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Runs the writer with the recorder before libc. */
static int record(const char *library, const char *folder, const char *path)
{
    pid_t child = fork();
    int result = 0;

    if (child == 0) {
        char self[512], count[16];
        ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

        self[len > 0 ? len : 0] = '\0';
        (void)snprintf(count, sizeof(count), "%d", COMMITS);
        (void)setenv("LD_PRELOAD", library, 1);
        (void)setenv("KITH_TRACE_FOLDER", folder, 1);
        (void)setenv("KITH_TRACE", path, 1);
        (void)execl(self, self, "--write", folder, count, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &result, 0) != child)
        return -1;
    return WIFEXITED(result) && WEXITSTATUS(result) == 0 ? 0 : -1;
}

static int load(const char *path, struct trace *trace)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    size_t at = 0, len;

    if (file == NULL || fstat(fileno(file), &info) != 0)
        return -1;
    len = (size_t)info.st_size;
    trace->bytes = malloc(len + 1);
    trace->acts = calloc(ACTS_MAX, sizeof(*trace->acts));
    if (trace->bytes == NULL || trace->acts == NULL ||
        fread(trace->bytes, 1, len, file) != len)
        return -1;
    (void)fclose(file);
    while (at + sizeof(struct trace_head) <= len && trace->n_acts < ACTS_MAX) {
        struct disk_act *act = &trace->acts[trace->n_acts++];

        memcpy(&act->head, trace->bytes + at, sizeof(act->head));
        at += sizeof(act->head);
        act->path = (const char *)trace->bytes + at;
        at += act->head.path_len;
        act->second = (const char *)trace->bytes + at;
        at += act->head.second_len;
        act->data = trace->bytes + at;
        at += act->head.data_len;
    }
    return at == len ? 0 : -1;
}

/* The number that ACT acknowledges. */
static bool acknowledges(const struct disk_act *act, uint64_t *ret_number)
{
    if (act->head.path_len != 5 || memcmp(act->path, "acked", 5) != 0)
        return false;
    if (act->head.act == TRACE_WRITE && act->head.data_len == 8)
        *ret_number = kith_be_get64(act->data) + 1;
    return true;
}

/* Cuts power within act CUT, which has begun and not returned. *acked: 0
 * nothing, else one more than the commits. */
static struct disk *play_until(const struct trace *trace, size_t cut,
                               uint64_t *acked)
{
    struct disk *disk = disk_new();

    *acked = 0;
    for (size_t i = 0; i <= cut; i++) {
        struct disk_act act = trace->acts[i];

        if (acknowledges(&act, acked))
            continue;
        if (i == cut) {
            if (act.head.act == TRACE_SYNC)
                break; /* may have done anything: what was pending still is */
            act.head.synchronous = 0;
        }
        disk_do(disk, &act);
    }
    return disk;
}

/* In a child: a torn page may kill who reads it. */
static int expect(const char *folder, uint64_t acked)
{
    pid_t child;
    int result = 0;

    (void)fflush(NULL);
    child = fork();
    if (child == 0)
        _exit((acked == 0 ? play_expect_unmade(folder)
                          : play_expect(folder, acked - 1)) == 0
                  ? 0
                  : 1);
    if (child < 0 || waitpid(child, &result, 0) != child)
        return -1;
    if (WIFSIGNALED(result))
        (void)fprintf(stderr, "the reader was killed by signal %d\n",
                      WTERMSIG(result));
    return WIFEXITED(result) && WEXITSTATUS(result) == 0 ? 0 : -1;
}

static int cut_once(const struct trace *trace, uint64_t seed,
                    const char *folder)
{
    uint64_t chance = seed, acked = 0;
    const size_t cut =
        (size_t)((seed * 0x9e3779b97f4a7c15u >> 17) % trace->n_acts);
    struct disk *disk = play_until(trace, cut, &acked);
    int code = mkdir(folder, 0700);

    if (code == 0)
        code = disk_cut(disk, &chance, folder);
    disk_free(disk);
    if (code == 0)
        code = expect(folder, acked);
    empty(folder);
    if (code != 0)
        (void)fprintf(stderr, "cut at act %zu of %zu fails; seed %" PRIu64 "\n",
                      cut, trace->n_acts, seed);
    return code;
}

static int run(const char *library, uint64_t cuts, uint64_t seed)
{
    char base[] = "/dev/shm/kith-power-XXXXXX";
    char made[64], path[64], found[64];
    struct trace trace = {0};
    uint64_t failed = 0;

    if (mkdtemp(base) == NULL)
        return 2;
    (void)snprintf(made, sizeof(made), "%s/made", base);
    (void)snprintf(path, sizeof(path), "%s/trace", base);
    (void)snprintf(found, sizeof(found), "%s/found", base);
    if (mkdir(made, 0700) != 0 || record(library, made, path) != 0 ||
        load(path, &trace) != 0 || trace.n_acts == 0) {
        (void)fprintf(stderr, "power: the writer could not be recorded\n");
        empty(base);
        return 2;
    }
    for (uint64_t i = 0; i < cuts && failed < 10; i++)
        failed += cut_once(&trace, seed + i, found) != 0;
    (void)printf("%" PRIu64 " cuts within %zu acts of %d commits, seed %" PRIu64
                 ": %" PRIu64 " failed\n",
                 cuts, trace.n_acts, COMMITS, seed, failed);
    free(trace.bytes);
    free(trace.acts);
    empty(base);
    return failed == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0)
        return 2;
    if (argc == 4 && strcmp(argv[1], "--write") == 0)
        return play_write(argv[2], strtoull(argv[3], NULL, 10)) == 0 ? 0 : 1;
    if (argc != 4) {
        (void)fprintf(stderr, "usage: kith-power RECORD.so CUTS SEED\n");
        return 2;
    }
    return run(argv[1], strtoull(argv[2], NULL, 10),
               strtoull(argv[3], NULL, 10));
}
