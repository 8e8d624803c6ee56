/* bench-net - what two kith-net processes add between two companies.
 *
 * Usage: bench-net PATH-OF-KITH-NET. Starts two, lets one dial the other, and
 * prints one JSON line each: latency of a frame there and back, rate of large
 * frames, and CPU time of both processes for it.
 * Not here: proof that they are right (tests/flow/flow_net.py).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "kith/child.h"

enum {
    ROUNDS = 20000,
    WARM_UP = 500,
    PING_LEN = 64,
    LARGE_LEN = 64 * 1024,
    LARGE_COUNT = 16384,
    WINDOW = 32, /* frames under way: kith's credit of 2 MiB */
    IN_SIZE = 4 * 1024 * 1024
};

struct end {
    pid_t pid;
    int fd;
    uint8_t public[KITH_KEY_LEN];
    char bound[KITH_CHILD_ADDRESS_MAX + 1];
    uint8_t *in;
    size_t in_len, in_used;
    uint64_t session;
    struct kith_arena *arena;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench-net: %s\n", what);
    exit(EXIT_FAILURE);
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_frame(struct end *end, const struct kith_child_frame *frame)
{
    static struct kith_buf buf;
    size_t sent = 0;

    buf.len = 0;
    if (kith_child_encode(frame, &buf) != KITH_OK)
        fail("encode");
    while (sent < buf.len) {
        ssize_t n = write(end->fd, buf.data + sent, buf.len - sent);

        if (n <= 0)
            fail("kith-net has gone");
        sent += (size_t)n;
    }
}

/* The next report; its bytes are good until the next call. */
static struct kith_child_frame next_frame(struct end *end)
{
    struct kith_child_frame frame;
    struct kith_bytes payload = {NULL, 0};
    size_t used = 0;

    for (;;) {
        struct kith_bytes stream = {end->in + end->in_used,
                                    end->in_len - end->in_used};
        ssize_t n = 0;

        if (kith_child_next(stream, &payload, &used) == KITH_OK)
            break;
        memmove(end->in, stream.data, stream.len);
        end->in_len = stream.len;
        end->in_used = 0;
        n = read(end->fd, end->in + end->in_len, IN_SIZE - end->in_len);
        if (n <= 0)
            fail("kith-net has gone");
        end->in_len += (size_t)n;
    }
    end->in_used += used;
    kith_arena_reset(end->arena);
    if (kith_child_decode(end->arena, KITH_CHILD_FROM_NET, payload, &frame) !=
        KITH_OK)
        fail("decode");
    return frame;
}

static struct kith_child_frame await(struct end *end, enum kith_child_type type)
{
    struct kith_child_frame frame = next_frame(end);

    while (frame.type != type) {
        if (frame.type == KITH_CHILD_NET_DOWN)
            fail("the session has ended");
        frame = next_frame(end);
    }
    return frame;
}

static void start(struct end *end, const char *program)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_SETUP};
    struct kith_bytes listen = kith_bytes_of("tcp://127.0.0.1:0");
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        fail("socketpair");
    end->pid = fork();
    if (end->pid == 0) {
        if (dup2(fds[1], KITH_CHILD_FD) == KITH_CHILD_FD)
            execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    end->fd = fds[0];
    end->in = malloc(IN_SIZE);
    if (end->in == NULL ||
        kith_arena_new(KITH_CHILD_ARENA_MAX, &end->arena) != KITH_OK)
        fail("memory");
    crypto_box_keypair(end->public, frame.u.net_setup.secret);
    frame.u.net_setup.listen = &listen;
    frame.u.net_setup.n_listen = 1;
    frame.u.net_setup.backoff_min_ms = 50;
    frame.u.net_setup.backoff_max_ms = 1000;
    frame.u.net_setup.partners_max = KITH_PARTNERS_MAX;
    frame.u.net_setup.queue_max = 2 * KITH_CREDIT_BYTES;
    write_frame(end, &frame);
    frame = await(end, KITH_CHILD_NET_READY);
    memcpy(end->bound, frame.u.net_ready.bound[0].data,
           frame.u.net_ready.bound[0].len);
}

static void allow(struct end *end, const struct end *other)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_ALLOW};

    frame.u.net_allow.partner = 1;
    frame.u.net_allow.allowed = true;
    memcpy(frame.u.net_allow.key.b, other->public, KITH_KEY_LEN);
    write_frame(end, &frame);
}

static void send_bytes(struct end *end, size_t len)
{
    static const uint8_t zeros[LARGE_LEN];
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_SEND,
        .u.net_frame = {end->session, {zeros, len}}};

    write_frame(end, &frame);
}

static void connect_ends(struct end *a, struct end *b)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_DIAL};
    struct kith_bytes address = kith_bytes_of(b->bound);

    allow(a, b);
    allow(b, a);
    frame.u.net_dial = (struct kith_net_dial){1, true, &address, 1};
    write_frame(a, &frame);
    a->session = await(a, KITH_CHILD_NET_UP).u.net_up.session;
    send_bytes(a, PING_LEN);
    b->session = await(b, KITH_CHILD_NET_UP).u.net_up.session;
    (void)await(b, KITH_CHILD_NET_FRAME);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void ping_pong(struct end *a, struct end *b)
{
    static double us[ROUNDS];

    for (int i = -WARM_UP; i < ROUNDS; i++) {
        double begun = seconds(CLOCK_MONOTONIC);

        send_bytes(a, PING_LEN);
        (void)await(b, KITH_CHILD_NET_FRAME);
        send_bytes(b, PING_LEN);
        (void)await(a, KITH_CHILD_NET_FRAME);
        if (i >= 0)
            us[i] = (seconds(CLOCK_MONOTONIC) - begun) * 1e6;
    }
    qsort(us, ROUNDS, sizeof(us[0]), compare);
    printf("{\"bench\":\"net\",\"name\":\"there_and_back\",\"p50_us\":%.1f,"
           "\"p99_us\":%.1f,\"max_us\":%.1f}\n",
           us[ROUNDS / 2], us[ROUNDS * 99 / 100], us[ROUNDS - 1]);
}

static double cpu_of(pid_t pid)
{
    clockid_t clock;

    return clock_getcpuclockid(pid, &clock) == 0 ? seconds(clock) : 0;
}

static void bulk(struct end *a, struct end *b)
{
    double begun = seconds(CLOCK_MONOTONIC);
    double cpu = cpu_of(a->pid) + cpu_of(b->pid), took = 0;
    int sent = 0;

    for (int got = 0; got < LARGE_COUNT; got++) {
        while (sent < LARGE_COUNT && sent < got + WINDOW) {
            send_bytes(a, LARGE_LEN);
            sent++;
        }
        (void)await(b, KITH_CHILD_NET_FRAME);
    }
    took = seconds(CLOCK_MONOTONIC) - begun;
    cpu = cpu_of(a->pid) + cpu_of(b->pid) - cpu;
    printf("{\"bench\":\"net\",\"name\":\"bulk_64k\",\"mb_s\":%.0f,"
           "\"frames_s\":%.0f,\"cpu_us_a_frame\":%.1f}\n",
           (double)LARGE_COUNT * LARGE_LEN / took / 1e6, LARGE_COUNT / took,
           cpu / LARGE_COUNT * 1e6);
}

static void idle(struct end *a, struct end *b)
{
    const struct timespec wait = {5, 0};
    double cpu = cpu_of(a->pid) + cpu_of(b->pid);

    nanosleep(&wait, NULL);
    cpu = cpu_of(a->pid) + cpu_of(b->pid) - cpu;
    printf("{\"bench\":\"net\",\"name\":\"idle\",\"cpu_percent_each\":%.3f}\n",
           cpu / 2 / (double)wait.tv_sec * 100);
}

int main(int argc, char **argv)
{
    static struct end a, b;

    if (argc != 2)
        fail("usage: bench-net PATH-OF-KITH-NET");
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0)
        fail("libsodium");
    start(&a, argv[1]);
    start(&b, argv[1]);
    connect_ends(&a, &b);
    ping_pong(&a, &b);
    bulk(&a, &b);
    idle(&a, &b);
    close(a.fd);
    close(b.fd);
    (void)waitpid(a.pid, NULL, 0);
    (void)waitpid(b.pid, NULL, 0);
    return EXIT_SUCCESS;
}
