/* control_socket - the listening end of the control socket.
 *
 * Not here: who connects and what is asked (control.c).
 */
#include "core/control_socket.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/config.h"
#include "base/paths.h"
#include "kith/error.h"
#include "kith/limits.h"

static enum kith_status make_folder(const char *path, struct kith_error *err)
{
    char folder[CONFIG_SOCKET_MAX];
    struct stat info;

    if (paths_folder(path, folder, sizeof(folder)) != KITH_OK)
        return KITH_LIMIT;
    if (stat(folder, &info) == 0)
        return KITH_OK;
    return paths_make_folder(folder, 0750, err);
}

/* Gives the socket to GROUP; the folder too, when we made it. */
static enum kith_status set_group(const char *path, const char *name,
                                  struct kith_error *err)
{
    const struct group *group = NULL;

    if (name[0] == '\0')
        return KITH_OK;
    group = getgrnam(name);
    if (group == NULL)
        return kith_fail(err, KITH_INVALID, "no_group", "groupadd the group",
                         "control: there is no group '%s'", name);
    if (chown(path, (uid_t)-1, group->gr_gid) != 0)
        return kith_fail(err, KITH_IO, "control_socket", "",
                         "cannot give %s to the group %s: %s", path, name,
                         strerror(errno));
    return KITH_OK;
}

/* Does a daemon answer there? Its name must not be taken from it: bind on an
 * unlinked name would leave it deaf without a word. */
static bool is_answered(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answered;

    if (fd < 0)
        return false;
    /* EAGAIN: it listens, and is busy */
    answered =
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
        errno == EAGAIN;
    (void)close(fd);
    return answered;
}

static enum kith_status bind_socket(const char *path, int fd,
                                    struct kith_error *err)
{
    struct sockaddr_un address;
    struct stat left;

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path, strlen(path));
    if (lstat(path, &left) == 0 && !S_ISSOCK(left.st_mode))
        return kith_fail(err, KITH_CONFLICT, "control_socket",
                         "correct control { socket } in kith.conf",
                         "%s is there and no socket: it is left alone", path);
    if (is_answered(&address))
        return kith_fail(err, KITH_CONFLICT, "control_socket",
                         "name another one in the configuration: control { "
                         "socket = ... }",
                         "another daemon answers at %s", path);
    /* what is left of a daemon that was killed */
    (void)unlink(path);
    if (fd < 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        chmod(path, 0660) != 0 || listen(fd, KITH_CONTROL_CLIENTS_MAX) != 0)
        return kith_fail(err, KITH_IO, "control_socket", "",
                         "cannot listen on %s: %s", path, strerror(errno));
    return KITH_OK;
}

enum kith_status control_socket_open(const struct config *config, int *ret_fd,
                                     ino_t *ret_inode, struct kith_error *err)
{
    const char *path = config->control_socket;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool bound = false;
    struct stat info;
    enum kith_status status = make_folder(path, err);

    if (status == KITH_OK)
        status = bind_socket(path, fd, err);
    bound = status == KITH_OK;
    if (status == KITH_OK)
        status = set_group(path, config->control_group, err);
    if (status == KITH_OK && stat(path, &info) != 0)
        status = kith_fail(err, KITH_IO, "control_socket", "",
                           "%s is gone again", path);
    if (status == KITH_OK) {
        *ret_fd = fd;
        *ret_inode = info.st_ino;
        return KITH_OK;
    }
    if (bound)
        (void)unlink(path);
    if (fd >= 0)
        (void)close(fd);
    return status;
}
