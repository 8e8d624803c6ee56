/* address - numeric endpoints "tcp://1.2.3.4:5" and "tcp://[::1]:5".
 *
 * Only these reach libzmq: a name would make its thread look it up, and every
 * link would stand still meanwhile.
 * Threads: any.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "kith/bytes.h"
#include "kith/child.h"
#include "kith/status.h"

/* An endpoint as text with NUL. */
struct address {
    char text[KITH_CHILD_ADDRESS_MAX + 1];
};

/* Checks and copies TEXT. KITH_INVALID: not of the form above, or port 0
 * unless ANY_PORT. */
enum kith_status address_parse(struct kith_bytes text, bool any_port,
                               struct address *ret_address) KITH_MUST_CHECK;
bool address_is_six(const struct address *address);
/* False when this machine knows no way to ADDRESS. Sends nothing. */
bool address_has_route(const struct address *address);

#endif
