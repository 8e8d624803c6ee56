/* pb - protobuf written by hand, so that tests can write it wrongly.
 *
 * Each call appends to BUF and fails the test when there is no memory.
 */
#ifndef TESTS_UNIT_PB_H
#define TESTS_UNIT_PB_H

#include "kith/bytes.h"

enum {
    PB_VARINT = 0,
    PB_FIXED64 = 1,
    PB_LEN = 2,
    PB_GROUP = 3,
    PB_FIXED32 = 5
};

void pb_raw(struct kith_buf *buf, const void *data, size_t len);
void pb_varint(struct kith_buf *buf, uint64_t value);
/* The same value with EXTRA needless bytes. */
void pb_long_varint(struct kith_buf *buf, uint64_t value, size_t extra);
void pb_tag(struct kith_buf *buf, uint32_t number, unsigned wire);
void pb_number(struct kith_buf *buf, uint32_t number, uint64_t value);
void pb_signed(struct kith_buf *buf, uint32_t number, int64_t value);
void pb_bytes(struct kith_buf *buf, uint32_t number, const void *data,
              size_t len);
void pb_text(struct kith_buf *buf, uint32_t number, const char *text);
/* Appends INNER as a sub-message and empties it. */
void pb_message(struct kith_buf *buf, uint32_t number, struct kith_buf *inner);

#endif
