/* entry_row - names of an entry's state and of the record it tells of.
 *
 * A record that the caller may not read is told without path and id (inv. 6).
 * «stored» is said only when a receipt covers the entry (inv. 10).
 */
#include "core/entry_row.h"

#include <string.h>

#include "core/call.h"
#include "kith/kinds.h"
#include "rules/access.h"
#include "rules/reopen.h"
#include "rules/resolve.h"
#include "store/records.h"

static const char *name_state(const struct store_link *link,
                              enum store_side side, uint64_t index,
                              const struct store_entry *entry)
{
    switch ((enum store_verdict)entry->verdict) {
    case STORE_PENDING:
        return "pending";
    case STORE_VOID:
        return "void";
    case STORE_UNREADABLE:
        return "unreadable";
    case STORE_NOT_UNDERSTOOD:
        return "not understood";
    case STORE_REJECTED:
        return "rejected";
    case STORE_PROCESSED:
        break;
    }
    if (side == STORE_IN)
        return index < link->in.receipted ? "stored" : "received";
    return index < link->out.receipted ? "stored" : "sent";
}

/* Kind, id and revision of an entry, from its body while its slot stands. */
static enum kith_status read_body(struct call *call,
                                  const struct store_link *link,
                                  enum store_side side, struct entry_view *view)
{
    struct reopened opened;
    const struct kith_kind_info *info;
    enum kith_status status;

    memset(&opened, 0, sizeof(opened));
    status = reopen_entry(&call->act, link, side, &view->entry, &opened);
    if (status == KITH_OK) {
        info = kith_kind_info(opened.body.record.kind);
        view->kind = info == NULL ? "" : info->name;
        view->item = opened.body.record.id;
        view->has_item = !kith_id_is_none(&view->item);
        view->revision = opened.body.record.revision;
        view->told_revision = opened.body.record.revision;
        view->has_agreement = opened.body.entry_class == KITH_CLASS_PROJECT;
        view->agreement = opened.body.agreement;
    }
    reopened_clear(&opened);
    if (status == KITH_UNREADABLE || status == KITH_UNTRUSTED ||
        status == KITH_MALFORMED || status == KITH_NOT_UNDERSTOOD)
        return KITH_OK;
    return status;
}

/* Path and id, when the caller may read the record. */
static enum kith_status read_head(struct call *call, uint32_t owner,
                                  struct entry_view *view)
{
    struct store_ref ref = {owner, view->entry.project, view->entry.record};
    struct store_head head;
    struct kith_record record;
    enum kith_status status;

    view->project = ref.project != 0 ? ref.project : ref.record;
    status = store_head_get(call->act.txn, &ref, &head);
    if (status == KITH_OK) {
        view->hidden = access_may(&call->act, &head) == KITH_NOT_FOUND;
        status = access_read(&call->act, &head, &record);
    }
    if (status == KITH_NOT_FOUND || status == KITH_UNREADABLE) {
        view->has_item = false;
        return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    view->item = head.id;
    view->has_item = true;
    status = resolve_path(&call->act, &head, view->path, sizeof(view->path));
    /* what has no name of its own: only its partner stands there */
    if (view->path[0] != '\0' && view->path[strlen(view->path) - 1] == ':')
        view->path[0] = '\0';
    return status;
}

enum kith_status entry_row_read(struct call *call,
                                const struct store_link *link,
                                enum store_side side, uint64_t index,
                                struct entry_view *ret_view)
{
    struct store_log_id log = {link->number, side,
                               side == STORE_OUT ? link->out.number
                                                 : link->in.number};
    enum kith_status status;

    memset(ret_view, 0, sizeof(*ret_view));
    ret_view->kind = "";
    status = store_entry_get(call->act.txn, &log, index, call->act.arena,
                             &ret_view->entry);
    if (status == KITH_OK)
        status = kith_entry_decode(ret_view->entry.header, &ret_view->header);
    if (status != KITH_OK)
        return status;
    ret_view->state = name_state(link, side, index, &ret_view->entry);
    status = read_body(call, link, side, ret_view);
    if (status == KITH_OK && ret_view->entry.record != 0)
        status = read_head(call, side == STORE_OUT ? STORE_OWN : link->number,
                           ret_view);
    return status;
}
