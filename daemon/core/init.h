/* init - `kithd init`: makes the identity, the store and the first person.
 *
 * Threads: main thread.
 */
#ifndef CORE_INIT_H
#define CORE_INIT_H

struct options;

/* Exit code. Prints what was made, and what a thief of the disk would get. */
int init(const struct options *options);

#endif
