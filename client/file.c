/* file - files of the person that a command names.
 *
 * Responsible for: reading with a bound, digests of documents, writing whole.
 * Not here: what the files say (formats/).
 */
#include "file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "kith/error.h"
#include "memory.h"

static enum kith_status fail_file(struct kith_error *err, const char *path)
{
    return kith_fail(err, errno == ENOENT ? KITH_NOT_FOUND : KITH_IO, "file",
                     "", "%s cannot be read: %s", path, strerror(errno));
}

enum kith_status file_take(struct cli *cli, const char *path, size_t max,
                           struct kith_bytes *ret_bytes, struct kith_error *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct kith_buf buf = {0};
    enum kith_status status = KITH_OK;
    size_t got = 0;

    if (file == NULL)
        return fail_file(err, path);
    do {
        uint8_t block[16384];

        got = fread(block, 1, sizeof block, file);
        buffer_add(&buf, block, got);
    } while (got > 0 && buf.len <= max);
    if (ferror(file))
        status = fail_file(err, path);
    else if (buf.len > max)
        status = kith_fail(err, KITH_LIMIT, "file_too_large", "",
                           "%s is larger than %zu bytes", path, max);
    if (file != stdin)
        fclose(file);
    if (status == KITH_OK) {
        ret_bytes->len = buf.len;
        ret_bytes->data =
            (const uint8_t *)memory_text(cli->arena, kith_buf_bytes(&buf));
    }
    kith_buf_clear(&buf);
    return status;
}

enum kith_status file_digest(const char *path, struct kith_hash *ret_digest,
                             struct kith_error *err)
{
    FILE *file = fopen(path, "rb");
    crypto_hash_sha256_state state;
    enum kith_status status = KITH_OK;
    uint8_t block[16384];
    size_t got = 0;

    if (file == NULL)
        return fail_file(err, path);
    crypto_hash_sha256_init(&state);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        crypto_hash_sha256_update(&state, block, got);
    if (ferror(file))
        status = fail_file(err, path);
    else
        crypto_hash_sha256_final(&state, ret_digest->b);
    fclose(file);
    return status;
}

static bool write_all(int fd, struct kith_bytes bytes)
{
    size_t done = 0;

    while (done < bytes.len) {
        ssize_t wrote = write(fd, bytes.data + done, bytes.len - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        done += (size_t)wrote;
    }
    return fsync(fd) == 0;
}

enum kith_status file_replace(struct cli *cli, const char *path,
                              struct kith_bytes bytes, struct kith_error *err)
{
    char *aside = memory_format(cli->arena, "%s.XXXXXX", path);
    int fd = mkstemp(aside); /* for this user alone */
    bool good = fd >= 0 && write_all(fd, bytes);
    int cause = errno;

    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        cause = errno;
    }
    if (good && rename(aside, path) == 0)
        return KITH_OK;
    if (good)
        cause = errno;
    if (fd >= 0)
        (void)unlink(aside);
    return kith_fail(err, KITH_IO, "file", "", "%s cannot be written: %s", path,
                     strerror(cause));
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}
