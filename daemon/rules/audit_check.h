/* audit_check - holds the audit log against what our own entries bear witness
 * of (PROTOCOL.md 4.6).
 *
 * Each entry that we told has in its header a keyed hash of the audit log as it
 * stood then, and partners hold those headers under our signature. So whoever
 * changes a row, or cuts the end off, has to change what partners hold too.
 * A row "disclosed" is written in the transaction that makes its entries; so
 * the state that they bear witness of lies behind the row "disclosed" before
 * it, or is the one that its entries bore witness of. The walk therefore tries
 * each size once: it costs one look at each row twice and at each entry twice.
 * What lies behind the last witness is covered by the store's root alone.
 *
 * The check goes in steps, each in a read transaction of its own, and is of the
 * rows and entries that there were when it began.
 * Threads: loop thread only.
 */
#ifndef RULES_AUDIT_CHECK_H
#define RULES_AUDIT_CHECK_H

#include "kith/record.h"
#include "rules/audit_logs.h"

struct act;

/* The first place that does not fit. */
struct audit_finding {
    enum audit_fault fault;
    uint32_t link, log_number; /* of the entry; 0: none is concerned */
    uint64_t index;            /* of the entry */
    /* rows from .. to - 1 are not what they were, or one before them is not
     * that was not held against anything yet */
    uint64_t from, to;
};

enum audit_phase {
    AUDIT_LOGS,   /* headers of our logs */
    AUDIT_SCAN,   /* for the next row that tells of entries */
    AUDIT_SEARCH, /* for the size that the first of them bears witness of */
    AUDIT_RANGE,  /* the others of the same row */
    AUDIT_REST,   /* to the end, for the store's root */
    AUDIT_DONE
};

/* One check; zeroed before, its fields are read by those who show it. */
struct audit_check {
    struct audit_logs logs;
    uint64_t rows;              /* of the audit log when the check began */
    uint64_t witnessed;         /* of them, covered by a witness that fits */
    struct audit_finding found; /* fault AUDIT_FITS: nothing */
    enum audit_phase phase;

    struct kith_hash root;  /* of all rows, as the store says */
    struct kith_tree tree;  /* of the first rows; its size is being tried */
    uint64_t scan;          /* next row to look at */
    uint64_t least;         /* least size to try, besides `witnessed` */
    struct audit_log *told; /* log of the row at hand, in logs */
    uint64_t index, end;    /* entries it tells of, not looked at yet */
    uint64_t restored;      /* 1 + the last row that says so, 0 none */
};

/* Begins a check in the read transaction of ACT. CHECK is zeroed before, and
 * cleared after. KITH_NOMEM; a fault of the store. */
enum kith_status audit_check_start(struct act *act, struct audit_check *check)
    KITH_MUST_CHECK;
/* Goes on for at most UNITS rows or entries. *ret_done false: more is to be
 * done, in another transaction. What is wrong is in CHECK; a status other than
 * KITH_OK says that the check could not be done: KITH_IO, KITH_NOMEM. */
enum kith_status audit_check_step(struct act *act, struct audit_check *check,
                                  uint64_t units, bool *ret_done)
    KITH_MUST_CHECK;
/* Nothing was found, neither in rows nor in logs. */
bool audit_check_fits(const struct audit_check *check);
void audit_check_clear(struct audit_check *check);

#endif
