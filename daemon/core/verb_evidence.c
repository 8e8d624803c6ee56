/* verb_evidence - cards, checkpoints, receipts and entry headers of one link:
 * all that an outsider needs to verify what was told (inv. 2).
 */
#include "core/verbs.h"

#include <string.h>

#include "core/call.h"
#include "core/daemon.h"
#include "core/entry_row.h"
#include "kith/limits.h"
#include "kith/rows.h"
#include "rules/keyring.h"
#include "rules/resolve.h"
#include "store/logs.h"

/* The newest note of KIND, when there is one. */
static enum kith_status put_note(struct call *call, uint32_t number,
                                 const struct store_log_id *log,
                                 enum store_note kind)
{
    struct kith_bytes note = {NULL, 0};
    uint64_t size = UINT64_MAX;
    enum kith_status status =
        store_note_at(call->act.txn, log, kind, &size, call->act.arena, &note);

    if (status == KITH_OK)
        kith_build_text(&call->builder, number, note);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status put_cards(struct daemon *daemon, struct call *call,
                                  const struct store_link *link)
{
    struct kith_bytes card = {NULL, 0};
    enum kith_status status = store_card_get(call->act.txn, &link->card_digest,
                                             call->act.arena, &card);

    if (status != KITH_OK)
        return status;
    kith_build_octets(&call->builder, KITH_EVIDENCE_ROW_OWN_CARD,
                      daemon->company.card.data, daemon->company.card.len);
    kith_build_octets(&call->builder, KITH_EVIDENCE_ROW_PARTNER_CARD, card.data,
                      card.len);
    return KITH_OK;
}

static enum kith_status show_log(struct daemon *daemon, struct call *call,
                                 const struct store_link *link,
                                 enum store_side side)
{
    const struct store_log *log = side == STORE_OUT ? &link->out : &link->in;
    struct store_log_id id = {link->number, side, log->number};
    struct kith_record_builder *row = &call->builder;
    enum kith_status status;

    call_row_start_kind(call, KITH_KIND_EVIDENCE_ROW);
    call_put_text(call, KITH_EVIDENCE_ROW_PARTNER, link->alias);
    kith_build_choice(row, KITH_EVIDENCE_ROW_DIRECTION,
                      side == STORE_OUT ? KITH_DIRECTION_SENT
                                        : KITH_DIRECTION_RECEIVED);
    kith_build_number(row, KITH_EVIDENCE_ROW_LOG_NUMBER, log->number);
    kith_build_number(row, KITH_EVIDENCE_ROW_SIZE, (int64_t)log->tree.size);
    kith_build_number(row, KITH_EVIDENCE_ROW_RECEIPTED,
                      (int64_t)log->receipted);
    status =
        put_note(call, KITH_EVIDENCE_ROW_CHECKPOINT, &id, STORE_CHECKPOINT);
    if (status == KITH_OK)
        status = put_note(call, KITH_EVIDENCE_ROW_RECEIPT, &id, STORE_RECEIPT);
    if (status == KITH_OK)
        status = put_cards(daemon, call, link);
    call_row_end(call);
    return status == KITH_OK ? call->status : status;
}

/* The size of the newest note of KIND, 0 when there is none. */
static enum kith_status note_size(struct call *call,
                                  const struct store_log_id *log,
                                  enum store_note kind, uint64_t *ret_size)
{
    struct kith_bytes note = {NULL, 0};
    uint64_t size = UINT64_MAX;
    enum kith_status status =
        store_note_at(call->act.txn, log, kind, &size, call->act.arena, &note);

    *ret_size = status == KITH_OK ? size : 0;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* LINK as it was when log NUMBER of SIDE was the one in use. What it held is
 * what its notes cover. */
static enum kith_status as_of_log(struct call *call,
                                  const struct store_link *link,
                                  enum store_side side, uint32_t number,
                                  struct store_link *ret_then)
{
    const struct store_log_id id = {link->number, side, number};
    struct store_log *log = side == STORE_OUT ? &ret_then->out : &ret_then->in;
    enum kith_status status = KITH_OK;

    *ret_then = *link;
    if (number == log->number)
        return KITH_OK;
    log->number = number;
    status = note_size(call, &id, STORE_CHECKPOINT, &log->tree.size);
    if (status == KITH_OK)
        status = note_size(call, &id, STORE_RECEIPT, &log->receipted);
    return status;
}

/* What is shown of each log of a side, the closed ones first. */
typedef enum kith_status show_one(struct daemon *daemon, struct call *call,
                                  const struct store_link *link,
                                  enum store_side side);

static enum kith_status show_side(struct daemon *daemon, struct call *call,
                                  const struct store_link *link,
                                  enum store_side side, show_one *show)
{
    const uint32_t last =
        side == STORE_OUT ? link->out.number : link->in.number;
    struct store_log_id log = {link->number, side, 0};
    enum kith_status status = store_log_next(call->act.txn, &log);

    while (status == KITH_OK && log.number < last) {
        struct store_link then;

        status = as_of_log(call, link, side, log.number, &then);
        if (status == KITH_OK)
            status = show(daemon, call, &then, side);
        if (status == KITH_OK)
            status = store_log_next(call->act.txn, &log);
    }
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    return show(daemon, call, link, side); /* the one in use */
}

static void add_entry(struct call *call, enum store_side side,
                      uint32_t log_number, uint64_t index,
                      const struct entry_view *view)
{
    struct kith_record_builder *row = &call->builder;

    call_row_start_kind(call, KITH_KIND_EVIDENCE_ENTRY_ROW);
    kith_build_choice(row, KITH_EVIDENCE_ENTRY_ROW_DIRECTION,
                      side == STORE_OUT ? KITH_DIRECTION_SENT
                                        : KITH_DIRECTION_RECEIVED);
    kith_build_number(row, KITH_EVIDENCE_ENTRY_ROW_LOG_NUMBER, log_number);
    kith_build_number(row, KITH_EVIDENCE_ENTRY_ROW_INDEX, (int64_t)index);
    kith_build_octets(row, KITH_EVIDENCE_ENTRY_ROW_HEADER,
                      view->entry.header.data, view->entry.header.len);
    call_put_text(call, KITH_EVIDENCE_ENTRY_ROW_STATE, view->state);
    call_put_text(call, KITH_EVIDENCE_ENTRY_ROW_KIND, view->kind);
    call_put_text(call, KITH_EVIDENCE_ENTRY_ROW_PATH, view->path);
    if (view->has_item)
        kith_build_octets(row, KITH_EVIDENCE_ENTRY_ROW_ITEM, view->item.b,
                          KITH_ID_LEN);
    if (view->revision > 0)
        kith_build_number(row, KITH_EVIDENCE_ENTRY_ROW_REVISION,
                          (int64_t)view->revision);
    call_row_end(call);
}

static enum kith_status show_entries(struct daemon *daemon, struct call *call,
                                     const struct store_link *link,
                                     enum store_side side)
{
    const struct store_log *log = side == STORE_OUT ? &link->out : &link->in;
    struct kith_arena *arena = call->act.arena;
    enum kith_status status = KITH_OK;

    (void)daemon;
    call->act.arena = call->row_arena;
    for (uint64_t i = 0; status == KITH_OK && i < log->tree.size; i++) {
        struct entry_view view;

        if (call->n_rows == 0)
            kith_arena_reset(call->row_arena);
        status = entry_row_read(call, link, side, i, &view);
        if (status == KITH_OK) {
            add_entry(call, side, log->number, i, &view);
            status = call->status;
        }
    }
    call->act.arena = arena;
    return status;
}

static enum kith_status show_key(struct call *call,
                                 const struct keyring_row *key)
{
    const bool log = key->use == KITH_LINK_KEY_USE_LOG;
    struct kith_record_builder *row = &call->builder;
    struct kith_bytes card = {NULL, 0};
    enum kith_status status =
        store_card_get(call->act.txn, &key->card, call->act.arena, &card);

    if (status != KITH_OK)
        return status;
    call_row_start_kind(call, KITH_KIND_EVIDENCE_KEY_ROW);
    kith_build_choice(row, KITH_EVIDENCE_KEY_ROW_DIRECTION,
                      key->ours == log ? KITH_DIRECTION_SENT
                                       : KITH_DIRECTION_RECEIVED);
    kith_build_number(row, KITH_EVIDENCE_KEY_ROW_LOG_NUMBER, key->log_number);
    kith_build_choice(row, KITH_EVIDENCE_KEY_ROW_USE, key->use);
    kith_build_octets(row, KITH_EVIDENCE_KEY_ROW_PUBLIC_KEY, key->key.b,
                      KITH_KEY_LEN);
    kith_build_number(row, KITH_EVIDENCE_KEY_ROW_FROM, (int64_t)key->from);
    if (key->to != UINT64_MAX)
        kith_build_number(row, KITH_EVIDENCE_KEY_ROW_TO, (int64_t)key->to);
    if (key->compromised)
        kith_build_number(row, KITH_EVIDENCE_KEY_ROW_COMPROMISED, 1);
    kith_build_octets(row, KITH_EVIDENCE_KEY_ROW_CARD, card.data, card.len);
    call_row_end(call);
    return call->status;
}

/* Former keys of both sides: older notes are held against them. */
static enum kith_status show_keys(struct call *call,
                                  const struct store_link *link)
{
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status;

    while ((status = keyring_next(&call->act, link->number, &number, &row)) ==
           KITH_OK) {
        if (row.use == KITH_LINK_KEY_USE_STATEMENT ||
            row.use == KITH_LINK_KEY_USE_TRANSPORT)
            continue;
        status = show_key(call, &row);
        if (status != KITH_OK)
            return status;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status verb_evidence(struct daemon *daemon, struct call *call)
{
    struct store_link link;
    enum kith_status status;

    if (call_argument(call) == NULL)
        return call_fail(call, KITH_INVALID, "arguments", "kith partner list",
                         "name the partner");
    status = resolve_partner(
        &call->act,
        kith_record_bytes(call_argument(call), KITH_RECORD_ARGS_PARTNER),
        &link);
    if (status == KITH_OK)
        status = show_side(daemon, call, &link, STORE_OUT, show_log);
    if (status == KITH_OK)
        status = show_side(daemon, call, &link, STORE_IN, show_log);
    if (status == KITH_OK)
        status = show_keys(call, &link);
    if (status != KITH_OK || !call_flag(call, KITH_RECORD_ARGS_ALL))
        return status;
    status = show_side(daemon, call, &link, STORE_OUT, show_entries);
    return status == KITH_OK
               ? show_side(daemon, call, &link, STORE_IN, show_entries)
               : status;
}
