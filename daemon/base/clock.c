/* clock - reads the wall clock and the boot clock.
 *
 * The only file of the daemons' base that asks the system for the time. Under
 * libfaketime both follow the faked clock.
 */
#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t which)
{
    struct timespec now = {0, 0};

    /* both clocks exist on every Linux that has epoll */
    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_boot_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}

struct clock_now clock_read(void)
{
    struct clock_now now;

    now.wall_ms = clock_wall_ms();
    now.boot_ms = clock_boot_ms();
    return now;
}
