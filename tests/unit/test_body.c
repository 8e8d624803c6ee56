/* test_body - the plaintext of entries, class by class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frame_arena.h"
#include "kith/body.h"
#include "kith/entry.h"
#include "kith/limits.h"
#include "kith/seal.h"
#include "pb.h"

static const uint8_t recovery[KITH_OWNER_REF_LEN] = {7};
static const struct kith_id persons[KITH_PERSONS_MAX + 1] = {{{1}}, {{2}}};

static struct kith_body project_body(void)
{
    static const struct kith_field field = {
        .number = 1, .type = KITH_VALUE_NUMBER, .value = 5};

    return (struct kith_body){
        .entry_class = KITH_CLASS_PROJECT,
        .record = {.kind = 3,
                   .id = {{1}},
                   .revision = 2,
                   .fields = &field,
                   .n_fields = 1},
        .agreement = {{3}},
        .grant = {{4}},
        .purpose = kith_bytes_of("early planning"),
        .audience = {.persons = persons, .n_persons = 2, .version = 9},
        .recovery = {recovery, sizeof(recovery)},
    };
}

/* What BODY is encoded to and decoded from. */
static struct kith_body there_and_back(const struct kith_body *body)
{
    struct kith_buf buf = {0};
    struct kith_body again = {0};

    assert_int_equal(kith_body_encode(body, &buf), KITH_OK);
    kith_arena_reset(frame_arena);
    assert_int_equal(
        kith_body_decode(frame_arena, kith_buf_bytes(&buf), &again), KITH_OK);
    kith_buf_clear(&buf);
    return again;
}

static void test_encode_decode_gives_the_body_back(void **state)
{
    struct kith_body body = project_body();
    struct kith_body again = there_and_back(&body);

    (void)state;
    assert_int_equal(again.entry_class, KITH_CLASS_PROJECT);
    assert_int_equal(again.record.kind, 3);
    assert_int_equal(again.record.fields[0].value, 5);
    assert_true(kith_hash_equal(&again.agreement, &body.agreement));
    assert_true(kith_id_equal(&again.grant, &body.grant));
    assert_true(kith_bytes_is(again.purpose, "early planning"));
    assert_false(again.audience.bound);
    assert_int_equal(again.audience.version, 9);
    assert_int_equal(again.audience.n_persons, 2);
    assert_memory_equal(again.audience.persons, persons, 2 * KITH_ID_LEN);
    assert_int_equal(again.recovery.len, sizeof(recovery));
    assert_memory_equal(again.recovery.data, recovery, sizeof(recovery));
}

static void test_encode_decode_bare_relation_body(void **state)
{
    struct kith_body body = {.entry_class = KITH_CLASS_RELATION,
                             .record = {.kind = 106}};
    struct kith_body again = there_and_back(&body);

    (void)state;
    assert_int_equal(again.entry_class, KITH_CLASS_RELATION);
    assert_int_equal(again.record.kind, 106);
    assert_int_equal(again.audience.n_persons, 0);
    assert_int_equal(again.recovery.len, 0);
}

static void test_class_and_family_must_fit(void **state)
{
    static const struct {
        uint8_t entry_class;
        uint32_t kind;
        bool fits;
    } pairs[] = {
        {1, 100, true},  {1, 199, true}, {1, 99, false},  {1, 200, false},
        {2, 200, true},  {2, 299, true}, {2, 100, false}, {2, 300, false},
        {3, 1, true},    {3, 99, true},  {3, 100, false}, {3, 1000, false},
        {1, 999, false}, {0, 1, false},  {4, 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct kith_body body = {.entry_class = pairs[i].entry_class,
                                 .record = {.kind = pairs[i].kind}};
        struct kith_buf buf = {0};

        assert_int_equal(kith_body_encode(&body, &buf),
                         pairs[i].fits ? KITH_OK : KITH_INVALID);
        kith_buf_clear(&buf);
    }
}

/* A body by hand: class, and a record of KIND. */
static void start_body(struct kith_buf *buf, uint64_t entry_class,
                       uint64_t kind)
{
    struct kith_buf record = {0};

    pb_number(&record, 1, kind);
    pb_number(buf, 1, entry_class);
    pb_message(buf, 2, &record);
}

static enum kith_status decode(struct kith_buf *buf)
{
    struct kith_body body;
    enum kith_status status;

    kith_arena_reset(frame_arena);
    status = kith_body_decode(frame_arena, kith_buf_bytes(buf), &body);
    kith_buf_clear(buf);
    return status;
}

static void test_decode_class_that_does_not_fit_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    start_body(&buf, 1, 3);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 3, 1000);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 3, 37);
    assert_int_equal(decode(&buf), KITH_OK);
}

static void test_decode_reason_outside_class_project_is_malformed(void **state)
{
    static const uint8_t digest[KITH_HASH_LEN] = {1};
    struct kith_buf buf = {0};
    struct kith_buf audience = {0};

    (void)state;
    start_body(&buf, 1, 106);
    pb_bytes(&buf, 3, digest, sizeof(digest));
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 2, 200);
    pb_bytes(&buf, 4, digest, KITH_ID_LEN);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 1, 106);
    pb_text(&buf, 5, "purpose");
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 1, 106);
    pb_number(&audience, 1, 1);
    pb_message(&buf, 6, &audience);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
}

static void test_decode_ids_of_another_length_are_malformed(void **state)
{
    static const uint8_t bytes[KITH_OWNER_REF_LEN + 1] = {1};

    (void)state;
    for (uint32_t field = 3; field <= 7; field++) {
        size_t right = field == 3 ? 32 : field == 4 ? 16 : 64;

        if (field == 5 || field == 6)
            continue;
        for (size_t len = right - 1; len <= right + 1; len++) {
            struct kith_buf buf = {0};

            start_body(&buf, 3, 3);
            pb_bytes(&buf, field, bytes, len);
            assert_int_equal(decode(&buf),
                             len == right ? KITH_OK : KITH_MALFORMED);
        }
    }
}

static void test_decode_person_without_id_is_malformed(void **state)
{
    static const uint8_t zeros[KITH_ID_LEN];
    struct kith_buf buf = {0};
    struct kith_buf audience = {0};

    (void)state;
    start_body(&buf, 3, 3);
    pb_bytes(&audience, 2, zeros, KITH_ID_LEN);
    pb_message(&buf, 6, &audience);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 3, 3);
    pb_bytes(&audience, 2, "short", 5);
    pb_message(&buf, 6, &audience);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
}

static void test_decode_unknown_field_is_not_understood(void **state)
{
    struct kith_buf buf = {0};
    struct kith_buf audience = {0};

    (void)state;
    start_body(&buf, 3, 3);
    pb_text(&buf, 8, "of a newer version");
    assert_int_equal(decode(&buf), KITH_NOT_UNDERSTOOD);
    start_body(&buf, 3, 3);
    pb_number(&audience, 4, 1);
    pb_message(&buf, 6, &audience);
    assert_int_equal(decode(&buf), KITH_NOT_UNDERSTOOD);
    start_body(&buf, 4, 3);
    assert_int_equal(decode(&buf), KITH_NOT_UNDERSTOOD);
}

static void test_decode_fault_beside_the_unknown_is_malformed(void **state)
{
    struct kith_buf buf = {0};

    (void)state;
    start_body(&buf, 3, 3);
    pb_tag(&buf, 8, PB_VARINT);
    pb_long_varint(&buf, 1, 1);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 3, 3);
    pb_number(&buf, 9, 1);
    pb_number(&buf, 8, 1);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
    start_body(&buf, 3, 3);
    pb_tag(&buf, 8, PB_LEN);
    pb_varint(&buf, 5);
    assert_int_equal(decode(&buf), KITH_MALFORMED);
}

static void test_encode_over_a_bound_is_limit(void **state)
{
    static char purpose[KITH_NAME_MAX + 2];
    struct kith_body body = project_body();
    struct kith_buf buf = {0};

    (void)state;
    memset(purpose, 'p', KITH_NAME_MAX + 1);
    body.purpose = kith_bytes_of(purpose);
    assert_int_equal(kith_body_encode(&body, &buf), KITH_LIMIT);
    body = project_body();
    body.audience.n_persons = KITH_PERSONS_MAX + 1;
    assert_int_equal(kith_body_encode(&body, &buf), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
}

static void test_encode_longer_than_a_body_is_limit(void **state)
{
    static char text[KITH_BODY_TEXT_MAX];
    struct kith_field field = {.number = 3, .type = KITH_VALUE_TEXT};
    struct kith_body body = {
        .entry_class = KITH_CLASS_PROJECT,
        .record = {.kind = 4, .fields = &field, .n_fields = 1}};
    struct kith_buf buf = {0};
    size_t around = 2 + 4 + 2 + 4 + 2 + 4; /* tags, lengths, kind, number */

    (void)state;
    memset(text, 't', sizeof(text));
    field.bytes =
        (struct kith_bytes){(const void *)text, KITH_BODY_TEXT_MAX - around};
    assert_int_equal(kith_body_encode(&body, &buf), KITH_OK);
    assert_int_equal(buf.len, KITH_BODY_TEXT_MAX);
    buf.len = 0;
    field.bytes.len++;
    assert_int_equal(kith_body_encode(&body, &buf), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
    kith_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_decode_gives_the_body_back),
        cmocka_unit_test(test_encode_decode_bare_relation_body),
        cmocka_unit_test(test_class_and_family_must_fit),
        cmocka_unit_test(test_decode_class_that_does_not_fit_is_malformed),
        cmocka_unit_test(test_decode_reason_outside_class_project_is_malformed),
        cmocka_unit_test(test_decode_ids_of_another_length_are_malformed),
        cmocka_unit_test(test_decode_person_without_id_is_malformed),
        cmocka_unit_test(test_decode_unknown_field_is_not_understood),
        cmocka_unit_test(test_decode_fault_beside_the_unknown_is_malformed),
        cmocka_unit_test(test_encode_over_a_bound_is_limit),
        cmocka_unit_test(test_encode_longer_than_a_body_is_limit),
    };

    return cmocka_run_group_tests(tests, frame_arena_open, frame_arena_close);
}
