/* retry - see the header. Not here: judging one entry (intake_entry.c), when
 * it is time to (core/upgrade.c).
 */
#include "rules/retry.h"

#include <stdbool.h>
#include <string.h>

#include "kith/be.h"
#include "kith/kinds.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/apply.h"
#include "rules/intake_entry.h"
#include "rules/logkeys.h"
#include "rules/reopen.h"
#include "rules/verdict.h"

/* How far one link is. */
struct retry {
    uint64_t next;       /* index of the partner's log */
    uint64_t understood; /* entries that are processed now */
    bool acted;          /* something was judged or obeyed again */
};

/* May ROW stand otherwise, now that more is understood? */
static bool is_due(const struct retry *retry, const struct store_entry *row)
{
    if (row->verdict == STORE_NOT_UNDERSTOOD)
        return true;
    return retry->understood > 0 && row->verdict == STORE_REJECTED &&
           (row->code == APPLY_REVISION || row->code == APPLY_PARENT ||
            row->code == APPLY_AGREEMENT || row->code == APPLY_NDA);
}

static enum kith_status judge_again(struct act *act, struct store_link *link,
                                    struct retry *retry,
                                    const struct store_entry *row)
{
    struct store_entry judged;
    enum kith_status status =
        intake_retry(act, link, retry->next, row, &judged);

    retry->acted = true;
    if (status == KITH_OK && judged.verdict == STORE_PROCESSED)
        retry->understood++;
    kith_wipe(&judged.ek, sizeof(judged.ek));
    return status;
}

/* Items that a withdrawal of before did not find are withdrawn now; those that
 * it found are, so doing it twice changes nothing. */
static enum kith_status withdraw_again(struct act *act, struct store_link *link,
                                       uint64_t index,
                                       const struct store_entry *row)
{
    struct store_entry scratch = *row;
    struct apply_entry entry = {.index = index, .row = &scratch};
    struct reopened opened = {0};
    enum kith_status status = reopen_entry(act, link, STORE_IN, row, &opened);

    if (status == KITH_OK && opened.body.record.kind == KITH_KIND_WITHDRAWAL)
        status = apply_body(act, link, &opened.body, &entry);
    else if (status == KITH_UNREADABLE)
        status = KITH_OK; /* destroyed, and obeyed when it came */
    reopened_clear(&opened);
    kith_wipe(&scratch.ek, sizeof(scratch.ek));
    return status;
}

static enum kith_status look_at(struct act *act, struct store_link *link,
                                struct retry *retry)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    struct kith_entry_header header;
    struct store_entry row;
    enum kith_status status =
        store_entry_get(act->txn, &log, retry->next, act->arena, &row);

    if (status == KITH_OK && row.has_ek && is_due(retry, &row))
        status = judge_again(act, link, retry, &row);
    else if (status == KITH_OK && retry->understood > 0 &&
             row.verdict == STORE_PROCESSED &&
             kith_entry_decode(row.header, &header) == KITH_OK &&
             header.entry_class == KITH_CLASS_DUTY)
        status = withdraw_again(act, link, retry->next, &row);
    kith_wipe(&row.ek, sizeof(row.ek));
    return status;
}

enum kith_status retry_link(struct act *act, struct store_link *link,
                            uint64_t *ret_understood)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct retry retry = {0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK && retry.next < link->in.tree.size) {
        status = look_at(act, link, &retry);
        kith_arena_rewind(act->arena, mark);
        retry.next++;
    }
    *ret_understood = retry.understood;
    /* where there is nothing to do, nothing is written */
    if (status != KITH_OK || !retry.acted)
        return status;
    return store_link_put(act->txn, link);
}

static enum kith_status add_number(struct kith_buf *buf, uint32_t number)
{
    uint8_t bytes[4];

    kith_be_put32(bytes, number);
    return kith_buf_add(buf, bytes, sizeof(bytes));
}

static enum kith_status add_field(struct kith_buf *buf,
                                  const struct kith_field_info *field)
{
    const struct kith_choice *choice = field->choices;
    enum kith_status status = add_number(buf, field->number);

    if (status == KITH_OK)
        status = add_number(buf, (uint32_t)field->type);
    if (status == KITH_OK)
        status = add_number(buf, (uint32_t)field->max_len);
    for (; status == KITH_OK && choice != NULL && choice->number != 0; choice++)
        status = add_number(buf, choice->number);
    return status;
}

enum kith_status retry_digest(const char *version, struct kith_hash *ret_digest)
{
    struct kith_buf buf = {0};
    enum kith_status status = kith_buf_add(&buf, version, strlen(version) + 1);

    for (size_t i = 0; status == KITH_OK && i < kith_kind_count(); i++) {
        const struct kith_kind_info *kind = kith_kind_at(i);

        if (kind->family == KITH_FAMILY_LOCAL)
            continue;
        status = add_number(&buf, kind->kind);
        for (size_t j = 0; status == KITH_OK && j < kind->n_fields; j++)
            status = add_field(&buf, &kind->fields[j]);
    }
    if (status == KITH_OK)
        kith_sha256(buf.data, buf.len, ret_digest);
    kith_buf_clear(&buf);
    return status;
}
