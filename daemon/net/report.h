/* report - what kith-net tells kithd, as child frames.
 *
 * A report that cannot be gathered for want of memory marks the process as
 * failed: kithd must not miss one.
 * Threads: loop thread only.
 */
#ifndef NET_REPORT_H
#define NET_REPORT_H

#include "kith/bytes.h"
#include "kith/child.h"

struct net;
struct refused_key;
struct session;

/* The N_BOUND addresses we listen at, and LIMIT, the sockets that libzmq was
 * given. */
void report_ready(struct net *net, const struct kith_bytes *bound,
                  size_t n_bound, uint32_t limit);
/* This process ends, because of SENTENCE. */
void report_failed(struct net *net, const char *sentence);
/* A session was authenticated. */
void report_up(struct net *net, const struct session *session);
/* FRAME came on SESSION; copied. */
void report_frame(struct net *net, const struct session *session,
                  struct kith_bytes frame);
/* SESSION ended for REASON; HIDDEN: bytes that came and became no frame. */
void report_down(struct net *net, const struct session *session,
                 enum kith_down_reason reason, uint64_t hidden);
/* How much of SESSION waits to be sent. */
void report_queued(struct net *net, const struct session *session);
/* A dial that did not succeed. FAILED needs no sentence: each reason has its
 * own. */
void report_dial_failed(struct net *net, struct kith_net_dial_failed failed);
/* A key that is not allowed knocked. */
void report_refused_key(struct net *net, const struct refused_key *refused);
/* PARTNER connects too often. */
void report_often(struct net *net, uint32_t partner);
/* Could this process do what it must not be able to? ERROR: errno; 0: yes. */
void report_probed(struct net *net, int error);

#endif
