/* apply - what an opened entry of a partner does here, by kind.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_APPLY_H
#define RULES_APPLY_H

#include "kith/body.h"

struct act;
struct apply_entry;
struct store_link;

/* Applies BODY of an entry of LINK's partner. A fault of the partner sets the
 * row's verdict and code and changes nothing else; the status is then KITH_OK.
 * Other statuses are faults of ours: abort the transaction. */
enum kith_status apply_body(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

#endif
