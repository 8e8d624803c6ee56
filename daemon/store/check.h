/* check - what the files of the check share.
 *
 * Included by the files of this folder only.
 * Threads: one.
 */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/parts.h"

struct check {
    const struct store_check_hooks *hooks; /* borrowed, not NULL */
    struct store_check_report report;
    struct store *store;      /* NULL while only pages are looked at */
    struct store_txn *txn;    /* read transaction */
    struct kith_arena *arena; /* reset at each row */
    uint64_t done, total;     /* rows and entries, for progress */
    struct kith_tree audit;   /* of the audit rows so far */
    uint64_t head_ids, items; /* that need an index row, met so far */
    uint64_t intents;         /* of destruction, met so far */
};

/* Counts a finding and reports the sentence; clears the transaction's sticky
 * error, so that the walk goes on. */
void check_found(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One more row done. */
void check_step(struct check *check);

/* check.c: all that store_check looks at, of the store in FOLDER; the caller
 * holds the lock. */
enum kith_status check_store(const struct store_options *options,
                             const char *folder,
                             const struct store_check_hooks *hooks,
                             struct store_check_report *ret_report,
                             struct kith_error *err) KITH_MUST_CHECK;
/* check_pages.c: every page of LMDB's file PATH, without LMDB. KITH_IO,
 * KITH_NOMEM; faults are findings. */
enum kith_status check_pages(struct check *check, const char *path)
    KITH_MUST_CHECK;
/* check_rows.c: every row of every table but the logs'. */
enum kith_status check_rows(struct check *check) KITH_MUST_CHECK;
/* check_logs.c: entries, nodes and notes of all logs, against their links. */
enum kith_status check_logs(struct check *check) KITH_MUST_CHECK;

#endif
