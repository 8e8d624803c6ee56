/* attempt - one try to reach a partner: its socket, from connect to the end.
 *
 * Threads: loop thread only.
 */
#ifndef NET_ATTEMPT_H
#define NET_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/child.h"
#include "net/address.h"
#include "net/state.h"

struct attempt {
    uint32_t partner;
    void *socket, *monitor; /* libzmq's, owned; NULL: no attempt runs */
    struct source from_socket, from_monitor;
    struct connection *connection; /* owned; NULL before TCP has connected */
    uint64_t session;              /* its number; 0: none yet */
    struct address address;
    struct kith_key key;  /* the server key that is dialled */
    int64_t since_ms;     /* of the start, then of the session */
    int64_t connected_ms; /* of the TCP connection; 0: none yet */
    bool ended;           /* reported by libzmq; messages may be unread */
};

enum attempt_outcome {
    ATTEMPT_QUIET,  /* nothing to do */
    ATTEMPT_MORE,   /* more is there to be read */
    ATTEMPT_FAILED, /* it came to nothing and is over */
    ATTEMPT_ENDED   /* the connection of a session is over */
};

/* READY is called with OWNER when there is something to do. */
void attempt_init(struct attempt *attempt, uint32_t partner,
                  void (*ready)(struct net *net, void *owner), void *owner);

/* Begins to dial ADDRESS, where the holder of KEY is expected. KITH_INVALID:
 * libzmq does not take the address; KITH_FULL, KITH_IO: no socket. */
enum kith_status attempt_start(struct net *net, struct attempt *attempt,
                               const struct kith_key *key,
                               const struct address *address) KITH_MUST_CHECK;
/* Ends it at once; a session that is up is over for want of permission. */
void attempt_stop(struct net *net, struct attempt *attempt);

/* Handles what has come. After FAILED and ENDED no attempt runs. */
enum attempt_outcome attempt_work(struct net *net, struct attempt *attempt,
                                  enum kith_dial_reason *ret_reason,
                                  int64_t *ret_lived_ms);

/* It was started and has neither failed nor ended. */
bool attempt_runs(const struct attempt *attempt);
/* The handshake is done. */
bool attempt_is_up(const struct attempt *attempt);
/* Neither up nor failed in the time it has. */
bool attempt_is_late(const struct attempt *attempt, int64_t now_ms);
/* When it will be late; INT64_MAX: never. */
int64_t attempt_due_ms(const struct attempt *attempt);

#endif
