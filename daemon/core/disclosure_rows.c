/* disclosure_rows - sums of disclosure_of for people.
 */
#include "core/disclosure_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/partner_row.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement_life.h"
#include "rules/cache.h"
#include "rules/reason.h"
#include "rules/resolve.h"
#include "rules/revision.h"
#include "rules/view.h"

static struct disclosure_sum *find_sum(struct disclosure_rows *rows,
                                       const struct disclosure_sum *like)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct disclosure_sum *sum = &rows->sums[i];

        if (sum->link == like->link && sum->kind == like->kind &&
            sum->act == like->act && sum->reason == like->reason)
            return sum;
    }
    if (rows->n == DISCLOSURE_ROWS_MAX)
        return &rows->sums[rows->n - 1];
    rows->sums[rows->n] = *like;
    return &rows->sums[rows->n++];
}

/* Which fields that HEAD's record holds are in the view, and which are not. */
static enum kith_status note_fields(struct call *call,
                                    const struct store_head *head,
                                    const struct disclosure *disclosure,
                                    struct disclosure_sum *sum)
{
    struct kith_record record;
    enum kith_status status = revision_read(&call->act, head, 0, &record);

    if (status == KITH_UNREADABLE)
        return KITH_OK;
    for (size_t i = 0; status == KITH_OK && i < record.n_fields; i++) {
        uint32_t number = record.fields[i].number;

        if (number >= VIEW_OWN_FIELDS)
            sum->own_fields = true;
        else if (number < 64 &&
                 kith_record_field(&disclosure->view, number) != NULL)
            sum->fields |= UINT64_C(1) << number;
        else if (number < 64)
            sum->hidden |= UINT64_C(1) << number;
    }
    return status;
}

/* Only in a transaction that is given up. */
static enum kith_status pretend_told(struct call *call,
                                     const struct store_link *link,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
{
    struct store_told told = disclosure->told;

    told.ref = head->ref;
    told.item = kith_id_random();
    told.item_revision = 1;
    told.revision = head->revision;
    told.grant = disclosure->pass.grant;
    memcpy(told.view, disclosure->digest, sizeof(told.view));
    return store_told_put(call->act.txn, link->number, &told);
}

enum kith_status disclosure_rows_add(struct call *call,
                                     struct disclosure_rows *rows,
                                     const struct store_link *link,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
{
    struct disclosure_sum like;
    struct disclosure_sum *sum;
    enum kith_status status = KITH_OK;

    memset(&like, 0, sizeof(like));
    like.link = link->number;
    like.kind = head->kind;
    switch (disclosure->change) {
    case DISCLOSURE_SAME:
        return KITH_OK;
    case DISCLOSURE_NEW:
    case DISCLOSURE_CHANGED:
    case DISCLOSURE_NARROWED:
        like.act = KITH_ACT_DISCLOSE;
        break;
    case DISCLOSURE_CLOSED:
        like.act = KITH_ACT_WITHDRAW;
        like.reason = disclosure->pass.reason;
        break;
    case DISCLOSURE_NONE:
        like.act = KITH_ACT_REFUSE;
        like.reason = disclosure->pass.reason;
        break;
    }
    sum = find_sum(rows, &like);
    if (sum->count == 0)
        status = resolve_path(&call->act, head, sum->path, sizeof(sum->path));
    sum->count++;
    if (status == KITH_OK && like.act == KITH_ACT_DISCLOSE)
        status = note_fields(call, head, disclosure, sum);
    if (status == KITH_OK && disclosure->change == DISCLOSURE_NEW &&
        call->act.dry_run)
        status = pretend_told(call, link, head, disclosure);
    return status;
}

enum kith_status disclosure_rows_ask(struct call *call,
                                     struct disclosure_rows *rows,
                                     const struct store_link *link,
                                     const struct store_head *head,
                                     bool closed_too)
{
    struct disclosure disclosure;
    enum kith_status status;

    memset(&disclosure, 0, sizeof(disclosure));
    status = disclosure_of(&call->act, link, head, 0, &disclosure);
    if (status != KITH_OK)
        return status;
    if (disclosure.change == DISCLOSURE_NONE && !closed_too)
        return KITH_OK;
    return disclosure_rows_add(call, rows, link, head, &disclosure);
}

static void put_fields(struct call *call, const struct disclosure_sum *sum)
{
    const struct kith_kind_info *info = kith_kind_info(sum->kind);

    for (size_t i = 0; info != NULL && i < info->n_fields; i++) {
        const struct kith_field_info *field = &info->fields[i];
        uint64_t bit = field->number < 64 ? UINT64_C(1) << field->number : 0;

        if ((sum->fields & bit) != 0)
            call_put_text(call, KITH_DISCLOSURE_ROW_FIELDS, field->name);
        else if ((sum->hidden & bit) != 0)
            call_put_text(call, KITH_DISCLOSURE_ROW_HIDDEN, field->name);
    }
    if (sum->own_fields)
        call_put_text(call, KITH_DISCLOSURE_ROW_HIDDEN, "source and note");
}

static enum kith_status put_until(struct call *call, uint32_t link)
{
    const struct rules_cache *cache = NULL;
    enum kith_status status = cache_get(&call->act, &cache);

    for (size_t i = 0; status == KITH_OK && i < cache->n_agreements; i++) {
        const struct cached_agreement *agreement = &cache->agreements[i];
        int32_t until = partner_row_nda_until(&agreement->record);

        if (agreement->link != link || until < 0 ||
            agreement_state(cache, agreement, act_today(&call->act)) !=
                KITH_NDA_IN_FORCE)
            continue;
        kith_build_day(&call->builder, KITH_DISCLOSURE_ROW_NDA_UNTIL, until);
        break;
    }
    return status;
}

enum kith_status disclosure_rows_end(struct call *call,
                                     const struct disclosure_rows *rows)
{
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < rows->n; i++) {
        const struct disclosure_sum *sum = &rows->sums[i];
        const struct kith_kind_info *info = kith_kind_info(sum->kind);
        struct store_link link;

        status = store_link_get(call->act.txn, sum->link, &link);
        if (status != KITH_OK)
            return status;
        call_row_start_kind(call, KITH_KIND_DISCLOSURE_ROW);
        call_put_text(call, KITH_DISCLOSURE_ROW_PARTNER, link.alias);
        kith_build_choice(&call->builder, KITH_DISCLOSURE_ROW_ACT, sum->act);
        call_put_text(call, KITH_DISCLOSURE_ROW_KIND,
                      info == NULL ? "" : info->name);
        kith_build_number(&call->builder, KITH_DISCLOSURE_ROW_COUNT,
                          (int64_t)sum->count);
        if (sum->act == KITH_ACT_DISCLOSE) {
            put_fields(call, sum);
            status = put_until(call, sum->link);
        } else {
            call_put_text(call, KITH_DISCLOSURE_ROW_WHY,
                          gate_sentence(sum->reason));
        }
        if (sum->count == 1)
            call_put_text(call, KITH_DISCLOSURE_ROW_PATH, sum->path);
        call_row_end(call);
    }
    return status == KITH_OK ? call->status : status;
}

/* A disclosure_walk whose answers are added up. */
struct preview {
    struct call *call;
    struct disclosure_rows *rows;
    const struct store_link *link;
};

static enum kith_status preview_head(void *context,
                                     const struct store_head *head,
                                     const struct disclosure *disclosure)
{
    struct preview *preview = context;

    if (disclosure->change == DISCLOSURE_NONE)
        return KITH_OK;
    return disclosure_rows_add(preview->call, preview->rows, preview->link,
                               head, disclosure);
}

enum kith_status disclosure_rows_project(struct call *call,
                                         const struct store_link *link,
                                         uint64_t project)
{
    struct disclosure_rows *rows = calloc(1, sizeof(*rows));
    struct preview preview = {call, rows, link};
    struct disclosure_visit visit = {preview_head, &preview};
    enum kith_status status;

    if (rows == NULL)
        return KITH_NOMEM;
    status = disclosure_walk(&call->act, link, project, &visit);
    if (status == KITH_OK)
        status = disclosure_rows_end(call, rows);
    free(rows);
    return status;
}
