/* stream - reads and writes one non-blocking socket through two buffers.
 *
 * Bounds are the caller's: how much may come in before it is used, how much
 * may wait. Not here: what the bytes mean.
 */
#include "core/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PIECE = 64 * 1024
};

void stream_init(struct stream *stream, int fd)
{
    int flags = fcntl(fd, F_GETFL);

    memset(stream, 0, sizeof(*stream));
    stream->fd = fd;
    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Buffers may have held secrets of a request or a key for a child. */
static void clear_buffer(struct kith_buf *buf)
{
    if (buf->data != NULL)
        sodium_memzero(buf->data, buf->cap);
    kith_buf_clear(buf);
}

void stream_clear(struct stream *stream)
{
    if (stream->fd >= 0)
        (void)close(stream->fd);
    stream->fd = -1;
    stream->sent = 0;
    clear_buffer(&stream->in);
    clear_buffer(&stream->out);
}

enum kith_status stream_read(struct stream *stream, size_t limit)
{
    while (stream->in.len < limit) {
        size_t room = limit - stream->in.len;
        ssize_t got;

        if (room > PIECE)
            room = PIECE;
        if (kith_buf_reserve(&stream->in, room) != KITH_OK)
            return KITH_NOMEM;
        got = recv(stream->fd, stream->in.data + stream->in.len, room, 0);
        if (got > 0) {
            stream->in.len += (size_t)got;
            continue;
        }
        if (got == 0)
            return stream->in.len > 0 ? KITH_OK : KITH_NOT_FOUND;
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return KITH_OK;
        return KITH_IO;
    }
    return KITH_OK;
}

void stream_use(struct stream *stream, size_t used)
{
    size_t left = stream->in.len - used;

    if (left > 0)
        memmove(stream->in.data, stream->in.data + used, left);
    stream->in.len = left;
    /* one large frame must not keep its memory for good */
    if (left == 0 && stream->in.cap > 4 * (size_t)PIECE)
        clear_buffer(&stream->in);
}

size_t stream_waiting(const struct stream *stream)
{
    return stream->out.len - stream->sent;
}

enum kith_status stream_write(struct stream *stream)
{
    while (stream_waiting(stream) > 0) {
        ssize_t put = send(stream->fd, stream->out.data + stream->sent,
                           stream_waiting(stream), MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return KITH_OK;
        if (put < 0)
            return KITH_IO;
        stream->sent += (size_t)put;
    }
    stream->sent = 0;
    stream->out.len = 0;
    if (stream->out.cap > 4 * (size_t)PIECE)
        clear_buffer(&stream->out);
    return KITH_OK;
}
