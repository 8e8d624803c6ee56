/* init - root, backup key, sheets, operational keys, card, store, first person.
 *
 * The key file is written last: while it does not stand there is no identity,
 * and init can be tried again. The root seeds and the backup key leave this
 * process only on the two sheets.
 * Not here: the words of the configuration that is made (init_config.c).
 */
#include "core/init.h"

#include <limits.h>
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
#include "base/keyfile.h"
#include "base/paths.h"
#include "core/daemon.h"
#include "core/init_config.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "kith/card.h"
#include "kith/error.h"
#include "kith/keys.h"
#include "kith/verbs.h"
#include "rules/cache.h"
#include "rules/person.h"
#include "store/store.h"

enum {
    CARD_YEARS = 10,
    INIT_ARENA_MAX = 1024 * 1024
};

/* What one init makes; in locked memory. */
struct making {
    struct kith_sign_key root;
    struct kith_sign_key next_root;
    uint8_t backup_key[KITH_KEY_LEN];
    struct keyfile *keys; /* owned */
    struct kith_buf card; /* owned */
    char sheet[PATH_MAX];
    char next_sheet[PATH_MAX];
    char person[KITH_NAME_MAX + 1];
    char user[KITH_NAME_MAX + 1]; /* Unix account */
    int64_t uid;
    bool sheet_made;
    bool next_made;
};

static enum kith_status make_card(const struct options *options,
                                  const struct config *config,
                                  struct making *making, struct kith_error *err)
{
    const uint64_t year = UINT64_C(31556952);
    uint64_t now = (uint64_t)(clock_wall_ms() / 1000);
    struct kith_card_root root;
    struct kith_card_address address;
    struct kith_card_signers signers;
    enum kith_status status;

    memset(&root, 0, sizeof(root));
    memset(&address, 0, sizeof(address));
    memset(&signers, 0, sizeof(signers));
    root.company = making->keys->company;
    root.revision = now;
    root.valid_from_s = now;
    root.valid_until_s = now + CARD_YEARS * year;
    kith_keys_publish(&making->keys->keys, &root);
    kith_card_next_root(&making->next_root.pk, &root.next_root);
    address.revision = now;
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
    signers.root = &making->root;
    signers.statement = &making->keys->keys.statement;
    status = kith_card_make(&root, &address, &signers, &making->card);
    if (status != KITH_OK)
        return kith_fail(err, status, "card", "",
                         "the company's name or an announced address cannot "
                         "stand in a card");
    return KITH_OK;
}

/* Company id = public key of the first root. */
static enum kith_status make_keys(struct making *making, struct kith_error *err)
{
    struct kith_company_id id;
    enum kith_status status;

    kith_sign_key_new(&making->root);
    kith_sign_key_new(&making->next_root);
    kith_random(making->backup_key, sizeof(making->backup_key));
    memcpy(id.b, making->root.pk.b, sizeof(id.b));
    status = keyfile_new(&id, making->backup_key, &making->keys);
    if (status != KITH_OK)
        return kith_fail(err, status, "no_memory", "", "out of memory");
    return KITH_OK;
}

static enum kith_status write_sheet(const char *path, const char *title,
                                    const struct kith_company_id *company,
                                    const struct kith_sheet *sheet,
                                    struct kith_error *err)
{
    char id[KITH_COMPANY_SHORT_SIZE];
    char head[512];
    struct kith_buf text = {0};
    enum kith_status status;

    kith_company_id_short(company, id);
    (void)snprintf(head, sizeof(head),
                   "kith - %s\nCompany %s\n\n"
                   "Print this, put it where only those may reach it who "
                   "may speak for the company,\nthen delete the file. "
                   "Whoever has it can be this company.\n\n",
                   title, id);
    status = kith_buf_add(&text, head, strlen(head));
    if (status == KITH_OK)
        status = kith_sheet_lines(sheet, &text);
    if (status != KITH_OK)
        status = kith_fail(err, status, "no_memory", "", "out of memory");
    else
        status = file_create(path, kith_buf_bytes(&text), 0600, err);
    if (text.data != NULL)
        kith_wipe(text.data, text.cap);
    kith_buf_clear(&text);
    return status;
}

static enum kith_status write_sheets(struct making *making,
                                     struct kith_error *err)
{
    const struct kith_company_id *id = &making->keys->company;
    struct kith_sheet sheet;
    enum kith_status status;

    memset(&sheet, 0, sizeof(sheet));
    sheet.has_root = true;
    sheet.has_backup = true;
    memcpy(sheet.root_seed, making->root.seed, KITH_SEED_LEN);
    memcpy(sheet.backup_key, making->backup_key, KITH_KEY_LEN);
    status = write_sheet(making->sheet, "recovery sheet", id, &sheet, err);
    making->sheet_made = status == KITH_OK;
    memset(&sheet, 0, sizeof(sheet));
    sheet.has_next = true;
    memcpy(sheet.next_seed, making->next_root.seed, KITH_SEED_LEN);
    if (status == KITH_OK) {
        status = write_sheet(making->next_sheet,
                             "next root, to be kept elsewhere than the "
                             "recovery sheet",
                             id, &sheet, err);
        making->next_made = status == KITH_OK;
    }
    kith_sheet_wipe(&sheet);
    return status;
}

/* The first person and the card, in one transaction. */
static enum kith_status fill_store(const struct making *making,
                                   struct store *store, struct kith_error *err)
{
    struct store_txn *txn = NULL;
    struct kith_arena *arena = NULL;
    struct company company;
    struct act act;
    struct person_wish wish;
    uint64_t number = 0;
    enum kith_status status = kith_arena_new(INIT_ARENA_MAX, &arena);

    memset(&company, 0, sizeof(company));
    memset(&act, 0, sizeof(act));
    memset(&wish, 0, sizeof(wish));
    company.id = making->keys->company;
    wish.name = kith_bytes_of(making->person);
    wish.role = KITH_ROLE_ADMIN;
    wish.uid = making->uid;
    wish.user = kith_bytes_of(making->user);
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
        status = daemon_write_card(&act, kith_buf_bytes(&making->card));
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
    cache_destroy(&company);
    kith_arena_destroy(&arena);
    return status;
}

static enum kith_status make_store(const struct config *config,
                                   const struct making *making,
                                   struct kith_error *err)
{
    struct store_options options = {0};
    struct store *store = NULL;
    enum kith_status status = paths_make_folder(config->data, 0700, err);

    if (status != KITH_OK)
        return status;
    options.dir = config->data;
    options.map_bytes = config->store_map;
    memcpy(options.store_key, making->keys->store_key, STORE_KEY_LEN);
    memcpy(options.master_key, making->keys->master_key, STORE_KEY_LEN);
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
        status = fill_store(making, store, err);
    store_close(&store);
    sodium_memzero(&options, sizeof(options));
    if (status != KITH_OK)
        status = kith_fail(err, status, "store", "",
                           "the store in %s cannot be made (%s)", config->data,
                           kith_status_name(status));
    return status;
}

/* Who is at the keyboard: behind sudo, the user who called it. */
static void find_person(const struct options *options, struct making *making)
{
    const char *sudo = getenv("SUDO_UID");
    const struct passwd *user;
    uid_t uid = getuid();

    if (uid == 0 && sudo != NULL && sudo[0] >= '0' && sudo[0] <= '9')
        uid = (uid_t)strtoul(sudo, NULL, 10);
    user = getpwuid(uid);
    making->uid = (int64_t)uid;
    (void)snprintf(making->user, sizeof(making->user), "%s",
                   user == NULL ? "" : user->pw_name);
    (void)snprintf(making->person, sizeof(making->person), "%s",
                   options->person != NULL ? options->person
                   : user != NULL          ? user->pw_name
                                           : "admin");
}

static enum kith_status find_sheets(const struct options *options,
                                    struct making *making,
                                    struct kith_error *err)
{
    const char *home = getenv("HOME");
    char folder[PATH_MAX];
    enum kith_status status;

    if (options->sheet != NULL) {
        (void)snprintf(making->sheet, sizeof(making->sheet), "%s",
                       options->sheet);
        status = strlen(options->sheet) < sizeof(making->sheet) ? KITH_OK
                                                                : KITH_LIMIT;
    } else {
        status = paths_join(home == NULL ? "." : home, "kith-recovery.txt",
                            making->sheet, sizeof(making->sheet));
    }
    if (status == KITH_OK)
        status = paths_folder(making->sheet, folder, sizeof(folder));
    if (status == KITH_OK)
        status = paths_join(folder, "kith-next-root.txt", making->next_sheet,
                            sizeof(making->next_sheet));
    if (status != KITH_OK)
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "the path of the recovery sheet is too long");
    return KITH_OK;
}

static void tell(const struct config *config, const struct making *making,
                 bool locked)
{
    char id[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_short(&making->keys->company, id);
    (void)printf("New identity %s for %s.\n", id, config->company);
    (void)printf("Recovery sheet: %s - print it, then delete it.\n",
                 making->sheet);
    (void)printf("Next root: %s - print it, keep it elsewhere, then delete "
                 "it.\n",
                 making->next_sheet);
    (void)printf("Without the recovery sheet a lost disk means a new "
                 "identity.\n");
    if (locked)
        (void)printf("Key file: %s, protected by your passphrase. kithd asks "
                     "for it at each start.\n",
                     config->key);
    else
        (void)printf("Key file: %s, not protected by a passphrase: a thief "
                     "of this disk gets everything,\nall keys and all texts. "
                     "kith init --passphrase or a systemd credential guards "
                     "it.\n",
                     config->key);
    (void)printf("What is destroyed later may survive in old blocks of the "
                 "file system or SSD.\n");
    (void)printf("You are %s (admin). Next: kithd --config %s\n",
                 making->person, config->path);
}

static enum kith_status make_all(const struct options *options,
                                 const struct config *config,
                                 struct making *making, struct kith_error *err)
{
    struct passphrase passphrase = {NULL, 0};
    struct keyfile_lock lock = {NULL, 0, KEYFILE_EFFORT_NORMAL};
    bool locked = options->passphrase || options->passphrase_file != NULL;
    enum kith_status status = KITH_OK;

    if (access(config->key, F_OK) == 0)
        return kith_fail(err, KITH_CONFLICT, "identity_exists", "kith status",
                         "there is an identity already: %s", config->key);
    if (config->key_is_credential)
        return kith_fail(err, KITH_INVALID, "credential",
                         "init with key = \"file:...\", then encrypt that "
                         "file with systemd-creds",
                         "a credential cannot be written by init");
    find_person(options, making);
    status = find_sheets(options, making, err);
    if (status == KITH_OK && locked)
        status =
            passphrase_read(options->passphrase_file, true, &passphrase, err);
    lock.passphrase = passphrase.text;
    lock.len = passphrase.len;
    if (status == KITH_OK)
        status = make_keys(making, err);
    if (status == KITH_OK)
        status = make_card(options, config, making, err);
    if (status == KITH_OK)
        status = write_sheets(making, err);
    if (status == KITH_OK)
        status = make_store(config, making, err);
    if (status == KITH_OK)
        status = keyfile_create(config->key, making->keys, &lock, err);
    passphrase_clear(&passphrase);
    if (status == KITH_OK)
        tell(config, making, locked);
    return status;
}

int init(const struct options *options)
{
    struct kith_error err;
    struct config *config = NULL;
    struct making *making = sodium_malloc(sizeof(*making));
    bool config_made = false;
    enum kith_status status;

    if (making == NULL)
        return kith_status_exit(KITH_NOMEM);
    memset(making, 0, sizeof(*making));
    kith_error_clear(&err);
    status = init_config(options, &config, &config_made, &err);
    if (status == KITH_OK)
        status = make_all(options, config, making, &err);
    if (status != KITH_OK) {
        if (making->sheet_made)
            (void)unlink(making->sheet);
        if (making->next_made)
            (void)unlink(making->next_sheet);
        if (config_made)
            (void)unlink(options->config);
    }
    keyfile_destroy(&making->keys);
    kith_buf_clear(&making->card);
    sodium_free(making);
    config_destroy(&config);
    return status == KITH_OK ? 0 : outcome_print(&err);
}
