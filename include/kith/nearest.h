/* nearest - which known word a mistyped one was probably meant to be.
 *
 * For hints alone: nothing is ever done on such a guess.
 * Threads: any.
 */
#ifndef KITH_NEAREST_H
#define KITH_NEAREST_H

#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that turn A into
 * B, in bytes; words over 63 bytes are as far apart as the longer is long. */
size_t kith_nearest_distance(const char *a, const char *b);

/* The nearest of the N WORDS, borrowed from them; NULL when none is near: at
 * most a third of the longer word may differ, or WORD begins it with at least
 * 2 letters. Of two that are equally near the first. */
const char *kith_nearest(const char *word, const char *const *words, size_t n);

#endif
