/* store_fixture - a store of either kind for the tests of the store.
 *
 * Threads: one.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <stdint.h>

#include "kith/bytes.h"
#include "kith/error.h"
#include "kith/record.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/state.h"
#include "store/store.h"

struct store_fixture {
    char dir[64]; /* of an LMDB store; empty for the RAM twin */
    struct store_options options;
    struct store *store;
    struct store_txn *txn; /* open write transaction, or NULL */
    struct kith_arena *arena;
    struct kith_error err;
};

/* cmocka set-up and tear-down; *state is a struct store_fixture. */
int store_fixture_ram(void **state);
int store_fixture_lmdb(void **state);
int store_fixture_down(void **state);

/* Commits what is open and begins a write transaction. */
void store_fixture_next(struct store_fixture *f);

/* Commits, closes and opens again when it is on disk; begins. */
void store_fixture_reopen(struct store_fixture *f);
/* A new folder for a store, and the end of it. */
void store_fixture_folder(char ret_dir[64]);
void store_fixture_remove(const char *dir);

/* A record of KIND with one text field of LEN letters. */
struct kith_record store_fixture_record(struct store_fixture *f, uint32_t kind,
                                        const char *text);
/* An id that NUMBER makes. */
struct kith_id store_fixture_id(uint64_t number);

/* One test over both fillings of the seam. */
#define STORE_TEST(test)                                                       \
    {#test " (ram)", test, store_fixture_ram, store_fixture_down, NULL},       \
    {                                                                          \
#test " (lmdb)", test, store_fixture_lmdb, store_fixture_down, NULL    \
    }

#endif
