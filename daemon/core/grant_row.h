/* grant_row - one grant as a row, and the names of whom it names.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_GRANT_ROW_H
#define CORE_GRANT_ROW_H

#include "kith/record.h"

struct call;

/* Adds the row of grant NUMBER (state number). */
enum kith_status grant_row_add(struct call *call, uint64_t number)
    KITH_MUST_CHECK;

/* Name and role of the partner's person ID, as it told us; empty when it has
 * not (any more). Bytes live in call->act.arena. */
struct grant_person {
    struct kith_bytes name, role;
};
enum kith_status grant_row_person(struct call *call, uint32_t link,
                                  const struct kith_id *id,
                                  struct grant_person *ret_person)
    KITH_MUST_CHECK;

/* Sets the list field TO of the row under way to the names of the kinds. */
void grant_row_put_kinds(struct call *call, uint32_t to,
                         const struct kith_record *grant);

#endif
