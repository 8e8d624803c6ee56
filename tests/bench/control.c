/* control - one open connection to a kithd, for programs that measure.
 *
 * Responsible for: framing, one request at a time, complete answers.
 * Not here: what is asked (load.c).
 */
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kith/be.h"
#include "kith/control.h"
#include "kith/limits.h"

enum {
    HEAD_LEN = 4
}; /* length of the payload, big-endian */

int control_open(struct control *control, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memset(control, 0, sizeof(*control));
    control->fd = -1;
    if (strlen(path) >= sizeof(address.sun_path)) {
        fprintf(stderr, "%s: too long for a socket\n", path);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control->fd < 0 ||
        connect(control->fd, (const struct sockaddr *)&address,
                sizeof(address)) != 0) {
        perror(path);
        return -1;
    }
    if (kith_arena_new(KITH_ARENA_CONTROL_MAX, &control->arena) != KITH_OK)
        return -1;
    return 0;
}

void control_close(struct control *control)
{
    if (control->fd >= 0)
        close(control->fd);
    control->fd = -1;
    kith_arena_destroy(&control->arena);
    kith_buf_clear(&control->frame);
}

static int write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t done = send(fd, data, len, MSG_NOSIGNAL);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return -1;
        data += done;
        len -= (size_t)done;
    }
    return 0;
}

static int read_all(int fd, uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t done = recv(fd, data, len, 0);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return -1;
        data += done;
        len -= (size_t)done;
    }
    return 0;
}

static int send_request(struct control *control,
                        const struct kith_control_request *request)
{
    static const uint8_t head[HEAD_LEN];

    control->frame.len = 0;
    if (kith_buf_add(&control->frame, head, sizeof(head)) != KITH_OK ||
        kith_control_request_encode(request, &control->frame) != KITH_OK)
        return -1;
    kith_be_put32(control->frame.data,
                  (uint32_t)(control->frame.len - HEAD_LEN));
    return write_all(control->fd, control->frame.data, control->frame.len);
}

static int read_answer(struct control *control,
                       struct kith_control_answer *ret_answer)
{
    uint8_t head[HEAD_LEN];
    size_t len;

    if (read_all(control->fd, head, sizeof(head)) != 0)
        return -1;
    len = kith_be_get32(head);
    control->frame.len = 0;
    if (len > KITH_CONTROL_MAX ||
        kith_buf_reserve(&control->frame, len) != KITH_OK ||
        read_all(control->fd, control->frame.data, len) != 0)
        return -1;
    control->frame.len = len;
    if (kith_control_answer_decode(control->arena,
                                   kith_buf_bytes(&control->frame),
                                   ret_answer) != KITH_OK)
        return -1;
    return 0;
}

int control_send(struct control *control, uint32_t verb,
                 const struct kith_record *records, size_t n_records)
{
    const struct kith_control_request request = {
        .request_id = kith_id_random(),
        .verb = verb,
        .records = records,
        .n_records = n_records,
    };

    if (send_request(control, &request) == 0)
        return 0;
    fprintf(stderr, "control connection failed\n");
    return -1;
}

int control_receive(struct control *control,
                    struct kith_control_answer *ret_answer)
{
    struct kith_control_answer next;
    int failed;

    kith_arena_reset(control->arena);
    failed = read_answer(control, ret_answer);
    next = *ret_answer;
    while (failed == 0 && next.more)
        failed = read_answer(control, &next);
    if (failed != 0) {
        fprintf(stderr, "control connection failed\n");
        return -1;
    }
    if (next.error.status != KITH_OK) {
        fprintf(stderr, "refused: %s (%s)\n", next.error.what, next.error.code);
        return -1;
    }
    return 0;
}

int control_call(struct control *control, uint32_t verb,
                 const struct kith_record *records, size_t n_records,
                 struct kith_control_answer *ret_answer)
{
    if (control_send(control, verb, records, n_records) != 0)
        return -1;
    return control_receive(control, ret_answer);
}
