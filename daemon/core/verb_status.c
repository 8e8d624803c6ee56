/* verb_status - how this company's daemon is doing, who it is, its card.
 *
 * Not here: partners (verb_partner.c).
 */
#include "core/verbs.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "core/call.h"
#include "core/daemon.h"
#include "core/inbox.h"
#include "core/net.h"
#include "core/partner_row.h"
#include "core/reload.h"
#include "kith/armour.h"
#include "kith/card.h"
#include "kith/fields.h"
#include "kith/rows.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/oral.h"
#include "store/logs.h"
#include "store/state.h"
#include "store/store.h"

/* Share of the map above which an operator should act. */
enum {
    MAP_WARN_PERCENT = 80,
    SOON_DAYS = 7 /* a destruction asked of us is named so long before */
};

static void put_clock(const struct daemon *daemon, struct call *call)
{
    if (!daemon->time_doubted)
        return;
    call_put_text(call, KITH_STATUS_ROW_ATTENTION,
                  "the clock has jumped: what hangs on a date waits. Set it, "
                  "then kith clock confirm");
    call->warnings = true;
}

/* Destructions whose last day is near or past, asked by us or of us. */
static enum kith_status put_destructions(struct call *call)
{
    struct kith_record state;
    uint64_t number = 0;
    enum kith_status status;

    while ((status = store_state_next(call->act.txn, KITH_KIND_DESTRUCTION,
                                      &number, call->act.arena, &state)) ==
           KITH_OK) {
        const int32_t until =
            kith_record_day(&state, KITH_DESTRUCTION_UNTIL, INT32_MAX);
        const int64_t ours =
            kith_record_value(&state, KITH_DESTRUCTION_OURS, 0);

        if (kith_record_value(&state, KITH_DESTRUCTION_STATE, 0) ==
                KITH_DESTRUCTION_DONE ||
            until > act_today(&call->act) + (ours != 0 ? -1 : SOON_DAYS))
            continue;
        call_put_text(call, KITH_STATUS_ROW_ATTENTION,
                      ours != 0 ? "a destruction that we asked for is overdue: "
                                  "kith destroy list"
                                : "a destruction is asked of us and due: kith "
                                  "destroy list");
        call->warnings = true;
        return KITH_OK;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Oral disclosures of ours that were to be confirmed before today. */
static enum kith_status put_memos(struct call *call)
{
    struct oral_memo memo = {0};
    enum kith_status status;

    while ((status = oral_next(&call->act, &memo)) == KITH_OK) {
        if (!oral_is_overdue(&memo, act_today(&call->act)))
            continue;
        call_put_text(call, KITH_STATUS_ROW_ATTENTION,
                      "an oral disclosure was not confirmed in time: kith "
                      "disclose list");
        call->warnings = true;
        return KITH_OK;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status put_store(struct daemon *daemon, struct call *call)
{
    struct kith_record_builder *row = &call->builder;
    struct store_size size;
    char text[120];
    enum kith_status status = store_size(daemon->store, &size);

    if (status != KITH_OK)
        return status;
    kith_build_number(row, KITH_STATUS_ROW_STORE_BYTES,
                      (int64_t)(size.used_bytes + size.slot_bytes));
    kith_build_number(row, KITH_STATUS_ROW_STORE_MAP_BYTES,
                      (int64_t)size.map_bytes);
    if (size.used_bytes / 100 * 100 > size.map_bytes / 100 * MAP_WARN_PERCENT) {
        (void)snprintf(text, sizeof(text),
                       "the store is over %d %% full: raise store_map",
                       MAP_WARN_PERCENT);
        call_put_text(call, KITH_STATUS_ROW_ATTENTION, text);
        call->warnings = true;
    }
    return KITH_OK;
}

static void put_identity(struct daemon *daemon, struct call *call)
{
    struct kith_record_builder *row = &call->builder;
    char id[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_short(&daemon->company.id, id);
    call_put_text(call, KITH_STATUS_ROW_COMPANY, daemon->company.name);
    call_put_text(call, KITH_STATUS_ROW_SHORT, id);
    kith_build_octets(row, KITH_STATUS_ROW_COMPANY_ID, daemon->company.id.b,
                      KITH_COMPANY_ID_LEN);
    call_put_text(call, KITH_STATUS_ROW_VERSION, DAEMON_VERSION);
    kith_build_number(row, KITH_STATUS_ROW_UP,
                      (daemon->now.boot_ms - daemon->started.boot_ms) / 1000);
    call_put_text(call, KITH_STATUS_ROW_STATE, "running");
    kith_build_number(row, KITH_STATUS_ROW_PENDING,
                      (int64_t)net_pending_count(daemon->net));
}

static enum kith_status put_person(struct call *call)
{
    const struct rules_cache *cache = NULL;
    const struct cached_person *person;
    enum kith_status status = cache_get(&call->act, &cache);

    if (status != KITH_OK)
        return status;
    person = cache_person(cache, call->person.number);
    if (person != NULL)
        kith_build_text(
            &call->builder, KITH_STATUS_ROW_PERSON,
            kith_record_bytes(&person->record, KITH_PERSON_STATE_NAME));
    kith_build_choice(&call->builder, KITH_STATUS_ROW_ROLE, call->person.role);
    return KITH_OK;
}

static enum kith_status put_inbox(struct call *call)
{
    struct kith_record_builder *row = &call->builder;
    struct inbox_count count;
    enum kith_status status = inbox_count(call, &count);

    if (status != KITH_OK)
        return status;
    if (count.unread_known)
        kith_build_number(row, KITH_STATUS_ROW_UNREAD, (int64_t)count.unread);
    else
        call_put_text(call, KITH_STATUS_ROW_ATTENTION,
                      "many unread messages: kith inbox --unread");
    if (!count.asks_known)
        return KITH_OK;
    kith_build_number(row, KITH_STATUS_ROW_ASKS, (int64_t)count.asks);
    if (count.asks > 0 && count.due_day > 0) {

        kith_build_day(row, KITH_STATUS_ROW_ASK_DUE, count.due_day);
    }
    return KITH_OK;
}

enum kith_status verb_status(struct daemon *daemon, struct call *call)
{
    struct store_link link = {0};
    enum kith_status status;
    int64_t partners = 0;

    /* the rows of partners follow, so they are counted first */
    do {
        status = store_link_next(call->act.txn, link.number, &link);
        if (status == KITH_OK && !link.removed)
            partners++;
    } while (status == KITH_OK);
    if (status != KITH_NOT_FOUND)
        return status;
    call_row_start(call);
    put_identity(daemon, call);
    kith_build_number(&call->builder, KITH_STATUS_ROW_PARTNERS, partners);
    put_clock(daemon, call);
    status = put_store(daemon, call);
    if (status == KITH_OK)
        status = put_destructions(call);
    if (status == KITH_OK)
        status = put_memos(call);
    if (status == KITH_OK)
        status = put_person(call);
    if (status == KITH_OK)
        status = put_inbox(call);
    if (status != KITH_OK)
        return status;
    call_row_end(call);
    return partner_rows_add(daemon, call);
}

enum kith_status verb_id_show(struct daemon *daemon, struct call *call)
{
    struct kith_record_builder *row = &call->builder;
    struct kith_card card;
    char id[KITH_COMPANY_SHORT_SIZE];
    enum kith_status status =
        kith_card_read(kith_buf_bytes(&daemon->company.card), &card);

    if (status != KITH_OK)
        return status;
    kith_company_id_short(&daemon->company.id, id);
    call_row_start(call);
    call_put_text(call, KITH_IDENTITY_ROW_COMPANY, card.address.name);
    call_put_text(call, KITH_IDENTITY_ROW_SHORT, id);
    kith_build_octets(row, KITH_IDENTITY_ROW_COMPANY_ID, daemon->company.id.b,
                      KITH_COMPANY_ID_LEN);
    for (size_t i = 0; i < card.address.n_endpoints; i++)
        call_put_text(call, KITH_IDENTITY_ROW_URL, card.address.endpoints[i]);
    kith_build_number(row, KITH_IDENTITY_ROW_CARD_REVISION,
                      (int64_t)daemon->company.card_revision);
    kith_build_number(row, KITH_IDENTITY_ROW_CARD_UNTIL,
                      (int64_t)card.root.valid_until_s);
    kith_build_octets(row, KITH_IDENTITY_ROW_LOG_KEY, card.root.log.b,
                      KITH_KEY_LEN);
    kith_build_octets(row, KITH_IDENTITY_ROW_RECEIPT_KEY, card.root.receipt.b,
                      KITH_KEY_LEN);
    kith_build_octets(row, KITH_IDENTITY_ROW_STATEMENT_KEY,
                      card.root.statement.b, KITH_KEY_LEN);
    kith_build_octets(row, KITH_IDENTITY_ROW_TRANSPORT_KEY,
                      card.root.transport.b, KITH_KEY_LEN);
    kith_build_octets(row, KITH_IDENTITY_ROW_SEALING_KEY, card.root.sealing.b,
                      KITH_KEY_LEN);
    call_row_end(call);
    return KITH_OK;
}

enum kith_status verb_card_show(struct daemon *daemon, struct call *call)
{
    struct kith_buf text = {0};
    char id[KITH_COMPANY_SHORT_SIZE];
    enum kith_status status = kith_armour(
        KITH_CARD_TITLE, kith_buf_bytes(&daemon->company.card), &text);

    if (status == KITH_OK) {
        kith_company_id_short(&daemon->company.id, id);
        call_row_start(call);
        call_put_text(call, KITH_CARD_ROW_COMPANY, daemon->company.name);
        call_put_text(call, KITH_CARD_ROW_SHORT, id);
        kith_build_text(&call->builder, KITH_CARD_ROW_CARD,
                        kith_buf_bytes(&text));
        call_row_end(call);
    }
    kith_buf_clear(&text);
    return status;
}

enum kith_status verb_reload(struct daemon *daemon, struct call *call)
{
    char restart[256] = "";
    char *rest = NULL;
    enum kith_status status =
        reload_config(daemon, restart, sizeof(restart), &call->error);

    if (status == KITH_OK)
        status =
            audit_add(&call->act, &(struct audit_line){.what = "reloaded"});
    if (status != KITH_OK)
        return status;
    call_row_start(call);
    call_put_text(call, KITH_RELOAD_ROW_SETTING, "kith.conf");
    kith_build_choice(&call->builder, KITH_RELOAD_ROW_RESULT,
                      KITH_RELOAD_APPLIED);
    call_row_end(call);
    for (char *name = strtok_r(restart, ",", &rest); name != NULL;
         name = strtok_r(NULL, ",", &rest)) {
        call_row_start(call);
        call_put_text(call, KITH_RELOAD_ROW_SETTING, name + strspn(name, " "));
        kith_build_choice(&call->builder, KITH_RELOAD_ROW_RESULT,
                          KITH_RELOAD_NEEDS_RESTART);
        call_put_text(call, KITH_RELOAD_ROW_TEXT,
                      "the running value stays until kithd is restarted");
        call_row_end(call);
        call->warnings = true;
    }
    return KITH_OK;
}
