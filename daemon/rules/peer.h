/* peer - the public keys of a partner, as its newest card gives them.
 *
 * Reading a card verifies several signatures; peers remember the keys until
 * the link's card changes.
 * Threads: loop thread only.
 */
#ifndef RULES_PEER_H
#define RULES_PEER_H

#include "kith/ids.h"
#include "kith/status.h"

struct act;
struct company;
struct store_link;

struct peer {
    struct kith_hash card_digest;
    struct kith_key log, receipt, statement, transport, sealing;
};

/* Keys of LINK's partner; *ret_peer lives until the next peer_get. KITH_DAMAGED:
 * the card that the link names is not in the store or does not verify. */
enum kith_status peer_get(struct act *act, const struct store_link *link,
                          const struct peer **ret_peer) KITH_MUST_CHECK;
/* Frees what is remembered; for the end of a company's context. */
void peer_destroy(struct company *company);

#endif
