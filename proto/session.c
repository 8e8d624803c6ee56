/* session - the frames of fixed layout: greet, refuse, ping, pong.
 *
 * Responsible for: bytes that every version of this protocol can read.
 * Not here: hello (session_hello.c); push, receipt and want (session_log.c);
 * when each may be sent (rules).
 */
#include "kith/session.h"

#include <string.h>

#include "kith/be.h"

#include "frame.h"
#include "text.h"

enum {
    GREET_LEN = 1 + 2 + 2 + KITH_NONCE_LEN,
    REFUSE_HEAD_LEN = 1 + 2,
    PING_LEN = 1 + 8
};

static bool is_greet_good(const struct kith_greet *greet)
{
    return greet->protocol_min >= 1 &&
           greet->protocol_min <= greet->protocol_max;
}

enum kith_status kith_greet_encode(const struct kith_greet *greet,
                                   struct kith_buf *buf)
{
    uint8_t frame[GREET_LEN] = {KITH_FRAME_GREET};

    if (!is_greet_good(greet))
        return KITH_INVALID;
    kith_be_put16(frame + 1, greet->protocol_min);
    kith_be_put16(frame + 3, greet->protocol_max);
    memcpy(frame + 5, greet->nonce, KITH_NONCE_LEN);
    return kith_buf_add(buf, frame, sizeof(frame));
}

enum kith_status kith_greet_decode(struct kith_bytes frame,
                                   struct kith_greet *ret_greet)
{
    struct kith_greet greet;

    if (frame.len != GREET_LEN || frame.data[0] != KITH_FRAME_GREET)
        return KITH_MALFORMED;
    greet.protocol_min = kith_be_get16(frame.data + 1);
    greet.protocol_max = kith_be_get16(frame.data + 3);
    memcpy(greet.nonce, frame.data + 5, KITH_NONCE_LEN);
    if (!is_greet_good(&greet))
        return KITH_MALFORMED;
    *ret_greet = greet;
    return KITH_OK;
}

static bool is_refuse_good(const struct kith_refuse *refuse)
{
    return refuse->code != 0 && refuse->sentence.len <= KITH_REASON_MAX &&
           text_is_good(refuse->sentence);
}

enum kith_status kith_refuse_encode(const struct kith_refuse *refuse,
                                    struct kith_buf *buf)
{
    uint8_t head[REFUSE_HEAD_LEN] = {KITH_FRAME_REFUSE};
    size_t before = buf->len;
    enum kith_status status;

    if (refuse->sentence.len > KITH_REASON_MAX)
        return KITH_LIMIT;
    if (!is_refuse_good(refuse))
        return KITH_INVALID;
    kith_be_put16(head + 1, refuse->code);
    status = kith_buf_add(buf, head, sizeof(head));
    if (status == KITH_OK)
        status = kith_buf_add(buf, refuse->sentence.data, refuse->sentence.len);
    if (status != KITH_OK)
        buf->len = before;
    return status;
}

enum kith_status kith_refuse_decode(struct kith_bytes frame,
                                    struct kith_refuse *ret_refuse)
{
    struct kith_refuse refuse;

    if (frame.len < REFUSE_HEAD_LEN || frame.data[0] != KITH_FRAME_REFUSE)
        return KITH_MALFORMED;
    refuse.code = kith_be_get16(frame.data + 1);
    refuse.sentence = (struct kith_bytes){frame.data + REFUSE_HEAD_LEN,
                                          frame.len - REFUSE_HEAD_LEN};
    if (!is_refuse_good(&refuse))
        return KITH_MALFORMED;
    *ret_refuse = refuse;
    return KITH_OK;
}

static bool is_ping_type(uint8_t type)
{
    return type == KITH_FRAME_PING || type == KITH_FRAME_PONG;
}

enum kith_status kith_ping_encode(uint8_t type, uint64_t token,
                                  struct kith_buf *buf)
{
    uint8_t frame[PING_LEN] = {type};

    if (!is_ping_type(type))
        return KITH_INVALID;
    kith_be_put64(frame + 1, token);
    return kith_buf_add(buf, frame, sizeof(frame));
}

enum kith_status kith_ping_decode(struct kith_bytes frame, uint64_t *ret_token)
{
    if (frame.len != PING_LEN || !is_ping_type(frame.data[0]))
        return KITH_MALFORMED;
    *ret_token = kith_be_get64(frame.data + 1);
    return KITH_OK;
}

const char *kith_refuse_name(uint16_t code)
{
    static const char *const names[] = {
        [KITH_REFUSE_VERSION] = "version",
        [KITH_REFUSE_FRAME] = "frame",
        [KITH_REFUSE_IDENTITY] = "identity",
        [KITH_REFUSE_SIGNATURE] = "signature",
        [KITH_REFUSE_UNKNOWN] = "unknown",
        [KITH_REFUSE_PAUSED] = "paused",
        [KITH_REFUSE_FROZEN] = "frozen",
        [KITH_REFUSE_RESTORED] = "restored",
        [KITH_REFUSE_QUOTA] = "quota",
        [KITH_REFUSE_REPLACED] = "replaced",
        [KITH_REFUSE_REVERIFY] = "reverify",
        [KITH_REFUSE_STOPPING] = "stopping",
        [KITH_REFUSE_OURS] = "ours",
    };

    return code < sizeof(names) / sizeof(names[0]) ? names[code] : NULL;
}
