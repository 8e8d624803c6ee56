/* test_pack - the frame of an evidence pack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/limits.h"
#include "kith/pack.h"

/* Computed with Python's hashlib from PROTOCOL.md 11: a part of type 1 with
 * "one", a part of type 2 with nothing, the end. */
static const char vector_tail[] =
    "30b3b19d6a3d283aca8dd72a468b102907f1213d0b1d499b3ce191f4cab4f434";

static void make(struct kith_buf *buf)
{
    struct kith_pack pack;

    assert_int_equal(kith_pack_begin(&pack, buf), KITH_OK);
    assert_int_equal(kith_pack_add(&pack, 1, kith_bytes_of("one"), buf),
                     KITH_OK);
    assert_int_equal(kith_pack_add(&pack, 2, (struct kith_bytes){NULL, 0}, buf),
                     KITH_OK);
    assert_int_equal(kith_pack_end(&pack, buf), KITH_OK);
    assert_int_equal(pack.offset, buf->len);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Reads as a program does that has only the next part in memory. */
static enum kith_status read_all(struct kith_bytes file, uint64_t *ret_parts,
                                 struct kith_error *err)
{
    struct kith_pack pack;
    struct kith_pack_part part;
    struct kith_bytes head = {file.data, least(file.len, KITH_PACK_HEAD_LEN)};
    enum kith_status status = kith_pack_open(&pack, head, err);

    while (status == KITH_OK && pack.offset < file.len) {
        size_t left = file.len - (size_t)pack.offset;
        const uint8_t *next = file.data + pack.offset;
        size_t size = left;

        if (left >= KITH_PACK_PART_HEAD_LEN)
            status = kith_pack_part_size(&pack, next, &size, err);
        if (status == KITH_OK)
            status = kith_pack_take(
                &pack, (struct kith_bytes){next, least(size, left)}, &part,
                err);
    }
    if (status == KITH_OK)
        status = kith_pack_close(&pack, err);
    if (status == KITH_OK)
        *ret_parts = pack.parts;
    return status;
}

static void test_what_was_made_is_read(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    char tail[2 * KITH_HASH_LEN + 1];
    uint64_t parts = 0;

    (void)state;
    make(&buf);
    assert_int_equal(read_all(kith_buf_bytes(&buf), &parts, NULL), KITH_OK);
    assert_int_equal(parts, 2);
    for (size_t i = 0; i < KITH_HASH_LEN; i++)
        snprintf(tail + 2 * i, 3, "%02x",
                 buf.data[buf.len - KITH_HASH_LEN + i]);
    assert_string_equal(tail, vector_tail);
    kith_buf_clear(&buf);
}

static void test_every_flipped_bit_fails_and_names_its_place(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    uint64_t parts;

    (void)state;
    make(&buf);
    for (size_t bit = 0; bit < 8 * buf.len; bit++) {
        struct kith_error err = {.status = KITH_OK};

        buf.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(read_all(kith_buf_bytes(&buf), &parts, &err),
                             KITH_OK);
        assert_non_null(
            strstr(err.what, bit / 8 < KITH_PACK_HEAD_LEN ? "first 13 bytes"
                             : bit / 8 < 53               ? "part 1 at byte 13:"
                             : bit / 8 < 90               ? "part 2 at byte 53:"
                                            : "part 3 at byte 90:"));
        buf.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    kith_buf_clear(&buf);
}

static void test_a_pack_cut_anywhere_or_with_more_behind_it_fails(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    uint64_t parts;

    (void)state;
    make(&buf);
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(
            read_all((struct kith_bytes){buf.data, len}, &parts, NULL),
            KITH_MALFORMED);
    assert_int_equal(kith_buf_add(&buf, "\0", 1), KITH_OK);
    assert_int_equal(read_all(kith_buf_bytes(&buf), &parts, NULL),
                     KITH_MALFORMED);
    kith_buf_clear(&buf);
}

static void test_an_end_that_counts_others_than_are_there_fails(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_error err = {.status = KITH_OK};
    struct kith_pack pack;
    uint64_t parts;

    (void)state;
    assert_int_equal(kith_pack_begin(&pack, &buf), KITH_OK);
    pack.parts = 1;
    assert_int_equal(kith_pack_end(&pack, &buf), KITH_OK);
    assert_int_equal(read_all(kith_buf_bytes(&buf), &parts, &err),
                     KITH_MALFORMED);
    assert_string_equal(err.code, "pack_count");
    kith_buf_clear(&buf);
}

static void test_a_whole_part_behind_the_end_fails(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_error err = {.status = KITH_OK};
    struct kith_pack pack;
    uint64_t parts;

    (void)state;
    assert_int_equal(kith_pack_begin(&pack, &buf), KITH_OK);
    assert_int_equal(kith_pack_end(&pack, &buf), KITH_OK);
    pack.ended = false;
    assert_int_equal(kith_pack_end(&pack, &buf), KITH_OK);
    assert_int_equal(read_all(kith_buf_bytes(&buf), &parts, &err),
                     KITH_MALFORMED);
    assert_string_equal(err.code, "pack_tail");
    kith_buf_clear(&buf);
}

static void test_a_length_over_the_bound_is_refused_before_it_is_read(
    void **state)
{
    uint8_t head[KITH_PACK_PART_HEAD_LEN] = {1, 0, 4, 0, 0};
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_pack pack;
    size_t size = 0;

    (void)state;
    assert_int_equal(kith_pack_begin(&pack, &buf), KITH_OK);
    assert_int_equal(kith_pack_part_size(&pack, head, &size, NULL), KITH_OK);
    assert_int_equal(size, 5 + 262144 + 32);
    head[4] = 1;
    assert_int_equal(kith_pack_part_size(&pack, head, &size, NULL), KITH_LIMIT);
    kith_buf_clear(&buf);
}

static void test_a_writer_refuses_what_no_reader_takes(void **state)
{
    struct kith_buf buf = {NULL, 0, 0};
    struct kith_bytes long_one = {calloc(1, KITH_PACK_PART_MAX + 1),
                                  KITH_PACK_PART_MAX + 1};
    struct kith_pack pack;
    size_t before;

    (void)state;
    assert_non_null(long_one.data);
    assert_int_equal(kith_pack_begin(&pack, &buf), KITH_OK);
    before = buf.len;
    assert_int_equal(kith_pack_add(&pack, 1, long_one, &buf), KITH_LIMIT);
    assert_int_equal(
        kith_pack_add(&pack, KITH_PACK_END, kith_bytes_of("x"), &buf),
        KITH_INVALID);
    assert_int_equal(buf.len, before);
    assert_int_equal(kith_pack_end(&pack, &buf), KITH_OK);
    assert_int_equal(kith_pack_end(&pack, &buf), KITH_INVALID);
    assert_int_equal(kith_pack_add(&pack, 1, kith_bytes_of("x"), &buf),
                     KITH_INVALID);
    free((void *)long_one.data);
    kith_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_made_is_read),
        cmocka_unit_test(test_every_flipped_bit_fails_and_names_its_place),
        cmocka_unit_test(test_a_pack_cut_anywhere_or_with_more_behind_it_fails),
        cmocka_unit_test(test_an_end_that_counts_others_than_are_there_fails),
        cmocka_unit_test(test_a_whole_part_behind_the_end_fails),
        cmocka_unit_test(
            test_a_length_over_the_bound_is_refused_before_it_is_read),
        cmocka_unit_test(test_a_writer_refuses_what_no_reader_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
