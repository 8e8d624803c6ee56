/* verb_oral - memos of oral disclosures of ours, confirmed or not.
 *
 * Not here: posting one (verb_post.c), what closes it (rules/oral.c).
 */
#include "core/verbs.h"

#include "core/call.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/oral.h"
#include "rules/resolve.h"
#include "rules/resolve_id.h"
#include "rules/revision.h"
#include "store/logs.h"
#include "store/records.h"

/* What the memo itself says; nothing when its text is destroyed. */
static enum kith_status put_text(struct call *call, const struct kith_id *id)
{
    char path[KITH_PATH_MAX + 1] = "";
    struct store_head head, about;
    struct kith_record memo;
    struct kith_id about_id;
    enum kith_status status =
        store_head_by_id(call->act.txn, STORE_OWN, id, &head);

    if (status == KITH_OK)
        status = revision_read(&call->act, &head, 0, &memo);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status != KITH_OK)
        return status;
    for (size_t i = 0; i < memo.n_fields; i++) {
        struct kith_field field = memo.fields[i];

        if (field.number == KITH_MESSAGE_SAID_ON)
            field.number = KITH_ORAL_ROW_SAID_ON;
        else if (field.number == KITH_MESSAGE_SAID_TO)
            field.number = KITH_ORAL_ROW_SAID_TO;
        else
            continue;
        kith_build_field(&call->builder, &field);
    }
    if (kith_record_octets(&memo, KITH_MESSAGE_ABOUT, about_id.b,
                           KITH_ID_LEN) != KITH_OK)
        return KITH_OK;
    status = resolve_whole_id(&call->act, &about_id, &about);
    if (status == KITH_OK)
        status = resolve_path(&call->act, &about, path, sizeof(path));
    if (path[0] != '\0')
        call_put_text(call, KITH_ORAL_ROW_ABOUT, path);
    return status == KITH_NOT_FOUND || status == KITH_UNREADABLE ? KITH_OK
                                                                 : status;
}

static enum kith_status add_row(struct call *call, const struct oral_memo *memo,
                                const struct store_link *link)
{
    enum kith_oral_state state = KITH_ORAL_OPEN;
    enum kith_status status;

    if (memo->verdict == KITH_ANSWER_ACCEPT)
        state = KITH_ORAL_CONFIRMED;
    else if (oral_is_overdue(memo, act_today(&call->act)))
        state = KITH_ORAL_OVERDUE;
    call_row_start(call);
    call_put_text(call, KITH_ORAL_ROW_PARTNER, link->alias);
    kith_build_octets(&call->builder, KITH_ORAL_ROW_ID, memo->record.b,
                      KITH_ID_LEN);
    status = put_text(call, &memo->record);
    kith_build_day(&call->builder, KITH_ORAL_ROW_DUE, memo->due_day);
    kith_build_choice(&call->builder, KITH_ORAL_ROW_STATE, state);
    if (memo->answered_at != 0)
        kith_build_number(&call->builder, KITH_ORAL_ROW_ANSWERED_AT,
                          memo->answered_at);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

enum kith_status verb_oral_list(struct daemon *daemon, struct call *call)
{
    struct kith_bytes partner = {NULL, 0};
    struct store_link wanted = {0}, link;
    struct oral_memo memo = {0};
    enum kith_status status = KITH_OK;

    (void)daemon;
    if (call_argument(call) != NULL)
        partner =
            kith_record_bytes(call_argument(call), KITH_RECORD_ARGS_PARTNER);
    if (partner.len > 0)
        status = resolve_partner(&call->act, partner, &wanted);
    while (status == KITH_OK) {
        status = oral_next(&call->act, &memo);
        if (status != KITH_OK ||
            (wanted.number != 0 && memo.link != wanted.number))
            continue;
        status = store_link_get(call->act.txn, memo.link, &link);
        if (status == KITH_OK)
            status = add_row(call, &memo, &link);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}
