/* child - which members the frames between kithd and its children have.
 *
 * One function per type walks its members in wire order, for the encoder and
 * for the strict decoder alike. What a frame means, and the sockets, are the
 * processes' own.
 */
#include "kith/child.h"

#include <string.h>

#include "child_walk.h"
#include "kith/be.h"

enum {
    WAY_SHIFT = 5
}; /* a type divided by 32 is its way */

static void walk_addresses(struct walk *walk, const struct kith_bytes **lines,
                           size_t *count)
{
    walk_lines(walk, lines, count, KITH_CHILD_ADDRESSES_MAX,
               KITH_CHILD_ADDRESS_MAX);
}

static void walk_address(struct walk *walk, struct kith_bytes *address)
{
    walk_line(walk, address, KITH_CHILD_ADDRESS_MAX);
}

static void walk_sentence(struct walk *walk, struct kith_bytes *sentence)
{
    walk_line(walk, sentence, KITH_REASON_MAX);
}

static void walk_net_setup(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_setup *setup = &frame->u.net_setup;

    walk_fixed(walk, setup->secret, sizeof(setup->secret));
    walk_u32(walk, &setup->backoff_min_ms);
    walk_u32(walk, &setup->backoff_max_ms);
    walk_u32(walk, &setup->partners_max);
    walk_u32(walk, &setup->queue_max);
    walk_addresses(walk, &setup->listen, &setup->n_listen);
    if (setup->backoff_min_ms < 1 ||
        setup->backoff_max_ms < setup->backoff_min_ms ||
        setup->partners_max < 1 || setup->partners_max > KITH_PARTNERS_MAX ||
        setup->queue_max < KITH_FRAME_MAX)
        walk_fault(walk);
}

static void walk_net_allow(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_allow *allow = &frame->u.net_allow;

    walk_u32(walk, &allow->partner);
    walk_fixed(walk, allow->key.b, sizeof(allow->key.b));
    walk_fixed(walk, allow->former.b, sizeof(allow->former.b));
    walk_flag(walk, &allow->allowed);
}

static void walk_net_dial(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_dial *dial = &frame->u.net_dial;

    walk_u32(walk, &dial->partner);
    walk_flag(walk, &dial->now);
    walk_addresses(walk, &dial->addresses, &dial->n_addresses);
}

static void walk_net_frame(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_frame *payload = &frame->u.net_frame;

    walk_u64(walk, &payload->session);
    walk_bytes(walk, &payload->frame, 4, KITH_FRAME_MAX);
    if (frame->type != KITH_CHILD_NET_CLOSE && payload->frame.len == 0)
        walk_fault(walk);
}

static void walk_probe(struct walk *walk, struct kith_child_frame *frame)
{
    walk_enum(walk, &frame->u.probe.what, KITH_PROBE_END);
    walk_line(walk, &frame->u.probe.path, KITH_CHILD_OPTION_MAX);
}

static void walk_nothing(struct walk *walk, struct kith_child_frame *frame)
{
    (void)walk;
    (void)frame;
}

static void walk_net_ready(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_ready *ready = &frame->u.net_ready;

    walk_flag(walk, &ready->refuses);
    walk_u32(walk, &ready->limit);
    walk_addresses(walk, &ready->bound, &ready->n_bound);
}

static void walk_net_up(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_up *up = &frame->u.net_up;

    walk_u64(walk, &up->session);
    walk_u32(walk, &up->partner);
    walk_fixed(walk, up->key.b, KITH_KEY_LEN);
    walk_flag(walk, &up->dialled);
    walk_address(walk, &up->remote);
}

static void walk_net_down(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_net_down *down = &frame->u.net_down;

    walk_u64(walk, &down->session);
    walk_enum(walk, &down->reason, KITH_DOWN_REASON_END);
    walk_u64(walk, &down->hidden);
    walk_sentence(walk, &down->sentence);
}

static void walk_net_dial_failed(struct walk *walk,
                                 struct kith_child_frame *frame)
{
    struct kith_net_dial_failed *failed = &frame->u.net_dial_failed;

    walk_u32(walk, &failed->partner);
    walk_enum(walk, &failed->reason, KITH_DIAL_REASON_END);
    walk_u32(walk, &failed->tries);
    walk_u32(walk, &failed->wait_ms);
    walk_address(walk, &failed->address);
    walk_sentence(walk, &failed->sentence);
}

static void walk_net_refused_key(struct walk *walk,
                                 struct kith_child_frame *frame)
{
    struct kith_net_refused_key *refused = &frame->u.net_refused_key;

    walk_fixed(walk, refused->key.b, sizeof(refused->key.b));
    walk_u32(walk, &refused->count);
    walk_address(walk, &refused->remote);
}

static void walk_net_queued(struct walk *walk, struct kith_child_frame *frame)
{
    walk_u64(walk, &frame->u.net_queued.session);
    walk_u32(walk, &frame->u.net_queued.bytes);
}

static void walk_net_failed(struct walk *walk, struct kith_child_frame *frame)
{
    walk_sentence(walk, &frame->u.net_failed.sentence);
}

static void walk_probed(struct walk *walk, struct kith_child_frame *frame)
{
    walk_u32(walk, &frame->u.probed.error);
}

static void walk_channel(struct walk *walk, struct kith_notify_channel *channel)
{
    walk_line(walk, &channel->name, KITH_NAME_MAX);
    walk_line(walk, &channel->kind, KITH_NAME_MAX);
    walk_lines(walk, &channel->options, &channel->n_options,
               KITH_CHILD_OPTIONS_MAX, KITH_CHILD_OPTION_MAX);
}

static void walk_notify_setup(struct walk *walk, struct kith_child_frame *frame)
{
    struct kith_notify_setup *setup = &frame->u.notify_setup;
    struct kith_notify_channel *fresh =
        walk_count(walk, &setup->n_channels, KITH_CHILD_CHANNELS_MAX,
                   sizeof(struct kith_notify_channel));

    for (size_t i = 0; i < setup->n_channels && walk->status == KITH_OK; i++) {
        struct kith_notify_channel channel;

        memset(&channel, 0, sizeof(channel));
        if (walk->out != NULL)
            channel = setup->channels[i];
        walk_channel(walk, &channel);
        if (fresh != NULL)
            fresh[i] = channel;
    }
    if (walk->out == NULL)
        setup->channels = fresh;
}

static void walk_notify_deliver(struct walk *walk,
                                struct kith_child_frame *frame)
{
    struct kith_notify_deliver *deliver = &frame->u.notify_deliver;

    walk_fixed(walk, deliver->notice.b, sizeof(deliver->notice.b));
    walk_line(walk, &deliver->channel, KITH_NAME_MAX);
    walk_line(walk, &deliver->recipient, KITH_URL_MAX);
    walk_line(walk, &deliver->subject, KITH_REASON_MAX);
    walk_text(walk, &deliver->text, KITH_FRAME_MAX);
}

static void walk_notify_lookup(struct walk *walk,
                               struct kith_child_frame *frame)
{
    struct kith_notify_lookup *lookup = &frame->u.notify_lookup;

    walk_u32(walk, &lookup->handle);
    walk_line(walk, &lookup->host, KITH_URL_MAX);
    walk_u16(walk, &lookup->port);
}

static void walk_notify_ready(struct walk *walk, struct kith_child_frame *frame)
{
    walk_u8(walk, &frame->u.notify_ready.landlock);
}

static void walk_net_often(struct walk *walk, struct kith_child_frame *frame)
{
    walk_u32(walk, &frame->u.net_often.partner);
}

static void walk_notify_delivered(struct walk *walk,
                                  struct kith_child_frame *frame)
{
    struct kith_id *notice = &frame->u.notify_delivered.notice;

    walk_fixed(walk, notice->b, sizeof(notice->b));
}

static void walk_notify_failed(struct walk *walk,
                               struct kith_child_frame *frame)
{
    struct kith_notify_failed *failed = &frame->u.notify_failed;

    walk_fixed(walk, failed->notice.b, sizeof(failed->notice.b));
    walk_flag(walk, &failed->permanent);
    walk_sentence(walk, &failed->sentence);
}

static void walk_notify_addresses(struct walk *walk,
                                  struct kith_child_frame *frame)
{
    struct kith_notify_addresses *found = &frame->u.notify_addresses;

    walk_u32(walk, &found->handle);
    walk_addresses(walk, &found->addresses, &found->n_addresses);
    walk_sentence(walk, &found->sentence);
}

static const struct {
    enum kith_child_type type;
    void (*walk)(struct walk *walk, struct kith_child_frame *frame);
} layouts[] = {
    {KITH_CHILD_NET_SETUP, walk_net_setup},
    {KITH_CHILD_NET_ALLOW, walk_net_allow},
    {KITH_CHILD_NET_DIAL, walk_net_dial},
    {KITH_CHILD_NET_SEND, walk_net_frame},
    {KITH_CHILD_NET_CLOSE, walk_net_frame},
    {KITH_CHILD_NET_PROBE, walk_probe},
    {KITH_CHILD_NET_STOP, walk_nothing},
    {KITH_CHILD_NET_READY, walk_net_ready},
    {KITH_CHILD_NET_UP, walk_net_up},
    {KITH_CHILD_NET_FRAME, walk_net_frame},
    {KITH_CHILD_NET_DOWN, walk_net_down},
    {KITH_CHILD_NET_DIAL_FAILED, walk_net_dial_failed},
    {KITH_CHILD_NET_REFUSED_KEY, walk_net_refused_key},
    {KITH_CHILD_NET_QUEUED, walk_net_queued},
    {KITH_CHILD_NET_PROBED, walk_probed},
    {KITH_CHILD_NET_FAILED, walk_net_failed},
    {KITH_CHILD_NET_OFTEN, walk_net_often},
    {KITH_CHILD_NOTIFY_SETUP, walk_notify_setup},
    {KITH_CHILD_NOTIFY_DELIVER, walk_notify_deliver},
    {KITH_CHILD_NOTIFY_LOOKUP, walk_notify_lookup},
    {KITH_CHILD_NOTIFY_PROBE, walk_probe},
    {KITH_CHILD_NOTIFY_STOP, walk_nothing},
    {KITH_CHILD_NOTIFY_READY, walk_notify_ready},
    {KITH_CHILD_NOTIFY_DELIVERED, walk_notify_delivered},
    {KITH_CHILD_NOTIFY_FAILED, walk_notify_failed},
    {KITH_CHILD_NOTIFY_ADDRESSES, walk_notify_addresses},
    {KITH_CHILD_NOTIFY_PROBED, walk_probed},
};

/* Walks the members of frame->type; false when there is no such type. */
static bool walk_members(struct walk *walk, struct kith_child_frame *frame)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (layouts[i].type == frame->type) {
            layouts[i].walk(walk, frame);
            return true;
        }
    }
    return false;
}

enum kith_status kith_child_encode(const struct kith_child_frame *frame,
                                   struct kith_buf *buf)
{
    const size_t start = buf->len;
    struct kith_child_frame copy = *frame; /* never changed when writing */
    struct walk walk = {.out = buf, .status = KITH_OK};
    uint8_t head[KITH_CHILD_HEAD_LEN + 1] = {0};
    size_t payload_len = 0;

    head[KITH_CHILD_HEAD_LEN] = (uint8_t)frame->type;
    walk.status = kith_buf_add(buf, head, sizeof(head));
    if (!walk_members(&walk, &copy))
        walk.status = KITH_INVALID;
    payload_len = buf->len - start - KITH_CHILD_HEAD_LEN;
    if (walk.status == KITH_OK && payload_len > KITH_CHILD_FRAME_MAX)
        walk.status = KITH_LIMIT;
    if (walk.status != KITH_OK) {
        buf->len = start;
        return walk.status;
    }
    kith_be_put32(buf->data + start, (uint32_t)payload_len);
    return KITH_OK;
}

enum kith_status kith_child_next(struct kith_bytes stream,
                                 struct kith_bytes *ret_payload,
                                 size_t *ret_used)
{
    size_t len = 0;

    if (stream.len < KITH_CHILD_HEAD_LEN)
        return KITH_BUSY;
    len = kith_be_get32(stream.data);
    if (len == 0 || len > KITH_CHILD_FRAME_MAX)
        return KITH_MALFORMED;
    if (stream.len - KITH_CHILD_HEAD_LEN < len)
        return KITH_BUSY;
    ret_payload->data = stream.data + KITH_CHILD_HEAD_LEN;
    ret_payload->len = len;
    *ret_used = KITH_CHILD_HEAD_LEN + len;
    return KITH_OK;
}

enum kith_status kith_child_decode(struct kith_arena *arena,
                                   enum kith_child_way way,
                                   struct kith_bytes payload,
                                   struct kith_child_frame *ret_frame)
{
    struct walk walk = {.arena = arena, .status = KITH_OK};
    struct kith_child_frame frame;

    memset(&frame, 0, sizeof(frame));
    if (payload.len == 0 || payload.len > KITH_CHILD_FRAME_MAX ||
        payload.data[0] >> WAY_SHIFT != (int)way)
        return KITH_MALFORMED;
    frame.type = (enum kith_child_type)payload.data[0];
    walk.in.data = payload.data + 1;
    walk.in.len = payload.len - 1;
    if (!walk_members(&walk, &frame) ||
        (walk.status == KITH_OK && walk.in.len > 0))
        return KITH_MALFORMED;
    if (walk.status == KITH_OK)
        *ret_frame = frame;
    return walk.status;
}

const char *kith_down_reason_name(uint8_t reason)
{
    static const char *const names[KITH_DOWN_REASON_END] = {
        [KITH_DOWN_BY_PARTNER] = "by_partner",   [KITH_DOWN_BY_US] = "by_us",
        [KITH_DOWN_NOT_ALLOWED] = "not_allowed", [KITH_DOWN_FRAME] = "frame",
        [KITH_DOWN_FLOODED] = "flooded",         [KITH_DOWN_QUEUE] = "queue",
    };

    if (reason == 0 || reason >= KITH_DOWN_REASON_END)
        return "unknown";
    return names[reason];
}

const char *kith_dial_reason_name(uint8_t reason)
{
    static const char *const names[KITH_DIAL_REASON_END] = {
        [KITH_DIAL_NOT_ALLOWED] = "not_allowed",
        [KITH_DIAL_REFUSED] = "refused",
        [KITH_DIAL_TIMEOUT] = "timeout",
        [KITH_DIAL_NO_ROUTE] = "no_route",
        [KITH_DIAL_HANDSHAKE] = "handshake",
        [KITH_DIAL_ADDRESS] = "address",
        [KITH_DIAL_RESOURCES] = "resources",
        [KITH_DIAL_NO_PLACE] = "no_place",
        [KITH_DIAL_KEY_TAKEN] = "key_taken",
        [KITH_DIAL_OFTEN] = "often",
    };

    if (reason == 0 || reason >= KITH_DIAL_REASON_END)
        return "unknown";
    return names[reason];
}
