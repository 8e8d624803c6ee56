/* transport_key - the transport key that a partner had before, and may still use.
 *
 * A card names a new one before it is in use: a listening socket keeps its key.
 * Threads: loop thread only.
 */
#ifndef RULES_TRANSPORT_KEY_H
#define RULES_TRANSPORT_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"

struct act;

/* The transport key that LINK's partner had before the one on its card, as long
 * as it may still use it: until a session has been proved with that of the card.
 * KITH_NOT_FOUND. */
enum kith_status transport_key_former(struct act *act, uint32_t link,
                                      struct kith_key *ret_key) KITH_MUST_CHECK;
/* From now on the partner uses that of its card alone. *ret_ended: it had
 * another one. */
enum kith_status transport_key_end(struct act *act, uint32_t link,
                                   bool *ret_ended) KITH_MUST_CHECK;

#endif
