/* verb_inbox - the inbox, and taking note of one item of it.
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/inbox.h"
#include "core/links.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/access.h"
#include "rules/resolve.h"
#include "store/logs.h"

/* What the caller wants to see of the inbox. */
struct wish {
    struct call *call;
    struct kith_bytes kind; /* name of a kind or message type, empty: any */
    uint64_t project;       /* of the items' owner; 0: any */
    uint32_t owner;
    bool unread;
    int64_t left; /* rows still wanted */
};

static const char *name_type(const struct kith_record *record)
{
    uint32_t number = record->kind == KITH_KIND_MESSAGE ? KITH_MESSAGE_TYPE
                                                        : KITH_ANSWER_VERDICT;
    const struct kith_field_info *info =
        kith_field_info(kith_kind_info(record->kind), number);
    const char *name =
        kith_choice_name(info->choices, kith_record_value(record, number, 0));

    return name == NULL ? "" : name;
}

/* The first line, cut at a character's border. */
static struct kith_bytes first_line(struct kith_bytes text)
{
    size_t len = 0;

    while (len < text.len && text.data[len] != '\n' && len < KITH_REASON_MAX)
        len++;
    while (len > 0 && len < text.len && (text.data[len] & 0xc0) == 0x80)
        len--;
    text.len = len;
    return text;
}

/* Path of what a message is about or an answer answers; "" when hidden. */
static void put_about(struct call *call, const struct inbox_item *item)
{
    const struct kith_record *record = &item->record;
    uint32_t number =
        record->kind == KITH_KIND_MESSAGE ? KITH_MESSAGE_ABOUT : KITH_ANSWER_TO;
    struct store_head head;
    struct store_told told;
    struct kith_id id;
    char path[KITH_PATH_MAX + 1];

    if (kith_record_octets(record, number, id.b, KITH_ID_LEN) != KITH_OK)
        return;
    /* an answer names what we told them, a message mostly an item of theirs */
    if (store_head_by_id(call->act.txn, item->head.ref.owner, &id, &head) !=
            KITH_OK &&
        (store_told_by_item(call->act.txn, item->head.ref.owner, &id, &told) !=
             KITH_OK ||
         store_head_get(call->act.txn, &told.ref, &head) != KITH_OK))
        return;
    /* whoever may read the message need not know of that item (inv. 6) */
    if (access_may(&call->act, &head) == KITH_OK &&
        resolve_path(&call->act, &head, path, sizeof(path)) == KITH_OK)
        call_put_text(call, KITH_INBOX_ROW_ABOUT, path);
}

static void put_project(struct call *call, const struct inbox_item *item)
{
    struct store_ref ref = {item->head.ref.owner, 0, item->head.ref.project};
    struct store_head head;
    char path[KITH_PATH_MAX + 1];
    const char *name = path;

    if (ref.record == 0 ||
        store_head_get(call->act.txn, &ref, &head) != KITH_OK ||
        access_may(&call->act, &head) != KITH_OK ||
        resolve_path(&call->act, &head, path, sizeof(path)) != KITH_OK)
        return;
    /* the partner stands in its own column */
    if (strchr(path, ':') != NULL)
        name = strchr(path, ':') + 1;
    call_put_text(call, KITH_INBOX_ROW_PROJECT, name);
}

static enum kith_status add_row(struct call *call,
                                const struct inbox_item *item)
{
    struct kith_record_builder *row = &call->builder;
    bool message = item->record.kind == KITH_KIND_MESSAGE;
    const struct kith_field *due = kith_record_field(
        &item->record, message ? KITH_MESSAGE_DUE : KITH_ANSWER_DUE);
    struct store_link link;
    enum kith_status status =
        store_link_get(call->act.txn, item->head.ref.owner, &link);

    if (status != KITH_OK)
        return status;
    call_row_start_kind(call, KITH_KIND_INBOX_ROW);
    kith_build_octets(row, KITH_INBOX_ROW_ID, item->head.id.b, KITH_ID_LEN);
    call_put_text(call, KITH_INBOX_ROW_FROM, link.alias);
    put_project(call, item);
    call_put_text(call, KITH_INBOX_ROW_KIND, name_type(&item->record));
    kith_build_number(row, KITH_INBOX_ROW_AT, item->head.changed_at);
    if (due != NULL)
        kith_build_when(row, KITH_INBOX_ROW_DUE, &due->when);
    kith_build_text(
        row, KITH_INBOX_ROW_TITLE,
        first_line(kith_record_bytes(
            &item->record, message ? KITH_MESSAGE_TEXT : KITH_ANSWER_TEXT)));
    kith_build_number(row, KITH_INBOX_ROW_UNREAD, item->unread);
    put_about(call, item);
    call_put_text(call, KITH_INBOX_ROW_LABEL,
                  kith_choice_name(kith_labels, item->record.label));
    kith_build_number(row, KITH_INBOX_ROW_REVISION,
                      (int64_t)item->head.revision);
    if (item->verdict.len > 0)
        kith_build_text(row, KITH_INBOX_ROW_ANSWERED, item->verdict);
    call_row_end(call);
    return call->status;
}

static enum kith_status visit(void *context, const struct inbox_item *item)
{
    struct wish *wish = context;
    const struct kith_kind_info *info = kith_kind_info(item->record.kind);

    if ((wish->unread && !item->unread) || wish->left == 0 ||
        (wish->project != 0 && item->head.ref.project != wish->project))
        return KITH_OK;
    if (wish->kind.len > 0 && !kith_bytes_is(wish->kind, info->name) &&
        !kith_bytes_is(wish->kind, name_type(&item->record)))
        return KITH_OK;
    wish->left--;
    return add_row(wish->call, item);
}

enum kith_status verb_inbox(struct daemon *daemon, struct call *call)
{
    struct wish wish = {.call = call, .left = INT64_MAX};
    struct inbox_walk walk = {0, visit, &wish};
    const struct kith_record *argument = call_argument(call);
    struct store_link link;
    struct store_head project;
    struct kith_bytes text;
    enum kith_status status = KITH_OK;

    (void)daemon;
    if (argument == NULL)
        return inbox_walk(call, &walk);
    wish.unread = call_flag(call, KITH_RECORD_ARGS_UNREAD);
    wish.kind = kith_record_bytes(argument, KITH_RECORD_ARGS_KIND);
    wish.left = kith_record_value(argument, KITH_RECORD_ARGS_LIMIT, INT64_MAX);
    text = kith_record_bytes(argument, KITH_RECORD_ARGS_PARTNER);
    if (text.len > 0) {
        status = resolve_partner(&call->act, text, &link);
        walk.owner = link.number;
    }
    text = kith_record_bytes(argument, KITH_RECORD_ARGS_PROJECT);
    if (status == KITH_OK && text.len > 0) {
        status = resolve_record(&call->act, text, KITH_KIND_PROJECT, &project);
        wish.project = project.ref.record;
        walk.owner = project.ref.owner;
        /* our own project: answers to it come from anybody */
        if (status == KITH_OK && project.ref.owner == STORE_OWN)
            wish.project = 0;
    }
    return status == KITH_OK ? inbox_walk(call, &walk) : status;
}

/* The one item of an ack, looked for by its id. */
struct sought {
    struct call *call;
    struct kith_id id;
    bool found;
};

static enum kith_status take_note(void *context, const struct inbox_item *item)
{
    struct sought *sought = context;
    struct inbox_item noted = *item;
    enum kith_status status;

    if (!kith_id_equal(&item->head.id, &sought->id))
        return KITH_OK;
    sought->found = true;
    status =
        access_note_read(&sought->call->act, &item->head, item->head.revision);
    noted.unread = false;
    return status == KITH_OK ? add_row(sought->call, &noted) : status;
}

enum kith_status verb_ack(struct daemon *daemon, struct call *call)
{
    struct sought sought = {.call = call};
    struct inbox_walk walk = {0, take_note, &sought};
    struct store_head head;
    struct kith_record record;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith inbox",
                         "name the item");
    status = resolve_record(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_RECORD_ARGS_PATH), 0,
        &head);
    if (status != KITH_OK)
        return status;
    sought.id = head.id;
    walk.owner = head.ref.owner;
    if (head.ref.owner != STORE_OWN) {
        links_mark(daemon, head.ref.owner); /* it may be told of the reading */
        status = inbox_walk(call, &walk);
    }
    if (status != KITH_OK || sought.found)
        return status;
    /* an item that is no message: noted as read all the same */
    status = access_read(&call->act, &head, &record);
    if (status == KITH_OK)
        status = access_note_read(&call->act, &head, head.revision);
    return status;
}
