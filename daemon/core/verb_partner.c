/* verb_partner - partners: adding, verifying, changing, removing, and the keys
 * that knocked.
 *
 * Each change marks its link: the machine is flushed in this transaction, the
 * allow-list follows after the commit.
 */
#include "core/verbs.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "core/call.h"
#include "core/daemon.h"
#include "core/links.h"
#include "core/net.h"
#include "core/partner_row.h"
#include "kith/armour.h"
#include "kith/card.h"
#include "kith/rows.h"
#include "kith/session.h"
#include "rules/cache.h"
#include "rules/next_log.h"
#include "rules/partner.h"
#include "rules/resolve.h"

enum {
    FINGERPRINT_LEN = 8 /* bytes shown of a key that knocked */
};

/* The partner that the request names. */
static enum kith_status find_partner(struct call *call,
                                     struct store_link *ret_link)
{
    struct kith_bytes name = {NULL, 0};

    if (call_argument(call) != NULL)
        name =
            kith_record_bytes(call_argument(call), KITH_PARTNER_ARGS_PARTNER);
    if (name.len == 0)
        return call_fail(call, KITH_INVALID, "arguments", "kith partner list",
                         "name the partner");
    return resolve_partner(&call->act, name, ret_link);
}

/* What every change ends with. */
static enum kith_status finish(struct daemon *daemon, struct call *call,
                               const struct store_link *link,
                               enum kith_status status)
{
    if (status != KITH_OK)
        return status;
    links_mark(daemon, link->number);
    return partner_row_add(daemon, call, link, !link->verified);
}

/* A card of a company we know, with other keys: taken only on purpose. */
static enum kith_status check_replacement(struct call *call,
                                          struct kith_bytes bytes)
{
    struct store_link link = {0};
    struct kith_card card;
    struct kith_card held;
    struct kith_bytes old = {NULL, 0};
    enum kith_status status = kith_card_read(bytes, &card);

    if (status != KITH_OK || call_flag(call, KITH_PARTNER_ARGS_CONFIRM))
        return KITH_OK; /* partner_add says what is wrong with it */
    do {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status != KITH_OK)
            return status == KITH_NOT_FOUND ? KITH_OK : status;
    } while (!kith_company_id_equal(&link.company, &card.root.company));
    status =
        store_card_get(call->act.txn, &link.card_digest, call->act.arena, &old);
    if (status == KITH_OK)
        status = kith_card_read(old, &held);
    if (status != KITH_OK || link.removed ||
        kith_card_compare(&held, &card) != KITH_CARD_NEWER ||
        kith_key_equal(&held.root.statement, &card.root.statement))
        return status;
    return call_fail(call, KITH_CONFLICT, "replacement",
                     "call them; then kith partner add CARD --confirm",
                     "this is a replacement of a known id: %s has new keys",
                     link.alias);
}

/* Is there a place for one more? */
static enum kith_status check_room(const struct daemon *daemon,
                                   struct call *call)
{
    const uint32_t max = daemon->config->max_partners;
    struct store_link link = {0};
    uint32_t count = 0;
    enum kith_status status;

    while ((status = store_link_next(call->act.txn, link.number, &link)) ==
           KITH_OK)
        count += !link.removed;
    if (status != KITH_NOT_FOUND)
        return status;
    if (count <= max)
        return KITH_OK;
    return call_fail(call, KITH_LIMIT, "max_partners",
                     "raise max_partners in kith.conf, then restart kithd",
                     "there are %u partners already, as many as kith.conf "
                     "allows",
                     max);
}

enum kith_status verb_partner_add(struct daemon *daemon, struct call *call)
{
    const struct kith_record *argument = call_argument(call);
    struct kith_buf card = {0};
    struct store_link link;
    enum kith_status status;

    if (argument == NULL)
        return call_fail(call, KITH_INVALID, "arguments",
                         "kith partner add CARD", "give the card");
    status = kith_unarmour(KITH_CARD_TITLE,
                           kith_record_bytes(argument, KITH_PARTNER_ARGS_CARD),
                           &card);
    if (status != KITH_OK)
        status = call_fail(
            call, status, "card", "ask for it again: kith card show --file",
            status == KITH_NOT_FOUND ? "there is no card in this text"
                                     : "the card was damaged on its way");
    if (status == KITH_OK)
        status = check_replacement(call, kith_buf_bytes(&card));
    if (status == KITH_OK)
        status = partner_add(
            &call->act, kith_buf_bytes(&card),
            kith_record_bytes(argument, KITH_PARTNER_ARGS_NAME), &link);
    kith_buf_clear(&card);
    if (status == KITH_OK)
        status = check_room(daemon, call);
    if (status == KITH_OK)
        daemon->arrange = true;
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_list(struct daemon *daemon, struct call *call)
{
    struct store_link link = {0};
    enum kith_status status;

    if (call_text(call, KITH_PARTNER_ARGS_PARTNER)[0] == '\0')
        return partner_rows_add(daemon, call);
    status = find_partner(call, &link);
    return status == KITH_OK ? partner_row_add(daemon, call, &link, true)
                             : status;
}

enum kith_status verb_partner_verify(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = partner_verify(
            &call->act, &link,
            kith_record_bytes(call_argument(call), KITH_PARTNER_ARGS_GROUPS));
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_rename(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = partner_rename(
            &call->act, &link,
            kith_record_bytes(call_argument(call), KITH_PARTNER_ARGS_NAME));
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_endpoint(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = partner_endpoint(
            &call->act, &link,
            kith_record_bytes(call_argument(call), KITH_PARTNER_ARGS_URL));
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_pause(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK)
        status = partner_pause(&call->act, &link, true);
    return finish(daemon, call, &link, status);
}

/* What froze a link is a matter for two persons, not for a retry. */
static enum kith_status resume_frozen(struct daemon *daemon, struct call *call,
                                      struct store_link *link)
{
    if (!call_flag(call, KITH_PARTNER_ARGS_CONFIRM))
        return call_fail(call, KITH_FORK, "frozen",
                         "call them, then kith partner resume --confirm on "
                         "both sides",
                         "the logs with %s are frozen: one side was restored, "
                         "runs twice or told two histories. Resuming closes "
                         "them as they are and tells anew, in new logs, what "
                         "the partner should see",
                         link->alias);
    return finish(daemon, call, link, next_log_open(&call->act, link));
}

/* Does the partner refuse us as the side that went back? We need not have
 * noticed: what it holds of our logs it cannot prove once it closed them. */
static bool is_said_to_be_back(const struct daemon *daemon, uint32_t link)
{
    struct links_trouble trouble;
    struct link_view view;

    return links_look(daemon, link, &view, &trouble) &&
           view.refused_by_partner && view.refuse_code == KITH_REFUSE_RESTORED;
}

enum kith_status verb_partner_resume(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK && (link.in.frozen || link.out.frozen ||
                              (call_flag(call, KITH_PARTNER_ARGS_CONFIRM) &&
                               is_said_to_be_back(daemon, link.number))))
        return resume_frozen(daemon, call, &link);
    if (status == KITH_OK)
        status = partner_pause(&call->act, &link, false);
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_remove(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status = find_partner(call, &link);

    if (status == KITH_OK && !call_flag(call, KITH_PARTNER_ARGS_CONFIRM))
        return call_fail(call, KITH_CONFLICT, "confirm",
                         "kith partner remove --confirm",
                         "nothing more is told to %s or taken from it; what "
                         "it has it keeps",
                         link.alias);
    if (status == KITH_OK)
        status = partner_remove(&call->act, &link);
    return finish(daemon, call, &link, status);
}

enum kith_status verb_partner_pending(struct daemon *daemon, struct call *call)
{
    for (size_t i = 0; i < net_pending_count(daemon->net); i++) {
        const struct net_pending *pending = net_pending_at(daemon->net, i);
        /* as the transport key begins in their «kith id show» */
        char fingerprint[2 * FINGERPRINT_LEN + 1];

        kith_hex(pending->key.b, FINGERPRINT_LEN, fingerprint);
        call_row_start(call);
        call_put_text(call, KITH_PENDING_ROW_FINGERPRINT, fingerprint);
        kith_build_number(&call->builder, KITH_PENDING_ROW_COUNT,
                          (int64_t)pending->count);
        kith_build_number(&call->builder, KITH_PENDING_ROW_LAST, pending->last);
        call_put_text(call, KITH_PENDING_ROW_ADDRESS, pending->remote);
        call_put_text(call, KITH_PENDING_ROW_WHY,
                      "no card with this key has been added");
        call_put_text(call, KITH_PENDING_ROW_NEXT, "kith partner add CARD");
        call_row_end(call);
    }
    return KITH_OK;
}
