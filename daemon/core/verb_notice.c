/* verb_notice - what people were told, and a test of a channel.
 *
 * Not here: the rules (verb_rule.c), delivery (notices.c).
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/notice_row.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/audit.h"
#include "store/records.h"
#include "store/state.h"

enum {
    LIST_DEFAULT = 50
};

static enum kith_status add_notice_row(struct call *call,
                                       const struct kith_record *notice)
{
    static const uint32_t pairs[][2] = {
        {KITH_NOTICE_ROW_AT, KITH_NOTICE_AT},
        {KITH_NOTICE_ROW_CHANNEL, KITH_NOTICE_CHANNEL},
        {KITH_NOTICE_ROW_PARTNER, KITH_NOTICE_PARTNER},
        {KITH_NOTICE_ROW_PROJECT, KITH_NOTICE_PROJECT},
        {KITH_NOTICE_ROW_KIND, KITH_NOTICE_KIND},
        {KITH_NOTICE_ROW_TEXT, KITH_NOTICE_TEXT},
        {KITH_NOTICE_ROW_TRIES, KITH_NOTICE_TRIES},
        {KITH_NOTICE_ROW_NEXT_TRY, KITH_NOTICE_NEXT_TRY},
        {KITH_NOTICE_ROW_ITEM, KITH_NOTICE_ITEM},
    };
    const struct kith_field_info *state =
        kith_field_info(kith_kind_info(KITH_KIND_NOTICE), KITH_NOTICE_STATE);

    call_row_start_kind(call, KITH_KIND_NOTICE_ROW);
    kith_build_octets(&call->builder, KITH_NOTICE_ROW_ID, notice->id.b,
                      KITH_ID_LEN);
    notice_row_copy(call, notice, pairs, sizeof(pairs) / sizeof(pairs[0]));
    call_put_text(
        call, KITH_NOTICE_ROW_STATE,
        kith_choice_name(state->choices,
                         kith_record_value(notice, KITH_NOTICE_STATE, 0)));
    call_row_end(call);
    return call->status;
}

/* May the caller hear of it? A notice tells that there is an item (inv. 6); an
 * officer accounts for all of them. A test of a channel tells of none. */
static enum kith_status ask_notice(struct call *call,
                                   const struct kith_record *notice)
{
    uint32_t link = (uint32_t)kith_record_value(notice, KITH_NOTICE_LINK, 0);
    struct store_head head;
    struct kith_id item;
    enum kith_status status;

    if (call->person.role >= KITH_ROLE_OFFICER ||
        kith_record_octets(notice, KITH_NOTICE_ITEM, item.b, KITH_ID_LEN) !=
            KITH_OK)
        return KITH_OK;
    status = store_head_by_id(call->act.txn, link, &item, &head);
    return status == KITH_OK ? access_may(&call->act, &head) : status;
}

enum kith_status verb_notice_list(struct daemon *daemon, struct call *call)
{
    uint64_t most = LIST_DEFAULT;
    uint64_t last = 0;
    uint64_t number = 0;
    struct kith_record notice;
    enum kith_status status;

    (void)daemon;
    if (call_argument(call) != NULL)
        most = (uint64_t)kith_record_value(
            call_argument(call), KITH_NOTICE_ARGS_LIMIT, LIST_DEFAULT);
    call->act.arena = call->row_arena;
    /* numbers are drawn in order: the newest are found by the last one */
    do {
        last = number;
        kith_arena_reset(call->row_arena);
        status = store_state_next(call->act.txn, KITH_KIND_NOTICE, &number,
                                  call->row_arena, &notice);
    } while (status == KITH_OK);
    for (number = last; status == KITH_NOT_FOUND && number > 0 && most > 0;
         number--) {
        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        status = store_state_get(call->act.txn, KITH_KIND_NOTICE, number,
                                 call->row_arena, &notice);
        if (status == KITH_OK)
            status = ask_notice(call, &notice);
        if (status == KITH_OK) {
            most--;
            status = add_notice_row(call, &notice);
        }
        if (status == KITH_OK)
            status = KITH_NOT_FOUND;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status verb_notice_test(struct daemon *daemon, struct call *call)
{
    struct kith_record_builder builder;
    struct kith_record notice;
    struct kith_bytes channel = {NULL, 0};
    uint64_t number = 0;
    enum kith_status status;

    if (call_argument(call) != NULL)
        channel =
            kith_record_bytes(call_argument(call), KITH_NOTICE_ARGS_CHANNEL);
    status = notice_row_channel(daemon, call, channel);
    if (status != KITH_OK)
        return status;
    memset(&notice, 0, sizeof(notice));
    notice.kind = KITH_KIND_NOTICE;
    notice.id = kith_id_random();
    kith_build_start(&builder, call->act.arena);
    kith_build_text(&builder, KITH_NOTICE_CHANNEL, channel);
    kith_build_text(&builder, KITH_NOTICE_TEXT,
                    kith_bytes_of("a test: this channel works"));
    kith_build_number(&builder, KITH_NOTICE_AT, call->act.now);
    kith_build_choice(&builder, KITH_NOTICE_STATE, KITH_NOTICE_WAITING);
    status = kith_build_finish(&builder, &notice);
    if (status == KITH_OK)
        status =
            store_state_put(call->act.txn, KITH_KIND_NOTICE, &number, &notice);
    if (status == KITH_OK)
        status =
            audit_add(&call->act, &(struct audit_line){.what = "notice_tested",
                                                       .item = &notice.id});
    return status == KITH_OK ? add_notice_row(call, &notice) : status;
}
