/* lookup - see the header. Not here: when names are looked up (kithd). */
#define _GNU_SOURCE /* EAI_ADDRFAMILY and friends */
#include "notify/lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOKUP_MS = 10000
};

/* What the child needs; copied by fork. */
struct query {
    char host[KITH_URL_MAX + 1];
    char port[8];
};

static void write_address(const struct addrinfo *found, const char *port)
{
    char host[INET6_ADDRSTRLEN + 32], line[KITH_CHILD_ADDRESS_MAX];
    int len;

    if (getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof(host), NULL,
                    0, NI_NUMERICHOST) != 0)
        return;
    len = snprintf(line, sizeof(line),
                   found->ai_family == AF_INET6 ? "tcp://[%s]:%s\n"
                                                : "tcp://%s:%s\n",
                   host, port);
    if (len > 0 && (size_t)len < sizeof(line) &&
        write(STDOUT_FILENO, line, (size_t)len) != len)
        _exit(1);
}

/* In the child: one address a line, or '!' and a sentence. */
static void run(const void *context)
{
    const struct query *query = context;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *list = NULL, *found;
    int result = getaddrinfo(query->host, query->port, &hints, &list);
    char line[LOOKUP_TEXT_MAX];
    int len;

    if (result != 0) {
        len = snprintf(line, sizeof(line), "!%s", gai_strerror(result));
        if (len > 0 && write(STDOUT_FILENO, line, (size_t)len) != len)
            _exit(1);
        _exit(0);
    }
    for (found = list; found != NULL; found = found->ai_next)
        write_address(found, query->port);
    _exit(0);
}

enum kith_status lookup_start(struct jobs *jobs,
                              const struct kith_notify_lookup *lookup,
                              int64_t now_ms)
{
    struct job *job = job_take(jobs);
    struct query query;
    enum kith_status status;

    if (job == NULL)
        return KITH_BUSY;
    (void)snprintf(query.host, sizeof(query.host), "%.*s",
                   (int)lookup->host.len, (const char *)lookup->host.data);
    (void)snprintf(query.port, sizeof(query.port), "%u",
                   (unsigned)lookup->port);
    job->handle = lookup->handle;
    job->deadline_ms = now_ms + LOOKUP_MS;
    status = job_start(job, run, &query, (struct kith_bytes){NULL, 0});
    if (status == KITH_OK)
        job->kind = JOB_LOOKUP;
    return status;
}

static void add_line(struct lookup_answer *answer, const char *line, size_t len)
{
    char *text;

    if (answer->count == KITH_CHILD_ADDRESSES_MAX || len == 0 ||
        len >= KITH_CHILD_ADDRESS_MAX)
        return;
    text = answer->texts[answer->count];
    memcpy(text, line, len);
    text[len] = '\0';
    answer->addresses[answer->count++] = kith_bytes_of(text);
}

void lookup_read(const struct job *job, struct lookup_answer *ret_answer)
{
    const char *at = (const char *)job->output;
    const char *end = at + job->output_len;

    *ret_answer = (struct lookup_answer){.count = 0};
    if (job->output_len > 0 && *at == '!') {
        (void)snprintf(ret_answer->sentence, LOOKUP_TEXT_MAX, "%.*s",
                       (int)(end - at - 1), at + 1);
        return;
    }
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        if (stop == NULL)
            break;
        add_line(ret_answer, at, (size_t)(stop - at));
        at = stop + 1;
    }
    if (ret_answer->count == 0)
        (void)snprintf(ret_answer->sentence, LOOKUP_TEXT_MAX,
                       job->late ? "the name server did not answer in time"
                                 : "the name has no address");
}
