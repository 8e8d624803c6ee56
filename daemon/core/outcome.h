/* outcome - how a command of kithd ends: exit code and words.
 *
 * Threads: main thread.
 */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include "kith/status.h"

struct kith_error;

/* Exit code for STATUS, the same table as the client's (docs: kith-exit). */
int outcome_code(enum kith_status status);
/* Prints ERR on stderr, with the next command when it names one, and gives
 * the exit code for its status. */
int outcome_print(const struct kith_error *err);

#endif
