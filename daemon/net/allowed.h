/* allowed - the allow-list: which transport key is which partner's.
 *
 * Looked at in each handshake and for each message, by key and by handle.
 * Also bounds how many handshakes one key may do in a while, so that a
 * partner's key cannot use up the descriptors (inv. 7), and names those that
 * did more.
 * Threads: loop thread only.
 */
#ifndef NET_ALLOWED_H
#define NET_ALLOWED_H

#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

struct allowed;

/* An empty list, for up to PARTNERS_MAX partners. KITH_NOMEM. */
enum kith_status allowed_new(size_t partners_max, struct allowed **ret_allowed)
    KITH_MUST_CHECK;
void allowed_destroy(struct allowed **allowed);

/* Adds PARTNER or replaces its keys; FORMER: that it may still use, NULL: none.
 *
 * KITH_CONFLICT  another partner has that key
 * KITH_LIMIT     partners_max are there already
 * KITH_NOMEM
 */
enum kith_status allowed_put(struct allowed *allowed, uint32_t partner,
                             const struct kith_key *key,
                             const struct kith_key *former) KITH_MUST_CHECK;
void allowed_remove(struct allowed *allowed, uint32_t partner);

/* Handle of the partner with KEY; 0: not allowed. */
uint32_t allowed_partner(const struct allowed *allowed,
                         const struct kith_key *key);
/* Key of PARTNER, borrowed; NULL: not allowed. */
const struct kith_key *allowed_key(const struct allowed *allowed,
                                   uint32_t partner);
/* The one that it had before, borrowed; NULL: there is none to be let in. */
const struct kith_key *allowed_former(const struct allowed *allowed,
                                      uint32_t partner);
/* Counts a handshake of PARTNER; false: more than KITH_HANDSHAKES_MAX in
 * KITH_HANDSHAKES_MS, or not allowed. */
bool allowed_handshake(struct allowed *allowed, uint32_t partner,
                       int64_t now_ms);
/* A partner of whose handshakes one was too many, each once in
 * KITH_HANDSHAKES_MS; 0: none. */
uint32_t allowed_often(struct allowed *allowed);

#endif
