/* power_store - commits whose loss shows, and what must be there after a power
 * cut.
 *
 * Threads: one.
 */
#ifndef TESTS_POWER_STORE_H
#define TESTS_POWER_STORE_H

#include <stdint.h>

#include "store/store.h"

enum {
    POWER_DOOMED = 3 /* the record, and slot, that is destroyed */
};

struct power_promise {
    int acked; /* last commit that returned; -1: the store is not made */
    int doom;  /* 1: the destruction began, 2: it returned */
};

/* Commit NUMBER: the number, a head, its text. Errors as store_commit. */
enum kith_status power_store_write(struct store *store, uint64_t number)
    KITH_MUST_CHECK;

/* Opens what a cut left in FOLDER, reads all, writes once more, checks; BASE
 * holds the keys. Call it in a child: a torn page may end it. 0: all that was
 * promised is there; else 1 memory, 2 open, 3 no further commit, 4 the check
 * finds faults, 10 to 12 the commits, 20 to 23 a text. */
int power_store_judge(const struct store_options *base, const char *folder,
                      const struct power_promise *promise);

#endif
