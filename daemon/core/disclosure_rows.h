/* disclosure_rows - what partners would get, added up into rows of a dry run.
 *
 * One row per partner, kind, act and reason; a row that stands for a single
 * record names it. The same function that posting asks decides
 * (rules/disclosure.h), so a preview cannot differ from what happens.
 * Threads: loop thread only.
 */
#ifndef CORE_DISCLOSURE_ROWS_H
#define CORE_DISCLOSURE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/disclosure.h"

struct call;

enum {
    DISCLOSURE_ROWS_MAX = 128
}; /* sums; further ones join the last */

struct disclosure_sum {
    uint32_t link;
    uint32_t kind;
    enum kith_disclosure_act act;
    enum gate_reason reason;
    uint64_t count;
    uint64_t fields; /* bit n: field n is visible in one of them, n < 64 */
    uint64_t hidden; /* bit n: field n stands in one of them and is left out */
    bool own_fields; /* source and note stand in one of them: never leave */
    char path[KITH_PATH_MAX + 1]; /* of the first */
};

struct disclosure_rows {
    struct disclosure_sum sums[DISCLOSURE_ROWS_MAX];
    size_t n;
};

/* Asks about HEAD (newest revision) for LINK and adds the answer. Nothing is
 * added for what stays as it was told, or was never to be seen. CLOSED_TOO:
 * also what may not be seen. */
enum kith_status disclosure_rows_ask(struct call *call,
                                     struct disclosure_rows *rows,
                                     const struct store_link *link,
                                     const struct store_head *head,
                                     bool closed_too) KITH_MUST_CHECK;
/* Adds one answer that is known already. In a dry run a new one then counts as
 * told, so that what hangs on it is seen too. */
enum kith_status disclosure_rows_add(struct call *call,
                                     struct disclosure_rows *rows,
                                     const struct store_link *link,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
    KITH_MUST_CHECK;
/* Turns the sums into rows of the call. */
enum kith_status disclosure_rows_end(struct call *call,
                                     const struct disclosure_rows *rows)
    KITH_MUST_CHECK;
/* What LINK would get of PROJECT (record number), or lose, as rows. */
enum kith_status disclosure_rows_project(struct call *call,
                                         const struct store_link *link,
                                         uint64_t project) KITH_MUST_CHECK;

#endif
