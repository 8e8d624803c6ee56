/* base64 - RFC 4648 section 4, one spelling for each string of bytes (private
 * to libkith).
 *
 * Threads: any.
 */
#ifndef KITH_PROTO_BASE64_H
#define KITH_PROTO_BASE64_H

#include "kith/bytes.h"
#include "kith/status.h"

/* Decodes all of TEXT, with its padding, into at most SIZE bytes.
 * KITH_MALFORMED: empty, another character, wrong padding, bits left over, or
 * more than SIZE bytes. */
enum kith_status base64_decode(struct kith_bytes text, uint8_t *ret_data,
                               size_t size, size_t *ret_len) KITH_MUST_CHECK;

#endif
