/* pb - protobuf written by hand (pb.h).
 *
 * Responsible for: bytes as the test names them, right or wrong.
 * Not here: anything of libkith's encoder, which the tests judge.
 */
#include "pb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void pb_raw(struct kith_buf *buf, const void *data, size_t len)
{
    assert_int_equal(kith_buf_add(buf, data, len), KITH_OK);
}

void pb_long_varint(struct kith_buf *buf, uint64_t value, size_t extra)
{
    uint8_t bytes[32];
    uint64_t left = value;
    size_t len = 0;

    do {
        bytes[len++] = (uint8_t)(left | 0x80);
        left >>= 7;
    } while (left != 0);
    for (size_t i = 0; i < extra; i++)
        bytes[len++] = 0x80;
    bytes[len - 1] &= 0x7f;
    pb_raw(buf, bytes, len);
}

void pb_varint(struct kith_buf *buf, uint64_t value)
{
    pb_long_varint(buf, value, 0);
}

void pb_tag(struct kith_buf *buf, uint32_t number, unsigned wire)
{
    pb_varint(buf, (uint64_t)number << 3 | wire);
}

void pb_number(struct kith_buf *buf, uint32_t number, uint64_t value)
{
    pb_tag(buf, number, PB_VARINT);
    pb_varint(buf, value);
}

void pb_signed(struct kith_buf *buf, uint32_t number, int64_t value)
{
    pb_number(buf, number,
              value < 0 ? ~((uint64_t)value << 1) : (uint64_t)value << 1);
}

void pb_bytes(struct kith_buf *buf, uint32_t number, const void *data,
              size_t len)
{
    pb_tag(buf, number, PB_LEN);
    pb_varint(buf, len);
    pb_raw(buf, data, len);
}

void pb_text(struct kith_buf *buf, uint32_t number, const char *text)
{
    pb_bytes(buf, number, text, strlen(text));
}

void pb_message(struct kith_buf *buf, uint32_t number, struct kith_buf *inner)
{
    pb_bytes(buf, number, inner->data, inner->len);
    kith_buf_clear(inner);
}
