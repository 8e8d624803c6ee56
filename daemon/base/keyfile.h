/* keyfile - the daemon's own secrets on disk and in locked memory.
 *
 * The file holds the seeds of the five operational keys, the recovery key and
 * the keys of the store. It is sealed under a passphrase (argon2id) or, when
 * there is none, only guarded by its mode and a checksum: whoever has the
 * disk then has everything, which init says plainly (inv. 9).
 * The root seed and the backup key are never in it: they stand on the
 * recovery sheets.
 * Threads: one owner at a time.
 */
#ifndef BASE_KEYFILE_H
#define BASE_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/ids.h"
#include "kith/keys.h"
#include "kith/status.h"

struct kith_error;

enum {
    KEYFILE_SECRET_LEN = 32,
    KEYFILE_PASSPHRASE_MAX = 1024, /* bytes */
    KEYFILE_SIZE_MAX = 4096        /* bytes of any version of the file */
};

/* Lives in memory from sodium_malloc: locked, guarded, wiped when freed. */
struct keyfile {
    struct kith_company_id company;
    struct kith_keys keys; /* log, receipt, statement, transport, sealing */
    struct kith_box_key former; /* transport key in use until every partner has
                                   the card that names the one above */
    bool has_former;
    /* keyed hashes of the backup key, one label each, so that a restore needs
     * the recovery sheet only */
    uint8_t recovery_key[KEYFILE_SECRET_LEN]; /* kith_recovery_key */
    uint8_t master_key[KEYFILE_SECRET_LEN];   /* wraps the slot file's key */
    uint8_t store_key[KEYFILE_SECRET_LEN];    /* seals rows */
    uint8_t witness_key[KEYFILE_SECRET_LEN];  /* salts witnesses */
    uint8_t view_key[KEYFILE_SECRET_LEN];     /* keys digests of views */
};

/* A fresh set for COMPANY. BACKUP_KEY is what the recovery sheet holds.
 * KITH_NOMEM. */
enum kith_status keyfile_new(const struct kith_company_id *company,
                             const uint8_t backup_key[KEYFILE_SECRET_LEN],
                             struct keyfile **ret_keys) KITH_MUST_CHECK;
/* Wipes and frees. NULL-safe. */
void keyfile_destroy(struct keyfile **keys);

/* How hard a passphrase is to try. Tests take FAST. */
enum keyfile_effort {
    KEYFILE_EFFORT_FAST = 1,
    KEYFILE_EFFORT_NORMAL = 2 /* argon2id, 0.5 s and 256 MiB */
};

struct keyfile_lock {
    const char *passphrase; /* UTF-8; NULL or "": none */
    size_t len;             /* bytes, <= KEYFILE_PASSPHRASE_MAX */
    enum keyfile_effort effort;
};

/* Writes KEYS to PATH, mode 0600: made aside, synced, linked into place.
 * KITH_CONFLICT: PATH exists. KITH_IO, KITH_FULL, KITH_NOMEM. */
enum kith_status keyfile_create(const char *path, const struct keyfile *keys,
                                const struct keyfile_lock *lock,
                                struct kith_error *err) KITH_MUST_CHECK;

/* Opens PATH; every public half is derived anew and compared.
 *
 * KITH_NOT_FOUND  no such file
 * KITH_DENIED     it needs a passphrase and none is given; or its mode lets
 *                 others read it
 * KITH_UNTRUSTED  the passphrase is wrong, or the file was changed
 * KITH_DAMAGED    torn, or not a key file
 * KITH_NOT_UNDERSTOOD  made by a newer version
 * KITH_IO, KITH_NOMEM
 */
enum kith_status keyfile_open(const char *path, const char *passphrase,
                              size_t passphrase_len, struct keyfile **ret_keys,
                              struct kith_error *err) KITH_MUST_CHECK;

/* True when the file at PATH says that it needs a passphrase. */
bool keyfile_is_locked(const char *path);

#endif
