/* control_socket - the listening end of the control socket.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_CONTROL_SOCKET_H
#define CORE_CONTROL_SOCKET_H

#include <sys/types.h>

#include "kith/status.h"

struct config;
struct kith_error;

/* Makes the folder (0750), takes the path of CONFIG and listens, without
 * blocking; the inode is that of the path. An old socket is replaced, but not
 * one that a daemon answers at, and not what is no socket. The group of CONFIG
 * may connect when there is one. KITH_IO, KITH_CONFLICT (it is taken),
 * KITH_INVALID (no such group), KITH_LIMIT, with ERR. */
enum kith_status control_socket_open(const struct config *config, int *ret_fd,
                                     ino_t *ret_inode, struct kith_error *err)
    KITH_MUST_CHECK;

#endif
