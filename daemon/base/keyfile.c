/* keyfile - layout, sealing, writing and opening of the key file.
 *
 * One fixed length, so a torn file is told from a whole one before anything
 * else is looked at. The header is associated data of the seal:
 *
 *   magic "kith-key"               8
 *   version: 1; 2 has a former key 1
 *   mode: 0 plain, 1 argon2id      1
 *   passes, big-endian             4
 *   memory in KiB, big-endian      4
 *   salt                          16
 *   nonce                         24
 *   sealed: company id 32, kith_keys, five keys of 32, in version 2 the former
 *     transport key, its secret half and its public half, 32 each; tag 16
 *
 * In plain mode the seal's key is known to everybody: it is a checksum then,
 * and the file's mode is what guards it.
 * Not here: asking for a passphrase; the recovery sheets (core/init.c).
 */
#include "base/keyfile.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "kith/be.h"
#include "kith/error.h"

enum {
    MAGIC_LEN = 8,
    VERSION = 1,
    VERSION_FORMER = 2, /* with the transport key of before */
    FORMER_LEN = 2 * KITH_KEY_LEN,
    MODE_PLAIN = 0,
    MODE_PASSPHRASE = 1,
    SALT_LEN = crypto_pwhash_SALTBYTES,
    NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    HEADER_LEN = MAGIC_LEN + 1 + 1 + 4 + 4 + SALT_LEN + NONCE_LEN,
    SECRETS_LEN = KITH_COMPANY_ID_LEN + KITH_KEYS_LEN + 5 * KEYFILE_SECRET_LEN,
    SECRETS_MAX = SECRETS_LEN + FORMER_LEN,
    TAG_LEN = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    FILE_MAX = HEADER_LEN + SECRETS_MAX + TAG_LEN,
    /* what a changed header can make us spend before the seal fails */
    PASSES_MAX = 10,
    MEMORY_MAX_KIB = 1024 * 1024
};

static const char magic[] = "kith-key";

struct header {
    const char *path;       /* of the file, for messages; borrowed */
    struct kith_bytes file; /* all of it; borrowed */
    uint8_t version;
    uint8_t mode;
    uint32_t passes;
    uint32_t memory_kib;
    const uint8_t *salt;  /* in the file's bytes */
    const uint8_t *nonce; /* in the file's bytes */
};

static void derive(const uint8_t backup_key[KEYFILE_SECRET_LEN],
                   const char *label, uint8_t ret_key[KEYFILE_SECRET_LEN])
{
    char input[64] = "kith/v1/";
    size_t len = strlen(label);

    memcpy(input + 8, label, len + 1);
    /* the label's NUL is part of the input */
    (void)crypto_generichash(ret_key, KEYFILE_SECRET_LEN,
                             (const unsigned char *)input, 8 + len + 1,
                             backup_key, KEYFILE_SECRET_LEN);
}

enum kith_status keyfile_new(const struct kith_company_id *company,
                             const uint8_t backup_key[KEYFILE_SECRET_LEN],
                             struct keyfile **ret_keys)
{
    struct keyfile *keys = sodium_malloc(sizeof(*keys));

    if (keys == NULL)
        return KITH_NOMEM;
    memset(keys, 0, sizeof(*keys));
    keys->company = *company;
    kith_keys_new(&keys->keys);
    kith_recovery_key(backup_key, keys->recovery_key);
    derive(backup_key, "slots", keys->master_key);
    derive(backup_key, "store", keys->store_key);
    derive(backup_key, "witness", keys->witness_key);
    derive(backup_key, "view", keys->view_key);
    *ret_keys = keys;
    return KITH_OK;
}

void keyfile_destroy(struct keyfile **keys)
{
    /* sodium_free wipes */
    sodium_free(*keys);
    *keys = NULL;
}

/* The five keys behind the operational ones, in the file's order. */
static const size_t places[] = {
    offsetof(struct keyfile, recovery_key),
    offsetof(struct keyfile, master_key),
    offsetof(struct keyfile, store_key),
    offsetof(struct keyfile, witness_key),
    offsetof(struct keyfile, view_key),
};

enum {
    PLACES = sizeof(places) / sizeof(places[0])
};

static size_t secrets_len(uint8_t version)
{
    return version == VERSION_FORMER ? SECRETS_MAX : SECRETS_LEN;
}

static void put_secrets(const struct keyfile *keys, uint8_t *ret_data)
{
    memcpy(ret_data, keys->company.b, KITH_COMPANY_ID_LEN);
    ret_data += KITH_COMPANY_ID_LEN;
    kith_keys_encode(&keys->keys, ret_data);
    ret_data += KITH_KEYS_LEN;
    for (size_t i = 0; i < PLACES; i++) {
        memcpy(ret_data, (const uint8_t *)keys + places[i], KEYFILE_SECRET_LEN);
        ret_data += KEYFILE_SECRET_LEN;
    }
    if (keys->has_former) {
        memcpy(ret_data, keys->former.secret, KITH_KEY_LEN);
        memcpy(ret_data + KITH_KEY_LEN, keys->former.pk.b, KITH_KEY_LEN);
    }
}

static enum kith_status take_secrets(const uint8_t *data, uint8_t version,
                                     struct keyfile *ret_keys)
{
    struct kith_bytes pairs = {data + KITH_COMPANY_ID_LEN, KITH_KEYS_LEN};
    enum kith_status status;

    memcpy(ret_keys->company.b, data, KITH_COMPANY_ID_LEN);
    status = kith_keys_decode(pairs, &ret_keys->keys);
    data += KITH_COMPANY_ID_LEN + KITH_KEYS_LEN;
    for (size_t i = 0; i < PLACES; i++) {
        memcpy((uint8_t *)ret_keys + places[i], data, KEYFILE_SECRET_LEN);
        data += KEYFILE_SECRET_LEN;
    }
    ret_keys->has_former = version == VERSION_FORMER;
    memset(&ret_keys->former, 0, sizeof(ret_keys->former));
    if (status == KITH_OK && ret_keys->has_former) {
        struct kith_key pk;

        memcpy(pk.b, data + KITH_KEY_LEN, KITH_KEY_LEN);
        status = kith_box_key_load(data, &pk, &ret_keys->former);
    }
    return status;
}

/* The key of the seal. KITH_NOMEM: argon2id could not have its memory. */
static enum kith_status make_seal_key(const struct header *header,
                                      const char *passphrase, size_t len,
                                      uint8_t *ret_key)
{
    static const char known[] = "kith/v1/keyfile-plain";

    if (header->mode == MODE_PLAIN) {
        (void)crypto_generichash(ret_key, KEYFILE_SECRET_LEN,
                                 (const unsigned char *)known, sizeof(known),
                                 NULL, 0);
        return KITH_OK;
    }
    if (crypto_pwhash(ret_key, KEYFILE_SECRET_LEN, passphrase, len,
                      header->salt, header->passes,
                      (size_t)header->memory_kib * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return KITH_NOMEM;
    return KITH_OK;
}

static void put_header(const struct keyfile_lock *lock, uint8_t version,
                       uint8_t *ret_data)
{
    bool locked = lock != NULL && lock->len > 0;
    bool fast = locked && lock->effort == KEYFILE_EFFORT_FAST;
    uint32_t passes =
        fast ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_MODERATE;
    uint32_t memory =
        fast ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_MODERATE;

    memcpy(ret_data, magic, MAGIC_LEN);
    ret_data[8] = version;
    ret_data[9] = locked ? MODE_PASSPHRASE : MODE_PLAIN;
    kith_be_put32(ret_data + 10, locked ? passes : 0);
    kith_be_put32(ret_data + 14, locked ? memory / 1024 : 0);
    randombytes_buf(ret_data + 18, SALT_LEN + NONCE_LEN);
}

static size_t file_len(uint8_t version)
{
    return HEADER_LEN + secrets_len(version) + TAG_LEN;
}

static enum kith_status read_header(struct kith_bytes file, const char *path,
                                    struct header *ret_header,
                                    struct kith_error *err)
{
    const uint8_t *data = file.data;

    if (file.len < MAGIC_LEN || memcmp(data, magic, MAGIC_LEN) != 0)
        return kith_fail(err, KITH_DAMAGED, "key_damaged",
                         "put the key file back from your copy",
                         "%s is no key file of kith, or its beginning is "
                         "lost",
                         path);
    if (file.len > MAGIC_LEN && data[8] != VERSION && data[8] != VERSION_FORMER)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "key_newer",
                         "install the version of kith that made it",
                         "%s has format %u, this kithd knows %d", path, data[8],
                         VERSION_FORMER);
    if (file.len == MAGIC_LEN || file.len != file_len(data[8]))
        return kith_fail(err, KITH_DAMAGED, "key_damaged",
                         "put the key file back from your copy",
                         "%s is torn: it has %zu of %zu bytes", path, file.len,
                         file_len(file.len > MAGIC_LEN ? data[8] : VERSION));
    ret_header->path = path;
    ret_header->file = file;
    ret_header->version = data[8];
    ret_header->mode = data[9];
    ret_header->passes = kith_be_get32(data + 10);
    ret_header->memory_kib = kith_be_get32(data + 14);
    ret_header->salt = data + 18;
    ret_header->nonce = data + 18 + SALT_LEN;
    if (ret_header->mode > MODE_PASSPHRASE || ret_header->passes > PASSES_MAX ||
        ret_header->memory_kib > MEMORY_MAX_KIB)
        return kith_fail(err, KITH_DAMAGED, "key_damaged",
                         "put the key file back from your copy",
                         "%s is damaged: its header makes no sense", path);
    return KITH_OK;
}

enum kith_status keyfile_create(const char *path, const struct keyfile *keys,
                                const struct keyfile_lock *lock,
                                struct kith_error *err)
{
    const uint8_t version = keys->has_former ? VERSION_FORMER : VERSION;
    uint8_t *secrets = sodium_malloc(SECRETS_MAX + sizeof(*keys));
    uint8_t seal_key[KEYFILE_SECRET_LEN];
    uint8_t file[FILE_MAX];
    struct header header = {0};
    struct kith_bytes content = {file, file_len(version)};
    enum kith_status status = KITH_OK;

    if (secrets == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    if (lock != NULL && lock->len > KEYFILE_PASSPHRASE_MAX) {
        status = kith_fail(err, KITH_LIMIT, "passphrase_too_long", "",
                           "the passphrase is longer than %d bytes",
                           KEYFILE_PASSPHRASE_MAX);
        goto out;
    }
    put_header(lock, version, file);
    status = read_header(content, path, &header, err);
    if (status == KITH_OK)
        status = make_seal_key(&header, lock == NULL ? "" : lock->passphrase,
                               lock == NULL ? 0 : lock->len, seal_key);
    if (status != KITH_OK) {
        status = kith_fail(err, status, "no_memory", "",
                           "not enough memory to protect the key file");
        goto out;
    }
    put_secrets(keys, secrets);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        file + HEADER_LEN, NULL, secrets, secrets_len(version), file,
        HEADER_LEN, NULL, header.nonce, seal_key);
    status = file_create(path, content, 0600, err);
out:
    sodium_memzero(seal_key, sizeof(seal_key));
    sodium_free(secrets);
    return status;
}

/* systemd guards the files of its folder itself. */
static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");

    return folder != NULL && folder[0] != '\0' &&
           strncmp(path, folder, strlen(folder)) == 0;
}

static enum kith_status check_mode(const char *path, struct kith_error *err)
{
    struct stat info;

    if (is_credential(path) || stat(path, &info) != 0 ||
        (info.st_mode & 077) == 0)
        return KITH_OK;
    return kith_fail(err, KITH_DENIED, "key_readable", "chmod 600 the file",
                     "%s may be read by others (mode %03o)", path,
                     (unsigned)info.st_mode & 0777);
}

/* Opens the seal of the file and takes the secrets out. */
static enum kith_status open_seal(const struct header *header,
                                  const uint8_t *seal_key,
                                  struct keyfile *ret_keys,
                                  struct kith_error *err)
{
    uint8_t *secrets = sodium_malloc(SECRETS_MAX);
    enum kith_status status = KITH_OK;

    if (secrets == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            secrets, NULL, NULL, header->file.data + HEADER_LEN,
            secrets_len(header->version) + TAG_LEN, header->file.data,
            HEADER_LEN, header->nonce, seal_key) != 0)
        status = kith_fail(err, KITH_UNTRUSTED, "key_sealed",
                           header->mode == MODE_PLAIN
                               ? "put the key file back from your copy"
                               : "type the passphrase again",
                           header->mode == MODE_PLAIN
                               ? "%s was changed: its seal does not fit"
                               : "the passphrase is wrong, or %s was changed",
                           header->path);
    else if (take_secrets(secrets, header->version, ret_keys) != KITH_OK)
        status = kith_fail(err, KITH_DAMAGED, "key_damaged",
                           "put the key file back from your copy",
                           "%s holds a key whose halves do not belong "
                           "together",
                           header->path);
    sodium_free(secrets);
    return status;
}

enum kith_status keyfile_open(const char *path, const char *passphrase,
                              size_t passphrase_len, struct keyfile **ret_keys,
                              struct kith_error *err)
{
    struct kith_buf file = {0};
    struct header header = {0};
    struct keyfile *keys = NULL;
    uint8_t seal_key[KEYFILE_SECRET_LEN];
    enum kith_status status = check_mode(path, err);

    if (status == KITH_OK)
        status = file_read(path, KEYFILE_SIZE_MAX, &file, err);
    if (status == KITH_OK)
        status = read_header(kith_buf_bytes(&file), path, &header, err);
    if (status != KITH_OK)
        goto out;
    if (header.mode == MODE_PASSPHRASE && passphrase_len == 0) {
        status = kith_fail(err, KITH_DENIED, "passphrase_needed",
                           "start kithd with --passphrase-file",
                           "%s is protected by a passphrase", path);
        goto out;
    }
    keys = sodium_malloc(sizeof(*keys));
    status = keys == NULL
                 ? KITH_NOMEM
                 : make_seal_key(&header, passphrase, passphrase_len, seal_key);
    if (status != KITH_OK) {
        status = kith_fail(err, status, "no_memory", "",
                           "not enough memory to open the key file");
        goto out;
    }
    status = open_seal(&header, seal_key, keys, err);
    if (status == KITH_OK) {
        *ret_keys = keys;
        keys = NULL;
    }
out:
    sodium_memzero(seal_key, sizeof(seal_key));
    keyfile_destroy(&keys);
    kith_buf_clear(&file);
    return status;
}

bool keyfile_is_locked(const char *path)
{
    struct kith_buf file = {0};
    struct header header = {0};
    bool locked = false;

    if (file_read(path, KEYFILE_SIZE_MAX, &file, NULL) == KITH_OK &&
        read_header(kith_buf_bytes(&file), path, &header, NULL) == KITH_OK)
        locked = header.mode == MODE_PASSPHRASE;
    kith_buf_clear(&file);
    return locked;
}
