/* stream - bytes that came and bytes that wait, of one non-blocking socket.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_STREAM_H
#define CORE_STREAM_H

#include <stdbool.h>

#include "kith/bytes.h"
#include "kith/status.h"

struct stream {
    int fd;              /* owned; -1: closed */
    struct kith_buf in;  /* received, not yet used */
    struct kith_buf out; /* to be sent */
    size_t sent;         /* bytes at the start of OUT that are gone */
};

/* Takes FD over and makes it non-blocking. */
void stream_init(struct stream *stream, int fd);
/* Closes the descriptor and frees the buffers, wiped. */
void stream_clear(struct stream *stream);

/* Receives what is there, until IN holds LIMIT bytes.
 * KITH_OK: maybe nothing; KITH_NOT_FOUND: the other side has closed and
 * nothing is left; KITH_IO; KITH_NOMEM. */
enum kith_status stream_read(struct stream *stream, size_t limit)
    KITH_MUST_CHECK;
/* Drops the first USED bytes of IN. */
void stream_use(struct stream *stream, size_t used);

/* Bytes that wait to be sent. */
size_t stream_waiting(const struct stream *stream);
/* Sends what the socket takes. KITH_IO: the other side is gone. */
enum kith_status stream_write(struct stream *stream) KITH_MUST_CHECK;

#endif
