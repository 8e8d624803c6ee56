/* next_log - see the header. Not here: freezing (fork.c, link_state.c), the
 * entries that a log begins with (opening.c).
 */
#include "rules/next_log.h"

#include <string.h>

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement_again.h"
#include "rules/audit.h"
#include "rules/disclosure.h"
#include "rules/grant_told.h"
#include "rules/logkeys.h"
#include "rules/outbox.h"
#include "rules/person.h"
#include "rules/view.h"
#include "store/logs.h"
#include "store/records.h"

/* Is a queued place of a log that ends here: told anew from the difference, or
 * about places of that log? */
static enum kith_status is_over(struct act *act,
                                const struct store_queued *queued,
                                bool *ret_over)
{
    struct kith_record record;
    enum kith_status status;

    *ret_over = queued->record != 0;
    if (*ret_over)
        return KITH_OK;
    status = kith_record_decode(act->arena, queued->body, &record);
    if (status == KITH_OK)
        *ret_over = record.kind == KITH_KIND_VERDICT ||
                    record.kind == KITH_KIND_VOID ||
                    record.kind == KITH_KIND_GRANT ||
                    record.kind == KITH_KIND_NDA_PROPOSAL ||
                    record.kind == KITH_KIND_NDA_SIGNATURE ||
                    record.kind == KITH_KIND_PERSON ||
                    record.kind == KITH_KIND_KEY_NOTICE;
    return status;
}

static enum kith_status empty_queue(struct act *act, uint32_t link)
{
    struct store_queued queued = {0};
    enum kith_status status = KITH_OK;

    for (;;) {
        const struct kith_arena_mark mark = kith_arena_mark(act->arena);
        bool over = false;

        status = store_queue_next(act->txn, link, queued.sequence, act->arena,
                                  &queued);
        if (status != KITH_OK)
            break;
        status = is_over(act, &queued, &over);
        if (status == KITH_OK && over)
            status = store_queue_drop(act->txn, link, queued.sequence);
        if (status != KITH_OK)
            return status;
        queued.body = (struct kith_bytes){NULL, 0};
        kith_arena_rewind(act->arena, mark);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Told rows of PROJECT look as if something else had been told, so that the
 * difference is all that the partner should see. The items keep their ids;
 * their revisions begin with 1 in each log, for neither side knows what the
 * other lost. */
static enum kith_status doubt_told(struct act *act,
                                   const struct store_link *link,
                                   uint64_t project)
{
    struct store_told told = {0};
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        status = store_told_next(act->txn, link->number, project,
                                 told.ref.record, &told);
        if (status != KITH_OK)
            break;
        if (told.withdrawn) {
            /* a partner that went back has it again */
            status =
                disclosure_withdraw(act, link, &told, KITH_WITHDRAWAL_NARROWED);
            continue;
        }
        memset(told.view, 0, sizeof(told.view));
        told.item_revision = 0;
        status = store_told_put(act->txn, link->number, &told);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Of all our projects; projects and what is of none stand under 0. */
static enum kith_status doubt_all(struct act *act,
                                  const struct store_link *link)
{
    struct store_head head = {0};
    enum kith_status status = doubt_told(act, link, 0);

    while (status == KITH_OK) {
        status =
            store_head_next(act->txn, STORE_OWN, 0, head.ref.record, &head);
        if (status == KITH_OK && head.kind == KITH_KIND_PROJECT)
            status = doubt_told(act, link, head.ref.record);
    }
    view_forget(act);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static void start_anew(struct store_log *log)
{
    kith_tree_init(&log->tree);
    log->processed = 0;
    log->noted = 0;
    log->receipted = 0;
    log->pending = 0;
    log->frozen = false;
}

enum kith_status next_log_tell(struct act *act, const struct store_link *link)
{
    enum kith_status status = empty_queue(act, link->number);

    if (status == KITH_OK)
        status = doubt_all(act, link);
    if (status == KITH_OK)
        status = agreement_tell_again(act, link);
    if (status == KITH_OK)
        status = person_tell_again(act, link);
    return status == KITH_OK ? grant_tell_again(act, link) : status;
}

enum kith_status next_log_open(struct act *act, struct store_link *link)
{
    enum kith_status status;

    /* above any number of ours that was ever used, whatever was lost */
    link->out.number =
        (uint64_t)act->now > link->out.number && act->now <= UINT32_MAX
            ? (uint32_t)act->now
            : link->out.number + 1;
    link->recovering = true;
    start_anew(&link->out);
    start_anew(&link->in);
    link->stall = 0;
    /* above any number of ours that the partner has seen, whatever was lost */
    if (link->session < (uint64_t)act->now)
        link->session = (uint64_t)act->now;
    status = store_link_put(act->txn, link);
    if (status == KITH_OK)
        status = next_log_tell(act, link);
    if (status == KITH_OK)
        status = audit_add(
            act, &(struct audit_line){.what = "next_log",
                                      .link = link->number,
                                      .log_number = link->out.number});
    return status;
}

/* What NOTE says, whoever signed it. KITH_MALFORMED. */
static enum kith_status read_note(struct kith_bytes note,
                                  struct kith_checkpoint *ret_checkpoint)
{
    size_t len = 0;

    while (len + 1 < note.len &&
           (note.data[len] != '\n' || note.data[len + 1] != '\n'))
        len++;
    if (len + 1 < note.len)
        note.len = len + 1;
    return kith_checkpoint_parse(note, ret_checkpoint);
}

enum kith_status next_log_keep(struct act *act, const struct store_link *link,
                               struct kith_bytes note)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    struct kith_checkpoint checkpoint;
    enum kith_status status = read_note(note, &checkpoint);

    if (status == KITH_OK)
        status =
            store_note_put(act->txn, &log, STORE_SECOND, checkpoint.size, note);
    return status == KITH_FORK ? KITH_OK : status; /* one is kept already */
}

/* The newest note of KIND of LOG, as a checkpoint, when it is above *best. */
static enum kith_status better(struct act *act, const struct store_log_id *log,
                               enum store_note kind,
                               struct kith_checkpoint *best)
{
    struct kith_checkpoint read;
    struct kith_bytes note = {NULL, 0};
    uint64_t size = UINT64_MAX;
    enum kith_status status =
        store_note_at(act->txn, log, kind, &size, act->arena, &note);

    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    if (read_note(note, &read) != KITH_OK)
        return KITH_DAMAGED;
    if (read.size > best->size)
        *best = read;
    return KITH_OK;
}

enum kith_status next_log_previous(struct act *act,
                                   const struct store_link *link,
                                   struct kith_checkpoint *ret_previous)
{
    struct store_log_id log = {link->number, STORE_OUT, 0};
    struct kith_checkpoint best = {.size = 0};
    enum kith_status status = store_log_next(act->txn, &log);

    while (status == KITH_OK && log.number < link->out.number) {
        best.size = 0; /* the last one counts */
        status = better(act, &log, STORE_CHECKPOINT, &best);
        if (status == KITH_OK)
            status = better(act, &log, STORE_SECOND, &best);
        if (status == KITH_OK)
            status = store_log_next(act->txn, &log);
    }
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (best.size == 0)
        return KITH_NOT_FOUND;
    *ret_previous = best;
    return KITH_OK;
}

/* Is entry INDEX of LOG here? */
static enum kith_status has_entry(struct act *act,
                                  const struct store_log_id *log,
                                  uint64_t index, bool *ret_has)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    struct store_entry entry;
    enum kith_status status =
        store_entry_get(act->txn, log, index, act->arena, &entry);

    *ret_has = status == KITH_OK;
    kith_arena_rewind(act->arena, mark);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status next_log_fits(struct act *act, const struct store_link *link,
                               const struct kith_checkpoint *previous,
                               bool *ret_fits)
{
    struct store_log_id log = {link->number, STORE_IN, 0}, next = log;
    struct kith_hash root;
    bool held = false;
    enum kith_status status = KITH_OK;

    *ret_fits = true;
    if (previous->size == 0)
        return KITH_OK;
    /* the newest of the closed ones that anything is held of */
    while ((status = store_log_next(act->txn, &next)) == KITH_OK &&
           next.number < link->in.number) {
        status = has_entry(act, &next, 0, &held);
        if (status != KITH_OK)
            return status;
        if (held)
            log = next;
    }
    if ((status != KITH_OK && status != KITH_NOT_FOUND) || log.number == 0)
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    status = has_entry(act, &log, previous->size - 1, &held);
    if (status != KITH_OK || !held)
        return status; /* more than we hold: nothing to hold it against */
    status = logkeys_root_of(act, &log, previous->size, &root);
    if (status != KITH_OK)
        return status;
    *ret_fits = kith_hash_equal(&root, &previous->root);
    return KITH_OK;
}
