/* check - `kithd check`: walks the whole store in a worker process.
 *
 * Threads: main thread.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include <stdbool.h>

struct options;
struct store_options;

/* Exit code: 0 good, 9 damaged, 7 a daemon has the store open, else the code
 * of the failure. Prints findings on stdout, progress on a terminal. */
int check(const struct options *options);

/* The same for the store of OPTIONS, whose keys are at hand. QUIET: says
 * nothing of a good store or of damage. */
int check_in_worker(const struct store_options *options, bool quiet);

#endif
