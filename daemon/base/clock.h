/* clock - the two clocks of this machine.
 *
 * Everything that decides by time is given a value of this clock as an
 * argument; only the programs' loops read it.
 * Threads: any.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* One look at both clocks. */
struct clock_now {
    int64_t wall_ms; /* Unix milliseconds; may jump */
    int64_t boot_ms; /* milliseconds since boot, sleep included; never back */
};

/* Reads both, the boot clock second. */
struct clock_now clock_read(void);
int64_t clock_wall_ms(void);
int64_t clock_boot_ms(void);

#endif
