/* oral - see the header.
 *
 * Not here: who may be told (gate.c), that a memo is whole (ledger_merge.c).
 */
#include "rules/oral.h"

#include <stdio.h>
#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/agreement_life.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "rules/notice.h"
#include "store/logs.h"
#include "store/state.h"

enum {
    TEXT_SIZE = 400
};

bool oral_is(const struct kith_record *record)
{
    return record->kind == KITH_KIND_MESSAGE &&
           kith_record_value(record, KITH_MESSAGE_TYPE, 0) == KITH_MESSAGE_ORAL;
}

/* Days that the agreement in force leaves for a memo to be confirmed. */
static enum kith_status marking_days(struct act *act,
                                     const struct store_link *link,
                                     int32_t *ret_days)
{
    const struct cached_agreement *agreement;
    const struct rules_cache *cache;
    struct kith_hash digest;
    enum gate_reason reason;
    enum kith_status status =
        agreement_in_force(act, link->number, &reason, &digest);

    if (status == KITH_OK && reason != GATE_OPEN)
        status = gate_refuse(act, reason, link);
    if (status == KITH_OK)
        status = cache_get(act, &cache);
    if (status != KITH_OK)
        return status;
    agreement = agreement_by_digest(cache, link->number, &digest);
    *ret_days = (int32_t)kith_record_value(
        &agreement->record, KITH_AGREEMENT_MARKING_DAYS, ORAL_MARKING_DAYS);
    return KITH_OK;
}

enum kith_status oral_complete(struct act *act, const struct store_link *link,
                               const struct kith_record *given,
                               struct kith_record *ret_memo)
{
    static const uint32_t anew[] = {KITH_MESSAGE_SAID_ON,
                                    KITH_MESSAGE_ADDRESSEE, KITH_MESSAGE_DUE};
    const int32_t said =
        kith_record_day(given, KITH_MESSAGE_SAID_ON, act_today(act));
    struct kith_record memo = *given;
    struct kith_record_builder builder;
    int32_t days = 0;
    enum kith_status status;

    if (said > act_today(act))
        return kith_fail(act->err, KITH_INVALID, "said_in_future",
                         "give the day on which it was said",
                         "nothing can have been said in the future");
    status = marking_days(act, link, &days);
    if (status != KITH_OK)
        return status;
    kith_build_without(&builder, act->arena, given, anew, 3);
    kith_build_day(&builder, KITH_MESSAGE_SAID_ON, said);
    kith_build_day(&builder, KITH_MESSAGE_DUE, said + days);
    kith_build_octets(&builder, KITH_MESSAGE_ADDRESSEE, link->company.b,
                      KITH_COMPANY_ID_LEN);
    status = kith_build_finish(&builder, &memo);
    if (status == KITH_OK)
        *ret_memo = memo;
    return status;
}

static enum kith_status put(struct act *act, const struct oral_memo *memo)
{
    struct kith_record record = {.kind = KITH_KIND_ORAL_MEMO};
    struct kith_record_builder builder;
    uint64_t number = memo->number;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_number(&builder, KITH_ORAL_MEMO_LINK, memo->link);
    kith_build_octets(&builder, KITH_ORAL_MEMO_RECORD, memo->record.b,
                      KITH_ID_LEN);
    kith_build_day(&builder, KITH_ORAL_MEMO_DUE, memo->due_day);
    if (memo->verdict != 0)
        kith_build_choice(&builder, KITH_ORAL_MEMO_VERDICT, memo->verdict);
    if (memo->answered_at != 0)
        kith_build_number(&builder, KITH_ORAL_MEMO_ANSWERED_AT,
                          memo->answered_at);
    if (memo->alarmed)
        kith_build_number(&builder, KITH_ORAL_MEMO_ALARMED, 1);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_ORAL_MEMO, &number, &record);
    return status;
}

static enum kith_status note(struct act *act, const char *what, uint32_t link,
                             const struct kith_id *item)
{
    return audit_add(
        act, &(struct audit_line){.what = what, .link = link, .item = item});
}

enum kith_status oral_keep(struct act *act, const struct store_link *link,
                           const struct kith_record *memo,
                           const struct store_head *head)
{
    const struct oral_memo kept = {
        .link = link->number,
        .record = head->id,
        .due_day = kith_record_day(memo, KITH_MESSAGE_DUE, act_today(act))};
    enum kith_status status = put(act, &kept);

    /* it may be overdue as it is written: have it looked at today */
    cache_drop(act->company);
    return status == KITH_OK
               ? note(act, "oral_disclosed", link->number, &head->id)
               : status;
}

bool oral_fits(const struct act *act, const struct kith_record *record)
{
    const struct kith_bytes addressee =
        record->kind == KITH_KIND_MESSAGE
            ? kith_record_bytes(record, KITH_MESSAGE_ADDRESSEE)
            : (struct kith_bytes){NULL, 0};

    if (!oral_is(record))
        return addressee.len == 0;
    return kith_bytes_equal(
               addressee,
               (struct kith_bytes){act->company->id.b, KITH_COMPANY_ID_LEN}) &&
           kith_record_field(record, KITH_MESSAGE_SAID_ON) != NULL &&
           kith_record_field(record, KITH_MESSAGE_SAID_TO) != NULL;
}

enum kith_status oral_next(struct act *act, struct oral_memo *memo)
{
    struct kith_record record;
    struct oral_memo next = {.number = memo->number};
    enum kith_status status = store_state_next(
        act->txn, KITH_KIND_ORAL_MEMO, &next.number, act->arena, &record);

    if (status == KITH_OK &&
        kith_record_octets(&record, KITH_ORAL_MEMO_RECORD, next.record.b,
                           KITH_ID_LEN) != KITH_OK)
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return status;
    next.link = (uint32_t)kith_record_value(&record, KITH_ORAL_MEMO_LINK, 0);
    next.due_day = kith_record_day(&record, KITH_ORAL_MEMO_DUE, 0);
    next.verdict = kith_record_value(&record, KITH_ORAL_MEMO_VERDICT, 0);
    next.answered_at =
        kith_record_value(&record, KITH_ORAL_MEMO_ANSWERED_AT, 0);
    next.alarmed = kith_record_value(&record, KITH_ORAL_MEMO_ALARMED, 0) != 0;
    *memo = next;
    return KITH_OK;
}

bool oral_is_overdue(const struct oral_memo *memo, int32_t day)
{
    return memo->verdict != KITH_ANSWER_ACCEPT && memo->due_day < day;
}

/* The memo of ours that is the record ID. KITH_NOT_FOUND. */
static enum kith_status find(struct act *act, const struct kith_id *id,
                             struct oral_memo *ret_memo)
{
    struct oral_memo memo = {0};
    enum kith_status status;

    do {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);

        status = oral_next(act, &memo);
        kith_arena_rewind(act->arena, mark);
    } while (status == KITH_OK && !kith_id_equal(&memo.record, id));
    if (status == KITH_OK)
        *ret_memo = memo;
    return status;
}

enum kith_status oral_answered(struct act *act, const struct store_link *link,
                               const struct kith_record *answer)
{
    struct store_told told;
    struct store_head head;
    struct oral_memo memo;
    struct kith_id to;
    enum kith_status status;

    if (kith_record_octets(answer, KITH_ANSWER_TO, to.b, KITH_ID_LEN) !=
        KITH_OK)
        return KITH_OK;
    status = store_told_by_item(act->txn, link->number, &to, &told);
    if (status == KITH_OK)
        status = store_head_get(act->txn, &told.ref, &head);
    if (status == KITH_OK && head.kind != KITH_KIND_MESSAGE)
        return KITH_OK;
    if (status == KITH_OK)
        status = find(act, &head.id, &memo);
    if (status != KITH_OK || memo.link != link->number ||
        memo.verdict == KITH_ANSWER_ACCEPT)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    memo.verdict = kith_record_value(answer, KITH_ANSWER_VERDICT, 0);
    memo.answered_at = act->now;
    status = put(act, &memo);
    if (status != KITH_OK)
        return status;
    return note(act,
                memo.verdict == KITH_ANSWER_ACCEPT ? "oral_confirmed"
                                                   : "oral_disputed",
                link->number, &head.id);
}

static enum kith_status alarm(struct act *act, struct oral_memo *memo)
{
    char text[TEXT_SIZE], id[KITH_ID_TEXT_SIZE];
    char day[KITH_DAY_TEXT_SIZE];
    struct notice_words words = {.about = "oral disclosure",
                                 .text = text,
                                 .due_day = memo->due_day,
                                 .id = memo->record};
    struct store_link link;
    enum kith_status status = store_link_get(act->txn, memo->link, &link);

    if (status != KITH_OK)
        return status;
    words.link = &link;
    kith_id_text(&memo->record, id);
    kith_day_text(memo->due_day, day);
    (void)snprintf(text, sizeof(text),
                   "what was said to %s is not confirmed; it was to be until "
                   "%s: kith show %s",
                   link.alias, day, id);
    memo->alarmed = true;
    status = put(act, memo);
    if (status == KITH_OK)
        status = notice_tell(act, &words);
    return status == KITH_OK
               ? note(act, "oral_overdue", memo->link, &memo->record)
               : status;
}

enum kith_status oral_watch(struct act *act, bool *ret_told)
{
    struct oral_memo memo = {0};
    enum kith_status status;

    while ((status = oral_next(act, &memo)) == KITH_OK) {
        if (memo.alarmed || !oral_is_overdue(&memo, act_today(act)))
            continue;
        status = alarm(act, &memo);
        if (status != KITH_OK)
            return status;
        *ret_told = true;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
