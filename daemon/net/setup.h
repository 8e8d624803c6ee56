/* setup - from the first frame of kithd to the moment when all is ready.
 *
 * Threads: before the loop starts.
 */
#ifndef NET_SETUP_H
#define NET_SETUP_H

#include "kith/status.h"

struct kith_net_setup;
struct net;

/* Puts everything up in the order that safety asks for: key, ZAP handler,
 * listening socket, self-test, addresses, sandbox. Nobody is on the list yet and
 * nobody is answered before the loop starts. Reports
 * READY, or FAILED with a sentence for the operator. SETUP's secret is
 * wiped. */
enum kith_status setup_run(struct net *net, struct kith_net_setup *setup)
    KITH_MUST_CHECK;

#endif
