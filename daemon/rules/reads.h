/* reads - where an agreement says so, the owner is told who has read what.
 *
 * One duty entry for each person, item and revision, at its first reading; the
 * sums follow from them.
 * Threads: loop thread only.
 */
#ifndef RULES_READS_H
#define RULES_READS_H

#include <stdint.h>

#include "kith/body.h"
#include "store/records.h"

struct act;
struct apply_entry;
struct store_link;

/* The person of ACT has read revision REVISION of HEAD, an item that came under
 * AGREEMENT: queued for its owner when that agreement asks for it and the owner
 * knows the person. Of a grant nothing is told. */
enum kith_status reads_tell(struct act *act, const struct store_head *head,
                            uint64_t revision,
                            const struct kith_hash *agreement) KITH_MUST_CHECK;

/* The handler of a read told by a partner (apply.h): of what it was never told,
 * by a person it has not announced, or where no agreement that both signed says
 * `reads`, it is rejected. Its audit row names the person by the id it has here. */
enum kith_status reads_take(struct act *act, struct store_link *link,
                            const struct kith_body *body,
                            struct apply_entry *entry) KITH_MUST_CHECK;

#endif
