/* round - what one turn of the loop does with all that came in.
 *
 * Everything that writes in one turn shares one transaction: requests of the
 * control socket, then frames of partners, then the pump. Commit, then answer,
 * then send, then notify (inv. 4).
 * Threads: loop thread only.
 */
#ifndef CORE_ROUND_H
#define CORE_ROUND_H

struct daemon;

/* Carries out what waits. Sets daemon->must_exit when the store has failed. */
void round_run(struct daemon *daemon);

#endif
