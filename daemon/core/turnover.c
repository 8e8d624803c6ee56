/* turnover - see the header.
 *
 * The root seed is read from the recovery sheet, by this process alone, and
 * wiped with it. Not here: what partners are told (rules/key_change.c), the
 * root itself (root_change.c).
 */
#include "core/turnover.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/config_load.h"
#include "base/keyfile.h"
#include "core/daemon.h"
#include "core/key_next.h"
#include "core/last_good.h"
#include "core/options.h"
#include "core/outcome.h"
#include "core/passphrase.h"
#include "core/root_change.h"
#include "core/sheet_file.h"
#include "core/transport.h"
#include "kith/card.h"
#include "kith/error.h"
#include "kith/keys.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/key_change.h"
#include "rules/ledger.h"
#include "rules/peer.h"
#include "store/state.h"
#include "store/store.h"

enum {
    TURNOVER_ARENA_MAX = 64 * 1024 * 1024
};

/* One run; in locked memory. */
struct turning {
    const struct options *options;
    struct config *config; /* owned */
    struct passphrase passphrase;
    struct kith_sign_key root;
    uint8_t backup_key[KITH_KEY_LEN];
    bool has_backup;
    bool root_goes;            /* --key root */
    struct root_change change; /* then */
    struct keyfile *keys;      /* owned; become the new ones */
    struct store *store;       /* owned */
    struct kith_card former;
    char aside[PATH_MAX];
};

static enum kith_status read_root(struct turning *turning,
                                  struct kith_error *err)
{
    struct kith_sheet sheet = {0};
    enum kith_status status;

    if (turning->options->sheet == NULL)
        return kith_fail(err, KITH_INVALID, "usage", "--sheet PATH",
                         "a new card needs the root: name the recovery sheet");
    status = sheet_file_read(turning->options->sheet, &sheet, err);
    if (status == KITH_OK && !sheet.has_root)
        status = kith_fail(err, KITH_INVALID, "sheet", "",
                           "%s has no root seed", turning->options->sheet);
    if (status == KITH_OK) {
        kith_sign_key_from_seed(sheet.root_seed, &turning->root);
        memcpy(turning->backup_key, sheet.backup_key, KITH_KEY_LEN);
        turning->has_backup = sheet.has_backup;
    }
    kith_sheet_wipe(&sheet);
    return status;
}

static enum kith_status open_all(struct turning *turning,
                                 struct kith_error *err)
{
    const struct options *options = turning->options;
    struct store_options store = {0};
    enum kith_status status =
        config_load(options->config, &turning->config, err);

    if (status == KITH_OK && turning->config->key_is_credential)
        return kith_fail(err, KITH_INVALID, "credential",
                         "turn the keys with key = \"file:...\", then encrypt "
                         "that file again",
                         "a credential cannot be written by kithd");
    if (status == KITH_OK && keyfile_is_locked(turning->config->key))
        status = passphrase_read(options->passphrase_file, false,
                                 &turning->passphrase, err);
    if (status == KITH_OK)
        status = keyfile_open(turning->config->key, turning->passphrase.text,
                              turning->passphrase.len, &turning->keys, err);
    if (status == KITH_OK)
        status = read_root(turning, err);
    if (status != KITH_OK)
        return status;
    store.dir = turning->config->data;
    store.map_bytes = turning->config->store_map;
    memcpy(store.store_key, turning->keys->store_key, STORE_KEY_LEN);
    memcpy(store.master_key, turning->keys->master_key, STORE_KEY_LEN);
    status = store_open(&store, &turning->store, err);
    sodium_memzero(&store, sizeof(store));
    if (status == KITH_BUSY) {
        kith_error_clear(err);
        status = kith_fail(err, KITH_BUSY, "running", "stop kithd first",
                           "a daemon has the store open");
    }
    return status;
}

/* Takes our newest card; the key file must be the one it names. */
static enum kith_status read_former(struct turning *turning,
                                    struct store_txn *txn,
                                    struct kith_arena *arena,
                                    struct kith_error *err)
{
    const struct key_next_opener key = {turning->config->key,
                                        turning->passphrase.text,
                                        turning->passphrase.len};
    struct kith_bytes bytes = {NULL, 0};
    enum kith_status status = store_value_get(txn, LEDGER_CARD, arena, &bytes);

    if (status == KITH_OK)
        status = kith_card_read(bytes, &turning->former);
    if (status == KITH_OK)
        status = key_next_settle(&key, &turning->former, &turning->keys, err);
    if (status == KITH_OK &&
        !kith_key_equal(&turning->former.root_key, &turning->root.pk))
        status = kith_fail(err, KITH_UNTRUSTED, "sheet_other",
                           "use the sheet of this company",
                           "the root on %s did not sign this company's card",
                           turning->options->sheet);
    return status;
}

/* Every partner must have the card of now: cards teach the keys one by one.
 * Of roots each card has them all. */
static enum kith_status check_told(struct act *act,
                                   const struct options *options,
                                   uint64_t revision)
{
    struct store_link link = {0};
    enum kith_status status;

    if (options->n_keys == 1 && strcmp(options->keys[0], "root") == 0)
        return KITH_OK;
    while ((status = store_link_next(act->txn, link.number, &link)) ==
           KITH_OK) {
        if (!link.removed && link.out.number != 0 && link.told_card < revision)
            return kith_fail(act->err, KITH_CONFLICT, "card_untold",
                             "kith sync now, or --compromised",
                             "%s does not have our newest card yet",
                             link.alias);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The recovery sheet bears root and backup key, so the next one needs both. */
static enum kith_status change_root(struct turning *turning,
                                    struct kith_error *err)
{
    if (!turning->has_backup)
        return kith_fail(err, KITH_INVALID, "sheet",
                         "the recovery sheet has lines R1 to R4, B1 to B4",
                         "%s has no backup key", turning->options->sheet);
    turning->root_goes = true;
    return root_change_make(turning->options->next_sheet, &turning->former,
                            &turning->root, &turning->change, err);
}

static enum kith_status draw_keys(struct turning *turning, struct act *act)
{
    struct kith_keys *keys = &turning->keys->keys;
    const struct options *options = turning->options;
    struct kith_keys fresh;
    const struct kith_box_key *transport = NULL;
    enum kith_status status = KITH_OK;

    if (options->n_keys == 0)
        return kith_fail(
            act->err, KITH_INVALID, "usage",
            "--key log, receipt, statement, sealing, transport or root",
            "say which key is to be replaced");
    kith_keys_new(&fresh);
    for (size_t i = 0; status == KITH_OK && i < options->n_keys; i++) {
        if (strcmp(options->keys[i], "log") == 0)
            keys->log = fresh.log;
        else if (strcmp(options->keys[i], "receipt") == 0)
            keys->receipt = fresh.receipt;
        else if (strcmp(options->keys[i], "statement") == 0)
            keys->statement = fresh.statement;
        else if (strcmp(options->keys[i], "sealing") == 0)
            keys->sealing = fresh.sealing;
        else if (strcmp(options->keys[i], "transport") == 0)
            transport = &fresh.transport;
        else if (strcmp(options->keys[i], "root") == 0)
            status = change_root(turning, act->err);
        else
            status = kith_fail(
                act->err, KITH_INVALID, "usage",
                "--key log, receipt, statement, sealing, transport or root",
                "'%.40s' is no key that can be replaced", options->keys[i]);
    }
    if (status == KITH_OK)
        status =
            transport_turn(act, turning->keys, transport, options->compromised);
    kith_keys_wipe(&fresh);
    return status;
}

static enum kith_status make_card(struct turning *turning, uint64_t revision,
                                  struct company *company)
{
    struct kith_card_root root = turning->former.root;
    struct kith_card_signers signers = {.root = &turning->root,
                                        .statement =
                                            &turning->keys->keys.statement,
                                        .changes = turning->former.changes,
                                        .n_changes = turning->former.n_changes};
    struct kith_card card;
    enum kith_status status;

    root.revision = revision;
    kith_keys_publish(&turning->keys->keys, &root);
    if (turning->root_goes)
        root_change_apply(&turning->change, &root, &signers);
    status = kith_card_make(&root, &turning->former.address, &signers,
                            &company->card);
    if (status == KITH_OK)
        status = kith_card_read(kith_buf_bytes(&company->card), &card);
    if (status == KITH_OK)
        company->card_digest = card.digest;
    return status;
}

/* Everything but the commit: card, notices, audit. */
static enum kith_status change(struct turning *turning, struct act *act)
{
    const struct kith_card *former = &turning->former;
    struct company *company = act->company;
    struct key_limit limits[OPTIONS_LIST_MAX];
    struct key_change change = {.former = former,
                                .compromised = turning->options->compromised,
                                .limits = limits};
    uint64_t revision = former->root.revision > former->address.revision
                            ? former->root.revision
                            : former->address.revision;
    char text[64] = "";
    enum kith_status status = KITH_OK;

    company->id = turning->keys->company;
    if (turning->options->n_leave > 0)
        return transport_leave(act, turning->keys, turning->options);
    if (!change.compromised)
        status = check_told(act, turning->options, revision);
    if (status == KITH_OK)
        status =
            last_good_read(act, turning->options, limits, &change.n_limits);
    if (status == KITH_OK)
        status = draw_keys(turning, act);
    if (status != KITH_OK)
        return status;
    revision =
        revision < (uint64_t)act->now ? (uint64_t)act->now : revision + 1;
    company->log = turning->keys->keys.log;
    company->receipt = turning->keys->keys.receipt;
    company->statement = turning->keys->keys.statement;
    status = make_card(turning, revision, company);
    if (status == KITH_OK)
        status = daemon_write_card(act, kith_buf_bytes(&company->card));
    if (status == KITH_OK)
        status = key_change_tell(act, &change);
    for (size_t i = 0; i < turning->options->n_keys; i++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
                       i == 0 ? "" : " ", turning->options->keys[i]);
    if (status == KITH_OK)
        status = audit_add(
            act, &(struct audit_line){.what = change.compromised
                                                  ? "own_keys_compromised"
                                                  : "own_keys_replaced",
                                      .text = text});
    return status;
}

/* The new key file stands aside, whole, before the card is committed. */
static enum kith_status settle(struct turning *turning, struct store_txn **txn,
                               struct kith_error *err)
{
    const struct keyfile_lock lock = {turning->passphrase.text,
                                      turning->passphrase.len,
                                      KEYFILE_EFFORT_NORMAL};
    enum kith_status status =
        key_next_path(turning->config->key, turning->aside);

    /* left by a run that did not come to its commit */
    (void)unlink(turning->aside);
    if (status == KITH_OK && turning->root_goes)
        status = root_change_sheets(&turning->change, turning->options->sheet,
                                    &turning->keys->company,
                                    turning->backup_key, err);
    if (status == KITH_OK)
        status = keyfile_create(turning->aside, turning->keys, &lock, err);
    /* once the commit is tried the card may name the new root: the sheets stay
     * then, whatever comes of it */
    if (status != KITH_OK)
        root_change_undo(&turning->change);
    if (status == KITH_OK)
        status = store_commit(txn);
    if (status == KITH_OK)
        status = key_next_place(turning->config->key, err);
    return status;
}

static enum kith_status turn(struct turning *turning, struct company *company,
                             struct kith_error *err)
{
    struct store_txn *txn = NULL;
    struct kith_arena *arena = NULL;
    struct act act = {.company = company, .err = err};
    enum kith_status status = kith_arena_new(TURNOVER_ARENA_MAX, &arena);

    if (status == KITH_OK)
        status = store_begin(turning->store, true, &txn);
    act.txn = txn;
    act.arena = arena;
    act.now = clock_wall_ms() / 1000;
    if (status == KITH_OK)
        status = read_former(turning, txn, arena, err);
    if (status == KITH_OK)
        status = change(turning, &act);
    if (status == KITH_OK && !turning->options->dry_run)
        status = settle(turning, &txn, err);
    store_abort(&txn);
    kith_arena_destroy(&arena);
    return status;
}

int turnover(const struct options *options)
{
    struct kith_error err;
    struct turning *turning = sodium_malloc(sizeof(*turning));
    struct company *company = sodium_malloc(sizeof(*company));
    enum kith_status status = KITH_NOMEM;

    kith_error_clear(&err);
    if (turning == NULL || company == NULL)
        goto out;
    memset(turning, 0, sizeof(*turning));
    memset(company, 0, sizeof(*company));
    turning->options = options;
    status = open_all(turning, &err);
    if (status == KITH_OK)
        status = turn(turning, company, &err);
    if (status == KITH_OK && options->n_leave > 0 && !options->dry_run)
        (void)printf("The new transport key is in use: send the card to whom "
                     "you left behind (kith card show).\n");
    else if (status == KITH_OK)
        (void)printf(options->dry_run
                         ? "The keys would be replaced; nothing was changed.\n"
                         : "The keys are replaced. Start kithd: each partner "
                           "gets the new card at its next session.\n");
    if (status == KITH_OK && turning->root_goes && !options->dry_run)
        root_change_tell(&turning->change);
    cache_destroy(company);
    peer_destroy(company);
    kith_buf_clear(&company->card);
    store_close(&turning->store);
    keyfile_destroy(&turning->keys);
    passphrase_clear(&turning->passphrase);
    config_destroy(&turning->config);
out:
    sodium_free(turning);
    sodium_free(company);
    if (status == KITH_OK)
        return 0;
    (void)kith_fail(&err, status, "rotate", "kith check",
                    "the keys cannot be replaced (%s)",
                    kith_status_name(status));
    return outcome_print(&err);
}
