/* control - the control socket: connections, frames, waiting requests.
 *
 * AF_UNIX stream socket, mode 0660 in a folder of mode 0750. The uid of the
 * other side comes from SO_PEERCRED; a pid is no identity.
 * Not here: what a request means (request.h), which handler answers it.
 * Threads: loop thread only.
 */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "kith/bytes.h"
#include "kith/status.h"

struct config;
struct control;
struct kith_error;
struct loop;

enum {
    CONTROL_CLIENTS_PER_USER = 24, /* of KITH_CONTROL_CLIENTS_MAX */
    /* bytes of answers that one user leaves unread before he waits */
    CONTROL_UNREAD_MAX = 64 * 1024 * 1024,
    CONTROL_STALLED_MS = 30000, /* no progress in a request or answer */
    CONTROL_IDLE_MS = 600000    /* nothing under way */
};

/* Makes the folder (0750), takes PATH (an old socket there is replaced: the
 * store's lock says that no other daemon runs) and listens. The group may open
 * it when there is one. KITH_IO, KITH_INVALID (no such group), with ERR. */
enum kith_status control_open(struct loop *loop, const struct config *config,
                              struct control **ret_control,
                              struct kith_error *err) KITH_MUST_CHECK;
/* Ends all connections and removes the socket. NULL-safe. */
void control_close(struct control **control);

/* A whole request that waits, of the connection that has waited longest. */
struct control_waiting {
    uint32_t client;         /* handle, for control_answer */
    uint32_t uid;            /* of the other side */
    struct kith_bytes frame; /* borrowed until control_answer */
};
bool control_next(struct control *control, struct control_waiting *ret_waiting);
/* Queues FRAMES (with their lengths) for CLIENT and lets its next request
 * come. A client that is gone is passed over. */
void control_answer(struct control *control, uint32_t client,
                    struct kith_bytes frames);
/* Ends the connection of CLIENT without an answer. */
void control_drop(struct control *control, uint32_t client);

/* Ends stalled and idle connections; returns when to call again (boot ms). */
int64_t control_tick(struct control *control, int64_t now_ms);
/* No new requests are taken; true when no answer waits to be sent. */
bool control_drain(struct control *control);

#endif
