/* txn - the inside of a store and of its one transaction.
 *
 * Included by the files of this folder only. The root row holds what must
 * change with every commit: counters, rows of each table, the audit tree.
 * Threads: one.
 */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include "kith/bytes.h"
#include "kith/tree.h"
#include "store/fresh.h"
#include "store/kv.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/rowseal.h"
#include "store/slots.h"
#include "store/store.h"

struct mark;
struct recent;

/* The root row, sealed in KV_META. */
struct store_root {
    uint64_t number;         /* transaction that wrote it */
    uint64_t records;        /* last record number drawn */
    uint64_t revisions;      /* last revision row drawn */
    uint64_t slots;          /* last slot claimed */
    uint64_t links;          /* last link number drawn */
    uint64_t queued;         /* last queue sequence drawn */
    uint64_t requests;       /* last request sequence drawn */
    uint64_t oldest_request; /* oldest sequence kept; above requests: none */
    uint64_t intents;        /* slots whose destruction has not ended */
    uint64_t rows[KV_TABLES];
    struct kith_tree audit;
};

enum {
    STORE_RUN = 256,     /* leaves under one stored node of a log's tree */
    STORE_RUN_LEVEL = 8, /* its level */
    STORE_RUNS = 4,      /* logs whose unfinished run is kept at hand */
    STORE_LENGTHS = 8    /* links whose queue length is kept at hand */
};

/* The tree of a log's leaves since the last multiple of STORE_RUN. */
struct store_run {
    struct store_log_id log; /* link 0: free */
    uint64_t base;           /* index of its first leaf */
    uint64_t used;           /* for picking the oldest */
    struct kith_tree tree;
};

struct store_length {
    uint32_t link;   /* 0: free */
    uint64_t length; /* with those that have no row yet */
    uint64_t fresh;  /* of these: no row yet (fresh.h) */
    bool dirty;
};

struct store_txn {
    struct store *store;
    bool open;
    bool write;
    bool changed;            /* a put or del has been made */
    enum kith_status status; /* sticky */
};

struct store {
    struct kv *kv;       /* owned */
    struct slots *slots; /* owned */
    struct mark *mark;   /* owned; NULL for the RAM twin */
    int lock_fd;         /* -1 for the RAM twin */
    struct rowseal seal;
    struct store_root root;      /* as the transaction sees it */
    struct store_root committed; /* as the last commit left it */
    struct store_txn txn;
    struct kith_buf scratch; /* plaintext or associated data of one row */
    struct kith_buf encoded; /* one encoded record */
    struct kith_buf opened;  /* a row that is only looked at */
    struct fresh *fresh;     /* owned; NULL: nothing kept yet */
    struct recent *recent;   /* owned; NULL: no id has come yet */
    struct store_run runs[STORE_RUNS];
    uint64_t run_clock;
    struct store_length lengths[STORE_LENGTHS];
    unsigned next_length;
};

/* Makes STATUS stick when it is a failure of ours; returns STATUS. What is no
 * failure (KITH_NOT_FOUND, KITH_CONFLICT ...) only passes through. */
enum kith_status txn_fail(struct store_txn *txn, enum kith_status status);
/* The sticky error; KITH_INVALID for a write in a read transaction. */
enum kith_status txn_ready(const struct store_txn *txn, bool write);

/* Rows. All sealed here; failures stick. */
enum kith_status row_put(struct store_txn *txn, const struct kv_place *place,
                         unsigned flags, struct kith_bytes plain)
    KITH_MUST_CHECK;
/* Into exactly LEN bytes; another length is KITH_DAMAGED. KITH_NOT_FOUND. */
enum kith_status row_get(struct store_txn *txn, const struct kv_place *place,
                         void *ret_plain, size_t len) KITH_MUST_CHECK;
/* Of any length, into ARENA. KITH_NOT_FOUND; KITH_NOMEM (does not stick): the
 * arena is full. */
enum kith_status row_get_arena(struct store_txn *txn,
                               const struct kv_place *place,
                               struct kith_arena *arena,
                               struct kith_bytes *ret_plain) KITH_MUST_CHECK;
/* As row_get, for a value that kv gave. */
enum kith_status row_open(struct store_txn *txn, const struct kv_place *place,
                          struct kith_bytes sealed, void *ret_plain, size_t len)
    KITH_MUST_CHECK;
enum kith_status row_open_arena(struct store_txn *txn,
                                const struct kv_place *place,
                                struct kith_bytes sealed,
                                struct kith_arena *arena,
                                struct kith_bytes *ret_plain) KITH_MUST_CHECK;
enum kith_status row_del(struct store_txn *txn, const struct kv_place *place)
    KITH_MUST_CHECK;
/* Moves *place_inout to the first row at or above it (FORWARD), or the last at
 * or below (BACK), whose key is as long and has the same first UNDER bytes.
 * KITH_NOT_FOUND: none; then the rows beside it have been opened, so that one
 * that a bad page hides is KITH_DAMAGED. */
enum kith_status row_seek(struct store_txn *txn, enum kv_direction direction,
                          struct kv_place *place_inout, size_t under,
                          struct kith_bytes *ret_sealed) KITH_MUST_CHECK;
/* KITH_NOT_FOUND when no row can be at PLACE, KITH_DAMAGED when one may be
 * hidden by a bad page. For those who have asked kv themselves. */
enum kith_status row_missing(struct store_txn *txn,
                             const struct kv_place *place) KITH_MUST_CHECK;
/* The place of NAME's keyed hash in look-up table TABLE. */
struct kv_place row_hashed(const struct store_txn *txn, enum kv_table table,
                           struct kith_bytes name);

/* Claims a slot, drawing more when none is left; failures stick. */
enum kith_status slot_claim(struct store_txn *txn, uint64_t *ret_slot)
    KITH_MUST_CHECK;
/* Key of SLOT. KITH_UNREADABLE (does not stick): it has been destroyed. A
 * slot that is missing without that being logged is KITH_DAMAGED. */
enum kith_status slot_key(struct store_txn *txn, uint64_t slot,
                          uint8_t ret_key[SLOT_KEY]) KITH_MUST_CHECK;

/* root.c: reads or writes the root row in the open transaction. */
enum kith_status root_read(struct store_txn *txn, struct store_root *ret_root)
    KITH_MUST_CHECK;
enum kith_status root_write(struct store_txn *txn) KITH_MUST_CHECK;

/* destroy.c: carries out the intents that stand; no transaction is open. */
enum kith_status destroy_resume(struct store *store) KITH_MUST_CHECK;

/* What TXN keeps at hand; NULL: no memory for it. */
struct fresh *txn_fresh(struct store_txn *txn);
/* heads.c: writes the heads that are kept at hand. */
enum kith_status heads_flush(struct store_txn *txn) KITH_MUST_CHECK;
/* head_ids.c: moves ids that came lately to their places when there are many.
 * *ret_moved: they are to be forgotten once that is committed. */
enum kith_status head_ids_settle(struct store_txn *txn, bool *ret_moved)
    KITH_MUST_CHECK;
/* queue.c: writes places and queue lengths that are kept at hand. */
enum kith_status queue_flush(struct store_txn *txn) KITH_MUST_CHECK;

#endif
