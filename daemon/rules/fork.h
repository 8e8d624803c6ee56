/* fork - two signed truths about one log (PROTOCOL.md 3.3).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_FORK_H
#define RULES_FORK_H

#include "store/logs.h"

struct act;

/* A note whose signature is good and whose content contradicts a log. */
struct fork_note {
    enum store_side side; /* whose log */
    uint64_t size;        /* that the note is about */
    struct kith_bytes note;
};

/* Keeps the note beside the ones it contradicts, so that the fork can be
 * proven, freezes the log and audits it. LINK is updated and put. The first
 * contradiction of a size is kept. */
enum kith_status fork_keep(struct act *act, struct store_link *link,
                           const struct fork_note *fork) KITH_MUST_CHECK;

#endif
