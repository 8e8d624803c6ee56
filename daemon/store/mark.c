/* mark - reads and writes the file of the last commit's number.
 *
 * Layout: number (8), keyed BLAKE2b of it (16).
 * Not here: what a store that is behind its mark means (open.c).
 */
#include "store/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kith/be.h"
#include "kith/error.h"
#include "store/disk.h"

enum {
    MARK_TAG = 16,
    MARK_LEN = 8 + MARK_TAG
};

struct mark {
    int fd;
    uint8_t key[32];
};

static void tag_number(const struct mark *mark, const uint8_t number[8],
                       uint8_t ret_tag[MARK_TAG])
{
    crypto_generichash(ret_tag, MARK_TAG, number, 8, mark->key,
                       sizeof(mark->key));
}

enum kith_status mark_open(const char *folder, const uint8_t key[32],
                           bool read_only, struct mark **ret_mark,
                           struct kith_error *err)
{
    char path[DISK_PATH_MAX];
    int flags =
        O_CLOEXEC | O_NOFOLLOW | (read_only ? O_RDONLY : O_RDWR | O_CREAT);
    enum kith_status status = disk_join(folder, "mark", path, err);
    struct mark *mark = NULL;

    if (status != KITH_OK)
        return status;
    mark = calloc(1, sizeof(*mark));
    if (mark == NULL)
        return KITH_NOMEM;
    memcpy(mark->key, key, sizeof(mark->key));
    mark->fd = open(path, flags, 0600);
    if (mark->fd < 0 && !(read_only && errno == ENOENT)) {
        mark_close(&mark);
        return kith_fail(err, KITH_IO, "store_mark", "", "cannot open %s: %s",
                         path, strerror(errno));
    }
    *ret_mark = mark;
    return KITH_OK;
}

void mark_close(struct mark **mark)
{
    if (mark == NULL || *mark == NULL)
        return;
    if ((*mark)->fd >= 0)
        (void)close((*mark)->fd);
    sodium_memzero(*mark, sizeof(**mark));
    free(*mark);
    *mark = NULL;
}

enum kith_status mark_read(struct mark *mark, uint64_t *ret_number)
{
    uint8_t bytes[MARK_LEN], tag[MARK_TAG];

    if (mark->fd < 0 || disk_read(mark->fd, 0, bytes, sizeof(bytes)) != KITH_OK)
        return KITH_NOT_FOUND;
    tag_number(mark, bytes, tag);
    if (sodium_memcmp(tag, bytes + 8, MARK_TAG) != 0)
        return KITH_NOT_FOUND;
    *ret_number = kith_be_get64(bytes);
    return KITH_OK;
}

void mark_write(struct mark *mark, uint64_t number)
{
    uint8_t bytes[MARK_LEN];
    struct kith_bytes all = {bytes, sizeof(bytes)};

    kith_be_put64(bytes, number);
    tag_number(mark, bytes, bytes + 8);
    /* A failure leaves the older mark, which is still true. */
    if (disk_write(mark->fd, 0, all) != KITH_OK)
        return;
}
