/* retry - what an older version of kith did not understand is looked at again.
 *
 * In the order of the log, and with it what may have failed for want of it:
 * later entries that were rejected because a revision, a parent, an agreement
 * or a step before them was missing. Withdrawals behind are obeyed once more,
 * for they may name an item that had not come when they did (PROTOCOL.md 8.5).
 * Entries of the log that is read today; those of closed ones stay as they are.
 * Threads: main thread only, before anybody reads or is spoken with.
 */
#ifndef RULES_RETRY_H
#define RULES_RETRY_H

#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"

struct act;
struct store_link;

/* Looks at all entries of LINK's partner, in one transaction: cut off half way,
 * it would not know any more what later ones had failed for. *ret_understood:
 * entries that are processed now and were not. LINK is put when it changes;
 * verdicts that are new are queued for the partner. A status other than
 * KITH_OK: abort the transaction. */
enum kith_status retry_link(struct act *act, struct store_link *link,
                            uint64_t *ret_understood) KITH_MUST_CHECK;

/* What this build understands, as a digest over the tables of the kinds that
 * travel and VERSION: when it is another than that of the last start, there may
 * be something to retry. KITH_NOMEM. */
enum kith_status retry_digest(const char *version, struct kith_hash *ret_digest)
    KITH_MUST_CHECK;

#endif
