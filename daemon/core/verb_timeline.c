/* verb_timeline - milestones in time: planned, baseline, slip, state.
 *
 * The baseline is the one the owner set; without one, the first planned day
 * that this company knows. Not here: drawing (client).
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/record_rows.h"
#include "core/walk.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/resolve.h"
#include "store/logs.h"

static void put_choice(struct call *call, uint32_t to,
                       const struct kith_record *record, uint32_t from)
{
    const struct kith_field_info *info =
        kith_field_info(kith_kind_info(record->kind), from);

    call_put_text(
        call, to,
        kith_choice_name(info->choices, kith_record_value(record, from, 0)));
}

/* The oldest planned day of HEAD; false: it never had one. */
static bool find_first_planned(struct call *call, const struct store_head *head,
                               struct kith_when *ret_when)
{
    uint64_t row = 0;
    bool found = false;

    if (head->revision < 2)
        return false;
    do {
        const struct kith_field *planned;
        struct kith_record record;
        uint64_t before = 0;

        if (access_history(&call->act, head, row, &record, &before) != KITH_OK)
            break;
        planned = kith_record_field(&record, KITH_MILESTONE_PLANNED);
        if (planned != NULL && planned->when.kind == KITH_WHEN_DATE) {
            *ret_when = planned->when;
            found = true;
        }
        row = before;
    } while (row != 0);
    return found;
}

static void put_dates(struct call *call, const struct store_head *head,
                      const struct kith_record *record)
{
    struct kith_record_builder *row = &call->builder;
    const struct kith_field *planned =
        kith_record_field(record, KITH_MILESTONE_PLANNED);
    const struct kith_field *baseline =
        kith_record_field(record, KITH_MILESTONE_BASELINE);
    const struct kith_field *actual =
        kith_record_field(record, KITH_MILESTONE_ACTUAL);
    struct kith_when base;
    bool has_base = baseline != NULL;

    if (has_base)
        base = baseline->when;
    else
        has_base = find_first_planned(call, head, &base);
    if (planned != NULL)
        kith_build_when(row, KITH_TIMELINE_ROW_PLANNED, &planned->when);
    if (has_base)
        kith_build_when(row, KITH_TIMELINE_ROW_BASELINE, &base);
    if (has_base && planned != NULL && base.kind == KITH_WHEN_DATE &&
        planned->when.kind == KITH_WHEN_DATE)
        kith_build_number(row, KITH_TIMELINE_ROW_SLIP,
                          planned->when.from_day - base.from_day);
    if (actual != NULL)
        kith_build_when(row, KITH_TIMELINE_ROW_ACTUAL, &actual->when);
}

/* Name field 1 or 2 of the record that REF names, when it may be read. */
static void put_name(struct call *call, uint32_t to,
                     const struct store_ref *ref, uint32_t number)
{
    struct store_head head;
    struct kith_record record;

    if (store_head_get(call->act.txn, ref, &head) == KITH_OK &&
        access_read(&call->act, &head, &record) == KITH_OK)
        kith_build_text(&call->builder, to, kith_record_bytes(&record, number));
}

static enum kith_status add_row(struct call *call,
                                const struct store_head *head,
                                const struct kith_record *record)
{
    struct kith_record_builder *row = &call->builder;
    struct store_ref project = {head->ref.owner, 0, head->ref.project};
    struct store_ref generation = {head->ref.owner, head->ref.project,
                                   head->parent};
    struct store_link link;
    enum kith_status status = KITH_OK;

    call_row_start(call);
    if (head->ref.owner != STORE_OWN) {
        status = store_link_get(call->act.txn, head->ref.owner, &link);
        if (status == KITH_OK)
            call_put_text(call, KITH_TIMELINE_ROW_OWNER, link.alias);
    }
    put_name(call, KITH_TIMELINE_ROW_PROJECT, &project, KITH_PROJECT_NAME);
    put_name(call, KITH_TIMELINE_ROW_GENERATION, &generation,
             KITH_GENERATION_NAME);
    kith_build_text(row, KITH_TIMELINE_ROW_MILESTONE,
                    kith_record_bytes(record, KITH_MILESTONE_TITLE));
    put_choice(call, KITH_TIMELINE_ROW_TYPE, record, KITH_MILESTONE_TYPE);
    put_dates(call, head, record);
    put_choice(call, KITH_TIMELINE_ROW_STATE, record, KITH_MILESTONE_STATE);
    put_choice(call, KITH_TIMELINE_ROW_CONFIDENCE, record,
               KITH_MILESTONE_CONFIDENCE);
    call_put_text(call, KITH_TIMELINE_ROW_LABEL,
                  kith_choice_name(kith_labels, record->label));
    kith_build_number(row, KITH_TIMELINE_ROW_REVISION, (int64_t)head->revision);
    kith_build_number(row, KITH_TIMELINE_ROW_CHANGED, head->changed_at);
    kith_build_octets(row, KITH_TIMELINE_ROW_ID, head->id.b, KITH_ID_LEN);
    kith_build_number(row, KITH_TIMELINE_ROW_INACTIVE, head->inactive);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

static enum kith_status visit(void *context, const struct store_head *head)
{
    struct record_wish *wish = context;
    struct kith_record record;
    bool found = false;
    enum kith_status status = KITH_OK;

    if (head->kind == KITH_KIND_MILESTONE)
        status = record_wish_open(wish, head, &record, &found);
    if (status != KITH_OK || !found)
        return status;
    return add_row(wish->call, head, &record);
}

enum kith_status verb_timeline(struct daemon *daemon, struct call *call)
{
    struct record_wish wish;
    struct walk walk = {0, 0, visit, &wish};
    enum kith_status status = record_wish_read(call, &wish);

    (void)daemon;
    if (status != KITH_OK)
        return status;
    call->act.arena = call->row_arena;
    if (!wish.owner_given)
        return walk_owners(call->act.txn, &walk);
    walk.owner = wish.owner;
    walk.project = wish.project;
    return walk_heads(call->act.txn, &walk);
}
