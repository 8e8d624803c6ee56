/* test_evidence - parts of an evidence pack: layouts, and what is refused. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

#include "pack_world.h"

/* Reads CONTENT as the part that TYPE says. */
static enum kith_status read_part(enum kith_evidence_part type,
                                  struct kith_bytes content)
{
    struct kith_evidence_head head;
    struct kith_evidence_note note;
    struct kith_evidence_entry entry;

    switch (type) {
    case KITH_EVIDENCE_HEAD:
        return kith_evidence_head_decode(content, &head);
    case KITH_EVIDENCE_NOTE:
        return kith_evidence_note_decode(content, &note);
    default:
        return kith_evidence_entry_decode(content, &entry);
    }
}

static void make_head(struct kith_evidence_head *ret_head)
{
    memset(ret_head, 0, sizeof(*ret_head));
    ret_head->maker.b[0] = 1;
    ret_head->partner.b[0] = 2;
    ret_head->made_at = 3;
    ret_head->from_s = 4;
    ret_head->until_s = 5;
    ret_head->project.b[0] = 6;
    ret_head->name = kith_bytes_of("lumen");
}

static void test_head_has_the_published_layout(void **state)
{
    struct kith_evidence_head head, read;
    struct kith_buf buf = {0};

    (void)state;
    make_head(&head);
    assert_int_equal(kith_evidence_head_encode(&head, &buf), KITH_OK);
    assert_int_equal(buf.len, 32 + 32 + 8 + 8 + 8 + 16 + 5);
    assert_int_equal(buf.data[0], 1);
    assert_int_equal(buf.data[32], 2);
    assert_int_equal(buf.data[71], 3);
    assert_int_equal(buf.data[79], 4);
    assert_int_equal(buf.data[87], 5);
    assert_int_equal(buf.data[88], 6);
    assert_int_equal(kith_evidence_head_decode(kith_buf_bytes(&buf), &read),
                     KITH_OK);
    assert_true(kith_bytes_is(read.name, "lumen"));
    assert_int_equal(read.until_s, 5);
    kith_buf_clear(&buf);
}

static void test_senseless_heads_are_refused(void **state)
{
    struct kith_evidence_head head;
    struct kith_buf buf = {0};

    (void)state;
    make_head(&head);
    head.partner = head.maker;
    assert_int_equal(kith_evidence_head_encode(&head, &buf), KITH_INVALID);
    make_head(&head);
    head.until_s = 3; /* before it begins */
    assert_int_equal(kith_evidence_head_encode(&head, &buf), KITH_INVALID);
    make_head(&head);
    head.name = kith_bytes_of("\xff");
    assert_int_equal(kith_evidence_head_encode(&head, &buf), KITH_INVALID);
    assert_int_equal(buf.len, 0);
}

/* An opened entry of a small world. */
static void make_entry(struct pack_world *world,
                       struct kith_evidence_entry *ret_entry)
{
    pack_world_start(world);
    pack_world_project(world, 0, 0, 1000);
    pack_world_project(world, 0, 0, 1000);
    pack_world_project(world, 0, 0, 1000);
    pack_world_entry(world, 0, 1, ret_entry);
}

static void test_an_entry_is_read_as_it_was_written(void **state)
{
    struct kith_evidence_entry entry, read;
    struct pack_world world;
    struct kith_buf buf = {0};

    (void)state;
    make_entry(&world, &entry);
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_OK);
    assert_int_equal(buf.len, 14 + 2 * 32 + 126 + 1 + 32 + entry.sealed.len);
    assert_int_equal(kith_evidence_entry_decode(kith_buf_bytes(&buf), &read),
                     KITH_OK);
    assert_int_equal(read.size, 3);
    assert_int_equal(read.proof.count, 2);
    assert_true(kith_bytes_equal(read.header, entry.header));
    assert_true(kith_bytes_equal(read.sealed, entry.sealed));
    assert_memory_equal(read.ek.b, entry.ek.b, KITH_EK_LEN);
    /* not opened: no key, no body */
    entry.body = KITH_EVIDENCE_CLOSED;
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_INVALID);
    entry.sealed.len = 0;
    buf.len = 0;
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_OK);
    assert_int_equal(buf.len, 14 + 2 * 32 + 126 + 1);
    kith_buf_clear(&buf);
    pack_world_clear(&world);
}

static void test_every_cut_and_every_byte_more_is_refused(void **state)
{
    struct kith_evidence_entry entry;
    struct pack_world world;
    struct kith_buf buf = {0};

    (void)state;
    make_entry(&world, &entry);
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_OK);
    for (size_t len = 0; len < buf.len; len++)
        assert_int_equal(
            read_part(KITH_EVIDENCE_ENTRY, (struct kith_bytes){buf.data, len}),
            KITH_MALFORMED);
    assert_int_equal(kith_buf_add(&buf, "x", 1), KITH_OK);
    assert_int_equal(read_part(KITH_EVIDENCE_ENTRY, kith_buf_bytes(&buf)),
                     KITH_MALFORMED);
    kith_buf_clear(&buf);
    pack_world_clear(&world);
    assert_int_equal(read_part(KITH_EVIDENCE_HEAD, kith_bytes_of("short")),
                     KITH_MALFORMED);
    assert_int_equal(read_part(KITH_EVIDENCE_NOTE, kith_bytes_of("")),
                     KITH_MALFORMED);
    assert_int_equal(read_part(KITH_EVIDENCE_NOTE, kith_bytes_of("\x01")),
                     KITH_MALFORMED);
    assert_int_equal(read_part(KITH_EVIDENCE_NOTE, kith_bytes_of("\x04text")),
                     KITH_MALFORMED);
}

static void test_numbers_out_of_range_are_refused(void **state)
{
    struct kith_evidence_entry entry;
    struct pack_world world;
    struct kith_buf buf = {0};

    (void)state;
    make_entry(&world, &entry);
    entry.log_number = 0;
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_INVALID);
    entry.log_number = 1;
    entry.size = 1; /* its index is 1 */
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_INVALID);
    entry.size = 0; /* no note, but a proof */
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_INVALID);
    entry.size = 3;
    entry.body = (enum kith_evidence_body)9;
    assert_int_equal(kith_evidence_entry_encode(&entry, &buf), KITH_INVALID);
    assert_int_equal(buf.len, 0);
    pack_world_clear(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head_has_the_published_layout),
        cmocka_unit_test(test_senseless_heads_are_refused),
        cmocka_unit_test(test_an_entry_is_read_as_it_was_written),
        cmocka_unit_test(test_every_cut_and_every_byte_more_is_refused),
        cmocka_unit_test(test_numbers_out_of_range_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
