/* nda_row - an agreement as people see it.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_NDA_ROW_H
#define CORE_NDA_ROW_H

#include "kith/record.h"

struct cached_agreement;
struct call;
struct rules_cache;

/* Adds an nda_row of AGREEMENT. Errors: of the store. */
enum kith_status nda_row_add(struct call *call, const struct rules_cache *cache,
                             const struct cached_agreement *agreement)
    KITH_MUST_CHECK;

/* The fields of a row that say how long what was told is protected. */
struct nda_row_fields {
    uint32_t until; /* a day; left out when there is none */
    uint32_t words;
};
/* Adds them for what was told under AGREEMENT, when both have signed it, to the
 * row that is being built. */
void nda_row_put_duty(struct call *call, const struct rules_cache *cache,
                      const struct cached_agreement *agreement,
                      const struct nda_row_fields *to);

/* Adds field FROM of RECORD, when it has one, to BUILDER as field TO. */
void nda_row_copy(struct kith_record_builder *builder, uint32_t to,
                  const struct kith_record *record, uint32_t from);

#endif
