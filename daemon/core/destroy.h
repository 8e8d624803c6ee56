/* destroy - carries out destructions that a person has begun.
 *
 * The slots are emptied between two transactions: the first has noted that it
 * is under way, the second signs the certificate. A kithd that was killed
 * between them goes on when it starts.
 * Threads: loop thread only.
 */
#ifndef CORE_DESTROY_H
#define CORE_DESTROY_H

struct daemon;

/* Does what is due, not within a transaction. A failure is logged and tried
 * again a minute later. */
void destroy_run(struct daemon *daemon);

#endif
