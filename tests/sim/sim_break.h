/* sim_break - faults put in on purpose, to see that the checker notices them.
 *
 * Threads: one.
 */
#ifndef SIM_BREAK_H
#define SIM_BREAK_H

#include <stdbool.h>

struct sim_side;
struct sim_world;

enum sim_break {
    SIM_BREAK_NONE = 0,
    SIM_BREAK_EARLY_RECEIPT, /* frames leave before the commit */
    SIM_BREAK_KEEPS_RAM,     /* a lost transaction is not forgotten */
    SIM_BREAK_DEAF_GATE,     /* a grant's end never reaches the rules */
    SIM_BREAK_OTHER_BODY,    /* the receiver's entry is another one's body */
    SIM_BREAK_LOST_PLACE,    /* a queued place vanishes */
    SIM_BREAK_OTHER_TREE,    /* the sender's tree is not that of its headers */
    SIM_BREAK_FALSE_COUNT,   /* the receiver counts what it does not hold */
    SIM_BREAK_COUNT
};

/* "early-receipt"; NULL: none of that number. */
const char *sim_break_name(enum sim_break broken);
/* SIM_BREAK_COUNT: no such name. */
enum sim_break sim_break_by_name(const char *name);

/* Now and then, does to SIDE's rows what world->broken says. */
void sim_break_rows(struct sim_world *world, struct sim_side *side);

#endif
