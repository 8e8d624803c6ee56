/* process - hardening of the running process and the talk with systemd.
 *
 * sd_notify is 25 lines, so libsystemd is not linked. Not here: the limits of
 * the children (child.c).
 */
#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

/* A descriptor of ours must never become somebody's stdout. */
static enum kith_status fill_standard(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            return KITH_IO;
    } while (fd <= STDERR_FILENO);
    (void)close(fd);
    return KITH_OK;
}

enum kith_status process_harden(void)
{
    struct rlimit none = {0, 0};

    (void)umask(077);
    if (setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return KITH_IO;
    return fill_standard();
}

void process_descriptors(uint64_t wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted < limit.rlim_max ? (rlim_t)wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted)
        log_event(LOG_LEVEL_WARN, "process.descriptors", "have",
                  log_number((int64_t)limit.rlim_cur).text, "wanted",
                  log_number((int64_t)wanted).text, NULL);
}

void process_warn_root(void)
{
    if (geteuid() == 0 && getenv("KITH_TEST") == NULL)
        log_event(LOG_LEVEL_WARN, "process.root", "why",
                  "kithd runs as root; give it a user of its own", NULL);
}

void process_warn_unlocked(void)
{
    static uint8_t probe[4096];

    /* libsodium says nothing when it may not lock a page with a key */
    if (mlock(probe, sizeof(probe)) != 0)
        log_event(LOG_LEVEL_WARN, "process.memlock", "why",
                  "memory with keys may be swapped out; raise LimitMEMLOCK or "
                  "encrypt the swap",
                  NULL);
    else
        (void)munlock(probe, sizeof(probe));
}

void process_tell_systemd(const char *text)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    socklen_t len;
    int fd;

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    if (path == NULL || (path[0] != '/' && path[0] != '@') ||
        strlen(path) >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path, path, strlen(path));
    len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (path[0] == '@') /* an abstract socket begins with NUL */
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    /* systemd that does not listen is no fault of ours */
    (void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                  (const struct sockaddr *)&address, len);
    (void)close(fd);
}

int64_t process_watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");
    char *end = NULL;
    long long limit;

    if (usec == NULL || (pid != NULL && atoll(pid) != (long long)getpid()))
        return 0;
    errno = 0;
    limit = strtoll(usec, &end, 10);
    if (errno != 0 || end == usec || *end != '\0' || limit < 2000)
        return 0;
    return limit / 2000;
}
