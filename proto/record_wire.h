/* record_wire - records as parts of larger messages (body.c, control.c).
 *
 * Inside proto/ only: it names protobuf-c's generated structs.
 * Threads: any.
 */
#ifndef PROTO_RECORD_WIRE_H
#define PROTO_RECORD_WIRE_H

#include "kith/limits.h"
#include "kith/record.h"

struct Kith__Record;
struct scratch;

/* Most values in one encoded record: its head, and for each field the tag of
 * the field, number, value and what a `when` holds. */
enum {
    RECORD_VALUES_MAX = 10 + KITH_FIELDS_MAX * 7
};

/* Bytes of scratch that record_to_wire takes for RECORD. */
size_t record_room(const struct kith_record *record);
/* Fills RET_WIRE, an initialised message, with what RECORD holds; pieces come
 * from SCRATCH or borrow from RECORD.
 * KITH_LIMIT    more than KITH_FIELDS_MAX fields
 * KITH_INVALID  kind 0, fields out of order, number or day out of range, bad
 *               text: bytes that no partner would take */
enum kith_status record_to_wire(const struct kith_record *record,
                                struct scratch *scratch,
                                struct Kith__Record *ret_wire) KITH_MUST_CHECK;
/* The record in WIRE, whose memory it borrows; fields are put into ARENA.
 * KITH_MALFORMED, KITH_NOMEM. */
enum kith_status record_from_wire(struct kith_arena *arena,
                                  const struct Kith__Record *wire,
                                  struct kith_record *ret_record)
    KITH_MUST_CHECK;

/* True when WHEN is one that may travel: what its kind needs and no more.
 * A kind of a newer version may hold anything. */
bool when_is_good(const struct kith_when *when);

#endif
