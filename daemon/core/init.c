/* init - root, backup key, sheets, operational keys, card, store, first person.
 *
 * The key file is written last: while it does not stand there is no identity,
 * and init can be tried again.
 * Not here: making all of that (founding.c), the words of the configuration
 * (init_config.c).
 */
#include "core/init.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/keyfile.h"
#include "core/founding.h"
#include "core/init_config.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "kith/error.h"

static void tell(const struct config *config, const struct founding *founding,
                 bool locked)
{
    char id[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_short(&founding->keys->company, id);
    (void)printf("New identity %s for %s.\n", id, config->company);
    (void)printf("Recovery sheet: %s - print it, then delete it.\n",
                 founding->sheet);
    (void)printf("Next root: %s - print it, keep it elsewhere, then delete "
                 "it.\n",
                 founding->next_sheet);
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
                 founding->person, config->path);
}

static enum kith_status make_all(const struct options *options,
                                 const struct config *config,
                                 struct founding *founding,
                                 struct kith_error *err)
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
    founding_person(options, founding);
    status = founding_find_sheets(options, founding, err);
    if (status == KITH_OK && locked)
        status =
            passphrase_read(options->passphrase_file, true, &passphrase, err);
    lock.passphrase = passphrase.text;
    lock.len = passphrase.len;
    if (status == KITH_OK)
        status = founding_keys(founding, err);
    if (status == KITH_OK)
        status = founding_card(options, config, founding, err);
    if (status == KITH_OK)
        status = founding_sheets(founding, err);
    if (status == KITH_OK)
        status = founding_store(config, founding, err);
    if (status == KITH_OK)
        status = keyfile_create(config->key, founding->keys, &lock, err);
    passphrase_clear(&passphrase);
    if (status == KITH_OK)
        tell(config, founding, locked);
    return status;
}

int init(const struct options *options)
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
        status = make_all(options, config, founding, &err);
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
