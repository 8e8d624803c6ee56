/* daemon - opens and closes what kithd stands on: keys, store, card.
 *
 * Not here: the loop and what hangs on it (run.c).
 */
#include "core/daemon.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/config.h"
#include "base/keyfile.h"
#include "core/key_next.h"
#include "core/upgrade.h"
#include "kith/card.h"
#include "kith/error.h"
#include "kith/limits.h"
#include "rules/cache.h"
#include "rules/ledger.h"
#include "rules/peer.h"
#include "store/logs.h"
#include "store/state.h"
#include "store/store.h"

static void fill_company(struct daemon *daemon)
{
    struct company *company = &daemon->company;
    const struct keyfile *keys = daemon->keys;

    company->id = keys->company;
    company->log = keys->keys.log;
    company->receipt = keys->keys.receipt;
    company->statement = keys->keys.statement;
    company->transport_public = keys->keys.transport.pk;
    company->sealing = keys->keys.sealing;
    memcpy(company->recovery_key, keys->recovery_key, RULES_SECRET_LEN);
    memcpy(company->witness_salt, keys->witness_key, RULES_SECRET_LEN);
    memcpy(company->view_key, keys->view_key, RULES_SECRET_LEN);
}

enum kith_status daemon_write_card(struct act *act, struct kith_bytes card)
{
    struct kith_hash digest;
    struct kith_bytes id = {act->company->id.b, KITH_COMPANY_ID_LEN};
    enum kith_status status;

    kith_sha256(card.data, card.len, &digest);
    status = store_card_put(act->txn, &digest, card);
    if (status == KITH_OK)
        status = store_value_put(act->txn, LEDGER_CARD, card);
    if (status == KITH_OK)
        status = store_value_put(act->txn, LEDGER_COMPANY, id);
    return status;
}

enum kith_status daemon_read_card(struct daemon *daemon, struct store_txn *txn)
{
    struct company *company = &daemon->company;
    struct kith_bytes bytes = {NULL, 0};
    struct kith_card card;
    enum kith_status status;

    kith_arena_reset(daemon->arena);
    status = store_value_get(txn, LEDGER_CARD, daemon->arena, &bytes);
    if (status == KITH_OK)
        status = kith_card_read(bytes, &card);
    if (status == KITH_OK &&
        !kith_company_id_equal(&card.root.company, &company->id))
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return status;
    company->card.len = 0;
    status = kith_buf_add(&company->card, bytes.data, bytes.len);
    company->card_digest = card.digest;
    company->card_revision = card.root.revision > card.address.revision
                                 ? card.root.revision
                                 : card.address.revision;
    memcpy(company->name, card.address.name, sizeof(company->name));
    kith_arena_reset(daemon->arena);
    return status;
}

/* Opens the store and reads one thing in a process of its own: a page that is
 * cut off kills whoever reads it, and that must not be kithd. KITH_DAMAGED. */
static enum kith_status try_store(const struct store_options *options)
{
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct kith_arena *arena = NULL;
    struct kith_bytes card = {NULL, 0};
    int result = 0;
    pid_t worker = fork();

    if (worker == 0) {
        if (store_open(options, &store, NULL) == KITH_OK &&
            store_begin(store, false, &txn) == KITH_OK &&
            kith_arena_new(DAEMON_ARENA_MAX, &arena) == KITH_OK)
            (void)!store_value_get(txn, LEDGER_CARD, arena, &card);
        /* whatever else is wrong shows, with words, in the parent */
        _exit(0);
    }
    while (worker > 0 && waitpid(worker, &result, 0) < 0 && errno == EINTR)
        continue;
    /* a sanitizer turns the signal into an exit code of its own */
    if (worker > 0 && (!WIFEXITED(result) || WEXITSTATUS(result) != 0))
        return KITH_DAMAGED;
    return KITH_OK;
}

/* The key file must hold what our card names: a change of keys may have been
 * cut off between the two. */
static enum kith_status settle_keys(struct daemon *daemon,
                                    const struct daemon_secret *secret,
                                    struct kith_error *err)
{
    const struct key_next_opener key = {daemon->config->key, secret->passphrase,
                                        secret->len};
    struct kith_card card;
    enum kith_status status =
        kith_card_read(kith_buf_bytes(&daemon->company.card), &card);

    if (status == KITH_OK)
        status = key_next_settle(&key, &card, &daemon->keys, err);
    if (status == KITH_OK)
        fill_company(daemon);
    return status;
}

static enum kith_status open_store(struct daemon *daemon,
                                   const struct daemon_secret *secret,
                                   struct kith_error *err)
{
    struct store_options options = {0};
    struct store_txn *txn = NULL;
    enum kith_status status;

    options.dir = daemon->config->data;
    options.map_bytes = daemon->config->store_map;
    memcpy(options.store_key, daemon->keys->store_key, STORE_KEY_LEN);
    memcpy(options.master_key, daemon->keys->master_key, STORE_KEY_LEN);
    status = try_store(&options);
    if (status == KITH_OK)
        status = upgrade_store(&options, err);
    if (status == KITH_OK)
        status = store_open(&options, &daemon->store, err);
    sodium_memzero(&options, sizeof(options));
    if (status == KITH_OK)
        status = store_begin(daemon->store, false, &txn);
    if (status == KITH_OK)
        status = daemon_read_card(daemon, txn);
    store_abort(&txn);
    if (status == KITH_OK)
        status = settle_keys(daemon, secret, err);
    if (status != KITH_OK)
        status = kith_fail(err, status, "store", "kith check",
                           "the store in %s cannot be opened (%s)",
                           daemon->config->data, kith_status_name(status));
    return status;
}

/* A missing key file means «not yet» only where there is no store either. */
static enum kith_status refuse_without_key(const struct config *config,
                                           struct kith_error *err)
{
    char store[CONFIG_PATH_MAX + sizeof("/store")];

    kith_error_clear(err);
    (void)snprintf(store, sizeof(store), "%s/store", config->data);
    if (access(store, F_OK) == 0)
        return kith_fail(err, KITH_NOT_FOUND, "key_missing",
                         "put the key file back; nothing opens the store "
                         "without it",
                         "%s holds a store, but its key file %s is missing",
                         config->data, config->key);
    return kith_fail(err, KITH_NOT_FOUND, "no_identity", "kith init",
                     "there is no identity yet: %s does not exist",
                     config->key);
}

enum kith_status daemon_open(struct config **take_config,
                             const struct daemon_secret *secret,
                             struct daemon **ret_daemon, struct kith_error *err)
{
    struct daemon *daemon = sodium_malloc(sizeof(*daemon));
    const struct config *config = *take_config;
    enum kith_status status;

    if (daemon == NULL)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    memset(daemon, 0, sizeof(*daemon));
    daemon->now = clock_read();
    daemon->started = daemon->now;
    status = keyfile_open(config->key, secret->passphrase, secret->len,
                          &daemon->keys, err);
    if (status == KITH_NOT_FOUND)
        status = refuse_without_key(config, err);
    if (status == KITH_OK)
        status = kith_arena_new(DAEMON_ARENA_MAX, &daemon->arena);
    if (status == KITH_OK)
        status = kith_arena_new(KITH_ARENA_CONTROL_MAX, &daemon->request_arena);
    if (status == KITH_OK)
        status = kith_arena_new(DAEMON_ARENA_MAX, &daemon->row_arena);
    if (status == KITH_OK) {
        fill_company(daemon);
        daemon->config = *take_config;
        status = open_store(daemon, secret, err);
        if (status != KITH_OK)
            daemon->config = NULL;
    }
    if (status == KITH_OK) {
        *take_config = NULL;
        *ret_daemon = daemon;
        daemon = NULL;
    }
    daemon_close(&daemon);
    return status;
}

void daemon_close(struct daemon **daemon)
{
    struct daemon *old = *daemon;

    if (old == NULL)
        return;
    audit_check_clear(&old->checking);
    cache_destroy(&old->company);
    peer_destroy(&old->company);
    store_close(&old->store);
    kith_buf_clear(&old->company.card);
    kith_arena_destroy(&old->arena);
    kith_arena_destroy(&old->request_arena);
    kith_arena_destroy(&old->row_arena);
    keyfile_destroy(&old->keys);
    config_destroy(&old->config);
    /* wipes the keys in company */
    sodium_free(old);
    *daemon = NULL;
}

void daemon_limit(struct daemon *daemon)
{
    const uint64_t most = (uint64_t)KITH_QUOTA_STORED_MIB * 1024 * 1024;
    const uint64_t share = daemon->config->store_map / KITH_QUOTA_STORED_SHARE;
    struct quota_limits *limits = &daemon->company.limits;
    struct store_size size;

    limits->entries_minute = daemon->config->partner_rate;
    limits->stored_bytes = share < most ? share : most;
    if (store_size(daemon->store, &size) == KITH_OK)
        limits->store_full = size.used_bytes >= daemon->config->store_map;
}

void daemon_act(struct daemon *daemon, struct store_txn *txn,
                struct act *ret_act)
{
    memset(ret_act, 0, sizeof(*ret_act));
    ret_act->company = &daemon->company;
    ret_act->txn = txn;
    ret_act->arena = daemon->arena;
    ret_act->now = daemon->now.wall_ms / 1000;
    ret_act->time_doubted = daemon->time_doubted;
}
