/* body - the plaintext of an entry: one record as one partner sees it.
 *
 * Wire form proto/body.proto; protocol.md 4. A project body names what lets
 * it leave: agreement, grant, purpose, label, audience.
 * Threads: any.
 */
#ifndef KITH_BODY_H
#define KITH_BODY_H

#include "kith/record.h"

struct kith_audience {
    bool bound;                /* all whom the partner has bound to the project */
    const struct kith_id *persons; /* per-link person ids */
    size_t n_persons;          /* <= KITH_PERSONS_MAX */
    uint64_t version;          /* raised whenever the list changes */
};

struct kith_body {
    uint8_t entry_class;       /* relation 1, duty 2, project 3 */
    struct kith_record record; /* id and revision are the item's on the link */
    /* class project only: */
    struct kith_hash agreement; /* digest both sides signed */
    struct kith_id grant;       /* item id of the grant; none for an answer */
    struct kith_bytes purpose;
    struct kith_audience audience;
    /* {internal id, full revision} sealed under the owner's recovery key;
     * opaque to the partner, may be empty */
    struct kith_bytes recovery;
};

/* Appends the wire form. KITH_LIMIT: longer than KITH_BODY_MAX. */
enum kith_status kith_body_encode(const struct kith_body *body,
                                  struct kith_buf *buf) KITH_MUST_CHECK;
/* Strict like kith_record_decode; the record is not yet held against its
 * kind's table. Class and kind family must fit: KITH_MALFORMED. */
enum kith_status kith_body_decode(struct kith_arena *arena,
                                  struct kith_bytes bytes,
                                  struct kith_body *ret_body) KITH_MUST_CHECK;

#endif
