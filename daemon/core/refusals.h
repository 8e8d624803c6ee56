/* refusals - audit rows of requests that were refused.
 *
 * A refused request leaves nothing in its own transaction. It is noted here,
 * and written down behind the round: the first of its kind at once, repeats of
 * it within a minute as one row that counts. Whoever asks without end makes one
 * row a minute; there is room for a bounded number of kinds, and one row for
 * all that find none.
 * Threads: loop thread only.
 */
#ifndef CORE_REFUSALS_H
#define CORE_REFUSALS_H

#include <stdint.h>

#include "kith/status.h"

struct call;
struct daemon;
struct refusals;

enum {
    REFUSALS_MAX = 64,        /* kinds at a time */
    REFUSALS_EVERY_MS = 60000 /* between two rows of one kind */
};

/* With none. KITH_NOMEM. */
enum kith_status refusals_new(struct refusals **ret_refusals) KITH_MUST_CHECK;
/* NULL-safe; what was not written down yet is lost. */
void refusals_destroy(struct refusals **refusals);

/* Notes that CALL was refused with STATUS, unless it was a dry run or kithd's
 * own failure. */
void refusals_note(struct daemon *daemon, const struct call *call,
                   enum kith_status status);
/* Writes down what is due, in a transaction of its own; call after each round.
 * Sets daemon->must_exit when the store fails. */
void refusals_run(struct daemon *daemon);
/* When refusals_run is due, boot milliseconds. */
int64_t refusals_deadline(const struct daemon *daemon);

#endif
