/* address - numeric endpoints "tcp://1.2.3.4:5" and "tcp://[::1]:5".
 *
 * Not here: name lookups; those are kith-notify's.
 */
#include "net/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char scheme[] = "tcp://";

/* 1 to 5 digits up to 65535 and nothing else; -1 otherwise. */
static int read_port(const char *text)
{
    size_t len = strlen(text);
    long port = 0;

    if (len < 1 || len > 5 || strspn(text, "0123456789") != len)
        return -1;
    port = strtol(text, NULL, 10);
    return port <= 65535 ? (int)port : -1;
}

/* Splits "host:port" or "[host]:port" in place; NULL when it is neither. */
static char *split(char *text, char **ret_port, int *ret_family)
{
    char *colon = strrchr(text, ':');
    size_t len = 0;

    if (colon == NULL)
        return NULL;
    *colon = '\0';
    *ret_port = colon + 1;
    len = strlen(text);
    *ret_family = text[0] == '[' ? AF_INET6 : AF_INET;
    if (text[0] != '[')
        return text;
    if (text[len - 1] != ']')
        return NULL;
    text[len - 1] = '\0';
    return text + 1;
}

/* Reads TEXT into a socket address; false when it is not numeric. */
static bool to_socket(const char *text, struct sockaddr_storage *ret_socket)
{
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret_socket;
    struct sockaddr_in *four = (struct sockaddr_in *)ret_socket;
    char copy[KITH_CHILD_ADDRESS_MAX + 1] = "";
    char *host = NULL, *port_text = NULL;
    int family = 0, port = 0;

    memset(ret_socket, 0, sizeof(*ret_socket));
    if (strncmp(text, scheme, sizeof(scheme) - 1) != 0)
        return false;
    (void)strncpy(copy, text + sizeof(scheme) - 1, sizeof(copy) - 1);
    host = split(copy, &port_text, &family);
    if (host == NULL)
        return false;
    port = read_port(port_text);
    if (port < 0)
        return false;
    ret_socket->ss_family = (sa_family_t)family;
    if (family == AF_INET) {
        four->sin_port = htons((uint16_t)port);
        return inet_pton(AF_INET, host, &four->sin_addr) == 1;
    }
    six->sin6_port = htons((uint16_t)port);
    return inet_pton(AF_INET6, host, &six->sin6_addr) == 1;
}

enum kith_status address_parse(struct kith_bytes text, bool any_port,
                               struct address *ret_address)
{
    struct sockaddr_storage socket_address;
    struct address address;
    const struct sockaddr_in *four = NULL;

    memset(&address, 0, sizeof(address));
    if (text.len == 0 || text.len >= sizeof(address.text) ||
        memchr(text.data, 0, text.len) != NULL)
        return KITH_INVALID;
    memcpy(address.text, text.data, text.len);
    if (!to_socket(address.text, &socket_address))
        return KITH_INVALID;
    four = (const struct sockaddr_in *)&socket_address;
    if (four->sin_port == 0 && !any_port) /* same place in both families */
        return KITH_INVALID;
    *ret_address = address;
    return KITH_OK;
}

bool address_is_six(const struct address *address)
{
    return address->text[sizeof(scheme) - 1] == '[';
}

bool address_has_route(const struct address *address)
{
    struct sockaddr_storage socket_address;
    socklen_t len = sizeof(struct sockaddr_in6);
    bool route = true;
    int fd = -1;

    if (!to_socket(address->text, &socket_address))
        return false;
    if (socket_address.ss_family == AF_INET)
        len = sizeof(struct sockaddr_in);
    /* Connecting a datagram socket only looks the route up. */
    fd = socket(socket_address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return true;
    if (connect(fd, (const struct sockaddr *)&socket_address, len) != 0)
        route = errno != ENETUNREACH && errno != EHOSTUNREACH;
    (void)close(fd);
    return route;
}
