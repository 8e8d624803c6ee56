/* turnover - `kithd rotate`: other operational keys, and a card that says so.
 *
 * The new key file is written aside before the store has the new card, and
 * takes its place after that: whatever the card in the store names is what the
 * next start uses, wherever a crash came.
 * Threads: main thread.
 */
#ifndef CORE_TURNOVER_H
#define CORE_TURNOVER_H

struct options;

/* Exit code. */
int turnover(const struct options *options);

#endif
