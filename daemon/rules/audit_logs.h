/* audit_logs - our own logs as the check of the audit log needs them: how many
 * entries each has, whether their headers are those that were signed, and how
 * many the partner has receipted.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_AUDIT_LOGS_H
#define RULES_AUDIT_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/checkpoint.h"
#include "kith/limits.h"
#include "kith/tree.h"
#include "store/logs.h"

struct act;

/* What is wrong, and where to look. */
enum audit_fault {
    AUDIT_FITS = 0,
    AUDIT_ROW,     /* a row does not open */
    AUDIT_WITNESS, /* no state of the rows is the one an entry bears witness
                      of */
    AUDIT_UNTOLD,  /* an entry that no row tells of */
    AUDIT_ABSENT,  /* a row tells of an entry that the log does not hold */
    AUDIT_ROOT,    /* the rows are not those that the store's root covers */
    AUDIT_HEADER,  /* headers of a log are not those we signed */
    AUDIT_RECEIPT  /* the partner's receipt does not verify, or is of other
                      headers */
};

/* A size of a log, and the root it must have there. */
struct audit_mark {
    uint64_t size; /* 0: there is none */
    struct kith_hash root;
    bool met;
};

struct audit_log {
    uint32_t link, number;
    char alias[KITH_NAME_MAX + 1];
    struct kith_origin origin;
    uint64_t entries;   /* held; of a closed log once it was walked */
    uint64_t receipted; /* of them, under a receipt that verifies */
    uint64_t fit;       /* of them, that bear witness of the rows as they are */
    uint64_t back;      /* of them, come back from the partner: the rows that
                           told of them are lost */
    /* AUDIT_FITS, AUDIT_HEADER, AUDIT_RECEIPT: then nothing is held against
     * its witnesses */
    enum audit_fault fault;
    uint64_t fault_index; /* entry; UINT64_MAX: it cannot be said which */
    bool closed;
    bool returned;    /* a row says that entries of it came back, or they still
                      may */
    uint64_t told_by; /* 1 + the newest row that tells of its entries, 0 none */
    struct audit_mark signed_at; /* by us */
};

struct audit_logs {
    struct audit_log *list; /* owned */
    size_t count, room;
    size_t at; /* the one under way */
    uint64_t index;
    struct kith_tree tree;     /* of its headers below index */
    struct audit_mark receipt; /* its newest */
    bool locating;             /* a header is wrong: which? */
};

/* Finds all logs of ours, closed ones too, as they stand now. LOGS is zeroed
 * before, and cleared after. KITH_NOMEM; a fault of the store. */
enum kith_status audit_logs_start(struct act *act, struct audit_logs *logs)
    KITH_MUST_CHECK;
/* Looks at one more header. What is wrong with a log is said in its fault, and
 * may leave the transaction with a sticky error; KITH_IO, KITH_NOMEM: no more
 * can be said. */
enum kith_status audit_logs_step(struct act *act, struct audit_logs *logs,
                                 bool *ret_done) KITH_MUST_CHECK;
void audit_logs_clear(struct audit_logs *logs);

/* NULL: we have no such log. */
struct audit_log *audit_logs_find(const struct audit_logs *logs, uint32_t link,
                                  uint32_t number);
/* The witness that entry INDEX bears. KITH_NOT_FOUND, KITH_MALFORMED; a fault
 * of the store. */
enum kith_status audit_logs_witness(struct act *act,
                                    const struct audit_log *log, uint64_t index,
                                    struct kith_hash *ret_witness)
    KITH_MUST_CHECK;

#endif
