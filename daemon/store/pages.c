/* pages - reads LMDB's two meta pages.
 *
 * The layout is that of LMDB 0.9 on a 64-bit machine, in host byte order.
 * Not here: what the numbers must be (open.c).
 */
#include "store/pages.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"

enum {
    PAGE = 4096,
    PAGE_HEAD = 16,
    PAGE_FLAGS_AT = 10,
    PAGE_IS_META = 0x08,
    META_MAGIC_AT = PAGE_HEAD,
    META_VERSION_AT = PAGE_HEAD + 4,
    META_NUMBER_AT = PAGE_HEAD + 128,
    META_END = PAGE_HEAD + 136,
    META_VERSION = 1
};

static const uint32_t meta_magic = 0xbeefc0de;

static enum kith_status read_meta(int fd, unsigned page, uint64_t *ret_number)
{
    uint8_t head[META_END];
    uint32_t magic = 0, version = 0;
    uint16_t flags = 0;
    uint64_t pgno = 0, number = 0;
    enum kith_status status =
        disk_read(fd, (uint64_t)page * PAGE, head, sizeof(head));

    if (status != KITH_OK)
        return status;
    memcpy(&pgno, head, sizeof(pgno));
    memcpy(&flags, head + PAGE_FLAGS_AT, sizeof(flags));
    memcpy(&magic, head + META_MAGIC_AT, sizeof(magic));
    memcpy(&version, head + META_VERSION_AT, sizeof(version));
    memcpy(&number, head + META_NUMBER_AT, sizeof(number));
    if (pgno != page || (flags & PAGE_IS_META) == 0 || magic != meta_magic ||
        version != META_VERSION)
        return KITH_DAMAGED;
    *ret_number = number;
    return KITH_OK;
}

enum kith_status pages_metas(const char *path, uint64_t ret_numbers[2])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    uint64_t numbers[2] = {0, 0};
    enum kith_status status = KITH_OK;

    if (fd < 0)
        return disk_status();
    status = read_meta(fd, 0, &numbers[0]);
    if (status == KITH_OK)
        status = read_meta(fd, 1, &numbers[1]);
    (void)close(fd);
    if (status != KITH_OK)
        return status;
    ret_numbers[0] = numbers[0];
    ret_numbers[1] = numbers[1];
    return KITH_OK;
}
