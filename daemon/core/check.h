/* check - `kithd check`: walks the whole store in a worker process.
 *
 * Threads: main thread.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

struct options;

/* Exit code: 0 good, 9 damaged, 7 a daemon has the store open, else the code
 * of the failure. Prints findings on stdout, progress on a terminal. */
int check(const struct options *options);

#endif
