/* backup_files - the two files of a backup: the store's and the slots'.
 *
 *   store   company id (32), schema (4), length of the key file (4), the key
 *           file, then LMDB's file
 *   slots   company id (32), then the slot file
 *
 * Both are archives (base/archive.h) sealed under a key of the recovery key, so
 * that the recovery sheet opens them. The key file goes in as it is on disk:
 * behind its passphrase when it has one.
 * Not here: which folder, which copy (backup.c, restore.c).
 * Threads: main thread.
 */
#ifndef CORE_BACKUP_FILES_H
#define CORE_BACKUP_FILES_H

#include <limits.h>
#include <stdint.h>

#include "base/archive.h"
#include "kith/ids.h"

struct config;
struct keyfile;
struct store_options;

#define BACKUP_SLOTS_NAME "kith-slots.backup"

/* What both files are written from or read into. */
struct backup_parts {
    const char *folder; /* holds store/data.mdb and store/slots */
    struct kith_company_id company;
    int64_t made_at;      /* Unix seconds */
    uint32_t schema;      /* of the store, as read */
    struct kith_buf keys; /* the key file's bytes; owned */
    uint8_t key[ARCHIVE_KEY_LEN];
};

/* The key of both archives. */
void backup_key(const uint8_t recovery_key[32],
                uint8_t ret_key[ARCHIVE_KEY_LEN]);
void backup_parts_clear(struct backup_parts *parts);
/* Options of the store in the work folder DIR, which is borrowed; the caller
 * wipes them. */
void backup_options(const char *dir, const struct config *config,
                    const struct keyfile *keys,
                    struct store_options *ret_options);

/* Writes the file of KIND at PATH from PARTS, and reads it back to its end.
 * KITH_FULL, KITH_IO, KITH_NOMEM, with ERR; then PATH is as it was. */
enum kith_status backup_file_write(const struct backup_parts *parts,
                                   enum archive_kind kind, const char *path,
                                   struct kith_error *err) KITH_MUST_CHECK;
/* Reads the file of KIND at PATH into PARTS: the store file gives company, time
 * and keys, the slots file must be of the same company; the rest goes to
 * parts->folder/store. Errors as archive_open; KITH_NOT_UNDERSTOOD: a newer
 * schema; KITH_CONFLICT: another company's slots; KITH_FULL. */
enum kith_status backup_file_read(struct backup_parts *parts,
                                  enum archive_kind kind, const char *path,
                                  struct kith_error *err) KITH_MUST_CHECK;

#endif
