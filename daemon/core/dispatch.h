/* dispatch - which handler answers which verb.
 *
 * One row per enum kith_verb; a unit test walks them all.
 * Threads: constant data.
 */
#ifndef CORE_DISPATCH_H
#define CORE_DISPATCH_H

#include "core/call.h"

/* Handler of VERB, NULL when there is no such verb. */
call_handler *dispatch_handler(uint32_t verb);

#endif
