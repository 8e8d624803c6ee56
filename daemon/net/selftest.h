/* selftest - proves that a stranger is refused before anything listens.
 *
 * Threads: loop thread only; it takes up to SELFTEST_MS.
 */
#ifndef NET_SELFTEST_H
#define NET_SELFTEST_H

#include "kith/status.h"

struct net;

enum {
    SELFTEST_MS = 5000
};

/* Binds the listening socket to loopback for a moment and knocks with a random
 * key. KITH_OK: refused by the list. KITH_DENIED: let in, or no refusal came
 * in time: do not listen. KITH_IO, KITH_FULL: could not be tried. */
enum kith_status selftest_run(struct net *net) KITH_MUST_CHECK;

#endif
