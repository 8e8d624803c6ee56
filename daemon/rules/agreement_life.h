/* agreement_life - how far an agreement has come: its state on a day, the day
 * on which it is over. Computed from what both signed, never stored.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_AGREEMENT_LIFE_H
#define RULES_AGREEMENT_LIFE_H

#include <stdint.h>

#include "kith/record.h"
#include "kith/rows.h"

struct cached_agreement;
struct rules_cache;

enum {
    AGREEMENT_NO_END = INT32_MAX /* a day that never comes */
};

/* Does RECORD, an agreement's state, hold the signatures of both sides? */
bool agreement_has_both(const struct kith_record *record);

/* AGREEMENT's state on DAY. An end of ours binds at once, one of the partner
 * from its day on. */
enum kith_nda_state agreement_state(const struct rules_cache *cache,
                                    const struct cached_agreement *agreement,
                                    int32_t day);

/* The first day on which it is in force no more, by its term or by an end that
 * somebody gave it; AGREEMENT_NO_END. */
int32_t agreement_over(const struct rules_cache *cache,
                       const struct cached_agreement *agreement);

#endif
