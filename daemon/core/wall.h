/* wall - whether the wall clock can be trusted.
 *
 * Compared with the boot clock it may not jump by more than an hour, and at
 * the start it may not stand before what was written last. When it does, time
 * is in doubt: what hangs on a date waits, nothing is cosigned, until a person
 * says that the clock is right (PROTOCOL.md 7.4). The doubt outlives a restart.
 * Threads: loop thread only.
 */
#ifndef CORE_WALL_H
#define CORE_WALL_H

#include "kith/status.h"

struct act;
struct daemon;
struct store_txn;

/* At the start: an old doubt, and a clock behind the newest audit row. */
enum kith_status wall_open(struct daemon *daemon, struct store_txn *txn)
    KITH_MUST_CHECK;
/* After each look at the clocks. A new doubt is stored at once; when that fails
 * it is tried again with the next look. */
void wall_look(struct daemon *daemon);
/* A person says that the clock is right: in the transaction of ACT; the next
 * wall_look takes it up. */
enum kith_status wall_confirm(struct daemon *daemon, struct act *act)
    KITH_MUST_CHECK;

#endif
