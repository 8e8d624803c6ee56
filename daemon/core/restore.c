/* restore - see the header.
 *
 * Everything is brought back aside and walked by a worker before it gets its
 * name; a store or a key file that stands is never touched. The key file is
 * written last, as init does.
 * Not here: what is done to the store itself (restored.c).
 */
#include "core/restore.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/config.h"
#include "base/config_load.h"
#include "base/file.h"
#include "base/keyfile.h"
#include "base/paths.h"
#include "core/backup_files.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "core/restored.h"
#include "core/sheet_file.h"
#include "core/upgrade.h"
#include "kith/error.h"
#include "kith/keys.h"
#include "kith/sign.h"
#include "store/disk.h"
#include "store/store.h"

/* One run; in locked memory. */
struct restoring {
    const struct options *options;
    struct config *config; /* owned */
    struct keyfile *keys;  /* owned: of the key file, or of the sheet: then
                              only its derived keys are this company's */
    bool has_key_file;
    uint8_t backup_key[KITH_KEY_LEN]; /* of the sheet */
    struct backup_parts parts;
    char store_file[PATH_MAX];
    char slots_file[PATH_MAX];
    char work[PATH_MAX];  /* DATA/restore.new */
    char fresh[PATH_MAX]; /* the store in it */
    char place[PATH_MAX]; /* DATA/store */
};

static enum kith_status read_sheet(struct restoring *restoring,
                                   struct kith_error *err)
{
    const char *path = restoring->options->sheet;
    struct kith_sheet sheet = {0};
    enum kith_status status;

    if (path == NULL)
        return kith_fail(err, KITH_INVALID, "usage", "--sheet PATH",
                         "there is no key file %s: name the recovery sheet",
                         restoring->config->key);
    status = sheet_file_read(path, &sheet, err);
    if (status == KITH_OK && !sheet.has_backup)
        status = kith_fail(err, KITH_INVALID, "sheet", "",
                           "%s has no backup key", path);
    if (status == KITH_OK)
        memcpy(restoring->backup_key, sheet.backup_key, KITH_KEY_LEN);
    kith_sheet_wipe(&sheet);
    return status;
}

/* The key that opens the files: by the key file that is there, or the sheet. */
static enum kith_status open_keys(struct restoring *restoring,
                                  struct kith_error *err)
{
    const struct config *config = restoring->config;
    struct passphrase passphrase = {NULL, 0};
    uint8_t recovery[KITH_KEY_LEN];
    enum kith_status status = KITH_OK;

    restoring->has_key_file = access(config->key, F_OK) == 0;
    if (!restoring->has_key_file) {
        if (config->key_is_credential)
            return kith_fail(err, KITH_INVALID, "credential",
                             "restore with key = \"file:...\", then encrypt "
                             "that file with systemd-creds",
                             "a credential cannot be written by restore");
        status = read_sheet(restoring, err);
        if (status == KITH_OK)
            kith_recovery_key(restoring->backup_key, recovery);
    } else {
        if (keyfile_is_locked(config->key))
            status = passphrase_read(restoring->options->passphrase_file, false,
                                     &passphrase, err);
        if (status == KITH_OK)
            status = keyfile_open(config->key, passphrase.text, passphrase.len,
                                  &restoring->keys, err);
        passphrase_clear(&passphrase);
        if (status == KITH_OK)
            memcpy(recovery, restoring->keys->recovery_key, sizeof(recovery));
    }
    if (status == KITH_OK)
        backup_key(recovery, restoring->parts.key);
    sodium_memzero(recovery, sizeof(recovery));
    return status;
}

/* The newest store file of the folder, by its name. */
static enum kith_status find_newest(const char *folder, char ret_name[256],
                                    struct kith_error *err)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;

    if (dir == NULL)
        return kith_fail(err, KITH_NOT_FOUND, "no_backup",
                         "name the folder of a backup", "%s: %s", folder,
                         strerror(errno));
    ret_name[0] = '\0';
    while ((entry = readdir(dir)) != NULL) {
        const size_t len = strlen(entry->d_name);

        if (len == strlen("kith-20000101T000000Z.backup") &&
            strncmp(entry->d_name, "kith-2", 6) == 0 &&
            strcmp(entry->d_name + len - 7, ".backup") == 0 &&
            strcmp(entry->d_name, ret_name) > 0)
            (void)snprintf(ret_name, 256, "%s", entry->d_name);
    }
    (void)closedir(dir);
    if (ret_name[0] == '\0')
        return kith_fail(err, KITH_NOT_FOUND, "no_backup",
                         "name the folder of a backup",
                         "there is no kith-....backup in %s", folder);
    return KITH_OK;
}

static enum kith_status find_places(struct restoring *restoring,
                                    struct kith_error *err)
{
    const struct options *options = restoring->options;
    char name[256] = "";
    enum kith_status status = KITH_OK;

    if (options->store_file == NULL)
        status = find_newest(options->folder, name, err);
    if (status != KITH_OK)
        return status;
    if (options->store_file != NULL)
        status = snprintf(restoring->store_file, PATH_MAX, "%s",
                          options->store_file) < PATH_MAX
                     ? KITH_OK
                     : KITH_LIMIT;
    else
        status =
            paths_join(options->folder, name, restoring->store_file, PATH_MAX);
    if (status == KITH_OK)
        status = paths_join(options->folder, BACKUP_SLOTS_NAME,
                            restoring->slots_file, PATH_MAX);
    if (status == KITH_OK)
        status = paths_join(restoring->config->data, "restore.new",
                            restoring->work, PATH_MAX);
    if (status == KITH_OK)
        status =
            paths_join(restoring->work, "store", restoring->fresh, PATH_MAX);
    if (status == KITH_OK)
        status = paths_join(restoring->config->data, "store", restoring->place,
                            PATH_MAX);
    if (status != KITH_OK)
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "a path of the restore is too long");
    if (access(restoring->place, F_OK) == 0)
        return kith_fail(err, KITH_CONFLICT, "store_exists",
                         "stop kithd and move it away first",
                         "there is a store in %s", restoring->config->data);
    return KITH_OK;
}

static enum kith_status clear_work(const struct restoring *restoring,
                                   struct kith_error *err)
{
    if (disk_remove(restoring->work) == KITH_OK)
        return KITH_OK;
    return kith_fail(err, KITH_IO, "cleanup", "remove it by hand",
                     "%s cannot be removed", restoring->work);
}

static enum kith_status make_work(struct restoring *restoring,
                                  struct kith_error *err)
{
    enum kith_status status =
        paths_make_folder(restoring->config->data, 0700, err);

    if (status == KITH_OK)
        status = clear_work(restoring, err);
    if (status == KITH_OK)
        status = paths_make_folder(restoring->fresh, 0700, err);
    return status;
}

static enum kith_status read_files(struct restoring *restoring,
                                   struct kith_error *err)
{
    enum kith_status status;

    restoring->parts.folder = restoring->work;
    status = backup_file_read(&restoring->parts, ARCHIVE_STORE,
                              restoring->store_file, err);
    if (status == KITH_OK)
        status = backup_file_read(&restoring->parts, ARCHIVE_SLOTS,
                                  restoring->slots_file, err);
    if (status != KITH_OK)
        return status;
    if (!restoring->has_key_file &&
        keyfile_new(&restoring->parts.company, restoring->backup_key,
                    &restoring->keys) != KITH_OK)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    if (!kith_company_id_equal(&restoring->keys->company,
                               &restoring->parts.company))
        return kith_fail(err, KITH_CONFLICT, "backup_other", "",
                         "the backup is of another company than the key file");
    return KITH_OK;
}

/* Makes the store that was brought back, migrated when it is of an older
 * version, one to go on with. */
static enum kith_status settle_store(const struct restoring *restoring,
                                     struct kith_error *err)
{
    struct store_options options = {0};
    enum kith_status status = KITH_OK;

    backup_options(restoring->work, restoring->config, restoring->keys,
                   &options);
    if (restoring->parts.schema < STORE_SCHEMA)
        status = upgrade_store(&options, err);
    if (status == KITH_OK)
        status = restored_settle(&options, &restoring->parts.company, err);
    sodium_memzero(&options, sizeof(options));
    return status;
}

static enum kith_status put_in_place(struct restoring *restoring,
                                     struct kith_error *err)
{
    enum kith_status status = KITH_OK;

    if (rename(restoring->fresh, restoring->place) != 0)
        return kith_fail(err, KITH_IO, "rename", "", "%s: %s", restoring->place,
                         strerror(errno));
    status = file_sync_folder(restoring->place, err);
    if (status == KITH_OK && !restoring->has_key_file)
        status = file_create(restoring->config->key,
                             kith_buf_bytes(&restoring->parts.keys), 0600, err);
    return status;
}

static void tell(const struct restoring *restoring)
{
    const time_t at = (time_t)restoring->parts.made_at;
    struct tm utc;
    char text[32] = "";

    if (gmtime_r(&at, &utc) != NULL)
        (void)strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &utc);
    (void)printf("Restored to %s as it was at %s.\n", restoring->config->data,
                 text);
    if (!restoring->has_key_file)
        (void)printf("Key file: %s, with the passphrase it had then.\n",
                     restoring->config->key);
    (void)printf("Links to partners are frozen: what was told since is at "
                 "them. Call each, then both sides:\n"
                 "kith partner resume PARTNER --confirm\n");
}

static enum kith_status run(struct restoring *restoring, struct kith_error *err)
{
    struct kith_error ignored;
    enum kith_status status =
        config_load(restoring->options->config, &restoring->config, err);

    if (status == KITH_OK)
        status = find_places(restoring, err);
    if (status == KITH_OK)
        status = open_keys(restoring, err);
    if (status != KITH_OK)
        return status;
    status = make_work(restoring, err);
    if (status == KITH_OK)
        status = read_files(restoring, err);
    if (status == KITH_OK)
        status = settle_store(restoring, err);
    if (status == KITH_OK)
        status = put_in_place(restoring, err);
    kith_error_clear(&ignored);
    (void)clear_work(restoring, &ignored);
    return status;
}

int restore(const struct options *options)
{
    struct restoring *restoring = sodium_malloc(sizeof(*restoring));
    struct kith_error err;
    enum kith_status status;

    kith_error_clear(&err);
    if (restoring == NULL)
        return kith_status_exit(KITH_NOMEM);
    memset(restoring, 0, sizeof(*restoring));
    restoring->options = options;
    status = run(restoring, &err);
    if (status == KITH_OK)
        tell(restoring);
    backup_parts_clear(&restoring->parts);
    keyfile_destroy(&restoring->keys);
    config_destroy(&restoring->config);
    sodium_free(restoring);
    return status == KITH_OK ? 0 : outcome_print(&err);
}
