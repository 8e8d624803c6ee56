/* channel - this process's end of the socketpair to kithd.
 *
 * Not here: what a frame means (orders.c, report.c).
 */
#include "net/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kith/child.h"

enum {
    /* Room for reading, bytes: never grown, so that the frame with the
     * transport key is never left behind in freed memory. */
    IN_SIZE = 4 * KITH_CHILD_FRAME_MAX,
    OUT_KEEP = 1024 * 1024 /* written bytes that are moved out of the way */
};

struct channel {
    int fd;
    uint8_t *in;             /* owned, IN_SIZE bytes */
    size_t in_len, in_used;  /* bytes read; bytes given out of those */
    struct kith_bytes given; /* payload last given out, in `in` */
    struct kith_buf out;
    size_t out_sent; /* bytes of `out` already written */
    struct kith_arena *arena;
};

enum kith_status channel_open(int fd, struct channel **ret_channel)
{
    struct channel *channel = NULL;
    enum kith_status status = KITH_OK;
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return KITH_IO;
    channel = calloc(1, sizeof(*channel));
    if (channel == NULL)
        return KITH_NOMEM;
    channel->fd = fd;
    channel->in = malloc(IN_SIZE);
    status = channel->in == NULL
                 ? KITH_NOMEM
                 : kith_arena_new(KITH_CHILD_ARENA_MAX, &channel->arena);
    if (status != KITH_OK) {
        free(channel->in);
        free(channel);
        return status;
    }
    *ret_channel = channel;
    return KITH_OK;
}

enum kith_status channel_read(struct channel *channel)
{
    ssize_t got = 0;

    channel->given.len = 0;
    if (channel->in_used > 0) {
        channel->in_len -= channel->in_used;
        memmove(channel->in, channel->in + channel->in_used, channel->in_len);
        channel->in_used = 0;
    }
    do {
        got = read(channel->fd, channel->in + channel->in_len,
                   IN_SIZE - channel->in_len);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? KITH_BUSY : KITH_IO;
    if (got == 0)
        return KITH_NOT_FOUND;
    channel->in_len += (size_t)got;
    return KITH_OK;
}

enum kith_status channel_next(struct channel *channel,
                              struct kith_child_frame *ret_frame)
{
    struct kith_bytes stream = {channel->in + channel->in_used,
                                channel->in_len - channel->in_used};
    struct kith_bytes payload = {NULL, 0};
    size_t used = 0;
    enum kith_status status = kith_child_next(stream, &payload, &used);

    if (status != KITH_OK)
        return status;
    kith_arena_reset(channel->arena);
    channel->in_used += used;
    channel->given = payload;
    return kith_child_decode(channel->arena, KITH_CHILD_TO_NET, payload,
                             ret_frame);
}

void channel_wipe(struct channel *channel)
{
    if (channel->given.len > 0)
        explicit_bzero(channel->in + (channel->given.data - channel->in),
                       channel->given.len);
}

enum kith_status channel_send(struct channel *channel,
                              const struct kith_child_frame *frame)
{
    return kith_child_encode(frame, &channel->out);
}

enum kith_status channel_flush(struct channel *channel)
{
    struct kith_buf *out = &channel->out;

    while (channel->out_sent < out->len) {
        ssize_t sent = write(channel->fd, out->data + channel->out_sent,
                             out->len - channel->out_sent);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN)
            return KITH_IO;
        if (sent < 0)
            break;
        channel->out_sent += (size_t)sent;
    }
    if (channel->out_sent == out->len) {
        out->len = 0;
        channel->out_sent = 0;
    } else if (channel->out_sent > OUT_KEEP) {
        out->len -= channel->out_sent;
        memmove(out->data, out->data + channel->out_sent, out->len);
        channel->out_sent = 0;
    }
    return out->len == 0 ? KITH_OK : KITH_BUSY;
}

size_t channel_pending(const struct channel *channel)
{
    return channel->out.len - channel->out_sent;
}

int channel_fd(const struct channel *channel)
{
    return channel->fd;
}
