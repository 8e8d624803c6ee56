/* pump - makes entries of what is queued for a link, and frames of entries.
 *
 * pump_fill asks the gate again, projects the view, draws an index, seals and
 * appends; a checkpoint is signed at the end of each push's worth. It only
 * changes rows; nothing leaves before the caller has committed (inv. 4).
 * pump_frame builds the frame for entries that are in the log, new or again.
 * Threads: loop thread only.
 */
#ifndef RULES_PUMP_H
#define RULES_PUMP_H

#include "store/logs.h"

struct act;

/* Opens our log to LINK when there is none; the next pump_fill begins it with
 * what opening.h says. Idempotent. */
enum kith_status pump_open_log(struct act *act, struct store_link *link)
    KITH_MUST_CHECK;

/* Turns queued places into entries until the queue is empty or more than
 * CREDIT_BYTES of headers and bodies were made; ends on a signed checkpoint.
 * LINK is updated and put. ret_bytes: bytes made; 0: nothing was queued.
 * KITH_NOMEM, KITH_IO, KITH_FULL ...: abort the transaction. */
enum kith_status pump_fill(struct act *act, struct store_link *link,
                           uint64_t credit_bytes, uint64_t *ret_bytes)
    KITH_MUST_CHECK;

/* The same for what is queued of duty records alone, whatever stands before
 * them: they name what was told already. *after_inout: sequence up to which the
 * queue was looked at; looking goes on behind it. */
enum kith_status pump_fill_duty(struct act *act, struct store_link *link,
                                uint64_t credit_bytes, uint64_t *after_inout,
                                uint64_t *ret_bytes) KITH_MUST_CHECK;

/* Appends to FRAME one Push with the entries from index FROM up to the next
 * committed checkpoint. Entries below GATED_FROM are asked about again: a
 * body that may no longer leave is left out, its header goes alone, and a
 * void is queued for it. ret_next: index after the last entry in the frame.
 * KITH_NOT_FOUND: nothing at or above FROM. */
struct pump_span {
    uint64_t from;       /* first index wanted */
    uint64_t gated_from; /* indexes at and above were gated in this session's
                            transaction already */
    bool bare;           /* only duty entries with their body; the others go as
                            bare headers for now */
};
enum kith_status pump_frame(struct act *act, struct store_link *link,
                            const struct pump_span *span,
                            struct kith_buf *frame, uint64_t *ret_next)
    KITH_MUST_CHECK;

/* Verifies a Receipt frame for our log to LINK, stores its note, moves
 * out.processed and out.receipted, puts LINK. ret_time: of a cosignature that
 * covers more than those before, Unix seconds; 0: none. KITH_MALFORMED, KITH_UNTRUSTED
 * (bad cosignature), KITH_GAP (covers what we never made), KITH_FORK. */
enum kith_status pump_receipt(struct act *act, struct store_link *link,
                              struct kith_bytes frame, int64_t *ret_time)
    KITH_MUST_CHECK;

#endif
