/* net - kithd's side of kith-net: what it is told, and what it said.
 *
 * Sets kith-net up whenever it has started, hands frames of sessions to links,
 * and remembers keys that knocked and were refused.
 * Threads: loop thread only.
 */
#ifndef CORE_NET_H
#define CORE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/child.h"

struct child;
struct daemon;
struct net;

enum {
    NET_REMOTE_MAX = 128
};

/* A key that knocked and stands on no list. */
struct net_pending {
    struct kith_key key;
    uint64_t count;
    int64_t last; /* Unix seconds */
    char remote[NET_REMOTE_MAX + 1];
};

/* Whom net tells of what comes from kith-net. */
struct net_hooks {
    /* kith-net is set up: it knows no partner yet */
    void (*fresh)(struct daemon *daemon);
    /* a frame about sessions or dialling, session numbers made unique */
    enum kith_status (*frame)(struct daemon *daemon,
                              const struct kith_child_frame *frame);
    /* it is gone, and all sessions with it */
    void (*gone)(struct daemon *daemon);
};

/* kith-net is started at the first child_tick. */
enum kith_status net_new(struct daemon *daemon, const struct net_hooks *hooks,
                         struct net **ret_net) KITH_MUST_CHECK;
void net_destroy(struct net **net);

/* Messages to kith-net. While it does not run they are lost on purpose: its
 * start arranges everything anew. FORMER: zeros for none. */
void net_allow(struct net *net, uint32_t partner, const struct kith_key *key,
               const struct kith_key *former);
void net_disallow(struct net *net, uint32_t partner);
void net_dial(struct net *net, uint32_t partner, bool now,
              const struct kith_bytes *addresses, size_t n_addresses);
void net_send(struct net *net, uint64_t session, struct kith_bytes frame);
/* FRAME may be empty. */
void net_close(struct net *net, uint64_t session, struct kith_bytes frame);

/* The process, borrowed. */
struct child *net_child(struct net *net);
/* Addresses it listens on, once it is ready; separated by blanks. */
const char *net_bound(const struct net *net);

/* Refused keys, index < the number returned. */
size_t net_pending_count(const struct net *net);
const struct net_pending *net_pending_at(const struct net *net, size_t index);
/* KEY is on the list now: it is not pending any more. */
void net_pending_forget(struct net *net, const struct kith_key *key);

#endif
