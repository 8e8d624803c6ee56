/* record_rows - reads record arguments and adds records as rows.
 */
#include "core/record_rows.h"

#include <string.h>

#include "core/call.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/resolve.h"
#include "store/logs.h"

enum {
    DAY_S = 24 * 60 * 60
};

/* partner: whose records; "self" is this company. */
static enum kith_status read_owner(struct call *call, struct kith_bytes name,
                                   struct record_wish *wish)
{
    struct store_link link;
    enum kith_status status = KITH_OK;

    if (name.len == 0)
        return KITH_OK;
    wish->owner_given = true;
    wish->owner = STORE_OWN;
    if (kith_bytes_is(name, "self"))
        return KITH_OK;
    status = resolve_partner(&call->act, name, &link);
    wish->owner = link.number;
    return status;
}

static enum kith_status read_kind(struct call *call, struct kith_bytes name,
                                  struct record_wish *wish)
{
    const struct kith_kind_info *info;
    struct kith_bytes copy;

    if (name.len == 0)
        return KITH_OK;
    copy = kith_arena_copy(call->act.arena, name);
    if (copy.data == NULL)
        return KITH_NOMEM;
    info = kith_kind_by_name((const char *)copy.data);
    if (info == NULL || info->family != KITH_FAMILY_BUSINESS)
        return call_fail(call, KITH_INVALID, "kind", "kith help",
                         "there are no records of kind '%.60s'",
                         (const char *)copy.data);
    wish->kind = info->kind;
    return KITH_OK;
}

static enum kith_status read_project(struct call *call, struct kith_bytes path,
                                     struct record_wish *wish)
{
    struct store_head project;
    enum kith_status status;

    if (path.len == 0)
        return KITH_OK;
    status = resolve_record(&call->act, path, KITH_KIND_PROJECT, &project);
    if (status != KITH_OK)
        return status;
    wish->owner_given = true;
    wish->owner = project.ref.owner;
    wish->project = project.ref.record;
    return KITH_OK;
}

enum kith_status record_wish_read(struct call *call,
                                  struct record_wish *ret_wish)
{
    const struct kith_record *argument = call_argument(call);
    const struct kith_field *since;
    struct kith_bytes path;
    enum kith_status status;

    memset(ret_wish, 0, sizeof(*ret_wish));
    ret_wish->call = call;
    ret_wish->left = INT64_MAX;
    if (argument == NULL)
        return KITH_OK;
    ret_wish->all = call_flag(call, KITH_RECORD_ARGS_ALL);
    ret_wish->left =
        kith_record_value(argument, KITH_RECORD_ARGS_LIMIT, INT64_MAX);
    since = kith_record_field(argument, KITH_RECORD_ARGS_SINCE);
    if (since != NULL)
        ret_wish->since = (int64_t)since->when.from_day * DAY_S;
    status = read_owner(
        call, kith_record_bytes(argument, KITH_RECORD_ARGS_PARTNER), ret_wish);
    if (status == KITH_OK)
        status = read_project(
            call, kith_record_bytes(argument, KITH_RECORD_ARGS_PROJECT),
            ret_wish);
    if (status == KITH_OK)
        status = read_kind(
            call, kith_record_bytes(argument, KITH_RECORD_ARGS_KIND), ret_wish);
    path = kith_record_bytes(argument, KITH_RECORD_ARGS_PATH);
    if (status != KITH_OK || path.len == 0)
        return status;
    ret_wish->alone = true;
    /* whoever names a record wants it, active or not */
    ret_wish->all = true;
    return resolve_record(&call->act, path, 0, &ret_wish->head);
}

bool record_wish_fits(const struct record_wish *wish,
                      const struct store_head *head)
{
    const struct kith_kind_info *info = kith_kind_info(head->kind);

    if (info == NULL || info->family != KITH_FAMILY_BUSINESS ||
        head->withdrawn || wish->left <= 0)
        return false;
    if (head->inactive && !wish->all)
        return false;
    if (wish->kind != 0 && wish->kind != head->kind)
        return false;
    return head->changed_at >= wish->since;
}

enum kith_status record_wish_open(struct record_wish *wish,
                                  const struct store_head *head,
                                  struct kith_record *ret_record,
                                  bool *ret_found)
{
    enum kith_status status;

    *ret_found = false;
    if (!record_wish_fits(wish, head))
        return KITH_OK;
    /* what was read for rows that are sent, or for none */
    if (wish->call->n_rows == 0)
        kith_arena_reset(wish->call->row_arena);
    status = access_read(&wish->call->act, head, ret_record);
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE)
        return KITH_OK;
    if (status != KITH_OK)
        return status;
    wish->left--;
    *ret_found = true;
    return KITH_OK;
}

enum kith_status record_rows_add(struct call *call,
                                 const struct store_head *head,
                                 const struct kith_record *record)
{
    struct kith_record row = *record;
    struct store_link link;
    enum kith_status status = KITH_OK;

    memset(&row.owner, 0, sizeof(row.owner));
    if (head->ref.owner != STORE_OWN) {
        status = store_link_get(call->act.txn, head->ref.owner, &link);
        row.owner = link.company;
    }
    if (status != KITH_OK)
        return status;
    call_row_add(call, &row);
    return call->status;
}
