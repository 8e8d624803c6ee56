/* nearmiss - which known word a mistyped one was probably meant to be.
 *
 * Threads: any.
 */
#ifndef CLIENT_NEARMISS_H
#define CLIENT_NEARMISS_H

#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that turn A into
 * B; words over 63 bytes are as far apart as the longer is long. */
size_t nearmiss_distance(const char *a, const char *b);

/* The nearest of the COUNT WORDS, NULL when none is near: at most a third of
 * the longer word may differ, or WORD begins it with at least 2 letters. */
const char *nearmiss_find(const char *word, const char *const *words,
                          size_t count);

#endif
