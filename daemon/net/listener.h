/* listener - the one socket that partners dial.
 *
 * Who a message is from is the User-Id that our ZAP handler gave the key of
 * its connection, read from the payload part; nothing a message says. The
 * list is asked again for each message. A session starts with the first
 * message of a connection.
 * Threads: loop thread only.
 */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

#include "kith/status.h"
#include "net/address.h"

struct net;

enum {
    LISTENER_SESSIONS_MAX = 4
}; /* per partner; the oldest makes room */

/* Makes the socket, bound to nothing yet. KITH_FULL, KITH_IO, KITH_NOMEM. */
enum kith_status listener_open(struct net *net) KITH_MUST_CHECK;
/* Listens at ADDRESS; ret_bound has the port filled in. KITH_CONFLICT: in
 * use; KITH_INVALID: not an address of this machine; KITH_DENIED; KITH_IO. */
enum kith_status listener_bind(struct net *net, const struct address *address,
                               struct address *ret_bound) KITH_MUST_CHECK;
void listener_unbind(struct net *net, const struct address *bound);

/* Handles what has come, if something has; true: there is more, which
 * waits for the next turn, or for kithd to read what it was told. */
bool listener_work(struct net *net);

#endif
