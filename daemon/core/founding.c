/* founding - see the header. Not here: the configuration (init_config.c), what
 * only one of the two does (init.c, recover.c).
 */
#include "core/founding.h"

#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/paths.h"
#include "core/daemon.h"
#include "core/init_config.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "core/sheet_file.h"
#include "kith/error.h"
#include "kith/keys.h"
#include "kith/verbs.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/ledger.h"
#include "rules/person.h"
#include "store/state.h"
#include "store/store.h"

enum {
    CARD_YEARS = 10,
    FOUNDING_ARENA_MAX = 1024 * 1024
};

enum kith_status founding_card(const struct options *options,
                               const struct config *config,
                               struct founding *founding,
                               struct kith_error *err)
{
    const uint64_t year = UINT64_C(31556952);
    const struct kith_card *former = &founding->former;
    uint64_t now = (uint64_t)(clock_wall_ms() / 1000);
    uint64_t revision = now;
    struct kith_card_root root;
    struct kith_card_address address;
    struct kith_card_signers signers;
    enum kith_status status;

    memset(&root, 0, sizeof(root));
    memset(&address, 0, sizeof(address));
    memset(&signers, 0, sizeof(signers));
    root.company = founding->keys->company;
    if (former->root.revision >= revision)
        revision = former->root.revision + 1;
    if (former->address.revision >= revision)
        revision = former->address.revision + 1;
    root.revision = revision;
    root.valid_from_s = now;
    root.valid_until_s = now + CARD_YEARS * year;
    kith_keys_publish(&founding->keys->keys, &root);
    if (former->root.revision != 0)
        root.next_root = former->root.next_root;
    else
        kith_card_next_root(&founding->next_root.pk, &root.next_root);
    address.revision = revision;
    address.roles = KITH_ROLE_OEM | KITH_ROLE_EMS;
    if (options->role != NULL && strcmp(options->role, "oem") == 0)
        address.roles = KITH_ROLE_OEM;
    else if (options->role != NULL && strcmp(options->role, "ems") == 0)
        address.roles = KITH_ROLE_EMS;
    else if (options->role != NULL && strcmp(options->role, "both") != 0)
        return kith_fail(err, KITH_INVALID, "usage", "--role oem, ems or both",
                         "'%.40s' is no role", options->role);
    memcpy(address.name, config->company, sizeof(address.name));
    address.n_endpoints = config->n_announce;
    memcpy(address.endpoints, config->announce, sizeof(address.endpoints));
    signers.root = &founding->root;
    signers.statement = &founding->keys->keys.statement;
    signers.changes = former->changes;
    signers.n_changes = former->n_changes;
    status = kith_card_make(&root, &address, &signers, &founding->card);
    if (status != KITH_OK)
        return kith_fail(err, status, "card", "",
                         "the company's name or an announced address cannot "
                         "stand in a card");
    return KITH_OK;
}

/* Company id = public key of the first root. */
enum kith_status founding_keys(struct founding *founding,
                               struct kith_error *err)
{
    struct kith_company_id id;
    enum kith_status status;

    kith_sign_key_new(&founding->root);
    kith_sign_key_new(&founding->next_root);
    kith_random(founding->backup_key, sizeof(founding->backup_key));
    memcpy(id.b, founding->root.pk.b, sizeof(id.b));
    status = keyfile_new(&id, founding->backup_key, &founding->keys);
    if (status != KITH_OK)
        return kith_fail(err, status, "no_memory", "", "out of memory");
    return KITH_OK;
}

enum kith_status founding_next_sheet(struct founding *founding,
                                     struct kith_error *err)
{
    struct kith_sheet sheet;
    enum kith_status status;

    memset(&sheet, 0, sizeof(sheet));
    sheet.has_next = true;
    memcpy(sheet.next_seed, founding->next_root.seed, KITH_SEED_LEN);
    status = sheet_file_write(founding->next_sheet, &founding->keys->company,
                              &sheet, err);
    founding->next_made = status == KITH_OK;
    kith_sheet_wipe(&sheet);
    return status;
}

enum kith_status founding_sheets(struct founding *founding,
                                 struct kith_error *err)
{
    const struct kith_company_id *id = &founding->keys->company;
    struct kith_sheet sheet;
    enum kith_status status;

    memset(&sheet, 0, sizeof(sheet));
    sheet.has_root = true;
    sheet.has_backup = true;
    memcpy(sheet.root_seed, founding->root.seed, KITH_SEED_LEN);
    memcpy(sheet.backup_key, founding->backup_key, KITH_KEY_LEN);
    status = sheet_file_write(founding->sheet, id, &sheet, err);
    founding->sheet_made = status == KITH_OK;
    kith_sheet_wipe(&sheet);
    return status == KITH_OK ? founding_next_sheet(founding, err) : status;
}

/* The first person and the card, in one transaction. */
static enum kith_status fill_store(const struct founding *founding,
                                   struct store *store, struct kith_error *err)
{
    struct store_txn *txn = NULL;
    struct kith_arena *arena = NULL;
    struct company company;
    struct act act;
    struct person_wish wish;
    uint64_t number = 0;
    enum kith_status status = kith_arena_new(FOUNDING_ARENA_MAX, &arena);

    memset(&company, 0, sizeof(company));
    memset(&act, 0, sizeof(act));
    memset(&wish, 0, sizeof(wish));
    company.id = founding->keys->company;
    wish.name = kith_bytes_of(founding->person);
    wish.role = KITH_ROLE_ADMIN;
    wish.uid = founding->uid;
    wish.user = kith_bytes_of(founding->user);
    if (status == KITH_OK)
        status = store_begin(store, true, &txn);
    act.company = &company;
    act.txn = txn;
    act.arena = arena;
    act.now = clock_wall_ms() / 1000;
    act.err = err;
    if (status == KITH_OK)
        status = person_add(&act, &wish, &number);
    if (status == KITH_OK)
        status = daemon_write_card(&act, kith_buf_bytes(&founding->card));
    if (status == KITH_OK && founding->recovered)
        status = store_value_put(txn, LEDGER_RECOVERED, kith_bytes_of("yes"));
    if (status == KITH_OK && founding->recovered)
        status = audit_add(&act, &(struct audit_line){.what = "recover"});
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
    cache_destroy(&company);
    kith_arena_destroy(&arena);
    return status;
}

static enum kith_status make_store(const struct config *config,
                                const struct founding *founding,
                                struct kith_error *err)
{
    struct store_options options = {0};
    struct store *store = NULL;
    enum kith_status status = paths_make_folder(config->data, 0700, err);

    if (status != KITH_OK)
        return status;
    options.dir = config->data;
    options.map_bytes = config->store_map;
    memcpy(options.store_key, founding->keys->store_key, STORE_KEY_LEN);
    memcpy(options.master_key, founding->keys->master_key, STORE_KEY_LEN);
    status = store_create(&options, err);
    if (status == KITH_CONFLICT) {
        kith_error_clear(err);
        status = kith_fail(
            err, status, "store_exists",
            "put the key file back from your copy, or name another "
            "--data",
            "%s holds a store whose key file is missing", config->data);
    }
    if (status == KITH_OK)
        status = store_open(&options, &store, err);
    if (status == KITH_OK)
        status = fill_store(founding, store, err);
    store_close(&store);
    sodium_memzero(&options, sizeof(options));
    if (status != KITH_OK)
        status = kith_fail(err, status, "store", "",
                           "the store in %s cannot be made (%s)", config->data,
                           kith_status_name(status));
    return status;
}

/* Who is at the keyboard: behind sudo, the user who called it. */
static void find_person(const struct options *options, struct founding *founding)
{
    const char *sudo = getenv("SUDO_UID");
    const struct passwd *user;
    uid_t uid = getuid();

    if (uid == 0 && sudo != NULL && sudo[0] >= '0' && sudo[0] <= '9')
        uid = (uid_t)strtoul(sudo, NULL, 10);
    user = getpwuid(uid);
    founding->uid = (int64_t)uid;
    (void)snprintf(founding->user, sizeof(founding->user), "%s",
                   user == NULL ? "" : user->pw_name);
    (void)snprintf(founding->person, sizeof(founding->person), "%s",
                   options->person != NULL ? options->person
                   : user != NULL          ? user->pw_name
                                           : "admin");
}

enum kith_status founding_find_sheets(const struct options *options,
                                      struct founding *founding,
                                      struct kith_error *err)
{
    const char *home = getenv("HOME");
    char folder[PATH_MAX];
    enum kith_status status;

    if (options->sheet != NULL) {
        (void)snprintf(founding->sheet, sizeof(founding->sheet), "%s",
                       options->sheet);
        status = strlen(options->sheet) < sizeof(founding->sheet) ? KITH_OK
                                                                  : KITH_LIMIT;
    } else {
        status = paths_join(home == NULL ? "." : home, "kith-recovery.txt",
                            founding->sheet, sizeof(founding->sheet));
    }
    if (status == KITH_OK)
        status = paths_folder(founding->sheet, folder, sizeof(folder));
    if (status == KITH_OK)
        status = paths_join(folder, "kith-next-root.txt", founding->next_sheet,
                            sizeof(founding->next_sheet));
    if (status != KITH_OK)
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "the path of the recovery sheet is too long");
    return KITH_OK;
}

void founding_tell_key_file(const struct config *config,
                            const struct founding *founding)
{
    if (founding->locked)
        (void)printf("Key file: %s, protected by your passphrase. kithd asks "
                     "for it at each start.\n",
                     config->key);
    else
        (void)printf("Key file: %s, not protected by a passphrase: a thief "
                     "of this disk gets everything,\nall keys and all texts. "
                     "--passphrase or a systemd credential guards it.\n",
                     config->key);
}

/* The store and, last of all, the key file. */
static enum kith_status finish(const struct options *options,
                               const struct config *config,
                               struct founding *founding,
                               struct kith_error *err)
{
    struct passphrase passphrase = {NULL, 0};
    struct keyfile_lock lock = {NULL, 0, KEYFILE_EFFORT_NORMAL};
    enum kith_status status = KITH_OK;

    founding->locked = options->passphrase || options->passphrase_file != NULL;
    if (founding->locked)
        status =
            passphrase_read(options->passphrase_file, true, &passphrase, err);
    lock.passphrase = passphrase.text;
    lock.len = passphrase.len;
    if (status == KITH_OK)
        status = make_store(config, founding, err);
    if (status == KITH_OK)
        status = keyfile_create(config->key, founding->keys, &lock, err);
    passphrase_clear(&passphrase);
    return status;
}

static enum kith_status make_all(const struct options *options,
                                 const struct config *config,
                                 const struct founding_way *way,
                                 struct founding *founding,
                                 struct kith_error *err)
{
    enum kith_status status;

    if (access(config->key, F_OK) == 0)
        return kith_fail(err, KITH_CONFLICT, "identity_exists", "kith status",
                         "there is an identity already: %s", config->key);
    if (config->key_is_credential)
        return kith_fail(err, KITH_INVALID, "credential",
                         "use key = \"file:...\" at first, then encrypt that "
                         "file with systemd-creds",
                         "a credential cannot be written by %s", way->command);
    find_person(options, founding);
    status = way->make(options, config, founding, err);
    if (status == KITH_OK)
        status = finish(options, config, founding, err);
    if (status == KITH_OK)
        way->tell(config, founding);
    return status;
}

int founding_run(const struct options *options, const struct founding_way *way)
{
    struct kith_error err;
    struct config *config = NULL;
    struct founding *founding = sodium_malloc(sizeof(*founding));
    bool config_made = false;
    enum kith_status status;

    if (founding == NULL)
        return kith_status_exit(KITH_NOMEM);
    memset(founding, 0, sizeof(*founding));
    kith_error_clear(&err);
    status = init_config(options, &config, &config_made, &err);
    if (status == KITH_OK)
        status = make_all(options, config, way, founding, &err);
    if (status != KITH_OK) {
        if (founding->sheet_made)
            (void)unlink(founding->sheet);
        if (founding->next_made)
            (void)unlink(founding->next_sheet);
        if (config_made)
            (void)unlink(options->config);
    }
    keyfile_destroy(&founding->keys);
    kith_buf_clear(&founding->card);
    sodium_free(founding);
    config_destroy(&config);
    return status == KITH_OK ? 0 : outcome_print(&err);
}
