/* control - accepts local connections and cuts their bytes into requests.
 *
 * One request at a time per connection: the next is looked at when the answer
 * has been read, so no client can pile up work or answers, and a user whose
 * connections together leave much unread waits until he has read. A full table
 * gives way to a newcomer only where a connection is idle (inv. 7).
 */
#define _GNU_SOURCE /* accept4, struct ucred */
#include "core/control.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/stream.h"
#include "core/control_socket.h"
#include "core/loop.h"
#include "kith/be.h"
#include "kith/error.h"
#include "kith/limits.h"

struct client {
    struct control *control;
    struct stream stream; /* fd -1: free place */
    uint32_t handle;
    uint32_t uid;
    bool asked;       /* a request is with the daemon */
    bool ending;      /* says no more: close when the answer is out */
    int64_t moved_ms; /* boot clock: last byte either way */
};

struct control {
    struct loop *loop; /* borrowed */
    int fd;            /* owned; listens */
    char path[CONFIG_SOCKET_MAX];
    ino_t inode; /* of path: another daemon may have taken its name */
    struct client clients[KITH_CONTROL_CLIENTS_MAX];
    uint32_t last_handle;
    size_t turn; /* where control_next looks first */
    bool draining;
};

static void end_client(struct client *client)
{
    if (client->stream.fd < 0)
        return;
    loop_unwatch(client->control->loop, client->stream.fd);
    stream_clear(&client->stream);
}

/* Length of the request at the start of what came; 0: not all is there.
 * KITH_MALFORMED: no request can begin so. */
static enum kith_status measure_request(const struct client *client,
                                        size_t *ret_len)
{
    const struct kith_buf *in = &client->stream.in;
    uint32_t len;

    *ret_len = 0;
    if (in->len < 4)
        return KITH_OK;
    len = kith_be_get32(in->data);
    if (len == 0 || len > KITH_CONTROL_MAX)
        return KITH_MALFORMED;
    if (in->len >= 4 + (size_t)len)
        *ret_len = len;
    return KITH_OK;
}

/* What is there of the next request decides how much more may come. */
static size_t limit_input(const struct client *client)
{
    const struct kith_buf *in = &client->stream.in;

    if (in->len < 4)
        return 4096;
    return 4 + (size_t)kith_be_get32(in->data);
}

/* Reads on while no request is whole and none is being answered. */
static void want(struct client *client)
{
    unsigned wanted = 0;
    size_t len = 0;

    if (measure_request(client, &len) != KITH_OK) {
        end_client(client);
        return;
    }
    if (stream_waiting(&client->stream) > 0)
        wanted |= LOOP_WRITE;
    else if (!client->asked && len == 0 && !client->ending)
        wanted |= LOOP_READ;
    loop_want(client->control->loop, client->stream.fd, wanted);
}

static void serve(void *context, unsigned ready)
{
    struct client *client = context;
    enum kith_status status = KITH_OK;
    size_t before = client->stream.in.len + stream_waiting(&client->stream);
    size_t had = client->stream.in.len;

    if ((ready & LOOP_WRITE) != 0)
        status = stream_write(&client->stream);
    if (status == KITH_OK && (ready & LOOP_READ) != 0 && !client->ending) {
        status = stream_read(&client->stream, limit_input(client));
        /* ready, and nothing came: it has closed in the middle of a request,
         * and would be ready for ever */
        if (status == KITH_OK && client->stream.in.len == had)
            status = KITH_NOT_FOUND;
    }
    /* a client that has said its last word still gets its answer */
    if (status == KITH_NOT_FOUND && stream_waiting(&client->stream) > 0) {
        client->ending = true;
        status = KITH_OK;
    }
    if (client->ending && stream_waiting(&client->stream) == 0)
        status = KITH_NOT_FOUND;
    if (status != KITH_OK) {
        end_client(client);
        return;
    }
    if (client->stream.in.len + stream_waiting(&client->stream) != before)
        client->moved_ms = clock_boot_ms();
    want(client);
}

/* A free place for UID, maybe by ending the connection idle for longest. */
static struct client *find_place(struct control *control, uint32_t uid)
{
    struct client *place = NULL;
    struct client *idle = NULL;
    size_t own = 0;

    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];

        if (client->stream.fd < 0) {
            place = client;
            continue;
        }
        own += client->uid == uid ? 1 : 0;
        if (!client->asked && stream_waiting(&client->stream) == 0 &&
            (idle == NULL || client->moved_ms < idle->moved_ms))
            idle = client;
    }
    if (own >= CONTROL_CLIENTS_PER_USER)
        return NULL;
    if (place == NULL && idle != NULL) {
        end_client(idle);
        place = idle;
    }
    return place;
}

static void admit(struct control *control, int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    struct client *client = NULL;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
        client = find_place(control, peer.uid);
    if (client == NULL) {
        (void)close(fd);
        return;
    }
    memset(client, 0, sizeof(*client));
    stream_init(&client->stream, fd);
    client->control = control;
    client->uid = peer.uid;
    client->handle = ++control->last_handle;
    client->moved_ms = clock_boot_ms();
    if (loop_watch(control->loop, fd, LOOP_READ, serve, client) != KITH_OK)
        stream_clear(&client->stream);
}

static void accept_clients(void *context, unsigned ready)
{
    struct control *control = context;

    (void)ready;
    /* a burst is taken in pieces, so that the partners get their turn */
    for (int i = 0; i < 16; i++) {
        int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
            return;
        admit(control, fd);
    }
}

enum kith_status control_open(struct loop *loop, const struct config *config,
                              struct control **ret_control,
                              struct kith_error *err)
{
    struct control *control = calloc(1, sizeof(*control));
    enum kith_status status;

    if (control == NULL)
        return KITH_NOMEM;
    control->loop = loop;
    control->fd = -1;
    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++)
        control->clients[i].stream.fd = -1;
    status = control_socket_open(config, &control->fd, &control->inode, err);
    if (status == KITH_OK) {
        memcpy(control->path, config->control_socket, sizeof(control->path));
        status =
            loop_watch(loop, control->fd, LOOP_READ, accept_clients, control);
    }
    if (status == KITH_OK) {
        *ret_control = control;
        control = NULL;
    }
    control_close(&control);
    return status;
}

void control_close(struct control **control)
{
    struct stat info;

    if (*control == NULL)
        return;
    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++)
        end_client(&(*control)->clients[i]);
    if ((*control)->fd >= 0) {
        loop_unwatch((*control)->loop, (*control)->fd);
        (void)close((*control)->fd);
    }
    if ((*control)->path[0] != '\0' && stat((*control)->path, &info) == 0 &&
        info.st_ino == (*control)->inode)
        (void)unlink((*control)->path);
    free(*control);
    *control = NULL;
}

/* Bytes of answers that UID has not read on all its connections. */
static size_t count_unread(const struct control *control, uint32_t uid)
{
    size_t unread = 0;

    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        const struct client *client = &control->clients[i];

        if (client->stream.fd >= 0 && client->uid == uid)
            unread += stream_waiting(&client->stream);
    }
    return unread;
}

bool control_next(struct control *control, struct control_waiting *ret_waiting)
{
    if (control->draining)
        return false;
    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        size_t at = (control->turn + i) % KITH_CONTROL_CLIENTS_MAX;
        struct client *client = &control->clients[at];
        size_t len = 0;

        if (client->stream.fd < 0 || client->asked || client->ending ||
            stream_waiting(&client->stream) > 0 ||
            measure_request(client, &len) != KITH_OK || len == 0 ||
            count_unread(control, client->uid) > CONTROL_UNREAD_MAX)
            continue;
        client->asked = true;
        control->turn = at + 1;
        ret_waiting->client = client->handle;
        ret_waiting->uid = client->uid;
        ret_waiting->frame.data = client->stream.in.data + 4;
        ret_waiting->frame.len = len;
        return true;
    }
    return false;
}

static struct client *find_client(struct control *control, uint32_t handle)
{
    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];

        if (client->stream.fd >= 0 && client->handle == handle)
            return client;
    }
    return NULL;
}

void control_answer(struct control *control, uint32_t handle,
                    struct kith_bytes frames)
{
    struct client *client = find_client(control, handle);
    size_t len = 0;

    if (client == NULL)
        return;
    if (measure_request(client, &len) == KITH_OK && len > 0)
        stream_use(&client->stream, 4 + len);
    client->asked = false;
    client->moved_ms = clock_boot_ms();
    if (kith_buf_add(&client->stream.out, frames.data, frames.len) != KITH_OK ||
        stream_write(&client->stream) != KITH_OK) {
        end_client(client);
        return;
    }
    want(client);
}

void control_drop(struct control *control, uint32_t handle)
{
    struct client *client = find_client(control, handle);

    if (client != NULL)
        end_client(client);
}

int64_t control_tick(struct control *control, int64_t now_ms)
{
    int64_t next = now_ms + CONTROL_STALLED_MS;

    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];
        bool midway;
        int64_t until;

        if (client->stream.fd < 0 || client->asked)
            continue;
        midway =
            client->stream.in.len > 0 || stream_waiting(&client->stream) > 0;
        until =
            client->moved_ms + (midway ? CONTROL_STALLED_MS : CONTROL_IDLE_MS);
        if (until <= now_ms) {
            end_client(client);
            next = now_ms; /* who waited for it to read gets his turn */
        } else if (until < next) {
            next = until;
        }
    }
    return next;
}

bool control_drain(struct control *control)
{
    bool done = true;

    control->draining = true;
    for (size_t i = 0; i < KITH_CONTROL_CLIENTS_MAX; i++) {
        struct client *client = &control->clients[i];

        if (client->stream.fd >= 0 && stream_waiting(&client->stream) > 0)
            done = false;
    }
    return done;
}
