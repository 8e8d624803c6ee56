/* test_wire - tests/vectors/wire.json: values and the bytes they must have.
 *
 * Good ones are built from their values, must encode to the bytes, and must
 * come back from them; bad ones must be refused; newer ones not understood.
 * make_wire.py, which wrote the bytes, shares no code with libkith.
 */
#include <string.h>

#include "kith/body.h"
#include "kith/control.h"
#include "kith/limits.h"
#include "kith/session.h"
#include "vectors.h"
#include "wire_values.h"

static struct kith_arena *arena;

static int open_arena(void **state)
{
    if (vectors_setup(state) != 0)
        return -1;
    return kith_arena_new(KITH_ARENA_CONTROL_MAX, &arena) == KITH_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    kith_arena_destroy(&arena);
    return vectors_teardown(state);
}

/* Decodes BYTES as what TYPE says and writes them anew into AGAIN. */
static enum kith_status record_again(struct kith_bytes bytes,
                                     struct kith_buf *again)
{
    struct kith_record record;
    enum kith_status status = kith_record_decode(arena, bytes, &record);

    return status == KITH_OK ? kith_record_encode(&record, again) : status;
}

static enum kith_status body_again(struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    struct kith_body body;
    enum kith_status status = kith_body_decode(arena, bytes, &body);

    return status == KITH_OK ? kith_body_encode(&body, again) : status;
}

static enum kith_status request_again(struct kith_bytes bytes,
                                      struct kith_buf *again)
{
    struct kith_control_request request;
    enum kith_status status =
        kith_control_request_decode(arena, bytes, &request);

    return status == KITH_OK ? kith_control_request_encode(&request, again)
                             : status;
}

static enum kith_status answer_again(struct kith_bytes bytes,
                                     struct kith_buf *again)
{
    struct kith_control_answer answer;
    enum kith_status status = kith_control_answer_decode(arena, bytes, &answer);

    return status == KITH_OK ? kith_control_answer_encode(&answer, again)
                             : status;
}

static enum kith_status hello_again(struct kith_bytes bytes,
                                    struct kith_buf *again)
{
    struct kith_hello hello;
    struct kith_bytes text;
    struct kith_sig signature;
    struct kith_buf signed_bytes = {0};
    enum kith_status status =
        kith_hello_decode(arena, bytes, &hello, &text, &signature);

    if (status == KITH_OK)
        status = kith_hello_signed_bytes(&hello, &signed_bytes);
    if (status == KITH_OK)
        status =
            kith_hello_encode(kith_buf_bytes(&signed_bytes), &signature, again);
    kith_buf_clear(&signed_bytes);
    return status;
}

static enum kith_status greet_again(struct kith_bytes bytes,
                                    struct kith_buf *again)
{
    struct kith_greet greet;
    enum kith_status status = kith_greet_decode(bytes, &greet);

    return status == KITH_OK ? kith_greet_encode(&greet, again) : status;
}

static enum kith_status push_again(struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    struct kith_push push;
    enum kith_status status = kith_push_decode(arena, bytes, &push);

    return status == KITH_OK ? kith_push_encode(&push, again) : status;
}

static enum kith_status receipt_again(struct kith_bytes bytes,
                                      struct kith_buf *again)
{
    struct kith_receipt receipt;
    enum kith_status status = kith_receipt_decode(arena, bytes, &receipt);

    return status == KITH_OK ? kith_receipt_encode(&receipt, again) : status;
}

static enum kith_status want_again(struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    struct kith_want want;
    enum kith_status status = kith_want_decode(arena, bytes, &want);

    return status == KITH_OK ? kith_want_encode(&want, again) : status;
}

static enum kith_status held_again(struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    struct kith_held held;
    enum kith_status status = kith_held_decode(arena, bytes, &held);

    return status == KITH_OK ? kith_held_encode(&held, again) : status;
}

static enum kith_status refuse_again(struct kith_bytes bytes,
                                     struct kith_buf *again)
{
    struct kith_refuse refuse;
    enum kith_status status = kith_refuse_decode(bytes, &refuse);

    return status == KITH_OK ? kith_refuse_encode(&refuse, again) : status;
}

static enum kith_status ping_again(struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    uint64_t token = 0;
    enum kith_status status = kith_ping_decode(bytes, &token);

    return status == KITH_OK ? kith_ping_encode(bytes.data[0], token, again)
                             : status;
}

static enum kith_status frame_again(struct kith_bytes bytes,
                                    struct kith_buf *again)
{
    static enum kith_status (*const by_type[])(struct kith_bytes,
                                               struct kith_buf *) = {
        [KITH_FRAME_GREET] = greet_again, [KITH_FRAME_HELLO] = hello_again,
        [KITH_FRAME_PUSH] = push_again,   [KITH_FRAME_RECEIPT] = receipt_again,
        [KITH_FRAME_WANT] = want_again,   [KITH_FRAME_REFUSE] = refuse_again,
        [KITH_FRAME_PING] = ping_again,   [KITH_FRAME_PONG] = ping_again,
        [KITH_FRAME_HELD] = held_again,
    };
    uint8_t type = 0;

    assert_int_equal(kith_frame_type(bytes, &type), KITH_OK);
    assert_in_range(type, KITH_FRAME_GREET, KITH_FRAME_HELD);
    return by_type[type](bytes, again);
}

static enum kith_status read_again(const char *type, struct kith_bytes bytes,
                                   struct kith_buf *again)
{
    kith_arena_reset(arena);
    if (strcmp(type, "record") == 0)
        return record_again(bytes, again);
    if (strcmp(type, "body") == 0)
        return body_again(bytes, again);
    if (strcmp(type, "request") == 0)
        return request_again(bytes, again);
    if (strcmp(type, "answer") == 0)
        return answer_again(bytes, again);
    return frame_again(bytes, again);
}

static void test_good_vectors_are_what_their_values_encode_to(void **state)
{
    json_t *vectors = json_object_get(vectors_load("wire.json"), "good");
    json_t *vector = NULL;
    size_t i;
    size_t built = 0;

    (void)state;
    json_array_foreach(vectors, i, vector)
    {
        struct kith_buf buf = {0};

        kith_arena_reset(arena);
        built += wire_encode(arena, vector_text(vector, "type"),
                             json_object_get(vector, "value"), &buf);
        if (!kith_bytes_equal(kith_buf_bytes(&buf),
                              vector_bytes(vector, "hex")))
            fail_msg("%s", vector_text(vector, "name"));
        kith_buf_clear(&buf);
    }
    assert_int_equal(built, 30);
}

static void test_good_vectors_come_back_from_their_bytes(void **state)
{
    json_t *vectors = json_object_get(vectors_load("wire.json"), "good");
    json_t *vector = NULL;
    size_t i;

    (void)state;
    json_array_foreach(vectors, i, vector)
    {
        struct kith_bytes bytes = vector_bytes(vector, "hex");
        struct kith_buf again = {0};

        if (read_again(vector_text(vector, "type"), bytes, &again) != KITH_OK ||
            !kith_bytes_equal(bytes, kith_buf_bytes(&again)))
            fail_msg("%s", vector_text(vector, "name"));
        kith_buf_clear(&again);
    }
}

static void assert_all_are(const char *list, enum kith_status wanted,
                           enum kith_status also)
{
    json_t *vectors = json_object_get(vectors_load("wire.json"), list);
    json_t *vector = NULL;
    size_t i;

    assert_true(json_array_size(vectors) > 0);
    json_array_foreach(vectors, i, vector)
    {
        struct kith_buf again = {0};
        enum kith_status status = read_again(
            vector_text(vector, "type"), vector_bytes(vector, "hex"), &again);

        if (status != wanted && status != also)
            fail_msg("%s: %s", vector_text(vector, "name"),
                     kith_status_name(status));
        kith_buf_clear(&again);
    }
}

static void test_bad_vectors_are_refused(void **state)
{
    (void)state;
    assert_all_are("bad", KITH_MALFORMED, KITH_LIMIT);
}

static void test_newer_vectors_are_not_understood(void **state)
{
    (void)state;
    assert_all_are("newer", KITH_NOT_UNDERSTOOD, KITH_NOT_UNDERSTOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_vectors_are_what_their_values_encode_to),
        cmocka_unit_test(test_good_vectors_come_back_from_their_bytes),
        cmocka_unit_test(test_bad_vectors_are_refused),
        cmocka_unit_test(test_newer_vectors_are_not_understood),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
