/* partner - see the header.
 *
 * Not here: sessions (link.c), what may leave to a partner (gate.c).
 */
#include "rules/partner.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "kith/error.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/keyring.h"
#include "rules/ledger.h"
#include "store/state.h"

static enum kith_status note(struct act *act, const struct store_link *link,
                             const char *what)
{
    return audit_add(act, &(struct audit_line){.what = what,
                                               .link = link->number,
                                               .text = link->alias});
}

static enum kith_status change(struct act *act, const struct store_link *link,
                               const char *what)
{
    enum kith_status status = store_link_put(act->txn, link);

    return status == KITH_OK ? note(act, link, what) : status;
}

/* A name for the command line: lower-case letters, digits, '-', '_', '.'. */
static bool is_alias(struct kith_bytes alias)
{
    size_t i;

    if (alias.len == 0 || alias.len > 40 || !isalnum(alias.data[0]))
        return false;
    for (i = 0; i < alias.len; i++) {
        const int c = alias.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '_' && c != '.')
            return false;
    }
    return true;
}

static enum kith_status find_link(struct act *act,
                                  const struct kith_company_id *company,
                                  const char *alias,
                                  struct store_link *ret_link)
{
    struct store_link link = {0};
    enum kith_status status;

    for (;;) {
        status = store_link_next(act->txn, link.number, &link);
        if (status != KITH_OK)
            return status;
        if ((company != NULL &&
             kith_company_id_equal(&link.company, company)) ||
            (alias != NULL && strcmp(link.alias, alias) == 0)) {
            *ret_link = link;
            return KITH_OK;
        }
    }
}

/* "ACME Devices" becomes "acme"; a second one "acme-2". */
static enum kith_status make_alias(struct act *act, const char *name,
                                   char ret_alias[KITH_NAME_MAX + 1])
{
    struct store_link other;
    char stem[32] = "";
    size_t i, len = 0;
    unsigned number = 1;
    enum kith_status status;

    for (i = 0; name[i] != '\0' && len < sizeof(stem) - 1; i++) {
        const unsigned char c = (unsigned char)name[i];

        if (c < 128 && isalnum(c))
            stem[len++] = (char)tolower(c);
        else if (len > 0)
            break;
    }
    stem[len] = '\0';
    do {
        if (number == 1)
            snprintf(ret_alias, KITH_NAME_MAX + 1, "%s",
                     len > 0 ? stem : "partner");
        else
            snprintf(ret_alias, KITH_NAME_MAX + 1, "%s-%u",
                     len > 0 ? stem : "partner", number);
        number++;
        status = find_link(act, NULL, ret_alias, &other);
    } while (status == KITH_OK);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status take_alias(struct act *act, struct kith_bytes alias,
                                   char ret_alias[KITH_NAME_MAX + 1])
{
    struct store_link other;
    char text[KITH_NAME_MAX + 1];
    enum kith_status status;

    if (!is_alias(alias))
        return kith_fail(act->err, KITH_INVALID, "alias",
                         "use up to 40 of a-z 0-9 - _ .",
                         "this is no name for a partner");
    snprintf(text, sizeof(text), "%.*s", (int)alias.len,
             (const char *)alias.data);
    status = find_link(act, NULL, text, &other);
    if (status == KITH_OK)
        return kith_fail(act->err, KITH_CONFLICT, "alias_taken",
                         "kith partner list",
                         "another partner is called %s already", text);
    if (status != KITH_NOT_FOUND)
        return status;
    memcpy(ret_alias, text, sizeof(text));
    return KITH_OK;
}

enum kith_status partner_take_card(struct act *act, struct store_link *link,
                                   struct kith_bytes bytes,
                                   const struct kith_card *card,
                                   enum kith_card_order *ret_order)
{
    struct kith_card held;
    struct kith_bytes former;
    enum kith_status status =
        store_card_get(act->txn, &link->card_digest, act->arena, &former);

    if (status == KITH_OK)
        status = kith_card_read(former, &held);
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
    *ret_order = kith_card_compare(&held, card);
    if (*ret_order != KITH_CARD_NEWER)
        return KITH_OK;
    status = keyring_pin(act, link, &held, card);
    if (status != KITH_OK)
        return status;
    status = store_card_put(act->txn, &card->digest, bytes);
    if (status != KITH_OK)
        return status;
    link->card_digest = card->digest;
    link->card_revision = card->root.revision;
    if (card->n_changes > held.n_changes)
        status = note(act, link, "root_changed");
    return status == KITH_OK ? change(act, link, "card_taken") : status;
}

/* In the place of a store that is lost: our logs to this partner are with it,
 * under numbers that we do not know. What is given out from now on, of logs and
 * of sessions, is above all of them. */
static enum kith_status begin_lost(struct act *act, struct store_link *link)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct kith_bytes value;
    enum kith_status status =
        store_value_get(act->txn, LEDGER_RECOVERED, act->arena, &value);

    kith_arena_rewind(act->arena, mark);
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    link->recovering = true;
    link->out.number = (uint32_t)act->now;
    link->session = (uint64_t)act->now;
    return KITH_OK;
}

static enum kith_status add_new(struct act *act, struct kith_bytes bytes,
                                const struct kith_card *card,
                                struct kith_bytes alias,
                                struct store_link *ret_link)
{
    struct store_link link = {.company = card->root.company,
                              .card_digest = card->digest,
                              .card_revision = card->root.revision};
    enum kith_status status =
        alias.len != 0 ? take_alias(act, alias, link.alias)
                       : make_alias(act, card->address.name, link.alias);

    if (status == KITH_OK)
        status = begin_lost(act, &link);
    if (status == KITH_OK)
        status = store_card_put(act->txn, &card->digest, bytes);
    if (status == KITH_OK)
        status = store_link_add(act->txn, &link);
    if (status == KITH_OK)
        status = note(act, &link, "partner_added");
    if (status == KITH_OK)
        *ret_link = link;
    return status;
}

/* A card of a company we know already. */
static enum kith_status add_known(struct act *act, struct store_link *link,
                                  struct kith_bytes bytes,
                                  const struct kith_card *card,
                                  struct store_link *ret_link)
{
    enum kith_card_order order;
    enum kith_status status = partner_take_card(act, link, bytes, card, &order);

    if (status != KITH_OK)
        return status;
    if (order == KITH_CARD_FORK)
        return kith_fail(act->err, KITH_FORK, "card_fork",
                         "call them on a number you know before anything else",
                         "two different cards of %s claim the same revision",
                         link->alias);
    if (link->removed) {
        link->removed = false;
        link->verified = false;
        link->paused = false;
        status = change(act, link, "partner_added");
    } else if (order != KITH_CARD_NEWER) {
        return kith_fail(act->err, KITH_CONFLICT, "card_known",
                         "kith partner show",
                         order == KITH_CARD_SAME
                             ? "this card of %s is known already"
                             : "this card of %s is older than the one we hold",
                         link->alias);
    }
    if (status == KITH_OK)
        *ret_link = *link;
    return status;
}

enum kith_status partner_add(struct act *act, struct kith_bytes card,
                             struct kith_bytes alias,
                             struct store_link *ret_link)
{
    struct kith_card read;
    struct store_link link;
    enum kith_status status = kith_card_read(card, &read);

    if (status != KITH_OK)
        return kith_fail(act->err, status, "card_bad",
                         "ask the sender for the card again",
                         status == KITH_UNTRUSTED
                             ? "a signature of this card does not verify"
                             : "this is not a whole card");
    if (kith_company_id_equal(&read.root.company, &act->company->id))
        return kith_fail(act->err, KITH_INVALID, "card_own",
                         "add the partner's card here, send them yours",
                         "this is our own card");
    status = find_link(act, &read.root.company, NULL, &link);
    if (status == KITH_NOT_FOUND)
        return add_new(act, card, &read, alias, ret_link);
    if (status != KITH_OK)
        return status;
    return add_known(act, &link, card, &read, ret_link);
}

enum kith_status partner_verify(struct act *act, struct store_link *link,
                                struct kith_bytes typed)
{
    char expected[KITH_PAIRING_SIZE], text[128];

    if (link->removed)
        return kith_fail(act->err, KITH_NOT_FOUND, "partner_removed",
                         "kith partner add CARD", "%s was removed",
                         link->alias);
    if (typed.len >= sizeof(text))
        return kith_fail(act->err, KITH_INVALID, "groups",
                         "type all six groups of five digits",
                         "this is not six groups of five digits");
    if (typed.len > 0)
        memcpy(text, typed.data, typed.len);
    text[typed.len] = '\0';
    kith_pairing_groups(&act->company->id, &link->company, expected);
    if (kith_pairing_check(text, expected) == KITH_OK)
        return kith_fail(act->err, KITH_UNTRUSTED, "groups_own",
                         "read these to them, and type those they read to you",
                         "these are our own groups, not those of %s",
                         link->alias);
    kith_pairing_groups(&link->company, &act->company->id, expected);
    if (kith_pairing_check(text, expected) != KITH_OK)
        return kith_fail(act->err, KITH_UNTRUSTED, "groups_differ",
                         "have them read their groups again; if they still "
                         "differ, the card is not theirs",
                         "these are not the groups of %s", link->alias);
    if (link->verified)
        return KITH_OK;
    link->verified = true;
    link->verified_at = act->now;
    return change(act, link, "partner_verified");
}

enum kith_status partner_rename(struct act *act, struct store_link *link,
                                struct kith_bytes alias)
{
    enum kith_status status = take_alias(act, alias, link->alias);

    return status == KITH_OK ? change(act, link, "partner_renamed") : status;
}

/* tcp://HOST:PORT with a port that there is; several parted by blanks are taken
 * by their last. */
static bool has_port(struct kith_bytes url)
{
    uint32_t port = 0;
    size_t at = url.len;

    while (at > 0 && url.data[at - 1] != ':')
        at--;
    if (at == url.len || url.len - at > 5)
        return false;
    for (; at < url.len; at++) {
        if (url.data[at] < '0' || url.data[at] > '9')
            return false;
        port = port * 10 + (uint32_t)(url.data[at] - '0');
    }
    return port > 0 && port <= UINT16_MAX;
}

enum kith_status partner_endpoint(struct act *act, struct store_link *link,
                                  struct kith_bytes url)
{
    if (url.len > KITH_URL_MAX ||
        (url.len != 0 &&
         (url.len < 9 || memcmp(url.data, "tcp://", 6) != 0 || !has_port(url))))
        return kith_fail(act->err, KITH_INVALID, "url",
                         "kith partner endpoint P tcp://host:port",
                         "this is no address of a daemon");
    memcpy(link->endpoint, url.len != 0 ? (const char *)url.data : "", url.len);
    link->endpoint[url.len] = '\0';
    return change(act, link, "partner_endpoint");
}

enum kith_status partner_pause(struct act *act, struct store_link *link,
                               bool paused)
{
    if (link->paused == paused && (paused || link->stall == 0))
        return KITH_OK;
    link->paused = paused;
    /* what the partner gave back of our log was false three times: a person
     * goes on without it */
    if (!paused && link->stall != 0)
        link->recovering = false;
    link->stall = paused ? link->stall : 0;
    return change(act, link, paused ? "partner_paused" : "partner_resumed");
}

enum kith_status partner_remove(struct act *act, struct store_link *link)
{
    if (link->removed)
        return KITH_OK;
    link->removed = true;
    link->verified = false;
    return change(act, link, "partner_removed");
}
