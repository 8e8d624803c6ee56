/* frame - puts protobuf payloads behind a type byte and takes them out.
 *
 * Responsible for: the length of a frame and its first byte.
 * Not here: the payloads (session*.c); the four-byte length before a control
 * frame, which belongs to its socket.
 */
#include "frame.h"

#include <protobuf-c/protobuf-c.h>

#include "kith/limits.h"
#include "kith/session.h"

#include "strict.h"

enum kith_status kith_frame_type(struct kith_bytes frame, uint8_t *ret_type)
{
    if (frame.len == 0 || frame.len > KITH_FRAME_MAX)
        return KITH_MALFORMED;
    *ret_type = frame.data[0];
    return KITH_OK;
}

enum kith_status frame_pack(uint8_t type,
                            const struct ProtobufCMessage *message,
                            struct kith_buf *buf)
{
    size_t before = buf->len;
    enum kith_status status = kith_buf_add(buf, &type, 1);

    if (status != KITH_OK)
        return status;
    status = strict_pack(message, KITH_FRAME_MAX - 1, buf);
    if (status != KITH_OK)
        buf->len = before;
    return status;
}

enum kith_status frame_payload(struct kith_bytes frame, uint8_t type,
                               struct kith_bytes *ret_payload)
{
    uint8_t found;

    if (kith_frame_type(frame, &found) != KITH_OK || found != type)
        return KITH_MALFORMED;
    *ret_payload = (struct kith_bytes){frame.data + 1, frame.len - 1};
    return KITH_OK;
}

enum kith_status frame_unpack(struct kith_arena *arena,
                              const struct ProtobufCMessageDescriptor *type,
                              struct kith_bytes payload, size_t values_max,
                              struct ProtobufCMessage **ret_message)
{
    enum kith_status status =
        strict_unpack(arena, type, payload, values_max, ret_message);

    return status == KITH_NOT_UNDERSTOOD ? KITH_MALFORMED : status;
}
