/* run - `kithd run`: opens everything, then turns the loop until it is told to
 * stop.
 *
 * Threads: main thread.
 */
#ifndef CORE_RUN_H
#define CORE_RUN_H

struct options;

/* Exit code of the program: 0 stopped, 1 failed, 2 wrong configuration, 9
 * store damaged. Prints its own words on stderr. */
int run(const struct options *options);

#endif
