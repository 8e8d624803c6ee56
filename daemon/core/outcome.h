/* outcome - how a command of kithd that failed ends: words and exit code.
 *
 * Threads: main thread.
 */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

struct kith_error;

/* Prints ERR on stderr, with the next command when it names one, and gives
 * the exit code for its status. */
int outcome_print(const struct kith_error *err);

#endif
