/* memory_file - see the header. */
#define _GNU_SOURCE /* memfd_create */
#include "memory_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int memory_file(const uint8_t *data, size_t size, char ret_path[MEMORY_PATH])
{
    int fd = memfd_create("kith-fuzz", MFD_CLOEXEC);

    if (fd < 0 || fchmod(fd, 0600) != 0 ||
        (size > 0 && write(fd, data, size) != (ssize_t)size))
        abort();
    (void)snprintf(ret_path, MEMORY_PATH, "/proc/self/fd/%d", fd);
    return fd;
}
