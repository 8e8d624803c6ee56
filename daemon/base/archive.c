/* archive - see the header. */
#include "base/archive.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "kith/be.h"
#include "kith/error.h"

enum {
    MAGIC_LEN = 8,
    VERSION = 1,
    HEAD_LEN = MAGIC_LEN + 1 + 1 + 8, /* authenticated with each chunk */
    STREAM_LEN = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    CHUNK_LEN = 64 * 1024, /* plain bytes */
    SEALED_LEN = CHUNK_LEN + crypto_secretstream_xchacha20poly1305_ABYTES
};

static const char magic[MAGIC_LEN + 1] = "kithback";

struct archive {
    FILE *file; /* owned */
    char path[PATH_MAX];
    char fresh[PATH_MAX]; /* being written; "": read, or in its place */
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t head[HEAD_LEN];
    uint8_t plain[CHUNK_LEN];
    size_t plain_len; /* bytes in plain */
    size_t taken;     /* of these: given to the reader */
    bool ended;       /* the last chunk has been met */
    uint8_t sealed[SEALED_LEN];
};

static enum kith_status fail_write(struct archive *archive,
                                   struct kith_error *err)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;

    return kith_fail(err, full ? KITH_FULL : KITH_IO, "write",
                     full ? "make room, or name another folder" : "",
                     "%s cannot be written: %s", archive->path,
                     strerror(errno));
}

static enum kith_status new_archive(const char *path,
                                    struct archive **ret_archive,
                                    struct kith_error *err)
{
    struct archive *archive = sodium_malloc(sizeof(*archive));

    if (archive == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    memset(archive, 0, sizeof(*archive));
    if (snprintf(archive->path, sizeof(archive->path), "%s", path) >=
            PATH_MAX ||
        strlen(path) + sizeof(".new") > PATH_MAX) {
        sodium_free(archive);
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "the path of the backup is too long");
    }
    *ret_archive = archive;
    return KITH_OK;
}

enum kith_status archive_create(const char *path,
                                const struct archive_seal *seal,
                                struct archive **ret_archive,
                                struct kith_error *err)
{
    struct archive *archive = NULL;
    uint8_t stream[STREAM_LEN];
    mode_t mask;
    enum kith_status status = new_archive(path, &archive, err);

    if (status != KITH_OK)
        return status;
    (void)snprintf(archive->fresh, sizeof(archive->fresh), "%.*s.new",
                   PATH_MAX - 5, path);
    memcpy(archive->head, magic, MAGIC_LEN);
    archive->head[MAGIC_LEN] = VERSION;
    archive->head[MAGIC_LEN + 1] = (uint8_t)seal->kind;
    kith_be_put64(archive->head + MAGIC_LEN + 2, (uint64_t)seal->made_at);
    (void)crypto_secretstream_xchacha20poly1305_init_push(&archive->state,
                                                          stream, seal->key);
    mask = umask(077);
    archive->file = fopen(archive->fresh, "we");
    (void)umask(mask);
    if (archive->file == NULL ||
        fwrite(archive->head, HEAD_LEN, 1, archive->file) != 1 ||
        fwrite(stream, STREAM_LEN, 1, archive->file) != 1) {
        status = fail_write(archive, err);
        archive_close(&archive);
        return status;
    }
    *ret_archive = archive;
    return KITH_OK;
}

static enum kith_status push_chunk(struct archive *archive, bool last,
                                   struct kith_error *err)
{
    unsigned long long len = 0;

    (void)crypto_secretstream_xchacha20poly1305_push(
        &archive->state, archive->sealed, &len, archive->plain,
        archive->plain_len, archive->head, HEAD_LEN,
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    archive->plain_len = 0;
    if (fwrite(archive->sealed, (size_t)len, 1, archive->file) != 1)
        return fail_write(archive, err);
    return KITH_OK;
}

enum kith_status archive_write(struct archive *archive, struct kith_bytes data,
                               struct kith_error *err)
{
    while (data.len > 0) {
        const size_t room = CHUNK_LEN - archive->plain_len;
        const size_t len = data.len < room ? data.len : room;

        memcpy(archive->plain + archive->plain_len, data.data, len);
        archive->plain_len += len;
        data.data += len;
        data.len -= len;
        /* a full chunk waits: it may be the last */
        if (archive->plain_len == CHUNK_LEN && data.len > 0 &&
            push_chunk(archive, false, err) != KITH_OK)
            return err->status;
    }
    return KITH_OK;
}

/* Overwrites what stands at PATH, if anything does: another name of it may
 * stay behind. */
static void wipe_former(const char *path)
{
    struct stat info;
    FILE *file = NULL;
    char zeros[4096] = {0};

    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return;
    file = fopen(path, "r+e");
    if (file == NULL)
        return;
    for (off_t at = 0; at < info.st_size; at += (off_t)sizeof(zeros))
        (void)fwrite(zeros, 1, sizeof(zeros), file);
    (void)fflush(file);
    (void)fsync(fileno(file));
    (void)fclose(file);
}

/* Ends FORMER, which a kill left: unless it is another name of the file that
 * still stands at PATH, its slots must not outlive it. */
static void end_former(const char *path, const char *former)
{
    struct stat old, now;

    if (lstat(former, &old) != 0)
        return;
    if (lstat(path, &now) != 0 || old.st_ino != now.st_ino ||
        old.st_dev != now.st_dev)
        wipe_former(former);
    (void)unlink(former);
}

enum kith_status archive_finish(struct archive *archive, struct kith_error *err)
{
    char former[PATH_MAX];
    bool has_former = false;
    enum kith_status status = push_chunk(archive, true, err);

    if (status != KITH_OK)
        return status;
    if (fflush(archive->file) != 0 || fsync(fileno(archive->file)) != 0)
        return fail_write(archive, err);
    (void)snprintf(former, sizeof(former), "%.*s.old", PATH_MAX - 5,
                   archive->path);
    end_former(archive->path, former);
    /* the old one keeps a name until the new one stands */
    has_former = link(archive->path, former) == 0;
    if (rename(archive->fresh, archive->path) != 0)
        return fail_write(archive, err);
    archive->fresh[0] = '\0';
    if (has_former)
        end_former(archive->path, former);
    return file_sync_folder(archive->path, err);
}

static enum kith_status fail_damaged(const struct archive *archive,
                                     const char *what, struct kith_error *err)
{
    return kith_fail(err, KITH_DAMAGED, "backup_damaged", "take another copy",
                     "%s is damaged: %s", archive->path, what);
}

/* Reads and opens the next chunk. */
static enum kith_status pull_chunk(struct archive *archive,
                                   struct kith_error *err)
{
    unsigned long long len = 0;
    unsigned char tag = 0;
    size_t got = fread(archive->sealed, 1, SEALED_LEN, archive->file);

    archive->taken = 0;
    archive->plain_len = 0;
    if (got < SEALED_LEN && ferror(archive->file) != 0)
        return kith_fail(err, KITH_IO, "read", "", "%s cannot be read: %s",
                         archive->path, strerror(errno));
    if (got < crypto_secretstream_xchacha20poly1305_ABYTES)
        return fail_damaged(archive, "its end is missing", err);
    if (crypto_secretstream_xchacha20poly1305_pull(
            &archive->state, archive->plain, &len, &tag, archive->sealed, got,
            archive->head, HEAD_LEN) != 0)
        return kith_fail(err, KITH_UNTRUSTED, "backup_sealed",
                         "use the key file or sheet of this company, or "
                         "another copy",
                         "%s does not open: it was changed or torn, or is "
                         "sealed under another key",
                         archive->path);
    archive->plain_len = (size_t)len;
    archive->ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (archive->ended && fgetc(archive->file) != EOF)
        return fail_damaged(archive, "it goes on behind its end", err);
    return KITH_OK;
}

static enum kith_status read_head(struct archive *archive,
                                  struct archive_seal *seal,
                                  struct kith_error *err)
{
    uint8_t stream[STREAM_LEN];

    if (fread(archive->head, HEAD_LEN, 1, archive->file) != 1 ||
        fread(stream, STREAM_LEN, 1, archive->file) != 1 ||
        memcmp(archive->head, magic, MAGIC_LEN) != 0)
        return fail_damaged(archive, "it does not begin as a backup of kith",
                            err);
    if (archive->head[MAGIC_LEN] != VERSION)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "backup_newer",
                         "install the version of kith that made it",
                         "%s has format %u, this kithd knows %d", archive->path,
                         archive->head[MAGIC_LEN], VERSION);
    if (archive->head[MAGIC_LEN + 1] != (uint8_t)seal->kind)
        return kith_fail(err, KITH_INVALID, "backup_kind",
                         "name the other file", "%s is not the file of %s",
                         archive->path,
                         seal->kind == ARCHIVE_STORE ? "the store" : "slots");
    seal->made_at = (int64_t)kith_be_get64(archive->head + MAGIC_LEN + 2);
    (void)crypto_secretstream_xchacha20poly1305_init_pull(&archive->state,
                                                          stream, seal->key);
    return pull_chunk(archive, err);
}

enum kith_status archive_open(const char *path, struct archive_seal *seal,
                              struct archive **ret_archive,
                              struct kith_error *err)
{
    struct archive *archive = NULL;
    enum kith_status status = new_archive(path, &archive, err);

    if (status != KITH_OK)
        return status;
    archive->file = fopen(path, "re");
    if (archive->file == NULL)
        status =
            kith_fail(err, errno == ENOENT ? KITH_NOT_FOUND : KITH_IO, "read",
                      "", "%s cannot be read: %s", path, strerror(errno));
    if (status == KITH_OK)
        status = read_head(archive, seal, err);
    if (status == KITH_OK)
        *ret_archive = archive;
    else
        archive_close(&archive);
    return status;
}

enum kith_status archive_read(struct archive *archive, uint8_t *ret_data,
                              size_t max, size_t *ret_len,
                              struct kith_error *err)
{
    size_t len = archive->plain_len - archive->taken;

    if (len == 0 && !archive->ended) {
        if (pull_chunk(archive, err) != KITH_OK)
            return err->status;
        len = archive->plain_len;
    }
    if (len > max)
        len = max;
    memcpy(ret_data, archive->plain + archive->taken, len);
    archive->taken += len;
    *ret_len = len;
    return KITH_OK;
}

void archive_close(struct archive **archive)
{
    if (archive == NULL || *archive == NULL)
        return;
    if ((*archive)->file != NULL)
        (void)fclose((*archive)->file);
    if ((*archive)->fresh[0] != '\0')
        (void)unlink((*archive)->fresh);
    sodium_free(*archive); /* wipes */
    *archive = NULL;
}
