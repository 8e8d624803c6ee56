/* frame - a type byte and a strict protobuf payload (session*.c).
 *
 * Inside proto/ only. Threads: any.
 */
#ifndef PROTO_FRAME_H
#define PROTO_FRAME_H

#include "kith/bytes.h"

struct ProtobufCMessage;
struct ProtobufCMessageDescriptor;

/* Appends a frame. KITH_LIMIT: longer than KITH_FRAME_MAX. KITH_NOMEM. BUF is
 * left as it was when it fails. */
enum kith_status frame_pack(uint8_t type,
                            const struct ProtobufCMessage *message,
                            struct kith_buf *buf) KITH_MUST_CHECK;

/* The payload behind the type byte. KITH_MALFORMED: too long, empty, or a
 * frame of another type. */
enum kith_status frame_payload(struct kith_bytes frame, uint8_t type,
                               struct kith_bytes *ret_payload) KITH_MUST_CHECK;

/* Decodes the payload of a frame; of VALUES_MAX see strict_scan. A frame is
 * of this very version, so what is not understood is KITH_MALFORMED. */
enum kith_status frame_unpack(struct kith_arena *arena,
                              const struct ProtobufCMessageDescriptor *type,
                              struct kith_bytes payload, size_t values_max,
                              struct ProtobufCMessage **ret_message)
    KITH_MUST_CHECK;

#endif
