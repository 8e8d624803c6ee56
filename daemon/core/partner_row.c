/* partner_row - queue, agreement, verification of one link.
 *
 * Not here: its state in words (link_words.c), changing any of it
 * (verb_partner.c).
 */
#include "core/partner_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/link_words.h"
#include "core/links.h"
#include "kith/card.h"
#include "kith/fields.h"
#include "kith/session.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"

int32_t partner_row_nda_until(const struct kith_record *agreement)
{
    return kith_record_day(agreement, KITH_AGREEMENT_UNTIL, -1);
}

const char *partner_row_nda_name(enum kith_nda_state state)
{
    static const char *const names[] = {
        [KITH_NDA_PROPOSED_BY_US] = "proposed by us",
        [KITH_NDA_PROPOSED_BY_THEM] = "proposed by them",
        [KITH_NDA_NOT_YET] = "not yet in force",
        [KITH_NDA_IN_FORCE] = "in force",
        [KITH_NDA_EXPIRED] = "expired",
        [KITH_NDA_ENDED] = "ended",
        [KITH_NDA_SUPERSEDED] = "superseded",
    };

    return names[state];
}

/* The agreement that says most of a link: one in force, else the newest. */
static const struct cached_agreement *find_agreement(
    const struct rules_cache *cache, uint32_t link, int32_t day)
{
    const struct cached_agreement *found = NULL;

    for (size_t i = 0; i < cache->n_agreements; i++) {
        if (cache->agreements[i].link != link)
            continue;
        if (found == NULL ||
            agreement_state(cache, found, day) != KITH_NDA_IN_FORCE)
            found = &cache->agreements[i];
    }
    return found;
}

static void put_nda(struct call *call, const struct rules_cache *cache,
                    const struct store_link *link, struct link_words *words)
{
    struct kith_record_builder *row = &call->builder;
    int32_t day = act_today(&call->act);
    const struct cached_agreement *agreement =
        find_agreement(cache, link->number, day);
    enum kith_nda_state state;
    int32_t until;

    if (agreement == NULL) {
        call_put_text(call, KITH_PARTNER_ROW_NDA, "none");
        if (words->next == NULL && !link->removed)
            words->next = "kith nda propose";
        return;
    }
    state = agreement_state(cache, agreement, day);
    until = partner_row_nda_until(&agreement->record);
    call_put_text(call, KITH_PARTNER_ROW_NDA, partner_row_nda_name(state));
    if (state == KITH_NDA_PROPOSED_BY_THEM && words->next == NULL)
        words->next = "kith nda sign";
    if (until >= 0) {

        kith_build_day(row, KITH_PARTNER_ROW_NDA_UNTIL, until);
    }
}

static enum kith_status put_card(struct call *call,
                                 const struct store_link *link)
{
    struct kith_record_builder *row = &call->builder;
    struct kith_bytes bytes = {NULL, 0};
    struct kith_card card;
    char id[KITH_COMPANY_SHORT_SIZE];
    enum kith_status status = store_card_get(call->act.txn, &link->card_digest,
                                             call->row_arena, &bytes);

    if (status == KITH_OK)
        status = kith_card_read(bytes, &card);
    if (status != KITH_OK)
        return status;
    kith_company_id_short(&link->company, id);
    call_put_text(call, KITH_PARTNER_ROW_COMPANY, card.address.name);
    call_put_text(call, KITH_PARTNER_ROW_SHORT, id);
    kith_build_octets(row, KITH_PARTNER_ROW_COMPANY_ID, link->company.b,
                      KITH_COMPANY_ID_LEN);
    if (link->endpoint[0] != '\0')
        call_put_text(call, KITH_PARTNER_ROW_URL, link->endpoint);
    for (size_t i = 0;
         link->endpoint[0] == '\0' && i < card.address.n_endpoints; i++)
        call_put_text(call, KITH_PARTNER_ROW_URL, card.address.endpoints[i]);
    return KITH_OK;
}

static void put_logs(struct call *call, const struct store_link *link)
{
    struct kith_record_builder *row = &call->builder;

    kith_build_number(row, KITH_PARTNER_ROW_LOG_NUMBER, link->out.number);
    kith_build_number(row, KITH_PARTNER_ROW_SENT, (int64_t)link->out.tree.size);
    kith_build_number(row, KITH_PARTNER_ROW_RECEIPTED,
                      (int64_t)link->out.receipted);
    kith_build_number(row, KITH_PARTNER_ROW_RECEIVED,
                      (int64_t)link->in.tree.size);
    kith_build_number(row, KITH_PARTNER_ROW_PROCESSED,
                      (int64_t)link->in.processed);
    kith_build_number(row, KITH_PARTNER_ROW_CARD_REVISION,
                      (int64_t)link->card_revision);
    kith_build_number(row, KITH_PARTNER_ROW_LINK_NUMBER, link->number);
}

/* What the partner used up of its quota here, and how much there is. */
static void put_quota(const struct daemon *daemon, struct call *call,
                      const struct store_link *link)
{
    struct kith_record_builder *row = &call->builder;
    const int64_t now = call->act.now;
    struct quota_limits limits;
    struct links_trouble trouble;
    struct link_view view;

    memset(&view, 0, sizeof(view));
    quota_limits_now(&call->act, &limits);
    (void)links_look(daemon, link->number, &view, &trouble);
    if (view.quota.minute != now / 60)
        view.quota.entries = 0;
    if (view.quota.day != now / 86400)
        view.quota.bytes = 0;
    if (view.skew_known)
        kith_build_number(row, KITH_PARTNER_ROW_SKEW, view.skew_s);
    kith_build_number(row, KITH_PARTNER_ROW_ENTRIES_MINUTE,
                      (int64_t)view.quota.entries);
    kith_build_number(row, KITH_PARTNER_ROW_ENTRIES_MINUTE_MAX,
                      (int64_t)limits.entries_minute);
    kith_build_number(row, KITH_PARTNER_ROW_BYTES_DAY,
                      (int64_t)view.quota.bytes);
    kith_build_number(row, KITH_PARTNER_ROW_BYTES_DAY_MAX,
                      (int64_t)limits.bytes_day);
    kith_build_number(row, KITH_PARTNER_ROW_STORED_BYTES,
                      (int64_t)link->stored);
    kith_build_number(row, KITH_PARTNER_ROW_STORED_BYTES_MAX,
                      (int64_t)limits.stored_bytes);
}

enum kith_status partner_row_add(struct daemon *daemon, struct call *call,
                                 const struct store_link *link, bool groups)
{
    struct kith_record_builder *row = &call->builder;
    const struct rules_cache *cache = NULL;
    uint64_t queued = 0;
    struct link_words words;
    char text[KITH_PAIRING_SIZE];
    char next[KITH_REASON_MAX];
    enum kith_status status = cache_get(&call->act, &cache);

    if (status == KITH_OK)
        status = store_queue_length(call->act.txn, link->number, &queued);
    if (status != KITH_OK)
        return status;
    link_words(daemon, link, &words);
    call_row_start_kind(call, KITH_KIND_PARTNER_ROW);
    call_put_text(call, KITH_PARTNER_ROW_PARTNER, link->alias);
    status = put_card(call, link);
    call_put_text(call, KITH_PARTNER_ROW_LINK, words.link);
    kith_build_choice(row, KITH_PARTNER_ROW_STATE, words.state);
    if (link->last_sync > 0)
        kith_build_number(row, KITH_PARTNER_ROW_LAST_SYNC, link->last_sync);
    kith_build_number(row, KITH_PARTNER_ROW_IN,
                      (int64_t)(link->in.tree.size - link->in.processed));
    kith_build_number(
        row, KITH_PARTNER_ROW_OUT,
        (int64_t)(queued + link->out.tree.size - link->out.receipted));
    put_nda(call, cache, link, &words);
    kith_build_number(row, KITH_PARTNER_ROW_VERIFIED, link->verified);
    if (link->verified)
        kith_build_number(row, KITH_PARTNER_ROW_VERIFIED_AT, link->verified_at);
    kith_build_number(row, KITH_PARTNER_ROW_VERIFIED_US,
                      link->verified_by_partner);
    kith_build_number(row, KITH_PARTNER_ROW_PAUSED, link->paused);
    put_logs(call, link);
    if (words.code != NULL)
        call_put_text(call, KITH_PARTNER_ROW_CODE, words.code);
    put_quota(daemon, call, link);
    if (groups) {
        kith_pairing_groups(&daemon->company.id, &link->company, text);
        call_put_text(call, KITH_PARTNER_ROW_GROUPS, text);
    }
    if (words.next != NULL) {
        (void)snprintf(next, sizeof(next), "%s %s", words.next, link->alias);
        call_put_text(call, KITH_PARTNER_ROW_NEXT, next);
    }
    call_row_end(call);
    return status;
}

enum kith_status partner_rows_add(struct daemon *daemon, struct call *call)
{
    struct store_link link = {0};
    enum kith_status status;

    for (;;) {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_NOT_FOUND)
            return KITH_OK;
        if (status == KITH_OK && !link.removed)
            status = partner_row_add(daemon, call, &link, false);
        if (status != KITH_OK)
            return status;
    }
}
