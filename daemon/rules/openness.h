/* openness - does the level granted to a partner cover this label and kind.
 *
 * The ladder of levels per partner and project (F12-F16) finds its place
 * behind this one question.
 * Threads: any.
 */
#ifndef RULES_OPENNESS_H
#define RULES_OPENNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/record.h"

struct store_link;

/* Today every verified partner under an agreement stands on one level: labels
 * up to confidential, all business kinds. Strictly confidential records leave
 * to nobody. */
bool openness_covers(const struct store_link *link, uint64_t project,
                     enum kith_label label, uint32_t kind);

#endif
