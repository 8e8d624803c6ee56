/* next_log - goes on in the next log of a link whose logs cannot go on.
 *
 * After a fork, a restored store or a clone both logs of a link are frozen. A
 * person of each company opens the next pair; entry 0 of ours names size and
 * root of the one before, as far as we or the partner can prove them. What was
 * told stays where it is, with its proofs; what the partner should see now is
 * told anew (PROTOCOL.md 3.4).
 * Threads: loop thread only.
 */
#ifndef RULES_NEXT_LOG_H
#define RULES_NEXT_LOG_H

#include <stdbool.h>

#include "kith/bytes.h"
#include "kith/status.h"

struct act;
struct kith_checkpoint;
struct store_link;

/* An act of a person: closes both logs of LINK, lifts the stall, empties the
 * queue of what is told again, queues all that the partner should see; our closed logs
 * are to be fetched back first (recover.h). LINK is put. KITH_IO and the like as the store says. */
enum kith_status next_log_open(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;

/* Queues anew all that LINK's partner should see, and every withdrawal. */
enum kith_status next_log_tell(struct act *act, const struct store_link *link)
    KITH_MUST_CHECK;

/* Keeps NOTE, a checkpoint of ours that the partner has shown: it proves more
 * of our log than we hold. KITH_MALFORMED: no checkpoint. */
enum kith_status next_log_keep(struct act *act, const struct store_link *link,
                               struct kith_bytes note) KITH_MUST_CHECK;

/* What entry 0 of our log says of the one before: the newest checkpoint of ours
 * that we or the partner hold. KITH_NOT_FOUND: there was none. */
enum kith_status next_log_previous(struct act *act,
                                   const struct store_link *link,
                                   struct kith_checkpoint *ret_previous)
    KITH_MUST_CHECK;

/* Does the partner's log before the one we now read begin with SIZE entries
 * that make ROOT, as far as we hold it? *ret_fits false: another history. */
enum kith_status next_log_fits(struct act *act, const struct store_link *link,
                               const struct kith_checkpoint *previous,
                               bool *ret_fits) KITH_MUST_CHECK;

#endif
