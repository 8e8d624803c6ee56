/* slot_rewrite - empties slots by a new file in the place of the old one.
 *
 * Order: new file, fsync, second name for the old one, rename, fsync the
 * folder, overwrite the old one, fsync, remove its name, fsync the folder.
 * Killed anywhere, slot_file_settle finds what is left and ends it; the intent
 * in the store (destroy.c) says whether to begin again.
 * Not here: layout and keys (slot_file.c).
 */
#include "store/slot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

/* Removes PATH, overwritten first unless it is another name of the file in
 * use. */
static enum kith_status remove_leftover(struct slot_file *file,
                                        const char *path)
{
    struct stat mine, other;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    enum kith_status status = KITH_OK;

    if (fd < 0)
        return errno == ENOENT ? KITH_OK : KITH_IO;
    if (fstat(fd, &other) != 0 || fstat(file->fd, &mine) != 0)
        status = KITH_IO;
    else if (mine.st_ino != other.st_ino || mine.st_dev != other.st_dev)
        status = disk_wipe(fd);
    (void)close(fd);
    if (status == KITH_OK && unlink(path) != 0)
        status = KITH_IO;
    return status == KITH_OK ? disk_sync(file->folder) : status;
}

enum kith_status slot_file_settle(struct slot_file *file)
{
    enum kith_status status = remove_leftover(file, file->fresh);

    return status == KITH_OK ? remove_leftover(file, file->old) : status;
}

/* Copies the blocks below KEEP to NEXT without the slots of LIST. */
static enum kith_status copy_blocks(struct slot_file *file,
                                    struct slot_file *next,
                                    const uint64_t *list, size_t n,
                                    uint64_t keep)
{
    uint8_t keys[SLOT_BLOCK_LEN];
    enum kith_status status = KITH_OK;
    size_t at = 0;

    for (uint64_t block = 0; block < keep && status == KITH_OK; block++) {
        uint64_t end = (block + 1) * SLOT_BLOCK;

        status = slot_file_read(file, block, keys);
        if (status != KITH_OK)
            break;
        for (; at < n && list[at] <= end; at++) {
            if (list[at] > block * SLOT_BLOCK)
                sodium_memzero(keys + (list[at] - 1) % SLOT_BLOCK * SLOT_KEY,
                               SLOT_KEY);
        }
        status = slot_file_write(next, block, keys);
    }
    sodium_memzero(keys, sizeof(keys));
    return status;
}

/* The new file stands under the name, the old one under slots.old. */
static enum kith_status swap_names(const struct slot_file *file)
{
    if (link(file->path, file->old) != 0 ||
        rename(file->fresh, file->path) != 0)
        return disk_status();
    return KITH_OK;
}

/* Writes the new file beside this one and syncs it. */
static enum kith_status write_next(struct slot_file *file,
                                   struct slot_file *next, const uint64_t *list,
                                   size_t n, uint64_t keep)
{
    enum kith_status status = KITH_OK;

    next->fd = open(file->fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (next->fd < 0)
        return disk_status();
    status = slot_file_write_header(next);
    if (status == KITH_OK)
        status = copy_blocks(file, next, list, n, keep);
    if (status == KITH_OK && fsync(next->fd) != 0)
        status = KITH_IO;
    return status;
}

enum kith_status slot_file_rewrite(struct slot_file *file, const uint64_t *list,
                                   size_t n, uint64_t keep)
{
    struct slot_file *next = NULL;
    int old_fd = file->fd;
    enum kith_status status = slot_file_settle(file);

    if (status != KITH_OK)
        return status;
    next = sodium_malloc(sizeof(*next));
    if (next == NULL)
        return KITH_NOMEM;
    *next = *file;
    next->fd = -1;
    next->generation++;
    next->blocks = 0;
    randombytes_buf(next->file_key, SLOT_KEY);
    if (keep > file->blocks)
        keep = file->blocks;
    status = write_next(file, next, list, n, keep);
    if (status == KITH_OK)
        status = swap_names(file);
    if (status == KITH_OK) {
        /* From the rename on the new file is the one in use, whatever follows
         * fails: only then is slots.old overwritten. */
        *file = *next;
        next->fd = old_fd;
        status = disk_sync(file->folder);
    }
    slot_file_close(&next);
    return status == KITH_OK ? slot_file_settle(file) : status;
}
