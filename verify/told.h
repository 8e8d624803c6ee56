/* told - holds every entry against the notes, and opens those it can.
 *
 * Threads: one.
 */
#ifndef VERIFY_TOLD_H
#define VERIFY_TOLD_H

#include "load.h"

/* Opens the bodies. KITH_UNTRUSTED, KITH_MALFORMED with words: a body is not
 * the one that its header commits to. */
enum kith_status told_open(struct loaded_pack *pack, struct kith_error *err)
    KITH_MUST_CHECK;

/* Verifies inclusion of each entry in the trees of trusted notes, and that
 * notes of one size agree; fills checkpoint and receipt of entries,
 * contradicts and agrees of notes. KITH_UNTRUSTED with words. */
enum kith_status told_prove(struct loaded_pack *pack, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
