/* many_healed - after the faults: each link holds what it should, whatever
 * others do.
 *
 * Not here: what must hold at each commit (many_check).
 */
#include <inttypes.h>

#include "kith/checkpoint.h"
#include "kith/tree.h"
#include "rules/logkeys.h"
#include "rules/reopen.h"
#include "sim/many_world.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/store.h"

/* Both ends of a log, and what stands in it. */
struct log {
    struct many_place own, copy;
    struct act sender, receiver;
    struct store_link out, in;
};

/* The serial number that the receiver sees of a told record; 0: nothing. */
static uint64_t seen(struct log *log, const struct many_record *record)
{
    struct reopened opened = {0};
    struct store_told told;
    struct store_head head;
    struct many_mark mark = {0};
    size_t at = 0;
    if (store_told_get(log->sender.txn, log->out.number, &record->ref, &told) !=
            KITH_OK ||
        store_head_by_id(log->receiver.txn, log->in.number, &told.item,
                         &head) != KITH_OK ||
        head.withdrawn)
        return 0;
    struct reopen_place where = {STORE_IN, head.newest};
    struct store_link link = log->in;
    link.in.number = head.log_number; /* it may be a closed one */
    if (reopen_at(&log->receiver, &link, &where, NULL, &opened) == KITH_OK)
        while (many_mark_next(kith_buf_bytes(&opened.plain), &at, &mark))
            ;
    reopened_clear(&opened);
    return mark.serial;
}

static void check_record(struct log *log, const struct many_record *record,
                         const char *name, bool visible)
{
    uint64_t wanted = visible ? record->serial : 0;
    uint64_t got = record->serial == 0 ? 0 : seen(log, record);
    kith_arena_reset(log->own.world->reading);
    if (got != wanted)
        sim_fail(&log->own.world->base,
                 "%d's %s, to be seen at %d as %" PRIu64
                 ", is seen as %" PRIu64,
                 many_company(&log->own)->number, name,
                 many_partner(&log->own)->number, wanted, got);
}

static void check_arrived(struct log *log)
{
    const struct many_company *who = many_company(&log->own);
    int partner = many_partner(&log->own)->number;
    uint64_t queued = 0;
    struct kith_hash made, held;
    sim_ok(&log->own.world->base,
           store_queue_length(log->sender.txn, log->out.number, &queued),
           "queue read");
    kith_tree_root(&log->out.out.tree, &made);
    kith_tree_root(&log->in.in.tree, &held);
    if (queued != 0 || log->out.out.tree.size != log->in.in.processed ||
        log->out.out.receipted != log->out.out.tree.size ||
        log->in.in.pending != 0 || !kith_hash_equal(&made, &held))
        sim_fail(&log->own.world->base,
                 "%d made %" PRIu64 " for %d, which processed %" PRIu64
                 "; receipted %" PRIu64 ", queued %" PRIu64,
                 who->number, log->out.out.tree.size, partner,
                 log->in.in.processed, log->out.out.receipted, queued);
    for (size_t i = 0; i < who->n_projects; i++) {
        const struct many_project *project = &who->projects[i];
        check_record(log, &project->record, "project",
                     many_terms_show(project, partner, false));
        check_record(log, &project->message, "message",
                     many_terms_show(project, partner, true));
    }
    for (size_t i = 0; i < who->n_answers; i++)
        check_record(log, &who->answers[i], "answer", who->asker[i] == partner);
}

/* What an honest company holds of a liar is a part of what that one made, and
 * a fork is proven. */
static void check_lied(struct log *log)
{
    struct sim_world *base = &log->own.world->base;
    struct store_log_id own = {log->out.number, STORE_OUT, log->out.out.number};
    struct store_log_id copy = {log->in.number, STORE_IN, log->in.in.number};
    struct kith_checkpoint second;
    struct kith_origin origin;
    struct kith_bytes note;
    uint64_t size = 0;
    for (uint64_t i = 0; i < log->in.in.tree.size; i++) {
        struct store_entry a = {0}, b = {0};
        kith_arena_reset(log->own.world->reading);
        if (store_entry_get(log->sender.txn, &own, i, log->own.world->reading,
                            &a) != KITH_OK ||
            !sim_ok(base,
                    store_entry_get(log->receiver.txn, &copy, i,
                                    log->own.world->reading, &b),
                    "entry read") ||
            !kith_bytes_equal(a.header, b.header)) {
            sim_fail(base, "company %d took a forged entry from %d",
                     many_partner(&log->own)->number,
                     many_company(&log->own)->number);
            return;
        }
    }
    kith_arena_reset(log->own.world->reading);
    logkeys_origin(&log->receiver, &log->in, STORE_IN, &origin);
    if (log->in.in.frozen &&
        (store_note_from(log->receiver.txn, &copy, STORE_SECOND, &size,
                         log->own.world->reading, &note) != KITH_OK ||
         kith_checkpoint_verify(note, &origin,
                                &many_company(&log->own)->keys.log.pk,
                                &second) != KITH_OK))
        sim_fail(base, "a fork is seen, and what proves it is not kept");
}

/* A receipt that a liar signed for another history of our log is kept. */
static void check_cosigned(struct log *log)
{
    struct many_world *world = log->own.world;
    struct store_log_id own = {log->out.number, STORE_OUT, log->out.out.number};
    struct kith_receipt_read read;
    struct kith_origin origin;
    struct kith_bytes note;
    uint64_t size = 0;
    kith_arena_reset(world->reading);
    logkeys_origin(&log->sender, &log->out, STORE_OUT, &origin);
    if (log->out.out.frozen &&
        (store_note_from(log->sender.txn, &own, STORE_SECOND, &size,
                         world->reading, &note) != KITH_OK ||
         kith_receipt_verify(note, &origin,
                             &many_partner(&log->own)->keys.receipt.pk,
                             &read) != KITH_OK))
        sim_fail(&world->base, "a false receipt is seen and not kept");
}

static bool open_log(struct log *log)
{
    struct many_world *world = log->own.world;
    struct many_company *from = many_company(&log->own);
    struct many_company *to = many_company(&log->copy);
    const struct many_link *link = log->own.link;
    log->sender =
        (struct act){.company = &from->company, .arena = world->reading};
    log->receiver =
        (struct act){.company = &to->company, .arena = world->reading};
    kith_arena_reset(world->reading);
    return sim_ok(&world->base,
                  store_begin(from->store, false, &log->sender.txn), "read") &&
           sim_ok(&world->base,
                  store_begin(to->store, false, &log->receiver.txn), "read") &&
           sim_ok(&world->base,
                  store_link_get(log->sender.txn,
                                 link->ends[log->own.side].number, &log->out),
                  "link read") &&
           sim_ok(&world->base,
                  store_link_get(log->receiver.txn,
                                 link->ends[log->copy.side].number, &log->in),
                  "link read");
}

static void close_log(struct log *log)
{
    if (log->receiver.txn != NULL)
        store_abort(&log->receiver.txn);
    if (log->sender.txn != NULL)
        store_abort(&log->sender.txn);
}

uint64_t many_check_seen(const struct many_place *own,
                         const struct many_record *record)
{
    struct log log = {.own = *own,
                      .copy = {own->world, own->link, 1 - own->side}};
    uint64_t serial = 0;
    if (open_log(&log))
        serial = seen(&log, record);
    close_log(&log);
    return serial;
}

static void check_log(struct many_world *world, struct many_link *link,
                      int sender)
{
    struct log log = {.own = {world, link, sender},
                      .copy = {world, link, 1 - sender}};
    if (open_log(&log)) {
        if (!link->lied) {
            check_arrived(&log);
            many_keys_check(&log.own, &log.sender, &log.out);
        } else if (many_company(&log.own)->number == world->liar)
            check_lied(&log);
        else if (world->lie == MANY_COSIGNS)
            check_cosigned(&log);
    }
    close_log(&log);
}

void many_check_healed(struct many_world *world)
{
    for (int i = 0; i < 2 * world->n_links && !world->base.failed; i++)
        check_log(world, &world->links[i / 2], i & 1);
}
