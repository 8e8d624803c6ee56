/* secret - the transport key pair of this company.
 *
 * In one locked page that no core holds. libzmq keeps copies of its own for
 * each socket, which we cannot reach.
 * Threads: loop thread only.
 */
#ifndef NET_SECRET_H
#define NET_SECRET_H

#include "kith/ids.h"
#include "kith/status.h"

struct secret {
    uint8_t secret[KITH_KEY_LEN];
    struct kith_key public; /* derived from it */
};

/* Copies SECRET into a locked page and wipes SECRET itself. KITH_NOMEM: the
 * page cannot be had or locked; KITH_INVALID: no public half. */
enum kith_status secret_take(uint8_t secret[KITH_KEY_LEN],
                             struct secret **ret_secret) KITH_MUST_CHECK;

#endif
