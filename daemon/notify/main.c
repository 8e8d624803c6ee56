/* kith-notify - delivers notices and looks names up, away from all keys.
 *
 * Started by kithd with a socketpair on descriptor 3; ends with it. Not here:
 * which notices there are and when to try again (kithd).
 */
#include <signal.h>
#include <stdio.h>

#include "kith/child.h"
#include "notify/notify.h"
#include "notify/sandbox.h"

int main(void)
{
    /* A hook that does not read its input must not end us. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (sandbox_start() != KITH_OK || notify_run(KITH_CHILD_FD) != KITH_OK) {
        (void)fputs("kith-notify: started by kithd only\n", stderr);
        return 1;
    }
    return 0;
}
