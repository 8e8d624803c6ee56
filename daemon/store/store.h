/* store - one company's durable state: opening, transactions, counters.
 *
 * The only place that knows LMDB. Callers speak in domain verbs (this header,
 * records.h, logs.h, state.h); keys, tables, seals and slots stay inside.
 * Every value is sealed with table, key and schema version as associated
 * data; texts of records and entries are sealed under their slot besides
 * (inv. 9, STORE.md). A RAM twin fills the same seam for tests.
 *
 * A transaction has a sticky error: after the first failure every verb does
 * nothing and returns that failure, and so does store_commit.
 * Threads: one thread, one write transaction at a time.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"

struct kith_error;
struct store;
struct store_txn;

/* What this version writes. A build of the tests writes another (tests/newer). */
#ifndef STORE_SCHEMA
#define STORE_SCHEMA 2
#endif

enum {
    STORE_KEY_LEN = 32
};

struct store_options {
    const char *dir;                  /* data folder; NULL: the RAM twin */
    uint64_t map_bytes;               /* LMDB map to begin with; grows online */
    uint8_t store_key[STORE_KEY_LEN]; /* seals rows, keys look-up hashes */
    uint8_t master_key[STORE_KEY_LEN]; /* wraps the slot file's key */
};

/* Makes a new empty store in options->dir: built aside, synced, renamed.
 * KITH_CONFLICT: one is there. KITH_INVALID: a network file system. KITH_IO,
 * KITH_FULL, with ERR. Nothing is left behind on failure. */
enum kith_status store_create(const struct store_options *options,
                              struct kith_error *err) KITH_MUST_CHECK;
/* Opens it: takes the folder's lock, clears stale readers, checks schema and
 * the seals of the head rows. The RAM twin is created by opening.
 * KITH_BUSY locked by another process; KITH_NOT_FOUND; KITH_DAMAGED;
 * KITH_NOT_UNDERSTOOD newer schema; KITH_CONFLICT an older one, to be migrated
 * first (migrate.h); KITH_UNTRUSTED wrong key; KITH_IO. */
enum kith_status store_open(const struct store_options *options,
                            struct store **ret_store, struct kith_error *err)
    KITH_MUST_CHECK;
void store_close(struct store **store);

struct store_size {
    uint64_t used_bytes; /* pages in use */
    uint64_t map_bytes;
    uint64_t slot_bytes; /* slot file */
};
enum kith_status store_size(struct store *store, struct store_size *ret_size)
    KITH_MUST_CHECK;

/* One at a time. Read transactions see the last commit. */
enum kith_status store_begin(struct store *store, bool write,
                             struct store_txn **ret_txn) KITH_MUST_CHECK;
/* Makes everything durable (fsync) or nothing. Frees the transaction in
 * either case. KITH_FULL: map or disk is full, nothing changed, the map has
 * been grown when that was the reason: do the work again. KITH_IO: the caller
 * must exit and start anew (inv. 4). */
enum kith_status store_commit(struct store_txn **txn) KITH_MUST_CHECK;
void store_abort(struct store_txn **txn);
/* The sticky error of TXN. */
enum kith_status store_status(const struct store_txn *txn);

/* Minutely housekeeping: stale readers, pre-drawn slots, destructions that
 * could not be ended. KITH_BUSY: a transaction is open. */
enum kith_status store_tend(struct store *store) KITH_MUST_CHECK;

/* Empties the N slots of LIST, so that everything sealed under them is gone
 * for good: intent committed, slot file written anew without them, the old one
 * overwritten, end committed (STORE.md). Opening or tending a store ends
 * what a crash interrupted. Costs a rewrite of the slot file whatever N is:
 * gather slots. Returns when it is done.
 *
 * KITH_BUSY: a transaction is open. KITH_INVALID: a slot that nothing uses.
 * KITH_FULL, KITH_IO, KITH_NOMEM, with ERR: the intent may stand and is then
 * carried out later; the slots may still be there. */
enum kith_status store_slots_destroy(struct store *store, const uint64_t *list,
                                     size_t n, struct kith_error *err)
    KITH_MUST_CHECK;

/* After a restore, whose slots may be newer than its store: a slot in use that
 * is empty was destroyed in between, and is noted as such. The caller vouches
 * that the slot file is one that was sealed as a whole.
 * KITH_BUSY: a transaction is open; else a fault of the store. */
enum kith_status store_slots_settle(struct store *store) KITH_MUST_CHECK;

/* Walks every row, seal, tree, slot and note of the folder, read-only, while
 * no daemon has it open. FINDING is called with one sentence per fault,
 * PROGRESS now and then (either may be NULL). KITH_DAMAGED: there were
 * findings. Meant for a worker process: a torn page may kill it. */
struct store_check_report {
    uint64_t rows, entries, records, notes, slots, findings;
};
struct store_check_hooks {
    void (*finding)(void *context, const char *sentence);
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};
enum kith_status store_check(const struct store_options *options,
                             const struct store_check_hooks *hooks,
                             struct store_check_report *ret_report,
                             struct kith_error *err) KITH_MUST_CHECK;

#endif
