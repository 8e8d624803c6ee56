/* intake_entry - opens one entry, applies it, stores it with its verdict.
 *
 * Not here: what a record does (apply.c), the frame as a whole (intake.c).
 */
#include "rules/intake_entry.h"

#include <string.h>

#include "kith/body.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/apply.h"
#include "rules/logkeys.h"
#include "rules/outbox.h"
#include "rules/pending.h"
#include "rules/verdict.h"

static int64_t verdict_value(uint8_t verdict)
{
    switch ((enum store_verdict)verdict) {
    case STORE_PROCESSED:
        return KITH_VERDICT_PROCESSED;
    case STORE_UNREADABLE:
        return KITH_VERDICT_UNREADABLE;
    case STORE_NOT_UNDERSTOOD:
        return KITH_VERDICT_NOT_UNDERSTOOD;
    default:
        return KITH_VERDICT_REJECTED;
    }
}

/* Tells the sender of a verdict other than processed, or in place of one that
 * was told before (PROTOCOL.md 7.5, 8.5). */
static enum kith_status send_verdict(struct intake *intake, size_t which,
                                     const struct apply_entry *entry)
{
    const struct store_entry *row = entry->row;
    struct kith_record record = {.kind = KITH_KIND_VERDICT};
    struct kith_record_builder builder;
    struct kith_hash leaf;
    enum kith_status status;

    kith_entry_leaf(&intake->headers[which], &leaf);
    kith_build_start(&builder, intake->act->arena);
    kith_build_number(&builder, KITH_VERDICT_LOG_NUMBER, intake->log.number);
    kith_build_number(&builder, KITH_VERDICT_INDEX,
                      (int64_t)intake->headers[which].index);
    kith_build_octets(&builder, KITH_VERDICT_LEAF, leaf.b, KITH_HASH_LEN);
    kith_build_choice(&builder, KITH_VERDICT_VERDICT,
                      verdict_value(row->verdict));
    if (row->code != 0)
        kith_build_text(&builder, KITH_VERDICT_CODE,
                        kith_bytes_of(apply_code_name(row->code)));
    if (entry->why != NULL)
        kith_build_text(&builder, KITH_VERDICT_WHY, kith_bytes_of(entry->why));
    status = kith_build_finish(&builder, &record);
    if (status != KITH_OK)
        return status;
    return outbox_add(intake->act, intake->link, OUTBOX_DUTY, &record);
}

/* Does STATUS say that something of ours failed, and not that the body cannot
 * be used? */
static bool is_ours(enum kith_status status)
{
    return status == KITH_OK || status == KITH_NOMEM || status == KITH_IO ||
           status == KITH_FULL || status == KITH_DAMAGED;
}

/* Opens and applies; faults of the body become the row's verdict. What has no
 * verdict of its own is one too: a status that went on up would break the
 * transaction of all links, or leave half a push in it (inv. 5, 7). */
static enum kith_status open_and_apply(struct intake *intake, size_t which,
                                       const struct kith_ek *ek,
                                       struct apply_entry *entry)
{
    const struct kith_sealed_entry sealed = {
        &intake->origin, &intake->headers[which],
        intake->push.entries[which].sealed};
    struct kith_buf plain = {0};
    struct kith_bytes bytes;
    struct kith_body body;
    enum kith_status status = kith_open_entry(&sealed, ek, &plain, &bytes);

    if (status == KITH_OK) {
        status = kith_body_decode(intake->act->arena, bytes, &body);
        if (status == KITH_OK &&
            body.entry_class != intake->headers[which].entry_class)
            status = KITH_MALFORMED;
        if (status == KITH_OK)
            status = apply_body(intake->act, intake->link, &body, entry);
        else if (status == KITH_NOT_UNDERSTOOD) {
            entry->row->verdict = STORE_NOT_UNDERSTOOD;
            status = KITH_OK;
        }
        if (!is_ours(status)) {
            apply_malformed(entry);
            status = KITH_OK;
        }
    } else if (status == KITH_UNREADABLE) {
        entry->row->verdict = STORE_UNREADABLE;
        status = KITH_OK;
    }
    kith_plain_clear(&plain);
    return status;
}

/* Processes a body for the first time into ROW. */
static enum kith_status process(struct intake *intake, size_t which,
                                const struct kith_ek *ek,
                                struct store_entry *row)
{
    struct apply_entry entry = {.index = intake->headers[which].index,
                                .row = row};
    enum kith_status status = KITH_OK;

    row->sealed = intake->push.entries[which].sealed;
    if (ek == NULL) {
        row->verdict = STORE_UNREADABLE;
    } else {
        row->has_ek = true;
        memcpy(row->ek.b, ek->b, KITH_EK_LEN);
        status = open_and_apply(intake, which, ek, &entry);
    }
    if (status == KITH_OK && row->verdict != STORE_PROCESSED && !entry.silent)
        status = send_verdict(intake, which, &entry);
    return status;
}

/* A known entry: only a body that was missing is of interest. */
static enum kith_status take_late(struct intake *intake, size_t which,
                                  const struct kith_ek *ek, uint64_t *fresh)
{
    const uint64_t index = intake->headers[which].index;
    struct store_entry row;
    enum kith_status status = store_entry_get(intake->act->txn, &intake->log,
                                              index, intake->act->arena, &row);

    if (status != KITH_OK || row.verdict != STORE_PENDING ||
        intake->push.entries[which].sealed.len == 0)
        return status;
    row.verdict = STORE_PROCESSED;
    status = process(intake, which, ek, &row);
    if (status == KITH_OK)
        status = store_entry_put(intake->act->txn, &intake->log, index, &row);
    if (status == KITH_OK) {
        status = pending_settle(intake->act, intake->link);
        (*fresh)++;
    }
    kith_wipe(&row.ek, sizeof(row.ek));
    return status;
}

enum kith_status intake_entry(struct intake *intake, size_t which,
                              const struct kith_ek *ek, uint64_t *fresh)
{
    const struct kith_push_entry *entry = &intake->push.entries[which];
    const uint64_t index = intake->headers[which].index;
    struct store_entry row = {.header = entry->header,
                              .leaf = &intake->leaves[which],
                              .at = intake->act->now};
    enum kith_status status = KITH_OK;

    if (index < intake->link->in.tree.size)
        return take_late(intake, which, ek, fresh);
    if (entry->sealed.len == 0) {
        row.verdict = STORE_PENDING;
        if (intake->link->in.pending == 0)
            intake->link->in.pending = index + 1;
    } else {
        status = process(intake, which, ek, &row);
        (*fresh)++;
    }
    if (status == KITH_OK)
        status =
            store_entry_append(intake->act->txn, &intake->log, index, &row);
    kith_wipe(&row.ek, sizeof(row.ek));
    return status;
}

enum kith_status intake_retry(struct act *act, struct store_link *link,
                              uint64_t index, const struct store_entry *row,
                              struct store_entry *ret_judged)
{
    const struct kith_push_entry one = {row->header, row->sealed};
    struct intake *intake = kith_arena_alloc(act->arena, sizeof(*intake));
    struct apply_entry entry = {.index = index, .row = ret_judged};
    struct kith_ek ek;
    enum kith_status status = KITH_OK;

    *ret_judged = *row;
    if (intake == NULL)
        return KITH_NOMEM;
    *intake = (struct intake){.act = act,
                              .link = link,
                              .log = logkeys_id(link, STORE_IN),
                              .push.entries = &one,
                              .push.n_entries = 1};
    logkeys_origin(act, link, STORE_IN, &intake->origin);
    if (kith_entry_decode(row->header, &intake->headers[0]) != KITH_OK)
        return KITH_DAMAGED;
    memcpy(ek.b, row->ek.b, KITH_EK_LEN);
    ret_judged->verdict = STORE_PROCESSED;
    ret_judged->code = 0;
    status = open_and_apply(intake, 0, &ek, &entry);
    kith_wipe(&ek, sizeof(ek));
    if (status == KITH_UNTRUSTED)
        return KITH_DAMAGED;
    if (status != KITH_OK ||
        (ret_judged->verdict == row->verdict && ret_judged->code == row->code))
        return status;
    status = store_entry_put(act->txn, &intake->log, index, ret_judged);
    if (status == KITH_OK && !entry.silent)
        status = send_verdict(intake, 0, &entry);
    return status;
}
