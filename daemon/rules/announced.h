/* announced - to whom a person of ours was announced, under which id, for what,
 * and to whom it has accepted the duty of confidence.
 *
 * The state record keeps it in three lists that run in step.
 * Threads: any.
 */
#ifndef RULES_ANNOUNCED_H
#define RULES_ANNOUNCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/ids.h"

struct kith_record;

struct announced {
    uint32_t link;
    struct kith_id person;  /* per-link id */
    struct kith_id project; /* of the partner; none: any */
};

/* Announcement number WHICH of PERSON, a KITH_KIND_PERSON_STATE, in the order in
 * which they were made. False: there are no more. */
bool announced_at(const struct kith_record *person, size_t which,
                  struct announced *ret_announced);

/* Has PERSON accepted the duty of confidence to the partner of LINK (number)? */
bool announced_accepted(const struct kith_record *person, uint32_t link);

#endif
