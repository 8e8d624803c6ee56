/* backup_files - see the header. */
#include "core/backup_files.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/keyfile.h"
#include "kith/be.h"
#include "kith/error.h"
#include "kith/sign.h"
#include "store/store.h"

enum {
    COPY_LEN = 64 * 1024
};

/* How far a copy is, on a terminal. */
struct progress {
    const char *verb; /* "writing", "reading" */
    uint64_t done, total;
    unsigned shown; /* percent */
};

static const char *part_name(enum archive_kind kind)
{
    return kind == ARCHIVE_STORE ? "store" : "slots";
}

static void progress_step(struct progress *progress, enum archive_kind kind,
                          size_t bytes)
{
    unsigned percent;

    progress->done += bytes;
    percent = progress->total == 0 || progress->done >= progress->total
                  ? 100
                  : (unsigned)(progress->done * 100 / progress->total);
    if (percent == progress->shown || isatty(STDERR_FILENO) != 1)
        return;
    progress->shown = percent;
    (void)fprintf(stderr, "\r%s the %s %3u %%%s", progress->verb,
                  part_name(kind), percent, percent == 100 ? "\n" : "");
}

void backup_key(const uint8_t recovery_key[32],
                uint8_t ret_key[ARCHIVE_KEY_LEN])
{
    static const char label[] = "kith/v1/backup";

    (void)crypto_generichash(ret_key, ARCHIVE_KEY_LEN,
                             (const unsigned char *)label, sizeof(label),
                             recovery_key, 32);
}

void backup_parts_clear(struct backup_parts *parts)
{
    if (parts->keys.data != NULL)
        sodium_memzero(parts->keys.data, parts->keys.cap);
    kith_buf_clear(&parts->keys);
    sodium_memzero(parts->key, sizeof(parts->key));
}

void backup_options(const char *dir, const struct config *config,
                    const struct keyfile *keys,
                    struct store_options *ret_options)
{
    ret_options->dir = dir;
    ret_options->map_bytes = config->store_map;
    memcpy(ret_options->store_key, keys->store_key, STORE_KEY_LEN);
    memcpy(ret_options->master_key, keys->master_key, STORE_KEY_LEN);
}

static FILE *open_part(const struct backup_parts *parts, enum archive_kind kind,
                       const char *mode, char ret_path[PATH_MAX])
{
    (void)snprintf(ret_path, PATH_MAX, "%s/store/%s", parts->folder,
                   kind == ARCHIVE_STORE ? "data.mdb" : "slots");
    return fopen(ret_path, mode);
}

static enum kith_status fail_part(const char *path, struct kith_error *err)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;

    return kith_fail(err, full ? KITH_FULL : KITH_IO, "copy",
                     full ? "make room" : "", "%s: %s", path, strerror(errno));
}

static enum kith_status write_head(struct archive *archive,
                                   const struct backup_parts *parts,
                                   enum archive_kind kind,
                                   struct kith_error *err)
{
    uint8_t numbers[8];
    enum kith_status status = archive_write(
        archive,
        (struct kith_bytes){parts->company.b, sizeof(parts->company.b)}, err);

    if (status != KITH_OK || kind != ARCHIVE_STORE)
        return status;
    kith_be_put32(numbers, STORE_SCHEMA);
    kith_be_put32(numbers + 4, (uint32_t)parts->keys.len);
    status = archive_write(archive,
                           (struct kith_bytes){numbers, sizeof(numbers)}, err);
    if (status == KITH_OK)
        status = archive_write(archive, kith_buf_bytes(&parts->keys), err);
    return status;
}

static enum kith_status write_rest(struct archive *archive,
                                   const struct backup_parts *parts,
                                   enum archive_kind kind,
                                   struct kith_error *err)
{
    struct progress progress = {.verb = "writing", .shown = 101};
    char path[PATH_MAX];
    FILE *file = open_part(parts, kind, "re", path);
    uint8_t bytes[COPY_LEN];
    struct stat info;
    size_t got = 0;
    enum kith_status status = KITH_OK;

    if (file == NULL || fstat(fileno(file), &info) != 0) {
        status = fail_part(path, err);
        goto out;
    }
    progress.total = (uint64_t)info.st_size;
    while (status == KITH_OK &&
           (got = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        status = archive_write(archive, (struct kith_bytes){bytes, got}, err);
        progress_step(&progress, kind, got);
    }
    if (status == KITH_OK && ferror(file) != 0)
        status = fail_part(path, err);
out:
    if (file != NULL)
        (void)fclose(file);
    return status;
}

static enum kith_status read_back(const struct archive_seal *seal,
                                  const char *path, struct kith_error *err)
{
    struct archive_seal read = *seal;
    struct archive *archive = NULL;
    uint8_t bytes[COPY_LEN];
    size_t len = 1;
    enum kith_status status = archive_open(path, &read, &archive, err);

    while (status == KITH_OK && len > 0)
        status = archive_read(archive, bytes, sizeof(bytes), &len, err);
    archive_close(&archive);
    sodium_memzero(&read, sizeof(read));
    return status;
}

enum kith_status backup_file_write(const struct backup_parts *parts,
                                   enum archive_kind kind, const char *path,
                                   struct kith_error *err)
{
    struct archive_seal seal = {.kind = kind, .made_at = parts->made_at};
    struct archive *archive = NULL;
    enum kith_status status;

    memcpy(seal.key, parts->key, sizeof(seal.key));
    status = archive_create(path, &seal, &archive, err);
    if (status == KITH_OK)
        status = write_head(archive, parts, kind, err);
    if (status == KITH_OK)
        status = write_rest(archive, parts, kind, err);
    if (status == KITH_OK)
        status = archive_finish(archive, err);
    archive_close(&archive);
    if (status == KITH_OK)
        status = read_back(&seal, path, err);
    sodium_memzero(&seal, sizeof(seal));
    return status;
}

/* Exactly LEN bytes. */
static enum kith_status take(struct archive *archive, uint8_t *ret_data,
                             size_t len, struct kith_error *err)
{
    while (len > 0) {
        size_t got = 0;

        if (archive_read(archive, ret_data, len, &got, err) != KITH_OK)
            return err->status;
        if (got == 0)
            return kith_fail(err, KITH_DAMAGED, "backup_damaged",
                             "take another copy",
                             "the backup is too short to be one");
        ret_data += got;
        len -= got;
    }
    return KITH_OK;
}

static enum kith_status read_keys(struct backup_parts *parts,
                                  struct archive *archive,
                                  struct kith_error *err)
{
    uint8_t numbers[8];
    uint32_t schema, len;
    enum kith_status status = take(archive, numbers, sizeof(numbers), err);

    if (status != KITH_OK)
        return status;
    schema = kith_be_get32(numbers);
    len = kith_be_get32(numbers + 4);
    parts->schema = schema;
    if (schema > STORE_SCHEMA)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "schema_newer",
                         "install the version of kith that made it",
                         "the backup has store schema %" PRIu32
                         ", this kithd knows %d",
                         schema, STORE_SCHEMA);
    if (len > KEYFILE_SIZE_MAX)
        return kith_fail(
            err, KITH_DAMAGED, "backup_damaged", "take another copy",
            "the backup says that its key file has %" PRIu32 " bytes", len);
    status = kith_buf_reserve(&parts->keys, len + 1);
    if (status != KITH_OK)
        return kith_fail(err, status, "no_memory", "", "out of memory");
    parts->keys.len = len;
    return take(archive, parts->keys.data, len, err);
}

static enum kith_status read_head(struct backup_parts *parts,
                                  enum archive_kind kind,
                                  struct archive *archive,
                                  struct kith_error *err)
{
    struct kith_company_id company;
    enum kith_status status = take(archive, company.b, sizeof(company.b), err);

    if (status != KITH_OK)
        return status;
    if (kind == ARCHIVE_STORE) {
        parts->company = company;
        return read_keys(parts, archive, err);
    }
    if (!kith_company_id_equal(&company, &parts->company))
        return kith_fail(err, KITH_CONFLICT, "backup_other", "",
                         "the two files are of different companies");
    return KITH_OK;
}

static enum kith_status read_rest(const struct backup_parts *parts,
                                  enum archive_kind kind,
                                  struct archive *archive, uint64_t total,
                                  struct kith_error *err)
{
    struct progress progress = {
        .verb = "reading", .total = total, .shown = 101};
    char path[PATH_MAX];
    FILE *file = open_part(parts, kind, "wxe", path);
    uint8_t bytes[COPY_LEN];
    size_t len = 0;
    enum kith_status status = KITH_OK;

    if (file == NULL)
        return fail_part(path, err);
    do {
        status = archive_read(archive, bytes, sizeof(bytes), &len, err);
        if (status == KITH_OK && len > 0 && fwrite(bytes, len, 1, file) != 1)
            status = fail_part(path, err);
        progress_step(&progress, kind, len);
    } while (status == KITH_OK && len > 0);
    if (status == KITH_OK && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        status = fail_part(path, err);
    (void)fclose(file);
    return status;
}

enum kith_status backup_file_read(struct backup_parts *parts,
                                  enum archive_kind kind, const char *path,
                                  struct kith_error *err)
{
    struct archive_seal seal = {.kind = kind};
    struct archive *archive = NULL;
    struct stat info = {0};
    enum kith_status status;

    memcpy(seal.key, parts->key, sizeof(seal.key));
    status = archive_open(path, &seal, &archive, err);
    if (status == KITH_OK) {
        if (kind == ARCHIVE_STORE)
            parts->made_at = seal.made_at;
        (void)stat(path, &info);
        status = read_head(parts, kind, archive, err);
    }
    if (status == KITH_OK)
        status = read_rest(parts, kind, archive, (uint64_t)info.st_size, err);
    archive_close(&archive);
    sodium_memzero(&seal, sizeof(seal));
    return status;
}
