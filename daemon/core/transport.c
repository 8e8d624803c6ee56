/* transport - see the header. Not here: giving the key to kith-net (net.c), a
 * card that names it (turnover.c).
 */
#include "core/transport.h"

#include <string.h>

#include "base/keyfile.h"
#include "base/log.h"
#include "core/daemon.h"
#include "core/options.h"
#include "kith/card.h"
#include "kith/error.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/ledger.h"
#include "store/logs.h"
#include "store/state.h"
#include "store/store.h"

enum {
    LOOK_MS = 500
};

/* Is the former key of KEYS the one in use? */
static enum kith_status is_former(struct act *act, const struct keyfile *keys,
                                  bool *ret_former)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct kith_bytes value = {NULL, 0};
    enum kith_status status = KITH_OK;

    *ret_former = false;
    if (!keys->has_former)
        return KITH_OK;
    status = store_value_get(act->txn, LEDGER_TRANSPORT, act->arena, &value);
    *ret_former =
        status != KITH_OK || value.len != KITH_KEY_LEN ||
        memcmp(value.data, keys->keys.transport.pk.b, KITH_KEY_LEN) != 0;
    kith_arena_rewind(act->arena, mark);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The next link behind AFTER whose partner lacks our card of now; one that
 * nothing was ever told to is none. KITH_NOT_FOUND. */
static enum kith_status next_untold(struct act *act, uint32_t after,
                                    struct store_link *ret_link)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct store_link link = {.number = after};
    struct kith_bytes bytes = {NULL, 0};
    struct kith_card card;
    uint64_t revision;
    enum kith_status status =
        store_value_get(act->txn, LEDGER_CARD, act->arena, &bytes);

    if (status == KITH_OK)
        status = kith_card_read(bytes, &card);
    kith_arena_rewind(act->arena, mark);
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
    revision = card.root.revision > card.address.revision
                   ? card.root.revision
                   : card.address.revision;
    while ((status = store_link_next(act->txn, link.number, &link)) ==
           KITH_OK) {
        if (!link.removed && (link.verified || link.out.number != 0) &&
            link.told_card < revision)
            break;
    }
    if (status == KITH_OK)
        *ret_link = link;
    return status;
}

static enum kith_status put_in_use(struct act *act, const struct keyfile *keys)
{
    const struct kith_bytes key = {keys->keys.transport.pk.b, KITH_KEY_LEN};
    enum kith_status status = store_value_put(act->txn, LEDGER_TRANSPORT, key);

    return status == KITH_OK
               ? audit_add(act,
                           &(struct audit_line){.what = "own_transport_key"})
               : status;
}

static void set_public(struct daemon *daemon)
{
    daemon->company.transport_public = daemon->former_transport
                                           ? daemon->keys->former.pk
                                           : daemon->keys->keys.transport.pk;
}

enum kith_status transport_open(struct daemon *daemon)
{
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, false, &txn);

    kith_arena_reset(daemon->arena);
    if (status == KITH_OK) {
        daemon_act(daemon, txn, &act);
        status = is_former(&act, daemon->keys, &daemon->former_transport);
    }
    store_abort(&txn);
    if (status == KITH_OK)
        set_public(daemon);
    if (daemon->former_transport)
        log_event(LOG_LEVEL_INFO, "transport.waits", NULL);
    return status;
}

const uint8_t *transport_secret(const struct daemon *daemon)
{
    return daemon->former_transport ? daemon->keys->former.secret
                                    : daemon->keys->keys.transport.secret;
}

/* KITH_BUSY: a partner lacks our card. */
static enum kith_status look(struct daemon *daemon)
{
    struct store_link link;
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, false, &txn);

    kith_arena_reset(daemon->arena);
    if (status == KITH_OK) {
        daemon_act(daemon, txn, &act);
        status = next_untold(&act, 0, &link);
        status = status == KITH_OK          ? KITH_BUSY
                 : status == KITH_NOT_FOUND ? KITH_OK
                                            : status;
    }
    store_abort(&txn);
    return status;
}

static enum kith_status change_over(struct daemon *daemon)
{
    struct store_txn *txn = NULL;
    struct act act;
    enum kith_status status = store_begin(daemon->store, true, &txn);

    kith_arena_reset(daemon->arena);
    if (status == KITH_OK) {
        daemon_act(daemon, txn, &act);
        status = put_in_use(&act, daemon->keys);
    }
    if (status == KITH_OK)
        status = store_commit(&txn);
    store_abort(&txn);
    return status;
}

bool transport_run(struct daemon *daemon)
{
    enum kith_status status;

    if (!daemon->former_transport ||
        daemon->now.boot_ms < daemon->transport_at_ms)
        return false;
    daemon->transport_at_ms = daemon->now.boot_ms + LOOK_MS;
    status = look(daemon);
    if (status == KITH_BUSY)
        return false;
    if (status == KITH_OK)
        status = change_over(daemon);
    if (status != KITH_OK) {
        log_event(LOG_LEVEL_ERROR, "transport.failed", "why",
                  kith_status_name(status), NULL);
        return false;
    }
    daemon->former_transport = false;
    set_public(daemon);
    log_event(LOG_LEVEL_INFO, "transport.replaced", NULL);
    return true;
}

int64_t transport_deadline(const struct daemon *daemon)
{
    return daemon->former_transport ? daemon->transport_at_ms : INT64_MAX;
}

enum kith_status transport_turn(struct act *act, struct keyfile *keys,
                                const struct kith_box_key *fresh,
                                bool compromised)
{
    struct store_link link = {0};
    bool waits = false;
    enum kith_status status = is_former(act, keys, &waits);

    if (status != KITH_OK)
        return status;
    if (fresh != NULL && waits && !compromised) {
        status = next_untold(act, 0, &link);
        if (status != KITH_OK && status != KITH_NOT_FOUND)
            return status;
        return kith_fail(act->err, KITH_CONFLICT, "transport_waits",
                         "kith sync now, or kith rotate --leave PARTNER",
                         status == KITH_OK
                             ? "the last change of the transport key still "
                               "waits for %s"
                             : "start kithd once: the last change of the "
                               "transport key is not in use yet%s",
                         link.alias);
    }
    if (!waits || (fresh != NULL && compromised)) {
        kith_wipe(&keys->former, sizeof(keys->former));
        keys->has_former = false;
    }
    if (fresh == NULL)
        return KITH_OK;
    if (!compromised) {
        keys->former = keys->keys.transport;
        keys->has_former = true;
    }
    keys->keys.transport = *fresh;
    return KITH_OK;
}

static bool is_named(const struct options *options, const char *alias)
{
    for (size_t i = 0; i < options->n_leave; i++) {
        if (strcmp(options->leave[i], alias) == 0)
            return true;
    }
    return false;
}

enum kith_status transport_leave(struct act *act, const struct keyfile *keys,
                                 const struct options *options)
{
    struct store_link link = {0};
    bool waits = false;
    enum kith_status status = is_former(act, keys, &waits);

    if (status == KITH_OK && (!waits || options->n_keys > 0))
        return kith_fail(act->err, KITH_INVALID, "usage",
                         "kith rotate --key transport",
                         "--leave ends a change of the transport key that "
                         "waits, and stands alone");
    while (status == KITH_OK) {
        status = next_untold(act, link.number, &link);
        if (status == KITH_OK && !is_named(options, link.alias))
            return kith_fail(act->err, KITH_CONFLICT, "leave",
                             "name each of them with --leave",
                             "%s lacks the new card too and would be left "
                             "behind",
                             link.alias);
        if (status == KITH_OK)
            status = audit_add(
                act, &(struct audit_line){.what = "partner_left_behind",
                                          .link = link.number,
                                          .text = link.alias});
    }
    return status == KITH_NOT_FOUND ? put_in_use(act, keys) : status;
}
