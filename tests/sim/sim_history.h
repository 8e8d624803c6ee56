/* sim_history - what happened in a schedule: who did what when.
 *
 * Lines are made only when somebody reads them: a schedule that fails is played
 * once more for its history, for a seed gives the same one again.
 * Threads: one.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"

struct sim_history {
    int64_t now_ms; /* virtual time of the next line */
    bool aloud;     /* print each line */
};

/* Adds one line: "   1234 A  ...". SIDE: 0, 1, or -1 for neither. */
void sim_say(struct sim_history *history, int side, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "push"; "?" of what is no frame. */
const char *sim_frame_name(struct kith_bytes frame);

#endif
