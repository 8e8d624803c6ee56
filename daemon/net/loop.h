/* loop - the one loop of kith-net.
 *
 * Threads: the only one of ours.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "kith/status.h"

struct net;

/* Opens what the loop waits with and the channel FD to kithd. KITH_IO,
 * KITH_NOMEM. */
enum kith_status loop_open(struct net *net, int fd) KITH_MUST_CHECK;
/* Waits for SETUP, sets everything up, and runs until kithd says STOP or has
 * closed its end: KITH_OK. Anything else is a fault, named by the status. */
enum kith_status loop_run(struct net *net) KITH_MUST_CHECK;

#endif
