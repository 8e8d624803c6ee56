/* channel - this process's end of the socketpair to kithd.
 *
 * Frames of kith/child.h, cut out of the stream and strictly decoded; what
 * goes out is gathered and written once a turn.
 * Threads: loop thread only.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include <stddef.h>

#include "kith/status.h"

struct channel;
struct kith_child_frame;

/* Takes FD, which it makes non-blocking. KITH_IO: not a usable descriptor. */
enum kith_status channel_open(int fd, struct channel **ret_channel)
    KITH_MUST_CHECK;

/* Reads what is there, up to one buffer.
 *
 * KITH_OK         something came
 * KITH_BUSY       nothing is there
 * KITH_NOT_FOUND  kithd has closed its end
 * KITH_IO
 */
enum kith_status channel_read(struct channel *channel) KITH_MUST_CHECK;

/* Next frame of those read; borrowed until the next call of channel_next or
 * channel_read.
 *
 * KITH_BUSY       no whole frame is there
 * KITH_MALFORMED  kithd does not speak our language
 * KITH_NOMEM
 */
enum kith_status channel_next(struct channel *channel,
                              struct kith_child_frame *ret_frame)
    KITH_MUST_CHECK;
/* Overwrites the bytes of the frame last given out: it held a secret. */
void channel_wipe(struct channel *channel);

/* Gathers FRAME. KITH_NOMEM, KITH_LIMIT, KITH_INVALID as kith_child_encode. */
enum kith_status channel_send(struct channel *channel,
                              const struct kith_child_frame *frame)
    KITH_MUST_CHECK;
/* Writes what was gathered. KITH_BUSY: kithd is slow, some is left. */
enum kith_status channel_flush(struct channel *channel) KITH_MUST_CHECK;
/* Bytes gathered and not yet written. */
size_t channel_pending(const struct channel *channel);

/* The descriptor, for poll; the channel keeps it. */
int channel_fd(const struct channel *channel);

#endif
