/* sim_history - what happened in a schedule, to be printed when it fails.
 *
 * Threads: one.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"

struct sim_history {
    struct kith_buf text; /* lines */
    int64_t now_ms;       /* virtual time of the next line */
    bool aloud;           /* print each line at once */
};

/* Adds one line: "   1234 A  ...". SIDE: 0, 1, or -1 for neither. */
void sim_say(struct sim_history *history, int side, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
