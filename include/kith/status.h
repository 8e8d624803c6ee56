/* status - the one result type of every function that can fail for two reasons.
 *
 * Three families, because they have three consequences:
 *   theirs  the bytes or the wish of somebody else are at fault: reject, log;
 *   state   a protocol answer is due (duplicate, gap, fork ...);
 *   ours    this machine failed: acknowledge nothing, retry or stop.
 * Threads: any.
 */
#ifndef KITH_STATUS_H
#define KITH_STATUS_H

#define KITH_MUST_CHECK __attribute__((warn_unused_result))

enum kith_status {
    KITH_OK = 0,

    /* theirs */
    KITH_MALFORMED,      /* bytes are not what the layout says */
    KITH_UNTRUSTED,      /* signature, key, hash or commitment does not fit */
    KITH_DENIED,         /* policy, agreement, grant or role says no */
    KITH_LIMIT,          /* over a bound of limits.h or of the configuration */
    KITH_INVALID,        /* well formed, but a value makes no sense */
    KITH_NOT_UNDERSTOOD, /* kind, field or value of a newer version */
    KITH_UNREADABLE,     /* sealed to a key we do not hold */

    /* state */
    KITH_DUPLICATE, /* had it already; harmless */
    KITH_GAP,       /* something before it is missing */
    KITH_FORK,      /* two signed truths; freeze */
    KITH_NOT_FOUND,
    KITH_CONFLICT, /* exists already, or changed meanwhile */
    KITH_BUSY,     /* not now: paused, offline, time in doubt */

    /* ours */
    KITH_NOMEM,
    KITH_IO,
    KITH_FULL,    /* map, disk or quota of our own is full */
    KITH_DAMAGED, /* our store or a file of ours fails its seal */

    KITH_STATUS_COUNT
};

/* Short upper-case name of STATUS for logs ("UNTRUSTED"), never NULL. */
const char *kith_status_name(enum kith_status status);

/* Exit code of a program that ends with STATUS, 0..10; kith-exit(7) says what
 * each means. 1 for a value that is no status. */
int kith_status_exit(enum kith_status status);

#endif
