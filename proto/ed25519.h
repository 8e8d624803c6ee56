/* ed25519 - bare signatures, for the files of libkith that frame messages.
 *
 * Whoever calls these has put a domain prefix in front (sign.c, note.c).
 * Threads: any.
 */
#ifndef KITH_PROTO_ED25519_H
#define KITH_PROTO_ED25519_H

#include <stdbool.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct kith_sign_key;

/* Signs and verifies what came out. KITH_DAMAGED: it does not verify. */
enum kith_status ed25519_sign(const struct kith_sign_key *key,
                              struct kith_bytes message,
                              struct kith_sig *ret_sig) KITH_MUST_CHECK;
bool ed25519_verifies(const struct kith_key *pk, struct kith_bytes message,
                      const struct kith_sig *sig);

#endif
