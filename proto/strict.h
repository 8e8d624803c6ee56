/* strict - protobuf as this protocol allows it, and no more.
 *
 * protobuf-c accepts many encodings of one message and lets a small one grow
 * a hundredfold in memory. Every message therefore passes strict_scan before
 * protobuf-c sees it. The scan accepts exactly one encoding of each message,
 * so what it accepts would be re-encoded to the same bytes; the fuzz targets
 * hold it to that.
 *
 * Each rule of docs/PROTOCOL.md 6 is checked here:
 *   depth and number of values are bounded; no length passes the end
 *   fields stand in ascending order, single ones once, required ones always
 *   one member of a oneof at most
 *   varints are shortest and within the range of their type; bool 0 or 1
 *   an optional field (but a oneof's) is not 0, false or empty
 *   strings are text (text.h); enum values are declared
 *   nothing is unknown
 *
 * Inside proto/ only: protobuf-c's names stop in these files.
 * Threads: any.
 */
#ifndef PROTO_STRICT_H
#define PROTO_STRICT_H

#include "kith/bytes.h"

struct ProtobufCMessage;
struct ProtobufCMessageDescriptor;
struct kith_arena;

enum {
    STRICT_DEPTH_MAX = 6 /* Answer > Record > Field > When is 4 */
};

/* Looks at BYTES as one message TYPE, allocating nothing.
 *
 * values_max  most values, those of sub-messages included
 *
 * KITH_MALFORMED       a rule is broken
 * KITH_NOT_UNDERSTOOD  the only fault: fields or enum values that this
 *                      version does not declare
 */
enum kith_status strict_scan(const struct ProtobufCMessageDescriptor *type,
                             struct kith_bytes bytes, size_t values_max)
    KITH_MUST_CHECK;

/* strict_scan, then decodes into ARENA. Also KITH_NOMEM: the arena is full. */
enum kith_status strict_unpack(struct kith_arena *arena,
                               const struct ProtobufCMessageDescriptor *type,
                               struct kith_bytes bytes, size_t values_max,
                               struct ProtobufCMessage **ret_message)
    KITH_MUST_CHECK;

/* The fields of a message that stand before field NUMBER: a message too when
 * BYTES are one and no required field is cut off. Of bytes that are none, what
 * stands before the first fault. */
struct kith_bytes strict_before(struct kith_bytes bytes, uint32_t number);

/* Appends MESSAGE to BUF. KITH_LIMIT: longer than LEN_MAX. KITH_NOMEM. */
enum kith_status strict_pack(const struct ProtobufCMessage *message,
                             size_t len_max, struct kith_buf *buf)
    KITH_MUST_CHECK;

/* Depth of the deepest message TYPE can hold, 1 when it has no sub-message.
 * 0: deeper than STRICT_DEPTH_MAX, as a recursive type is, or it has a field
 * of a type that the scan does not know. For the test of our own schema. */
unsigned strict_depth(const struct ProtobufCMessageDescriptor *type);

#endif
