/* grant_change - a live grant lasts longer, or shows less.
 *
 * Lasting longer is a further revision of the grant as told: what was told under
 * it stays where it is. Showing less is another grant in its place: what the
 * new one does not show is withdrawn, the rest is told anew under it.
 * Threads: loop thread only.
 */
#ifndef RULES_GRANT_CHANGE_H
#define RULES_GRANT_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/status.h"

struct act;
struct disclosure_counts;
struct store_link;

/* Grant NUMBER (state number) lasts until UNTIL_DAY (days since 1970), under
 * the agreement in force now; tells it, and queues what was held back since it
 * had run out. KITH_NOT_FOUND; KITH_CONFLICT: ended by a person; KITH_INVALID:
 * no later day than now; KITH_DENIED: partner or agreement, by name. */
enum kith_status grant_renew(struct act *act, uint64_t number,
                             int32_t until_day,
                             struct disclosure_counts *ret_counts)
    KITH_MUST_CHECK;

/* What is left of a grant; what is not given stays as it is. */
struct grant_narrowing {
    uint64_t kinds;                /* bit k: kind k; 0: as before */
    const struct kith_id *persons; /* per-link ids; none: as before */
    size_t n_persons;
    const struct kith_bytes *hidden; /* further ones: "kind.field" */
    size_t n_hidden;
    int32_t until_day; /* days since 1970; INT32_MAX: as before */
};

/* Puts a grant that shows less in the place of NUMBER, whose number it returns.
 * SETTLE: tells it, withdraws what it does not show, tells the rest anew; without
 * it (a preview) disclosure_walk says what that would be. KITH_NOT_FOUND,
 * KITH_CONFLICT, KITH_DENIED as above; KITH_INVALID: something would be wider,
 * or nothing narrower. */
enum kith_status grant_narrow(struct act *act, uint64_t number,
                              const struct grant_narrowing *narrowing,
                              bool settle, uint64_t *ret_number)
    KITH_MUST_CHECK;

/* The partner of LINK has told that its person PERSON (id of the link) left: no
 * grant of ours names it from here on. A grant that named nobody else shows
 * nothing more; what it showed stays until a person of ours ends it. */
enum kith_status grant_person_left(struct act *act,
                                   const struct store_link *link,
                                   const struct kith_id *person)
    KITH_MUST_CHECK;

#endif
