/* judge - all that is asked of a pack before a word is printed.
 *
 * Threads: one.
 */
#ifndef VERIFY_JUDGE_H
#define VERIFY_JUDGE_H

#include "load.h"
#include "steps.h"

/* Loads BYTES, which must outlive the pack, opens, verifies and proves, and
 * collects the steps. KITH_MALFORMED, KITH_LIMIT, KITH_NOT_UNDERSTOOD,
 * KITH_UNTRUSTED with words that name the place; KITH_NOMEM. The caller
 * destroys ret_pack->arena in any case. */
enum kith_status judge_pack(struct kith_bytes bytes,
                            struct loaded_pack *ret_pack,
                            struct steps *ret_steps, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
