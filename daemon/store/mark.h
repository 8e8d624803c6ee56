/* mark - the number of the last commit, kept beside LMDB's file.
 *
 * A single flipped bit in the newer of LMDB's two meta pages can make an older
 * state look whole. The mark is written, not synced, once a commit is durable:
 * a store that is behind its mark has gone back. A mark that is missing or
 * does not verify proves nothing and is only reported by the check.
 * Threads: one.
 */
#ifndef STORE_MARK_H
#define STORE_MARK_H

#include "kith/bytes.h"

struct kith_error;
struct mark;

/* KITH_NOMEM, KITH_IO. KEY authenticates the number. */
enum kith_status mark_open(const char *folder, const uint8_t key[32],
                           bool read_only, struct mark **ret_mark,
                           struct kith_error *err) KITH_MUST_CHECK;
void mark_close(struct mark **mark);
/* KITH_NOT_FOUND: none that verifies. */
enum kith_status mark_read(struct mark *mark, uint64_t *ret_number)
    KITH_MUST_CHECK;
/* Best effort: a mark that cannot be written only proves less. */
void mark_write(struct mark *mark, uint64_t number);

#endif
