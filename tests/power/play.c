/* play - see the header. */
#include "play.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kith/be.h"
#include "kith/bytes.h"
#include "kith/error.h"
#include "kith/record.h"
#include "store/migrate.h"
#include "store/records.h"
#include "store/state.h"
#include "store/store.h"
#include "unit/store_old.h"

enum {
    DESTROY_EVERY = 5, /* commits */
    TEXT = 1           /* value that holds the number of commits */
};

static void set_options(struct store_options *options, const char *folder)
{
    memset(options, 0, sizeof(*options));
    options->dir = folder;
    options->map_bytes = (uint64_t)8 << 20;
    memset(options->store_key, 0x51, sizeof(options->store_key));
    memset(options->master_key, 0x4d, sizeof(options->master_key));
}

static int say_acked(const char *folder, uint64_t number)
{
    char path[512];
    uint8_t bytes[8];
    int fd, done;

    (void)snprintf(path, sizeof(path), "%s/acked", folder);
    kith_be_put64(bytes, number);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    done = fd >= 0 && write(fd, bytes, sizeof(bytes)) == sizeof(bytes);
    if (fd >= 0)
        (void)close(fd);
    return done ? 0 : -1;
}

static enum kith_status commit_one(struct store *store, uint64_t number,
                                   uint64_t *ret_slot)
{
    struct kith_record record = {.kind = 1, .revision = number};
    struct store_head head = {.kind = 1};
    struct store_txn *txn = NULL;
    struct kith_buf text = {0};
    uint8_t bytes[8];
    enum kith_status status = store_begin(store, true, &txn);

    kith_be_put64(bytes, number);
    if (status == KITH_OK)
        status = store_value_put(txn, TEXT,
                                 (struct kith_bytes){bytes, sizeof(bytes)});
    if (status == KITH_OK)
        status = store_head_add(txn, &head);
    if (status == KITH_OK)
        status = kith_record_encode(&record, &text);
    if (status == KITH_OK)
        status = store_revision_add(txn, &head, kith_buf_bytes(&text));
    kith_buf_clear(&text);
    *ret_slot = head.slot;
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* The store becomes one of an older version, and is migrated. */
static enum kith_status grow_old(const struct store_options *options,
                                 struct store **store)
{
    uint32_t from = 0;
    enum kith_status status;

    store_close(store);
    store_old_write(options, 0);
    status = store_migrate(options, NULL, &from, NULL);
    return status == KITH_OK ? store_open(options, store, NULL) : status;
}

/* As kithd opens it. */
static enum kith_status open_any(const struct store_options *options,
                                 struct store **ret_store,
                                 struct kith_error *err)
{
    uint32_t from = 0;
    enum kith_status status = store_migrate(options, NULL, &from, err);

    return status == KITH_OK ? store_open(options, ret_store, err) : status;
}

int play_write(const char *folder, uint64_t count)
{
    struct store_options options;
    struct store *store = NULL;
    struct kith_error err;
    uint64_t slot = 0;

    kith_error_clear(&err);
    set_options(&options, folder);
    if (store_create(&options, &err) != KITH_OK ||
        store_open(&options, &store, &err) != KITH_OK ||
        say_acked(folder, 0) != 0)
        return -1;
    for (uint64_t number = 1; number <= count; number++) {
        if (number == count / 2 && grow_old(&options, &store) != KITH_OK)
            return -1;
        if (commit_one(store, number, &slot) != KITH_OK ||
            say_acked(folder, number) != 0)
            return -1;
        if (number % DESTROY_EVERY == 0 &&
            store_slots_destroy(store, &slot, 1, &err) != KITH_OK)
            return -1;
    }
    store_close(&store);
    return 0;
}

static int fail(const char *what, uint64_t number, uint64_t acked)
{
    (void)fprintf(stderr, "%s (%" PRIu64 ", %" PRIu64 " acknowledged)\n", what,
                  number, acked);
    return -1;
}

/* Every text up to NUMBER: there, or destroyed as it was meant to be. */
static int read_all(struct store *store, struct kith_arena *arena,
                    uint64_t acked, uint64_t *ret_number)
{
    struct store_txn *txn = NULL;
    struct kith_bytes bytes = {NULL, 0};
    struct store_head head = {0};
    uint64_t count = 0;
    int code = 0;

    if (store_begin(store, false, &txn) != KITH_OK)
        return fail("no transaction", 0, acked);
    *ret_number = store_value_get(txn, TEXT, arena, &bytes) == KITH_OK
                      ? kith_be_get64(bytes.data)
                      : 0;
    while (code == 0 && store_head_next(txn, STORE_OWN, 0, head.ref.record,
                                        &head) == KITH_OK) {
        enum kith_status status =
            store_revision_get(txn, &head, head.newest, arena, &bytes);
        struct kith_record record;

        count++;
        if (count % DESTROY_EVERY == 0 && status == KITH_UNREADABLE)
            continue;
        if (status != KITH_OK ||
            kith_record_decode(arena, bytes, &record) != KITH_OK ||
            record.revision != count)
            code = fail("a text is not what was written", count, acked);
    }
    if (code == 0 && (store_status(txn) != KITH_OK || count != *ret_number))
        code = fail("records are missing", count, acked);
    store_abort(&txn);
    return code;
}

int play_expect(const char *folder, uint64_t acked)
{
    struct store_options options;
    struct store *store = NULL;
    struct kith_arena *arena = NULL;
    struct kith_error err;
    uint64_t number = 0, slot = 0;
    int code = -1;

    kith_error_clear(&err);
    set_options(&options, folder);
    if (kith_arena_new((size_t)4 << 20, &arena) != KITH_OK)
        return -1;
    if (open_any(&options, &store, &err) != KITH_OK) {
        (void)fprintf(stderr, "%s: ", err.what);
        (void)fail("it does not open", 0, acked);
    } else {
        code = read_all(store, arena, acked, &number);
    }
    if (code == 0 && (number < acked || number > acked + 1))
        code = fail("commits are lost", number, acked);
    if (code == 0 && commit_one(store, number + 1, &slot) != KITH_OK)
        code = fail("nothing can be committed any more", number, acked);
    store_close(&store);
    kith_arena_destroy(&arena);
    return code;
}

int play_expect_unmade(const char *folder)
{
    struct store_options options;
    struct store *store = NULL;
    struct kith_error err;
    enum kith_status status;

    kith_error_clear(&err);
    set_options(&options, folder);
    status = open_any(&options, &store, &err);
    store_close(&store);
    if (status == KITH_NOT_FOUND) {
        /* a person tries again: what was left is in nobody's way */
        kith_error_clear(&err);
        status = store_create(&options, &err);
    }
    if (status == KITH_OK)
        return play_expect(folder, 0);
    (void)fprintf(stderr, "%s: ", err.what);
    return fail("a torn store was left", 0, 0);
}
