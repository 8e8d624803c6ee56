/* last_good - `--last-good`: up to which size of a log a compromised key was in
 * our hands alone, as a person says it.
 *
 * Threads: main thread.
 */
#ifndef CORE_LAST_GOOD_H
#define CORE_LAST_GOOD_H

#include <stddef.h>

#include "core/options.h"
#include "kith/status.h"

struct act;
struct key_limit;

/* Reads into OPTIONS_LIST_MAX places each "SIZE" (of all partners that are not named) and "PARTNER=SIZE" of
 * OPTIONS. KITH_INVALID: it is no size, stands twice, is above what counts as
 * good without it, or the keys that go are not one log or one receipt key that
 * was compromised; KITH_NOT_FOUND: no such partner. With words in act->err. */
enum kith_status last_good_read(struct act *act, const struct options *options,
                                struct key_limit *ret_limits, size_t *ret_count)
    KITH_MUST_CHECK;

#endif
