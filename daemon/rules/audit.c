/* audit - builds the rows of the audit log.
 *
 * Not here: the log itself and its tree (store/state.h), showing it.
 */
#include "rules/audit.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "rules/act.h"
#include "store/state.h"

static void number_unless_zero(struct kith_record_builder *builder,
                               uint32_t field, uint64_t value)
{
    if (value != 0)
        kith_build_number(builder, field, (int64_t)value);
}

uint64_t audit_project(const struct store_head *head)
{
    return head->kind == KITH_KIND_PROJECT ? head->ref.record
                                           : head->ref.project;
}

enum kith_status audit_add(struct act *act, const struct audit_line *line)
{
    struct kith_record record = {.kind = KITH_KIND_AUDIT};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_AUDIT_ACT, kith_bytes_of(line->what));
    number_unless_zero(&builder, KITH_AUDIT_LINK, line->link);
    if (line->item != NULL)
        kith_build_octets(&builder, KITH_AUDIT_ITEM, line->item->b,
                          KITH_ID_LEN);
    if (line->text != NULL)
        kith_build_text(&builder, KITH_AUDIT_TEXT, kith_bytes_of(line->text));
    kith_build_text(
        &builder, KITH_AUDIT_RULE,
        kith_bytes_of(line->rule != NULL ? line->rule : AUDIT_BY_RULES));
    kith_build_number(&builder, KITH_AUDIT_AT, act->now);
    number_unless_zero(&builder, KITH_AUDIT_COUNT, line->count);
    number_unless_zero(&builder, KITH_AUDIT_LOG_NUMBER, line->log_number);
    if (line->log_number != 0)
        kith_build_number(&builder, KITH_AUDIT_INDEX, (int64_t)line->index);
    number_unless_zero(&builder, KITH_AUDIT_PROJECT, line->project);
    number_unless_zero(&builder, KITH_AUDIT_OWNER, line->owner);
    status = kith_build_finish(&builder, &record);
    if (status != KITH_OK)
        return status;
    record.revision = act->person;
    return store_audit_append(act->txn, &record);
}
