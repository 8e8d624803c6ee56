/* slot_file - opens, reads and extends the file of slot keys.
 *
 * Not here: emptying slots (slot_rewrite.c), which slots are in use.
 */
#include "store/slot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/be.h"
#include "kith/error.h"
#include "store/rowseal.h"

enum {
    MAGIC_LEN = 8,
    CLEAR_LEN = MAGIC_LEN + 4 + 4,
    NONCE = 24,
    TAG = 16,
    SECRET_LEN = SLOT_KEY + 8,
    HEADER_LEN = CLEAR_LEN + NONCE + SECRET_LEN + TAG,
    SEALED_BLOCK = NONCE + SLOT_BLOCK_LEN + TAG,
    SLOT_VERSION = 1,
    DRAW_STEP = 16 /* blocks sealed before a write */
};

static const uint8_t magic[MAGIC_LEN] = {'k', 'i', 't', 'h',
                                         's', 'l', 'o', 't'};

static void seal(const uint8_t *key, struct kith_bytes ad,
                 struct kith_bytes plain, uint8_t *ret_sealed)
{
    randombytes_buf(ret_sealed, NONCE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        ret_sealed + NONCE, NULL, plain.data, plain.len, ad.data, ad.len, NULL,
        ret_sealed, key);
}

static bool unseal(const uint8_t *key, struct kith_bytes ad,
                   struct kith_bytes sealed, uint8_t *ret_plain)
{
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               ret_plain, NULL, NULL, sealed.data + NONCE, sealed.len - NONCE,
               ad.data, ad.len, sealed.data, key) == 0;
}

static void block_ad(const struct slot_file *file, uint64_t block,
                     uint8_t ret_ad[16])
{
    kith_be_put64(ret_ad, file->generation);
    kith_be_put64(ret_ad + 8, block);
}

static uint64_t block_offset(uint64_t block)
{
    return HEADER_LEN + block * SEALED_BLOCK;
}

static void derive_wrap_key(const uint8_t master_key[SLOT_KEY],
                            uint8_t ret_key[SLOT_KEY])
{
    static const char use[] = "kith/v1/slots";

    crypto_generichash(ret_key, SLOT_KEY, (const uint8_t *)use, sizeof(use) - 1,
                       master_key, SLOT_KEY);
}

enum kith_status slot_file_write_header(const struct slot_file *file)
{
    uint8_t header[HEADER_LEN], secret[SECRET_LEN];
    struct kith_bytes ad = {header, CLEAR_LEN};
    struct kith_bytes plain = {secret, sizeof(secret)};
    struct kith_bytes all = {header, sizeof(header)};
    enum kith_status status = KITH_OK;

    memcpy(header, magic, MAGIC_LEN);
    kith_be_put32(header + MAGIC_LEN, SLOT_VERSION);
    kith_be_put32(header + MAGIC_LEN + 4, SLOT_BLOCK);
    memcpy(secret, file->file_key, SLOT_KEY);
    kith_be_put64(secret + SLOT_KEY, file->generation);
    seal(file->wrap_key, ad, plain, header + CLEAR_LEN);
    status = disk_write(file->fd, 0, all);
    sodium_memzero(secret, sizeof(secret));
    return status;
}

static enum kith_status read_header(struct slot_file *file)
{
    uint8_t header[HEADER_LEN], secret[SECRET_LEN];
    struct kith_bytes ad = {header, CLEAR_LEN};
    struct kith_bytes sealed = {header + CLEAR_LEN, HEADER_LEN - CLEAR_LEN};
    enum kith_status status = disk_read(file->fd, 0, header, sizeof(header));

    if (status != KITH_OK)
        return status;
    if (memcmp(header, magic, MAGIC_LEN) != 0)
        return KITH_DAMAGED;
    if (kith_be_get32(header + MAGIC_LEN) > SLOT_VERSION)
        return KITH_NOT_UNDERSTOOD;
    if (kith_be_get32(header + MAGIC_LEN + 4) != SLOT_BLOCK ||
        !unseal(file->wrap_key, ad, sealed, secret))
        return KITH_UNTRUSTED;
    memcpy(file->file_key, secret, SLOT_KEY);
    file->generation = kith_be_get64(secret + SLOT_KEY);
    sodium_memzero(secret, sizeof(secret));
    return KITH_OK;
}

static enum kith_status count_blocks(struct slot_file *file)
{
    struct stat info;

    if (fstat(file->fd, &info) != 0)
        return KITH_IO;
    file->blocks = 0;
    if (info.st_size > HEADER_LEN)
        file->blocks = ((uint64_t)info.st_size - HEADER_LEN) / SEALED_BLOCK;
    return KITH_OK;
}

static enum kith_status new_file(const char *folder,
                                 const uint8_t master_key[SLOT_KEY],
                                 struct slot_file **ret_file,
                                 struct kith_error *err)
{
    struct slot_file *file = sodium_malloc(sizeof(*file));
    enum kith_status status = KITH_OK;

    if (file == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    memset(file, 0, sizeof(*file));
    file->fd = -1;
    derive_wrap_key(master_key, file->wrap_key);
    status = disk_join(folder, "slots.new", file->fresh, err);
    if (status == KITH_OK)
        status = disk_join(folder, "slots.old", file->old, err);
    if (status == KITH_OK)
        status = disk_join(folder, "slots", file->path, err);
    if (status != KITH_OK) {
        slot_file_close(&file);
        return status;
    }
    memcpy(file->folder, folder, strlen(folder) + 1);
    *ret_file = file;
    return KITH_OK;
}

void slot_file_close(struct slot_file **file)
{
    if (file == NULL || *file == NULL)
        return;
    if ((*file)->fd >= 0)
        (void)close((*file)->fd);
    sodium_free(*file); /* wipes */
    *file = NULL;
}

enum kith_status slot_file_create(const char *folder,
                                  const uint8_t master_key[SLOT_KEY],
                                  struct kith_error *err)
{
    struct slot_file *file = NULL;
    enum kith_status status = new_file(folder, master_key, &file, err);

    if (status != KITH_OK)
        return status;
    file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file->fd < 0) {
        status = errno == EEXIST ? KITH_CONFLICT : disk_status();
        goto out;
    }
    file->generation = 1;
    randombytes_buf(file->file_key, SLOT_KEY);
    status = slot_file_write_header(file);
    if (status == KITH_OK && fsync(file->fd) != 0)
        status = KITH_IO;
out:
    slot_file_close(&file);
    if (status != KITH_OK)
        return kith_fail(err, status, "slot_file", "",
                         "the slot file in %s cannot be made: %s", folder,
                         strerror(errno));
    return KITH_OK;
}

enum kith_status slot_file_open(const char *folder,
                                const uint8_t master_key[SLOT_KEY],
                                bool read_only, struct slot_file **ret_file,
                                struct kith_error *err)
{
    struct slot_file *file = NULL;
    enum kith_status status = new_file(folder, master_key, &file, err);

    if (status != KITH_OK)
        return status;
    file->fd = open(file->path,
                    (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW);
    status = file->fd < 0 ? disk_status() : read_header(file);
    if (status == KITH_OK)
        status = count_blocks(file);
    if (status != KITH_OK) {
        slot_file_close(&file);
        return kith_fail(err, status, "slot_file", "kith check",
                         status == KITH_UNTRUSTED
                             ? "the key does not open the slot file in %s"
                             : "the slot file in %s cannot be read",
                         folder);
    }
    *ret_file = file;
    return KITH_OK;
}

uint64_t slot_file_blocks(const struct slot_file *file)
{
    return file->blocks;
}

uint64_t slot_file_bytes(const struct slot_file *file)
{
    return block_offset(file->blocks);
}

enum kith_status slot_file_read(struct slot_file *file, uint64_t block,
                                uint8_t ret_keys[SLOT_BLOCK_LEN])
{
    uint8_t sealed[SEALED_BLOCK], ad[16];
    struct kith_bytes ad_bytes = {ad, sizeof(ad)};
    struct kith_bytes bytes = {sealed, sizeof(sealed)};
    enum kith_status status =
        disk_read(file->fd, block_offset(block), sealed, sizeof(sealed));

    if (status != KITH_OK)
        return status;
    block_ad(file, block, ad);
    return unseal(file->file_key, ad_bytes, bytes, ret_keys) ? KITH_OK
                                                             : KITH_DAMAGED;
}

/* Seals KEYS as BLOCK into ret_sealed. */
static void seal_block(const struct slot_file *file, uint64_t block,
                       const uint8_t keys[SLOT_BLOCK_LEN],
                       uint8_t ret_sealed[SEALED_BLOCK])
{
    uint8_t ad[16];
    struct kith_bytes ad_bytes = {ad, sizeof(ad)};
    struct kith_bytes plain = {keys, SLOT_BLOCK_LEN};

    block_ad(file, block, ad);
    seal(file->file_key, ad_bytes, plain, ret_sealed);
}

enum kith_status slot_file_write(struct slot_file *file, uint64_t block,
                                 const uint8_t keys[SLOT_BLOCK_LEN])
{
    uint8_t sealed[SEALED_BLOCK];
    struct kith_bytes bytes = {sealed, sizeof(sealed)};
    enum kith_status status = KITH_OK;

    seal_block(file, block, keys, sealed);
    status = disk_write(file->fd, block_offset(block), bytes);
    if (status == KITH_OK && block >= file->blocks)
        file->blocks = block + 1;
    return status;
}

enum kith_status slot_file_draw(struct slot_file *file, uint64_t first,
                                uint64_t n)
{
    uint8_t *step = malloc(DRAW_STEP * SEALED_BLOCK);
    uint8_t keys[SLOT_BLOCK_LEN];
    enum kith_status status = step != NULL ? KITH_OK : KITH_NOMEM;

    for (uint64_t done = 0; done < n && status == KITH_OK;) {
        uint64_t count = n - done < DRAW_STEP ? n - done : DRAW_STEP;
        struct kith_bytes bytes = {step, (size_t)count * SEALED_BLOCK};

        for (uint64_t i = 0; i < count; i++) {
            rowseal_stretch(keys, sizeof(keys));
            seal_block(file, first + done + i, keys,
                       step + (size_t)i * SEALED_BLOCK);
        }
        status = disk_write(file->fd, block_offset(first + done), bytes);
        done += count;
    }
    sodium_memzero(keys, sizeof(keys));
    free(step);
    if (status == KITH_OK && fdatasync(file->fd) != 0)
        status = disk_status();
    if (status == KITH_OK && first + n > file->blocks)
        file->blocks = first + n;
    return status;
}
