/* connection - asks the daemon over its control socket.
 *
 * Responsible for: AF_UNIX, the 4-byte length in front of each frame, the time
 * limit, repeating a write whose answer was lost.
 * Not here: what is asked (the nouns), codec of the frames (kith/control.h).
 */
#include "connection.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "kith/control.h"
#include "kith/limits.h"
#include "kith/verbs.h"
#include "memory.h"

enum {
    LENGTH_LEN = 4,
    RETRIES = 3,
    RETRY_PAUSE_MS = 200
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum kith_status fail_no_daemon(const struct cli *cli, int error,
                                       struct kith_error *err)
{
    if (error == EACCES || error == EPERM)
        return kith_fail(err, KITH_DENIED, "socket_denied",
                         "sudo usermod -aG kith-users $USER",
                         "you may not use the control socket %s", cli->socket);
    return kith_fail(err, KITH_IO, "no_daemon", "sudo systemctl start kithd",
                     "no daemon answers at %s (%s)", cli->socket,
                     strerror(error));
}

static enum kith_status open_socket(struct cli *cli, int *ret_fd,
                                    struct kith_error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    if (strlen(cli->socket) >= sizeof address.sun_path)
        return kith_fail(err, KITH_INVALID, "socket_path", "",
                         "the path of the control socket is too long: %s",
                         cli->socket);
    strcpy(address.sun_path, cli->socket);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail_no_daemon(cli, errno, err);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;

        close(fd);
        return fail_no_daemon(cli, error, err);
    }
    *ret_fd = fd;
    return KITH_OK;
}

/* Waits until FD can do EVENTS; KITH_BUSY: the time is over. */
static enum kith_status wait_ready(int fd, short events, int64_t until_ms)
{
    for (;;) {
        struct pollfd one = {.fd = fd, .events = events};
        int64_t left = until_ms - now_ms();
        int count = poll(&one, 1, left > 0 ? (int)left : 0);

        if (count > 0)
            return KITH_OK;
        if (count == 0)
            return KITH_BUSY;
        if (errno != EINTR)
            return KITH_IO;
    }
}

static enum kith_status send_all(int fd, struct kith_bytes bytes,
                                 int64_t until_ms)
{
    size_t done = 0;

    while (done < bytes.len) {
        ssize_t sent =
            send(fd, bytes.data + done, bytes.len - done, MSG_NOSIGNAL);
        enum kith_status status = KITH_OK;

        if (sent > 0) {
            done += (size_t)sent;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return KITH_IO;
        status = wait_ready(fd, POLLOUT, until_ms);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

static enum kith_status receive_all(int fd, uint8_t *data, size_t len,
                                    int64_t until_ms)
{
    size_t done = 0;

    while (done < len) {
        ssize_t got = recv(fd, data + done, len - done, 0);
        enum kith_status status = KITH_OK;

        if (got > 0) {
            done += (size_t)got;
            continue;
        }
        if (got == 0)
            return KITH_IO;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return KITH_IO;
        status = wait_ready(fd, POLLIN, until_ms);
        if (status != KITH_OK)
            return status;
    }
    return KITH_OK;
}

/* One frame: bound, then read. */
static enum kith_status receive_frame(int fd, struct kith_buf *frame,
                                      int64_t until_ms)
{
    uint8_t length[LENGTH_LEN];
    size_t len = 0;
    enum kith_status status = receive_all(fd, length, LENGTH_LEN, until_ms);

    if (status != KITH_OK)
        return status;
    len = (size_t)length[0] << 24 | (size_t)length[1] << 16 |
          (size_t)length[2] << 8 | length[3];
    if (len == 0 || len > KITH_CONTROL_MAX)
        return KITH_MALFORMED;
    frame->len = 0;
    if (kith_buf_reserve(frame, len) != KITH_OK)
        memory_exhausted();
    status = receive_all(fd, frame->data, len, until_ms);
    if (status == KITH_OK)
        frame->len = len;
    return status;
}

static void collect_rows(struct cli *cli,
                         const struct kith_control_answer *answer,
                         struct reply *reply)
{
    struct kith_record *all = NULL;

    if (answer->n_records == 0)
        return;
    all = memory_take(cli->arena,
                      (reply->n_records + answer->n_records) * sizeof *all);
    if (reply->n_records > 0)
        memcpy(all, reply->records, reply->n_records * sizeof *all);
    memcpy(all + reply->n_records, answer->records,
           answer->n_records * sizeof *all);
    reply->records = all;
    reply->n_records += answer->n_records;
}

/* Reads answers until the last. KITH_IO: the connection was lost. */
static enum kith_status receive_answers(struct cli *cli, int fd,
                                        const struct kith_id *request_id,
                                        struct reply *reply,
                                        struct kith_error *err)
{
    struct kith_buf frame = {0};
    struct kith_control_answer answer = {.more = true};
    enum kith_status status = KITH_OK;

    while (answer.more) {
        status = receive_frame(fd, &frame, now_ms() + cli->timeout_ms);
        if (status != KITH_OK)
            break;
        memset(&answer, 0, sizeof answer);
        status = kith_control_answer_decode(cli->arena, kith_buf_bytes(&frame),
                                            &answer);
        if (status != KITH_OK)
            break;
        /* a caller whom kithd does not know is refused before it reads the
         * request, so that answer names none */
        if (!kith_id_equal(&answer.request_id, request_id) &&
            (answer.error.status == KITH_OK ||
             !kith_id_is_none(&answer.request_id))) {
            status = KITH_MALFORMED;
            break;
        }
        if (answer.error.status != KITH_OK) {
            *err = answer.error;
            status = answer.error.status;
            break;
        }
        collect_rows(cli, &answer, reply);
        reply->warnings = reply->warnings || answer.warnings;
    }
    kith_buf_clear(&frame);
    return status;
}

static enum kith_status encode_request(struct cli *cli, const struct call *call,
                                       const struct kith_id *request_id,
                                       struct kith_buf *buf,
                                       struct kith_error *err)
{
    struct kith_control_request request = {
        .request_id = *request_id,
        .verb = call->verb,
        .dry_run = call->dry_run,
        .records = call->records,
        .n_records = call->n_records,
    };
    uint8_t length[LENGTH_LEN] = {0};
    enum kith_status status = KITH_OK;

    if (cli->as_person != NULL)
        request.as_person = kith_bytes_of(cli->as_person);
    buffer_add(buf, length, LENGTH_LEN);
    status = kith_control_request_encode(&request, buf);
    /* the check of kithd has words for what cannot even be sent to it */
    for (size_t i = 0; status == KITH_INVALID && i < call->n_records; i++)
        if (kith_record_check(&call->records[i], false, err) != KITH_OK &&
            err->status != KITH_OK)
            return err->status;
    if (status != KITH_OK)
        return kith_fail(err, status, "request_too_large", "",
                         "the request cannot be encoded (%s)",
                         kith_status_name(status));
    for (size_t i = 0; i < LENGTH_LEN; i++)
        buf->data[i] = (uint8_t)((buf->len - LENGTH_LEN) >> (24 - 8 * i));
    return KITH_OK;
}

/* One attempt on a new connection. KITH_IO: it ended before an answer came, so
 * that the request may be repeated. */
static enum kith_status try_call(struct cli *cli, struct kith_bytes request,
                                 const struct kith_id *request_id,
                                 struct reply *reply, struct kith_error *err)
{
    int fd = -1;
    enum kith_status status = open_socket(cli, &fd, err);

    if (status != KITH_OK)
        return status;
    memset(reply, 0, sizeof *reply);
    status = send_all(fd, request, now_ms() + cli->timeout_ms);
    if (status == KITH_OK)
        status = receive_answers(cli, fd, request_id, reply, err);
    close(fd);
    return status;
}

static enum kith_status explain(const struct cli *cli, enum kith_status status,
                                struct kith_error *err)
{
    if (err->status != KITH_OK)
        return err->status;
    if (status == KITH_BUSY)
        return kith_fail(err, KITH_BUSY, "timeout", "kith status",
                         "the daemon did not answer within %u s",
                         cli->timeout_ms / 1000);
    if (status == KITH_MALFORMED)
        return kith_fail(err, KITH_IO, "answer_malformed", "kith version",
                         "the daemon's answer is not understood; is it of "
                         "another version?");
    return kith_fail(err, KITH_IO, "no_daemon", "kith status",
                     "the daemon closed the connection before it answered");
}

enum kith_status connection_call(struct cli *cli, const struct call *call,
                                 struct reply *ret_reply,
                                 struct kith_error *err)
{
    struct kith_id request_id = kith_id_random();
    struct kith_buf request = {0};
    struct reply reply = {0};
    enum kith_status status =
        encode_request(cli, call, &request_id, &request, err);
    bool encoded = status == KITH_OK;

    for (int i = 0; encoded && i < RETRIES; i++) {
        struct timespec pause = {.tv_nsec = RETRY_PAUSE_MS * 1000000L};

        status =
            try_call(cli, kith_buf_bytes(&request), &request_id, &reply, err);
        /* Only a lost connection is tried again, and only after it stood
         * once: a daemon that never was there is reported at once. */
        if (status != KITH_IO ||
            (i == 0 && strcmp(err->code, "no_daemon") == 0) ||
            (err->status != KITH_OK && strcmp(err->code, "no_daemon") != 0))
            break;
        if (i + 1 < RETRIES) {
            kith_error_clear(err);
            nanosleep(&pause, NULL);
        }
    }
    kith_buf_clear(&request);
    if (status != KITH_OK)
        return explain(cli, status, err);
    *ret_reply = reply;
    return KITH_OK;
}

enum kith_status connection_ask(struct cli *cli, uint32_t verb,
                                const struct kith_record *argument,
                                struct reply *ret_reply, struct kith_error *err)
{
    struct call call = {
        .verb = verb,
        .records = argument,
        .n_records = argument != NULL ? 1 : 0,
        .dry_run = cli->dry_run,
    };

    return connection_call(cli, &call, ret_reply, err);
}
