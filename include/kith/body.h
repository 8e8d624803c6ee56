/* body - the plaintext of an entry: one record as one partner sees it.
 *
 * Wire form proto/body.proto; PROTOCOL.md 8. A project body names what lets
 * it leave: agreement, grant, purpose, label, audience.
 * Threads: any.
 */
#ifndef KITH_BODY_H
#define KITH_BODY_H

#include "kith/record.h"

struct kith_audience {
    bool bound; /* all whom the partner has bound to the project */
    const struct kith_id *persons; /* per-link person ids */
    size_t n_persons;              /* <= KITH_PERSONS_MAX */
    uint64_t version;              /* raised whenever the list changes */
};

struct kith_body {
    uint8_t entry_class;       /* relation 1, duty 2, project 3 */
    struct kith_record record; /* id and revision are the item's on the link */
    /* class project only: */
    struct kith_hash agreement; /* digest both sides signed */
    struct kith_id grant;       /* item id of the grant; none for an answer */
    struct kith_bytes purpose;
    struct kith_audience audience;
    /* {internal id, full revision} sealed under the owner's recovery key
     * (KITH_OWNER_REF_LEN bytes, seal.h); opaque to the partner, may be
     * empty */
    struct kith_bytes recovery;
};

/* Appends the wire form. KITH_INVALID: class and kind family do not fit, or a
 * part is there that only the class project has; KITH_LIMIT: longer than
 * KITH_BODY_TEXT_MAX (seal.h) or a part over its bound; KITH_NOMEM. */
enum kith_status kith_body_encode(const struct kith_body *body,
                                  struct kith_buf *buf) KITH_MUST_CHECK;
/* Strict like kith_record_decode; the record is not yet held against its
 * kind's table.
 * KITH_MALFORMED       also when class and kind family do not fit
 * KITH_NOT_UNDERSTOOD  well formed, but with protobuf fields or a class that
 *                      this version does not declare (PROTOCOL.md 6.4)
 * KITH_NOMEM           the arena is full
 */
enum kith_status kith_body_decode(struct kith_arena *arena,
                                  struct kith_bytes bytes,
                                  struct kith_body *ret_body) KITH_MUST_CHECK;

#endif
