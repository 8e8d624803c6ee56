/* key_change - other keys of ours: what each partner is told of them.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_KEY_CHANGE_H
#define RULES_KEY_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/status.h"

struct act;
struct kith_card;

/* Up to where a compromised key was in our hands alone. */
struct key_limit {
    uint32_t link;      /* 0: any that has no limit of its own */
    uint64_t last_good; /* last size of the log that the key made well */
};

struct key_change {
    const struct kith_card *former; /* the card whose keys go; borrowed */
    bool compromised;               /* the keys that go may be in other hands */
    const struct key_limit *limits; /* borrowed */
    size_t n_limits;
};

/* The keys of act->company are those of the new card: keeps for each link the
 * sizes up to which the former log and receipt key were good, and queues the
 * notices. Of a compromised log key what the partner has receipted is good, of
 * a compromised receipt key what was cosigned, unless a lower size is given;
 * what it signed above is signed anew, and the new key counts from there on.
 * A statement key is told of only when it was compromised. */
enum kith_status key_change_tell(struct act *act,
                                 const struct key_change *change)
    KITH_MUST_CHECK;

#endif
