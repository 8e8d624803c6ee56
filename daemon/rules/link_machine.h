/* link_machine - the table of frames, for the machine and its test.
 *
 * Internal to the link machine. Threads: constant data.
 */
#ifndef RULES_LINK_MACHINE_H
#define RULES_LINK_MACHINE_H

#include "rules/link_state.h"

/* One type of frame. */
struct link_rule {
    uint8_t type;    /* enum kith_frame_type */
    unsigned states; /* bit 1 << state for each state in which it may come */
    enum kith_status (*take)(struct link_call *call, struct kith_bytes frame);
};

/* The rule of TYPE, NULL when there is none. */
const struct link_rule *link_rule(uint8_t type);

#endif
