/* pages - reads LMDB's two meta pages.
 *
 * Not here: what the numbers must be (parts.c), the other pages
 * (check_pages.c).
 */
#include "store/pages.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"

enum {
    FLAGS_AT = 10,
    IS_META = 0x08,
    MAGIC_AT = PAGES_HEAD,
    VERSION_AT = PAGES_HEAD + 4,
    FREE_DB_AT = PAGES_HEAD + 24,
    MAIN_DB_AT = FREE_DB_AT + PAGES_DB,
    LAST_AT = MAIN_DB_AT + PAGES_DB,
    NUMBER_AT = LAST_AT + 8,
    META_END = NUMBER_AT + 8,
    META_VERSION = 1
};

static const uint32_t meta_magic = 0xbeefc0de;

void pages_read_db(const uint8_t data[PAGES_DB], struct pages_db *ret_db)
{
    memcpy(&ret_db->depth, data + 6, 2);
    memcpy(&ret_db->branches, data + 8, 8);
    memcpy(&ret_db->leaves, data + 16, 8);
    memcpy(&ret_db->overflows, data + 24, 8);
    memcpy(&ret_db->entries, data + 32, 8);
    memcpy(&ret_db->root, data + 40, 8);
}

static enum kith_status read_meta(int fd, unsigned page,
                                  struct pages_meta *ret_meta)
{
    uint8_t head[META_END];
    uint32_t magic = 0, version = 0, size = 0;
    uint16_t flags = 0;
    uint64_t number = 0;
    enum kith_status status =
        disk_read(fd, (uint64_t)page * PAGES_SIZE, head, sizeof(head));

    if (status != KITH_OK)
        return status;
    memcpy(&number, head, sizeof(number));
    memcpy(&flags, head + FLAGS_AT, sizeof(flags));
    memcpy(&magic, head + MAGIC_AT, sizeof(magic));
    memcpy(&version, head + VERSION_AT, sizeof(version));
    /* The page size stands where the free tree has its first field. */
    memcpy(&size, head + FREE_DB_AT, sizeof(size));
    if (number != page || (flags & IS_META) == 0 || magic != meta_magic ||
        version != META_VERSION || size != PAGES_SIZE)
        return KITH_DAMAGED;
    pages_read_db(head + FREE_DB_AT, &ret_meta->free_db);
    pages_read_db(head + MAIN_DB_AT, &ret_meta->main_db);
    memcpy(&ret_meta->last, head + LAST_AT, 8);
    memcpy(&ret_meta->number, head + NUMBER_AT, 8);
    return KITH_OK;
}

enum kith_status pages_read_metas(int fd, struct pages_meta ret[2])
{
    enum kith_status status = read_meta(fd, 0, &ret[0]);

    return status == KITH_OK ? read_meta(fd, 1, &ret[1]) : status;
}

enum kith_status pages_metas(const char *path, uint64_t ret_numbers[2])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct pages_meta metas[2];
    enum kith_status status = KITH_OK;

    if (fd < 0)
        return disk_status();
    status = pages_read_metas(fd, metas);
    (void)close(fd);
    if (status != KITH_OK)
        return status;
    ret_numbers[0] = metas[0].number;
    ret_numbers[1] = metas[1].number;
    return KITH_OK;
}
