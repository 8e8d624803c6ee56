/* play - the writer whose acts are recorded, and what must hold of its store.
 *
 * Threads: one.
 */
#ifndef POWER_PLAY_H
#define POWER_PLAY_H

#include <stdint.h>

/* Makes a store in FOLDER and commits COUNT times; every fifth commit also
 * empties a slot, and half way the store is made one of an older schema and
 * migrated. After the store is made and after each commit the number of
 * commits goes into FOLDER/acked (8 bytes, big-endian). Returns 0. */
int play_write(const char *folder, uint64_t count);

/* Opens the store in FOLDER, of which ACKED commits were acknowledged. 0: it has
 * them, whole, and at most one more; else why not is said on stderr. */
int play_expect(const char *folder, uint64_t acked);

/* The same when not even the making of the store was acknowledged: there is none,
 * or a whole one without a commit. */
int play_expect_unmade(const char *folder);

#endif
