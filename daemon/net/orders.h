/* orders - what kithd wants done.
 *
 * Threads: loop thread only.
 */
#ifndef NET_ORDERS_H
#define NET_ORDERS_H

#include "kith/status.h"

struct kith_child_frame;
struct net;

/* Obeys one frame of kithd. KITH_INVALID: it makes no sense here and now (a
 * second SETUP, a partner that is not allowed): kithd is at fault and this
 * process leaves. Frames for a session that is over are dropped: they were
 * under way when it ended. KITH_NOMEM. */
enum kith_status orders_obey(struct net *net,
                             const struct kith_child_frame *frame)
    KITH_MUST_CHECK;

#endif
