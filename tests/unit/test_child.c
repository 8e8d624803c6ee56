/* test_child - frames between kithd and its children survive the way there,
 * and nothing but them is accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/be.h"
#include "kith/child.h"

enum {
    TYPE_COUNT = 27
};

static const uint8_t payload_bytes[] = {0, 1, 2, 255};

/* One well-filled frame of each type. */
static void fill_to_net(struct kith_child_frame *frames)
{
    static struct kith_bytes listen[2];
    static const struct kith_bytes payload = {payload_bytes, 4};

    listen[0] = kith_bytes_of("tcp://127.0.0.1:0");
    listen[1] = kith_bytes_of("tcp://[::1]:7400");
    frames[0].type = KITH_CHILD_NET_SETUP;
    frames[0].u.net_setup = (struct kith_net_setup){
        {9, 8, 7}, listen, 2, 50, 60000, 1000, KITH_FRAME_MAX};
    frames[1].type = KITH_CHILD_NET_ALLOW;
    frames[1].u.net_allow = (struct kith_net_allow){7, {{1, 2}}, {{3}}, true};
    frames[2].type = KITH_CHILD_NET_DIAL;
    frames[2].u.net_dial = (struct kith_net_dial){7, true, listen, 2};
    frames[3].type = KITH_CHILD_NET_SEND;
    frames[3].u.net_frame = (struct kith_net_frame){UINT64_MAX, payload};
    frames[4].type = KITH_CHILD_NET_CLOSE;
    frames[4].u.net_frame = (struct kith_net_frame){1, {NULL, 0}};
    frames[5].type = KITH_CHILD_NET_PROBE;
    frames[5].u.probe =
        (struct kith_child_probe){KITH_PROBE_EXEC, kith_bytes_of("/bin/true")};
    frames[6].type = KITH_CHILD_NET_STOP;
}

static void fill_from_net(struct kith_child_frame *frames)
{
    static struct kith_bytes bound[1];
    static const struct kith_bytes payload = {payload_bytes, 4};

    bound[0] = kith_bytes_of("tcp://127.0.0.1:7400");
    frames[0].type = KITH_CHILD_NET_READY;
    frames[0].u.net_ready = (struct kith_net_ready){true, 5048, bound, 1};
    frames[1].type = KITH_CHILD_NET_UP;
    frames[1].u.net_up =
        (struct kith_net_up){3, 7, {{9}}, false, kith_bytes_of("[::1]:40000")};
    frames[2].type = KITH_CHILD_NET_FRAME;
    frames[2].u.net_frame = (struct kith_net_frame){3, payload};
    frames[3].type = KITH_CHILD_NET_DOWN;
    frames[3].u.net_down = (struct kith_net_down){
        3, KITH_DOWN_FLOODED, 1 << 24, kith_bytes_of("over the bound")};
    frames[4].type = KITH_CHILD_NET_DIAL_FAILED;
    frames[4].u.net_dial_failed =
        (struct kith_net_dial_failed){7,
                                      KITH_DIAL_REFUSED,
                                      2,
                                      1500,
                                      kith_bytes_of("tcp://1.2.3.4:5"),
                                      kith_bytes_of("nobody listens there")};
    frames[5].type = KITH_CHILD_NET_REFUSED_KEY;
    frames[5].u.net_refused_key =
        (struct kith_net_refused_key){{{5}}, 12, kith_bytes_of("10.0.0.1:1")};
    frames[6].type = KITH_CHILD_NET_QUEUED;
    frames[6].u.net_queued = (struct kith_net_queued){3, 131072};
    frames[7].type = KITH_CHILD_NET_PROBED;
    frames[7].u.probed = (struct kith_child_probed){1};
    frames[8].type = KITH_CHILD_NET_FAILED;
    frames[8].u.net_failed =
        (struct kith_net_failed){kith_bytes_of("address in use")};
    frames[9].type = KITH_CHILD_NET_OFTEN;
    frames[9].u.net_often = (struct kith_net_often){7};
}

static void fill_notify(struct kith_child_frame *frames)
{
    static struct kith_bytes options[2], addresses[1];
    static struct kith_notify_channel channels[2];
    static const struct kith_id notice = {{1, 2, 3}};

    options[0] = kith_bytes_of("argv=/usr/bin/logger");
    options[1] = kith_bytes_of("timeout_ms=5000");
    addresses[0] = kith_bytes_of("tcp://1.2.3.4:7400");
    channels[0] = (struct kith_notify_channel){
        kith_bytes_of("pager"), kith_bytes_of("exec"), options, 2};
    channels[1] = (struct kith_notify_channel){kith_bytes_of("drop"),
                                               kith_bytes_of("file"), NULL, 0};
    frames[0].type = KITH_CHILD_NOTIFY_SETUP;
    frames[0].u.notify_setup = (struct kith_notify_setup){channels, 2};
    frames[1].type = KITH_CHILD_NOTIFY_DELIVER;
    frames[1].u.notify_deliver = (struct kith_notify_deliver){
        notice, kith_bytes_of("pager"), kith_bytes_of("j@example.org"),
        kith_bytes_of("news in lumen"), kith_bytes_of("line\n\tzwei \xc3\xa4")};
    frames[2].type = KITH_CHILD_NOTIFY_LOOKUP;
    frames[2].u.notify_lookup =
        (struct kith_notify_lookup){7, kith_bytes_of("kith.example.org"), 7400};
    frames[3].type = KITH_CHILD_NOTIFY_PROBE;
    frames[3].u.probe =
        (struct kith_child_probe){KITH_PROBE_READ, kith_bytes_of("/etc/x")};
    frames[4].type = KITH_CHILD_NOTIFY_STOP;
    frames[5].type = KITH_CHILD_NOTIFY_READY;
    frames[5].u.notify_ready = (struct kith_notify_ready){3};
    frames[6].type = KITH_CHILD_NOTIFY_DELIVERED;
    frames[6].u.notify_delivered = (struct kith_notify_delivered){notice};
    frames[7].type = KITH_CHILD_NOTIFY_FAILED;
    frames[7].u.notify_failed = (struct kith_notify_failed){
        notice, true, kith_bytes_of("no such folder")};
    frames[8].type = KITH_CHILD_NOTIFY_ADDRESSES;
    frames[8].u.notify_addresses =
        (struct kith_notify_addresses){7, addresses, 1, {NULL, 0}};
    frames[9].type = KITH_CHILD_NOTIFY_PROBED;
    frames[9].u.probed = (struct kith_child_probed){13};
}

static void fill_all(struct kith_child_frame frames[TYPE_COUNT])
{
    memset(frames, 0, TYPE_COUNT * sizeof(*frames));
    fill_to_net(frames);
    fill_from_net(frames + 7);
    fill_notify(frames + 17);
}

static enum kith_child_way way_of(enum kith_child_type type)
{
    return (enum kith_child_way)(type / 32);
}

struct fixture {
    struct kith_child_frame frames[TYPE_COUNT];
    struct kith_arena *arena;
    struct kith_buf buf;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fill_all(fixture.frames);
    *state = &fixture;
    return kith_arena_new(KITH_CHILD_ARENA_MAX, &fixture.arena) == KITH_OK ? 0
                                                                           : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    kith_buf_clear(&fixture->buf);
    kith_arena_destroy(&fixture->arena);
    return 0;
}

/* Encodes FRAME into an emptied buffer and gives its payload. */
static struct kith_bytes encoded(struct fixture *fixture,
                                 const struct kith_child_frame *frame)
{
    struct kith_bytes payload;
    size_t used = 0;

    fixture->buf.len = 0;
    assert_int_equal(kith_child_encode(frame, &fixture->buf), KITH_OK);
    assert_int_equal(
        kith_child_next(kith_buf_bytes(&fixture->buf), &payload, &used),
        KITH_OK);
    assert_int_equal(used, fixture->buf.len);
    return payload;
}

static void test_every_type_comes_back_as_it_was_sent(void **state)
{
    struct fixture *fixture = *state;
    struct kith_buf again = {NULL, 0, 0};

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        struct kith_child_frame back;
        const struct kith_child_frame *sent = &fixture->frames[i];
        struct kith_bytes payload = encoded(fixture, sent);

        assert_int_equal(kith_child_decode(fixture->arena, way_of(sent->type),
                                           payload, &back),
                         KITH_OK);
        assert_int_equal(back.type, sent->type);
        again.len = 0;
        assert_int_equal(kith_child_encode(&back, &again), KITH_OK);
        assert_true(kith_bytes_equal(kith_buf_bytes(&fixture->buf),
                                     kith_buf_bytes(&again)));
    }
    kith_buf_clear(&again);
}

static void test_members_keep_their_values(void **state)
{
    struct fixture *fixture = *state;
    struct kith_child_frame back;
    struct kith_bytes payload = encoded(fixture, &fixture->frames[11]);

    assert_int_equal(
        kith_child_decode(fixture->arena, KITH_CHILD_FROM_NET, payload, &back),
        KITH_OK);
    assert_int_equal(back.u.net_dial_failed.partner, 7);
    assert_int_equal(back.u.net_dial_failed.reason, KITH_DIAL_REFUSED);
    assert_int_equal(back.u.net_dial_failed.tries, 2);
    assert_int_equal(back.u.net_dial_failed.wait_ms, 1500);
    assert_true(
        kith_bytes_is(back.u.net_dial_failed.address, "tcp://1.2.3.4:5"));
    payload = encoded(fixture, &fixture->frames[17]);
    assert_int_equal(
        kith_child_decode(fixture->arena, KITH_CHILD_TO_NOTIFY, payload, &back),
        KITH_OK);
    assert_int_equal(back.u.notify_setup.n_channels, 2);
    assert_true(kith_bytes_is(back.u.notify_setup.channels[0].options[1],
                              "timeout_ms=5000"));
    assert_int_equal(back.u.notify_setup.channels[1].n_options, 0);
}

static void test_layout_is_what_the_page_says(void **state)
{
    static const uint8_t expected[] = {0, 0, 0, 17, /* length of the payload */
                                       4,           /* SEND */
                                       0, 0, 0, 0,  0, 0, 1, 2,    /* session */
                                       0, 0, 0, 4,  0, 1, 2, 255}; /* frame */
    struct fixture *fixture = *state;
    struct kith_child_frame frame = fixture->frames[3];

    frame.u.net_frame.session = 0x102;
    (void)encoded(fixture, &frame);
    assert_int_equal(fixture->buf.len, sizeof(expected));
    assert_memory_equal(fixture->buf.data, expected, sizeof(expected));
}

static void test_every_shorter_payload_is_malformed(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        const struct kith_child_frame *sent = &fixture->frames[i];
        struct kith_bytes payload = encoded(fixture, sent);
        struct kith_child_frame back;

        while (payload.len > 0) {
            payload.len--;
            assert_int_equal(kith_child_decode(fixture->arena,
                                               way_of(sent->type), payload,
                                               &back),
                             KITH_MALFORMED);
        }
        kith_arena_reset(fixture->arena);
    }
}

static void test_a_byte_left_over_is_malformed(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        const struct kith_child_frame *sent = &fixture->frames[i];
        struct kith_child_frame back;
        struct kith_bytes payload;

        (void)encoded(fixture, sent);
        assert_int_equal(kith_buf_add(&fixture->buf, "", 1), KITH_OK);
        payload.data = fixture->buf.data + KITH_CHILD_HEAD_LEN;
        payload.len = fixture->buf.len - KITH_CHILD_HEAD_LEN;
        assert_int_equal(kith_child_decode(fixture->arena, way_of(sent->type),
                                           payload, &back),
                         KITH_MALFORMED);
    }
}

static void test_a_type_of_another_way_is_malformed(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        const struct kith_child_frame *sent = &fixture->frames[i];
        struct kith_bytes payload = encoded(fixture, sent);
        struct kith_child_frame back;

        for (int way = 0; way < 4; way++) {
            if ((int)way_of(sent->type) != way)
                assert_int_equal(kith_child_decode(fixture->arena,
                                                   (enum kith_child_way)way,
                                                   payload, &back),
                                 KITH_MALFORMED);
        }
    }
}

static void test_values_out_of_range_are_malformed(void **state)
{
    struct fixture *fixture = *state;
    struct kith_child_frame back;
    struct kith_bytes payload = encoded(fixture, &fixture->frames[10]);
    uint8_t *reason = fixture->buf.data + KITH_CHILD_HEAD_LEN + 1 + 8;

    for (int value = 0; value < 256; value++) {
        *reason = (uint8_t)value;
        assert_int_equal(kith_child_decode(fixture->arena, KITH_CHILD_FROM_NET,
                                           payload, &back),
                         value > 0 && value < KITH_DOWN_REASON_END
                             ? KITH_OK
                             : KITH_MALFORMED);
    }
    payload = encoded(fixture, &fixture->frames[1]);
    fixture->buf.data[fixture->buf.len - 1] = 2; /* a flag is 0 or 1 */
    assert_int_equal(
        kith_child_decode(fixture->arena, KITH_CHILD_TO_NET, payload, &back),
        KITH_MALFORMED);
}

static void test_text_with_control_characters_is_malformed(void **state)
{
    static const char *const bad[] = {"a\nb", "a\x1b[2J", "\x7f", "\xff"};
    struct fixture *fixture = *state;
    struct kith_child_frame frame = fixture->frames[10];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct kith_buf other = {NULL, 0, 0};

        frame.u.net_down.sentence = kith_bytes_of(bad[i]);
        assert_int_equal(kith_child_encode(&frame, &other), KITH_LIMIT);
        assert_int_equal(other.len, 0);
        kith_buf_clear(&other);
    }
}

static void test_largest_frame_fits_and_one_more_does_not(void **state)
{
    static const uint8_t zeros[KITH_FRAME_MAX + 1];
    struct fixture *fixture = *state;
    struct kith_child_frame frame = fixture->frames[3];
    struct kith_child_frame back;
    struct kith_bytes payload;

    frame.u.net_frame.frame = (struct kith_bytes){zeros, KITH_FRAME_MAX};
    payload = encoded(fixture, &frame);
    assert_int_equal(
        kith_child_decode(fixture->arena, KITH_CHILD_TO_NET, payload, &back),
        KITH_OK);
    assert_int_equal(back.u.net_frame.frame.len, KITH_FRAME_MAX);
    frame.u.net_frame.frame.len++;
    assert_int_equal(kith_child_encode(&frame, &fixture->buf), KITH_LIMIT);
    frame.u.net_frame.frame.len = 0;
    assert_int_equal(kith_child_encode(&frame, &fixture->buf), KITH_LIMIT);
}

static void test_next_waits_for_the_whole_frame(void **state)
{
    struct fixture *fixture = *state;
    struct kith_bytes stream, payload;
    size_t used = 77;

    (void)encoded(fixture, &fixture->frames[3]);
    assert_int_equal(kith_child_encode(&fixture->frames[6], &fixture->buf),
                     KITH_OK);
    stream = kith_buf_bytes(&fixture->buf);
    for (size_t len = 0; len < 4 + 17; len++) {
        struct kith_bytes part = {stream.data, len};

        assert_int_equal(kith_child_next(part, &payload, &used), KITH_BUSY);
    }
    assert_int_equal(used, 77);
    assert_int_equal(kith_child_next(stream, &payload, &used), KITH_OK);
    assert_int_equal(used, 4 + 17);
    stream.data += used;
    stream.len -= used;
    assert_int_equal(kith_child_next(stream, &payload, &used), KITH_OK);
    assert_int_equal(payload.len, 1);
    assert_int_equal(payload.data[0], KITH_CHILD_NET_STOP);
}

static void test_next_refuses_a_length_it_need_not_wait_for(void **state)
{
    uint8_t head[KITH_CHILD_HEAD_LEN] = {0};
    struct kith_bytes payload;
    size_t used = 0;

    (void)state;
    assert_int_equal(kith_child_next((struct kith_bytes){head, sizeof(head)},
                                     &payload, &used),
                     KITH_MALFORMED);
    kith_be_put32(head, KITH_CHILD_FRAME_MAX + 1);
    assert_int_equal(kith_child_next((struct kith_bytes){head, sizeof(head)},
                                     &payload, &used),
                     KITH_MALFORMED);
}

static void test_lists_that_do_not_fit_the_arena_are_nomem(void **state)
{
    struct fixture *fixture = *state;
    struct kith_child_frame back;
    struct kith_bytes payload = encoded(fixture, &fixture->frames[17]);
    struct kith_arena *small = NULL;

    assert_int_equal(kith_arena_new(16, &small), KITH_OK);
    assert_int_equal(
        kith_child_decode(small, KITH_CHILD_TO_NOTIFY, payload, &back),
        KITH_NOMEM);
    kith_arena_destroy(&small);
}

static void test_every_reason_has_a_name(void **state)
{
    (void)state;
    for (uint8_t i = 1; i < KITH_DOWN_REASON_END; i++)
        assert_string_not_equal(kith_down_reason_name(i), "unknown");
    for (uint8_t i = 1; i < KITH_DIAL_REASON_END; i++)
        assert_string_not_equal(kith_dial_reason_name(i), "unknown");
    assert_string_equal(kith_down_reason_name(0), "unknown");
    assert_string_equal(kith_dial_reason_name(KITH_DIAL_REASON_END), "unknown");
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(test_every_type_comes_back_as_it_was_sent),
        HERE(test_members_keep_their_values),
        HERE(test_layout_is_what_the_page_says),
        HERE(test_every_shorter_payload_is_malformed),
        HERE(test_a_byte_left_over_is_malformed),
        HERE(test_a_type_of_another_way_is_malformed),
        HERE(test_values_out_of_range_are_malformed),
        HERE(test_text_with_control_characters_is_malformed),
        HERE(test_largest_frame_fits_and_one_more_does_not),
        HERE(test_next_waits_for_the_whole_frame),
        HERE(test_next_refuses_a_length_it_need_not_wait_for),
        HERE(test_lists_that_do_not_fit_the_arena_are_nomem),
        HERE(test_every_reason_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
