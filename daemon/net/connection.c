/* connection - one TCP connection that libzmq holds, watched from outside.
 *
 * Not here: when to look and what follows (guard.c).
 */
#include "net/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LINGER_LEAST_MS = 20, /* libzmq's thread has written by then */
    LINGER_MOST_MS = 1000,
    STATE_ESTABLISHED = 1 /* tcpi_state; linux/tcp.h has no name for it */
};

/* An IPv4 address that came over an IPv6 socket reads as what it is. */
static void write_address(const struct sockaddr_storage *address, char *text,
                          size_t size)
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
    const struct sockaddr_in *four = (const struct sockaddr_in *)address;
    char host[INET6_ADDRSTRLEN] = "?";

    if (address->ss_family == AF_INET) {
        (void)inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host));
        (void)snprintf(text, size, "%s:%u", host, ntohs(four->sin_port));
    } else if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
        (void)inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], host,
                        sizeof(host));
        (void)snprintf(text, size, "%s:%u", host, ntohs(six->sin6_port));
    } else {
        (void)inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host));
        (void)snprintf(text, size, "[%s]:%u", host, ntohs(six->sin6_port));
    }
}

enum kith_status connection_new(int fd, int64_t now_ms,
                                struct connection **ret_connection)
{
    struct connection *connection = NULL;
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);
    enum kith_status status = KITH_OK;
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

    if (own < 0)
        return errno == EBADF ? KITH_NOT_FOUND : KITH_FULL;
    memset(&address, 0, sizeof(address));
    if (getpeername(own, (struct sockaddr *)&address, &len) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6)) {
        status = KITH_NOT_FOUND;
        goto out;
    }
    connection = calloc(1, sizeof(*connection));
    if (connection == NULL) {
        status = KITH_NOMEM;
        goto out;
    }
    connection->fd = own;
    connection->since_ms = now_ms;
    write_address(&address, connection->remote, sizeof(connection->remote));
    *ret_connection = connection;
    own = -1;
out:
    if (own >= 0)
        (void)close(own);
    return status;
}

void connection_destroy(struct connection **connection)
{
    if (*connection == NULL)
        return;
    (void)close((*connection)->fd);
    free(*connection);
    *connection = NULL;
}

static void shut(struct connection *connection)
{
    connection->shut = true;
    connection->shut_due_ms = 0;
    (void)shutdown(connection->fd, SHUT_RDWR);
}

void connection_shut(struct connection *connection)
{
    /* A reset once all descriptors are closed: else a partner in the middle
     * of a long frame would wait a minute to be allowed to go on. */
    static const struct linger reset = {1, 0};

    (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset,
                     sizeof(reset));
    shut(connection);
}

void connection_shut_later(struct connection *connection, int64_t now_ms)
{
    connection->shut = true;
    connection->shut_due_ms = now_ms + LINGER_MOST_MS;
}

void connection_linger(struct connection *connection, int64_t now_ms)
{
    int unsent = 0;

    if (connection->shut_due_ms == 0)
        return;
    if (now_ms < connection->shut_due_ms - LINGER_MOST_MS + LINGER_LEAST_MS)
        return;
    if (now_ms < connection->shut_due_ms &&
        ioctl(connection->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0)
        return;
    shut(connection);
}

bool connection_is_cut(const struct connection *connection)
{
    struct tcp_info info;
    socklen_t len = sizeof(info);

    memset(&info, 0, sizeof(info));
    return !connection->shut &&
           getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &len) ==
               0 &&
           info.tcpi_state == STATE_ESTABLISHED;
}

uint64_t connection_look(struct connection *connection, bool *ret_grown)
{
    struct tcp_info info;
    socklen_t len = sizeof(info);

    *ret_grown = false;
    memset(&info, 0, sizeof(info));
    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return 0;
    *ret_grown = info.tcpi_bytes_received != connection->seen;
    connection->seen = info.tcpi_bytes_received;
    if (connection->delivered) {
        connection->delivered = false;
        connection->base = connection->seen;
    }
    return connection->seen - connection->base;
}
