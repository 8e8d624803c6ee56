/* many_check - no text of a project, or answer, reaches a company that it is
 * not for; each link holds what it should, whatever others do.
 *
 * Not here: what must hold between two companies at each step (sim_check).
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/kinds.h"
#include "kith/tree.h"
#include "rules/logkeys.h"
#include "rules/reopen.h"
#include "sim/many_world.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/store.h"

void many_mark(char mark[MANY_MARK_MAX], int company, int project,
               uint64_t serial)
{
    snprintf(mark, MANY_MARK_MAX, "T%02d.%d.%" PRIu64 ";", company, project,
             serial);
}

/* The next mark in TEXT from *AT on. */
static bool next_mark(struct kith_bytes text, size_t *at, int *ret_company,
                      int *ret_project, uint64_t *ret_serial)
{
    for (; *at + 7 < text.len; (*at)++) {
        const uint8_t *c = text.data + *at;
        if (c[0] != 'T' || !isdigit(c[1]) || !isdigit(c[2]) || c[3] != '.' ||
            !isdigit(c[4]) || c[5] != '.' || !isdigit(c[6]))
            continue;
        *ret_company = (c[1] - '0') * 10 + c[2] - '0';
        *ret_project = c[4] - '0';
        *ret_serial = 0;
        for (*at += 6; *at < text.len && isdigit(text.data[*at]); (*at)++)
            *ret_serial = *ret_serial * 10 + text.data[*at] - '0';
        return true;
    }
    return false;
}

/* May COMPANY's mark be read at READER? NOW: when it is told. */
static bool may_read(const struct many_company *owner, int project,
                     uint64_t serial, int reader, bool now)
{
    if (project != MANY_ANSWERS_PROJECT)
        return project < MANY_PROJECTS_MAX &&
               (now ? owner->projects[project].grant[reader] != 0
                    : owner->projects[project].ever[reader]);
    for (size_t i = 0; i < owner->n_answers; i++)
        if (owner->answers[i].serial == serial)
            return owner->asker[i] == reader;
    return false;
}

static bool contains(struct kith_bytes text, const uint8_t *what, size_t len)
{
    for (size_t at = 0; at + len <= text.len; at++)
        if (memcmp(text.data + at, what, len) == 0)
            return true;
    return false;
}

/* What READER gets of SENDER in one entry. */
static void check_text(struct many_world *world, int sender, int reader,
                       struct kith_bytes text, bool now)
{
    int company, project;
    uint64_t serial;
    for (size_t at = 0; next_mark(text, &at, &company, &project, &serial);) {
        if (company >= world->n_companies || company != sender ||
            !may_read(&world->companies[company], project, serial, reader, now))
            sim_fail(&world->base,
                     "company %d gets text of project %d of company %d from "
                     "%d without a grant",
                     reader, project, company, sender);
    }
    for (int i = 0; i < world->n_companies; i++) {
        const struct kith_company_id *id = &world->companies[i].company.id;
        if (i != sender && i != reader &&
            contains(text, id->b, KITH_COMPANY_ID_LEN))
            sim_fail(&world->base, "company %d learns of %d from %d", reader, i,
                     sender);
    }
}

/* An item of ours has another id for each partner. */
static void check_id(const struct many_place *place, struct store_txn *txn,
                     const struct kith_id *id)
{
    const struct many_world *world = place->world;
    struct store_told told;
    for (int i = 0; i < 2 * world->n_links; i++) {
        const struct many_end *end = &world->links[i / 2].ends[i & 1];
        if (end->company == many_company(place)->number &&
            end != many_end(place) &&
            store_told_by_item(txn, end->number, id, &told) == KITH_OK)
            sim_fail(&place->world->base,
                     "company %d tells two partners of one item id",
                     end->company);
    }
}

static void check_entry(const struct many_place *place, struct act *act,
                        const struct store_link *link,
                        const struct reopen_place *where)
{
    struct reopened opened = {0};
    const bool own = where->side == STORE_OUT;
    int us = many_company(place)->number, other = many_partner(place)->number;
    enum kith_status status = reopen_at(act, link, where, NULL, &opened);
    if (status == KITH_OK) {
        check_text(place->world, own ? us : other, own ? other : us,
                   kith_buf_bytes(&opened.plain), own);
        if (own && opened.header.entry_class == KITH_CLASS_PROJECT &&
            opened.body.record.kind != KITH_KIND_GRANT)
            check_id(place, act->txn, &opened.body.record.id);
        if (own && opened.header.entry_class == KITH_CLASS_PROJECT &&
            place->link->ended[place->side])
            sim_fail(&place->world->base,
                     "company %d tells after it ended the agreement", us);
    } else if (status != KITH_UNREADABLE)
        sim_ok(&place->world->base, status, "entry opened");
    reopened_clear(&opened);
}

/* Only with a liar may a log freeze. */
static void check_frozen(const struct many_place *place,
                         const struct store_link *link)
{
    const struct many_world *world = place->world;
    many_end(place)->frozen = link->in.frozen || link->out.frozen;
    if ((link->in.frozen || link->out.frozen || link->stall != 0) &&
        !place->link->lied && many_company(place)->number != world->liar)
        sim_fail(&place->world->base, "a link of honest companies is frozen");
}

void many_check_committed(const struct many_place *place)
{
    struct many_world *world = place->world;
    struct many_end *end = many_end(place);
    struct act act = {.company = &many_company(place)->company,
                      .arena = world->reading,
                      .now = sim_now(&world->base)};
    struct store_link link;
    if (world->base.failed ||
        !sim_ok(&world->base,
                store_begin(many_company(place)->store, false, &act.txn),
                "read"))
        return;
    kith_arena_reset(world->reading);
    if (sim_ok(&world->base, store_link_get(act.txn, end->number, &link),
               "link read")) {
        for (; end->made < link.out.tree.size; end->made++)
            check_entry(place, &act, &link,
                        &(struct reopen_place){STORE_OUT, end->made});
        for (; end->taken < link.in.tree.size; end->taken++)
            check_entry(place, &act, &link,
                        &(struct reopen_place){STORE_IN, end->taken});
        check_frozen(place, &link);
    }
    store_abort(&act.txn);
}

/* A frame is sealed: no text stands in it. */
void many_check_sent(const struct many_place *place, struct kith_bytes frame)
{
    int company, project;
    uint64_t serial;
    size_t at = 0;
    if (next_mark(frame, &at, &company, &project, &serial))
        sim_fail(&place->world->base, "text of company %d goes in clear",
                 company);
}

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
    int company, project;
    uint64_t serial = 0;
    size_t at = 0;
    if (store_told_get(log->sender.txn, log->out.number, &record->ref, &told) !=
            KITH_OK ||
        store_head_by_id(log->receiver.txn, log->in.number, &told.item,
                         &head) != KITH_OK ||
        head.withdrawn)
        return 0;
    struct reopen_place where = {STORE_IN, head.newest};
    if (reopen_at(&log->receiver, &log->in, &where, NULL, &opened) == KITH_OK)
        while (next_mark(kith_buf_bytes(&opened.plain), &at, &company, &project,
                         &serial))
            ;
    reopened_clear(&opened);
    return serial;
}

static void check_record(struct log *log, const struct many_record *record,
                         bool visible)
{
    uint64_t wanted = visible ? record->serial : 0;
    uint64_t got = record->serial == 0 ? 0 : seen(log, record);
    kith_arena_reset(log->own.world->reading);
    if (got != wanted)
        sim_fail(&log->own.world->base,
                 "%d's record, to be seen at %d as %" PRIu64
                 ", is seen as %" PRIu64,
                 many_company(&log->own)->number,
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
        bool visible = project->grant[partner] != 0;
        check_record(log, &project->record, visible);
        check_record(log, &project->message, visible);
    }
    for (size_t i = 0; i < who->n_answers; i++)
        check_record(log, &who->answers[i], who->asker[i] == partner);
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

static void check_log(struct many_world *world, struct many_link *link,
                      int sender)
{
    struct log log = {.own = {world, link, sender},
                      .copy = {world, link, 1 - sender}};
    struct many_company *from = many_company(&log.own);
    struct many_company *to = many_company(&log.copy);
    log.sender =
        (struct act){.company = &from->company, .arena = world->reading};
    log.receiver =
        (struct act){.company = &to->company, .arena = world->reading};
    kith_arena_reset(world->reading);
    if (!sim_ok(&world->base, store_begin(from->store, false, &log.sender.txn),
                "read"))
        return;
    if (sim_ok(&world->base, store_begin(to->store, false, &log.receiver.txn),
               "read")) {
        if (sim_ok(&world->base,
                   store_link_get(log.sender.txn, link->ends[sender].number,
                                  &log.out),
                   "link read") &&
            sim_ok(&world->base,
                   store_link_get(log.receiver.txn,
                                  link->ends[1 - sender].number, &log.in),
                   "link read")) {
            if (!link->lied)
                check_arrived(&log);
            else if (from->number == world->liar)
                check_lied(&log);
            else if (world->lie == MANY_COSIGNS)
                check_cosigned(&log);
        }
        store_abort(&log.receiver.txn);
    }
    store_abort(&log.sender.txn);
}

void many_check_healed(struct many_world *world)
{
    for (int i = 0; i < 2 * world->n_links && !world->base.failed; i++)
        check_log(world, &world->links[i / 2], i & 1);
}
