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

void report_ready(struct net *net, const struct kith_bytes *bound,
                  size_t n_bound, uint32_t limit);
void report_failed(struct net *net, const char *sentence);
void report_up(struct net *net, const struct session *session);
void report_frame(struct net *net, const struct session *session,
                  struct kith_bytes frame);
void report_down(struct net *net, const struct session *session,
                 enum kith_down_reason reason, uint64_t hidden);
void report_queued(struct net *net, const struct session *session);
/* FAILED needs no sentence: each reason has its own. */
void report_dial_failed(struct net *net, struct kith_net_dial_failed failed);
void report_refused_key(struct net *net, const struct refused_key *refused);
void report_probed(struct net *net, int error);

#endif
