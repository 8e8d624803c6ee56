/* notices - carries waiting notices from the store to kith-notify, and how it
 * went back into the store.
 *
 * At least once: a notice is delivered under its stable id until the store
 * knows that it was. Never delays sync: it runs behind the round, in its own
 * small transactions, and holds a bounded number of notices at a time.
 * Threads: loop thread only.
 */
#ifndef CORE_NOTICES_H
#define CORE_NOTICES_H

#include <stdint.h>

#include "kith/status.h"

struct daemon;
struct notices;

/* With nothing under way. KITH_NOMEM. */
enum kith_status notices_new(struct notices **ret_notices) KITH_MUST_CHECK;
void notices_destroy(struct notices **notices);

/* Call after each round: takes up new notices, hands over what is due, writes
 * down what became of others. Sets daemon->must_exit when the store fails. */
void notices_run(struct daemon *daemon);
/* When notices_run is due at the latest, boot milliseconds. */
int64_t notices_deadline(const struct daemon *daemon);
/* kith-notify is new: what was with the old one is handed over again. */
void notices_again(struct daemon *daemon);

#endif
