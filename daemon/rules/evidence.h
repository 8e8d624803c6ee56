/* evidence - makes the parts of an evidence pack (kith/evidence.h).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_EVIDENCE_H
#define RULES_EVIDENCE_H

#include "kith/evidence.h"
#include "rules/evidence_scope.h"

/* Takes the parts in their order; CONTENT lives until it returns. */
struct evidence_sink {
    enum kith_status (*part)(void *context, enum kith_evidence_part type,
                             struct kith_bytes content);
    void *context; /* borrowed */
};

/* What went into a pack. */
struct evidence_counts {
    uint64_t entries; /* all of them */
    uint64_t gone;    /* with a body that is void, withdrawn or destroyed */
    uint64_t closed;  /* that the person of ACT may not read */
};

/* Hands head, cards, notes and entries to SINK: all that WISH asks for and the
 * person of ACT may read. The signature is the caller's. KITH_NOMEM; a fault of
 * the store; what SINK returned. */
enum kith_status evidence_gather(struct act *act,
                                 const struct evidence_wish *wish,
                                 const struct evidence_sink *sink,
                                 struct evidence_counts *ret_counts)
    KITH_MUST_CHECK;

#endif
