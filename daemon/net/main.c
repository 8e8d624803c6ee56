/* main - kith-net, the process that talks to partners' daemons.
 *
 * kithd starts it with a socketpair on descriptor 3 and restarts it whenever
 * it ends; it keeps nothing that would be lost. It holds the transport key and
 * the allow-list and sees headers and sealed bytes only.
 * Exit status: 0 told to stop, or kithd has gone; 1 a fault, said on stderr.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "kith/child.h"
#include "net/loop.h"
#include "net/sandbox.h"
#include "net/state.h"

/* libzmq before 4.3.4 overruns memory for strangers (CVE-2021-20235). */
static int zmq_is_too_old(void)
{
    int major = 0, minor = 0, patch = 0;

    zmq_version(&major, &minor, &patch);
    return major < 4 ||
           (major == 4 && (minor < 3 || (minor == 3 && patch < 4)));
}

static int complain(const char *why)
{
    (void)fprintf(stderr, "<3>net.failed why=%s\n", why);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static struct net net;
    enum kith_status status = KITH_OK;

    (void)argv;
    if (argc != 1)
        return complain("arguments; kithd starts kith-net");
    if (zmq_is_too_old())
        return complain("libzmq is older than 4.3.4");
    if (sandbox_prepare() != KITH_OK)
        return complain("privileges cannot be given up");
    if (loop_open(&net, KITH_CHILD_FD) != KITH_OK)
        return complain("descriptor 3 is no socketpair; kithd starts kith-net");
    status = loop_run(&net);
    if (status != KITH_OK)
        (void)complain(kith_status_name(status));
    /* Not exit(): libzmq's threads may hold what its destructors want. */
    _exit(status == KITH_OK ? EXIT_SUCCESS : EXIT_FAILURE);
}
