/* What kith check finds, and that of single flipped bits in the files of a
 * store none yields a wrong value as good. */
#define _GNU_SOURCE /* prlimit */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kith/be.h"
#include "store_sample.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum {
    FLIPS = 400
}; /* a sanitizer makes each child slow */
#else
enum {
    FLIPS = 2000
};
#endif

struct file {
    const char *name;
    uint8_t *data; /* owned */
    size_t len;
};

static struct file load(const char *dir, const char *name)
{
    struct file file = {name, NULL, 0};
    struct stat info;
    char path[128];
    int fd = -1;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, name);
    fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &info), 0);
    file.len = (size_t)info.st_size;
    file.data = malloc(file.len);
    assert_non_null(file.data);
    assert_int_equal(read(fd, file.data, file.len), file.len);
    (void)close(fd);
    return file;
}

/* Flips one bit of FILE on disk. */
static void flip(const char *dir, const struct file *file, uint64_t bit)
{
    uint8_t byte = 0;
    char path[128];
    int fd = -1;

    (void)snprintf(path, sizeof(path), "%s/%s", dir, file->name);
    fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, (off_t)(bit / 8)), 1);
    byte ^= (uint8_t)(1 << (bit % 8));
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)(bit / 8)), 1);
    (void)close(fd);
}

static void shut(struct store_fixture *f)
{
    if (f->txn != NULL)
        assert_int_equal(store_commit(&f->txn), KITH_OK);
    store_close(&f->store);
    kith_error_clear(&f->err);
}

static void print_finding(void *context, const char *sentence)
{
    (void)context;
    print_message("%s\n", sentence);
}

static void test_check_of_a_whole_store_finds_nothing(void **state)
{
    static const struct store_check_hooks hooks = {print_finding, NULL, NULL};
    struct store_fixture *f = *state;
    struct store_check_report report;
    struct store_sample_result result;

    store_sample_fill(f);
    store_sample_compare(f, &result);
    assert_int_equal(result.wrong + result.missing, 0);
    assert_int_equal(result.refused, 1); /* the destroyed text */
    shut(f);
    assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                     KITH_OK);
    assert_int_equal(report.findings, 0);
    assert_int_equal(report.entries, 300);
    assert_int_equal(report.records, 120);
    assert_int_equal(report.notes, 10);
    assert_int_equal(report.slots, 120 + 120 + 300);
    assert_true(report.rows > 1000);
}

static void test_check_of_an_open_store_is_busy(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;

    assert_int_equal(store_check(&f->options, NULL, &report, &f->err),
                     KITH_BUSY);
}

static void test_check_of_an_empty_store_finds_nothing(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;

    shut(f);
    assert_int_equal(store_check(&f->options, NULL, &report, &f->err), KITH_OK);
    f->options.store_key[0] ^= 1;
    assert_int_equal(store_check(&f->options, NULL, &report, &f->err),
                     KITH_UNTRUSTED);
}

/* Faults that a store must not make by itself are put in through its verbs. */
static void test_check_finds_what_does_not_belong_together(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    struct store_name name = {0, 1, 0, kith_bytes_of("nobody")};
    struct store_ref nobody = {0, 9, 999};
    struct store_log_id log = {1, STORE_OUT, 1};
    struct store_head head;

    store_sample_fill(f);
    assert_int_equal(store_name_put(f->txn, &name, &nobody), KITH_OK);
    assert_int_equal(store_note_put(f->txn, &log, STORE_RECEIPT, 7,
                                    kith_bytes_of("not a note")),
                     KITH_OK);
    head = (struct store_head){.ref = {STORE_OWN, 0, 1}};
    assert_int_equal(store_head_get(f->txn, &head.ref, &head), KITH_OK);
    head.slot = 99999;
    assert_int_equal(store_head_put(f->txn, &head), KITH_OK);
    shut(f);
    assert_int_equal(store_check(&f->options, NULL, &report, &f->err),
                     KITH_DAMAGED);
    /* name, note, slot of the head, slot of its revision */
    assert_int_equal(report.findings, 4);
}

/* What a flipped copy came to, shared with the children. */
enum outcome {
    HARMLESS,
    REFUSED_OPEN,
    REFUSED_READ,
    MISSING,
    CRASHED,
    WRONG
};
enum {
    OUTCOMES = WRONG + 1
};

struct tally {
    unsigned outcomes[OUTCOMES];
    unsigned reported[OUTCOMES]; /* of them by store_check */
    unsigned check_crashed;
};

/* In a child: opens the copy and compares everything. */
static int read_copy(struct store_fixture *f)
{
    struct store_sample_result result;

    if (store_open(&f->options, &f->store, &f->err) != KITH_OK)
        return REFUSED_OPEN;
    store_sample_compare(f, &result);
    if (result.wrong > 0)
        return WRONG;
    if (result.missing > 0)
        return MISSING;
    return result.refused > 1 ? REFUSED_READ : HARMLESS;
}

static int check_copy(struct store_fixture *f)
{
    struct store_check_report report;

    return store_check(&f->options, NULL, &report, NULL) == KITH_OK ? 0 : 1;
}

/* Exit code of WORK in a child, or -1 when it was killed or hung. */
static int run_child(struct store_fixture *f,
                     int (*work)(struct store_fixture *f))
{
    pid_t child = fork();
    int result = 0;

    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit cpu = {20, 20}, core = {0, 0};
        int quiet = open("/dev/null", O_WRONLY);
        static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

        /* cmocka would go on with the next test. */
        for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
            (void)signal(fatal[i], SIG_DFL);

        (void)setrlimit(RLIMIT_CPU, &cpu);
        (void)setrlimit(RLIMIT_CORE, &core);
        (void)dup2(quiet, STDERR_FILENO);
        _exit(work(f));
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    return WIFEXITED(result) && WEXITSTATUS(result) < OUTCOMES
               ? WEXITSTATUS(result)
               : -1;
}

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* One flip, and back again: nothing that only reads changes the files. */
static void flip_one(struct store_fixture *f, const struct file *file,
                     uint64_t bit, struct tally *tally)
{
    int outcome = 0, checked = 0;

    flip(f->dir, file, bit);
    checked = run_child(f, check_copy);
    outcome = run_child(f, read_copy);
    flip(f->dir, file, bit);
    if (outcome < 0)
        outcome = CRASHED;
    tally->outcomes[outcome]++;
    if (checked != 0)
        tally->reported[outcome]++;
    if (checked < 0)
        tally->check_crashed++;
}

static void print_tally(const char *name, const struct tally *tally)
{
    static const char *const names[OUTCOMES] = {
        "harmless",  "refused at opening", "refused at reading",
        "not found", "crash of the child", "wrong value",
    };
    print_message("%s\n", name);
    for (int i = 0; i < OUTCOMES; i++)
        print_message("  %-20s %5u, of them reported by the check %5u\n",
                      names[i], tally->outcomes[i], tally->reported[i]);
    print_message("  the check itself was killed %u times\n",
                  tally->check_crashed);
}

static void test_flipped_bits_yield_no_wrong_value(void **state)
{
    struct store_fixture *f = *state;
    const char *wanted = getenv("KITH_FLIPS");
    uint64_t flips = wanted != NULL ? strtoull(wanted, NULL, 10) : FLIPS;
    const char *given = getenv("KITH_FLIP_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20260101;
    struct file files[2], after;
    struct tally data = {0}, slots = {0};

    store_sample_fill(f);
    shut(f);
    files[0] = load(f->dir, "store/data.mdb");
    files[1] = load(f->dir, "store/slots");
    for (uint64_t i = 0; i < flips; i++) {
        size_t which = i % 4 == 3 ? 1 : 0;
        uint64_t bit = draw(&seed) % (files[which].len * 8);

        flip_one(f, &files[which], bit, which == 0 ? &data : &slots);
    }
    print_tally("store file", &data);
    print_tally("slot file", &slots);
    for (size_t i = 0; i < 2; i++) {
        after = load(f->dir, files[i].name);
        assert_int_equal(after.len, files[i].len);
        assert_memory_equal(after.data, files[i].data, after.len);
        free(after.data);
        free(files[i].data);
    }
    assert_int_equal(data.outcomes[WRONG] + slots.outcomes[WRONG], 0);
    /* «Not found» of what is there would be a wrong answer too. */
    assert_int_equal(data.outcomes[MISSING], 0);
    assert_int_equal(slots.outcomes[MISSING], 0);
    /* Whatever is refused or kills a reader, the check reports too. */
    assert_int_equal(data.outcomes[REFUSED_READ], data.reported[REFUSED_READ]);
    assert_int_equal(data.outcomes[CRASHED], data.reported[CRASHED]);
    assert_int_equal(slots.outcomes[REFUSED_READ],
                     slots.reported[REFUSED_READ]);
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_check_of_a_whole_store_finds_nothing),
        DISK_TEST(test_check_of_an_open_store_is_busy),
        DISK_TEST(test_check_of_an_empty_store_finds_nothing),
        DISK_TEST(test_check_finds_what_does_not_belong_together),
        DISK_TEST(test_flipped_bits_yield_no_wrong_value),
    };

    return cmocka_run_group_tests_name("store.check", tests, NULL, NULL);
}
