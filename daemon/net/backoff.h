/* backoff - how long to wait before dialling a partner again.
 *
 * Doubles from the shortest to the longest wait; half of each wait is drawn
 * at random, so that 1,000 partners of a daemon that restarts do not return
 * in one moment. Pure: the random number is given.
 * Threads: any.
 */
#ifndef NET_BACKOFF_H
#define NET_BACKOFF_H

#include <stdint.h>

struct backoff {
    uint32_t min_ms;  /* >= 1 */
    uint32_t max_ms;  /* >= min_ms */
    uint32_t next_ms; /* upper bound of the next wait */
};

/* Begins at the shortest wait. */
void backoff_init(struct backoff *backoff, uint32_t min_ms, uint32_t max_ms);
/* A wait between half of the current bound and the bound, ms; then doubles.
 * RANDOM is any 32-bit number. */
uint32_t backoff_take(struct backoff *backoff, uint32_t random);
/* Success: back to the shortest wait. */
void backoff_reset(struct backoff *backoff);

#endif
