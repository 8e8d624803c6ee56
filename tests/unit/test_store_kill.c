/* Kill -9 at random during commits: no acknowledged one is lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kith/be.h"
#include "store_fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum {
    KILLS = 40
}; /* a sanitizer makes each child slow */
#else
enum {
    KILLS = 300
};
#endif

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

static const struct store_check_hooks hooks = {print_finding, NULL, NULL};

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Adds an encoded record whose revision is NUMBER as a revision of HEAD. */
static enum kith_status add_text(struct store_fixture *f,
                                 struct store_head *head, uint64_t number)
{
    struct kith_record record = {.kind = 1, .revision = number};
    struct kith_buf buf = {0};
    enum kith_status status = kith_record_encode(&record, &buf);

    if (status == KITH_OK)
        status = store_revision_add(f->txn, head, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return status;
}

/* One commit of the writer: a head, its text, an audit row, and the number. */
static enum kith_status write_one(struct store_fixture *f, uint64_t number)
{
    uint8_t bytes[8];
    struct kith_bytes value = {bytes, sizeof(bytes)};
    struct store_head head = {.kind = 1};
    enum kith_status status = store_begin(f->store, true, &f->txn);

    kith_be_put64(bytes, number);
    if (status == KITH_OK)
        status = store_value_put(f->txn, 1, value);
    if (status == KITH_OK)
        status = store_head_add(f->txn, &head);
    if (status == KITH_OK)
        status = add_text(f, &head, number);
    if (status == KITH_OK)
        return store_commit(&f->txn);
    store_abort(&f->txn);
    return status;
}

static uint64_t read_number(struct store_fixture *f)
{
    struct kith_bytes value = {NULL, 0};
    uint64_t number = 0;

    assert_int_equal(store_begin(f->store, false, &f->txn), KITH_OK);
    if (store_value_get(f->txn, 1, f->arena, &value) == KITH_OK)
        number = kith_be_get64(value.data);
    store_abort(&f->txn);
    return number;
}

/* Head and text of every commit up to NUMBER are there, none beyond. */
static void expect_heads(struct store_fixture *f, uint64_t number)
{
    struct store_head head = {0};
    struct kith_bytes text = {NULL, 0};
    struct kith_record record;
    uint64_t after = 0, count = 0;

    assert_int_equal(store_begin(f->store, false, &f->txn), KITH_OK);
    while (store_head_next(f->txn, STORE_OWN, 0, after, &head) == KITH_OK) {
        kith_arena_reset(f->arena);
        assert_int_equal(
            store_revision_get(f->txn, &head, head.newest, f->arena, &text),
            KITH_OK);
        count++;
        assert_int_equal(kith_record_decode(f->arena, text, &record), KITH_OK);
        assert_int_equal(record.revision, count);
        after = head.ref.record;
    }
    assert_int_equal(count, number);
    store_abort(&f->txn);
}

static void test_kill_during_commits_loses_no_acknowledged_one(void **state)
{
    struct store_fixture *f = *state;
    struct store_check_report report;
    volatile uint64_t *acked =
        mmap(NULL, sizeof(*acked), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t seed = 7;

    assert_true(acked != MAP_FAILED);
    shut(f);
    for (int i = 0; i < KILLS; i++) {
        uint64_t before = *acked, found = 0;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            if (store_open(&f->options, &f->store, NULL) != KITH_OK)
                _exit(1);
            for (uint64_t n = read_number(f) + 1;; n++) {
                if (write_one(f, n) != KITH_OK)
                    _exit(2);
                *acked = n;
            }
        }
        while (*acked == before && waitpid(child, NULL, WNOHANG) == 0)
            usleep(100);
        usleep((useconds_t)(draw(&seed) % 3000));
        assert_int_equal(kill(child, SIGKILL), 0);
        (void)waitpid(child, NULL, 0);
        assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
        found = read_number(f);
        /* What was acknowledged, and at most the one on its way. */
        assert_in_range(found, *acked, *acked + 1);
        *acked = found;
        shut(f);
    }
    assert_int_equal(store_open(&f->options, &f->store, &f->err), KITH_OK);
    expect_heads(f, *acked);
    shut(f);
    assert_int_equal(store_check(&f->options, &hooks, &report, &f->err),
                     KITH_OK);
    print_message("%d kills, %llu commits, none lost\n", KILLS,
                  (unsigned long long)*acked);
    (void)munmap((void *)(uintptr_t)acked, sizeof(*acked));
}

#define DISK_TEST(test)                                                        \
    cmocka_unit_test_setup_teardown(test, store_fixture_lmdb,                  \
                                    store_fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(test_kill_during_commits_loses_no_acknowledged_one),
    };

    return cmocka_run_group_tests_name("store.kill", tests, NULL, NULL);
}
