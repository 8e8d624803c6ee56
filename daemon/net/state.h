/* state - what the parts of kith-net share.
 *
 * Threads: loop thread only.
 */
#ifndef NET_STATE_H
#define NET_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/status.h"
#include "net/refused.h"
#include "net/session.h"
#include "net/source.h"

struct allowed;
struct channel;
struct connection;
struct diallers;
struct listener;
struct secret;
struct zap;

struct net {
    void *context; /* libzmq's */
    int epoll;
    struct channel *channel; /* to kithd */
    struct source from_channel, from_zap;
    bool ordered;     /* something came from kithd */
    bool asked;       /* libzmq asks whether a key may in */
    bool wants_write; /* the loop waits for room towards kithd */
    struct secret *secret;
    struct allowed *allowed;
    struct refused refused;
    struct zap *zap;
    struct sessions sessions;
    struct connection *connections; /* all, of listener and diallers */
    struct listener *listener;
    struct diallers *diallers;
    uint32_t backoff_min_ms, backoff_max_ms;
    uint64_t monitors;   /* names given out */
    int64_t now_ms;      /* clock value of this turn */
    int64_t wake_ms;     /* next turn at the latest */
    int64_t trim_ms;     /* give memory back then; 0: no need */
    int64_t stop_due_ms; /* leave then at the latest; 0: not stopping */
    bool failed;         /* out of memory: leave, kithd starts us anew */
};

/* Waits for FD on behalf of SOURCE, whose ready and owner are set. KITH_IO:
 * FD is not usable. */
enum kith_status state_watch(struct net *net, struct source *source, int fd)
    KITH_MUST_CHECK;
/* As state_watch, but ready is called once only, until the next
 * state_watch_again. */
enum kith_status state_watch_once(struct net *net, struct source *source,
                                  int fd) KITH_MUST_CHECK;
void state_watch_again(struct net *net, struct source *source);
/* Before the descriptor is closed. */
void state_unwatch(struct net *net, struct source *source);
/* Asks for a turn at DUE_MS or before. */
void state_wake_at(struct net *net, int64_t due_ms);

#endif
