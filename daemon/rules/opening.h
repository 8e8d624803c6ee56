/* opening - the first records of a log: what came before it, which keys sign.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_OPENING_H
#define RULES_OPENING_H

#include <stddef.h>

#include "kith/record.h"

struct act;
struct store_link;

enum {
    OPENING_RECORDS = 3
};

/* Record WHICH (0..OPENING_RECORDS - 1) of our log to LINK: log_opened, the
 * notice of the log key, that of the receipt key. */
enum kith_status opening_record(struct act *act, const struct store_link *link,
                                size_t which, struct kith_record *ret_record)
    KITH_MUST_CHECK;

#endif
