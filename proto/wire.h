/* wire - small bridges between our structs and protobuf-c's.
 *
 * Inside proto/ only, and only included by .c files there.
 * Threads: any.
 */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stdbool.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include "kith/bytes.h"

/* DATA as protobuf-c wants it; it only reads it. */
static inline ProtobufCBinaryData wire_bytes(const void *data, size_t len)
{
    return (ProtobufCBinaryData){len, (uint8_t *)(uintptr_t)data};
}

/* The bytes of WIRE, borrowed from the message that was unpacked. */
static inline struct kith_bytes wire_borrow(ProtobufCBinaryData wire)
{
    return (struct kith_bytes){wire.data, wire.len};
}

/* TEXT ends at its only NUL: the scan has refused any other. */
static inline struct kith_bytes wire_text(const char *text)
{
    return kith_bytes_of(text == NULL ? "" : text);
}

/* Are all LEN bytes 0? Takes as long for any of them. */
static inline bool wire_is_zero(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    uint8_t any = 0;

    for (size_t i = 0; i < len; i++)
        any |= bytes[i];
    return any == 0;
}

/* Copies a field of exactly LEN bytes. False: another length. */
static inline bool wire_take(ProtobufCBinaryData wire, void *ret_data,
                             size_t len)
{
    if (wire.len != len)
        return false;
    memcpy(ret_data, wire.data, len);
    return true;
}

/* As wire_take for a field whose absence means all 0; RET_DATA is that
 * already. False: another length, or all 0 in so many words. */
static inline bool wire_take_optional(ProtobufCBinaryData wire, void *ret_data,
                                      size_t len)
{
    if (wire.len == 0)
        return true;
    return wire.len == len && !wire_is_zero(wire.data, len) &&
           wire_take(wire, ret_data, len);
}

#endif
