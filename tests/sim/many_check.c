/* many_check - no text of a project, or answer, reaches a company that it is
 * not for; each link holds what it should, whatever others do.
 *
 * Not here: what must hold between two companies at each step (sim_check).
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kith/kinds.h"
#include "rules/reopen.h"
#include "sim/many_world.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/store.h"

void many_mark_write(char text[MANY_MARK_MAX], const struct many_mark *mark)
{
    snprintf(text, MANY_MARK_MAX, "T%02d.%d.%" PRIu64 ";", mark->company,
             mark->project, mark->serial);
}

bool many_mark_next(struct kith_bytes text, size_t *at,
                    struct many_mark *ret_mark)
{
    for (; *at + 7 < text.len; (*at)++) {
        const uint8_t *c = text.data + *at;
        if (c[0] != 'T' || !isdigit(c[1]) || !isdigit(c[2]) || c[3] != '.' ||
            !isdigit(c[4]) || c[5] != '.' || !isdigit(c[6]))
            continue;
        ret_mark->company = (c[1] - '0') * 10 + c[2] - '0';
        ret_mark->project = c[4] - '0';
        ret_mark->serial = 0;
        for (*at += 6; *at < text.len && isdigit(text.data[*at]); (*at)++)
            ret_mark->serial = ret_mark->serial * 10 + text.data[*at] - '0';
        return true;
    }
    return false;
}

/* May READER read what bears MARK, of OWNER? NOW: when it is told. */
static bool may_read(const struct many_company *owner,
                     const struct many_mark *mark, int reader, bool now)
{
    const bool message = mark->project >= MANY_MESSAGES_PROJECT;
    const int number =
        message ? mark->project - MANY_MESSAGES_PROJECT : mark->project;
    if (mark->project != MANY_ANSWERS_PROJECT)
        return number < MANY_PROJECTS_MAX &&
               (now && !owner->in_doubt
                    ? many_terms_show(&owner->projects[number], reader, message)
                    : owner->projects[number].ever[reader]);
    for (size_t i = 0; i < owner->n_answers; i++)
        if (owner->answers[i].serial == mark->serial)
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
    struct many_mark mark;
    for (size_t at = 0; many_mark_next(text, &at, &mark);) {
        if (mark.company >= world->n_companies || mark.company != sender ||
            !may_read(&world->companies[mark.company], &mark, reader, now))
            sim_fail(&world->base,
                     "company %d gets text of project %d of company %d from "
                     "%d without a grant",
                     reader, mark.project, mark.company, sender);
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
    if (!own)
        many_back_held(place, act, link, where->index);
    if (!own && status == KITH_OK && us != place->world->back.company)
        many_bounds_taken(place, act->now, opened.header.entry_class);
    sim_say(&place->world->base.history, -1,
            "%d %s entry %" PRIu64 " of log %" PRIu32
            " %s %d: %s kind %" PRIu32,
            us, own ? "makes" : "takes", where->index,
            own ? link->out.number : link->in.number, own ? "to" : "from",
            other, kith_status_name(status), opened.body.record.kind);
    if (status == KITH_OK) {
        check_text(place->world, own ? us : other, own ? other : us,
                   kith_buf_bytes(&opened.plain), own);
        if (own && opened.header.entry_class == KITH_CLASS_PROJECT &&
            opened.body.record.kind != KITH_KIND_GRANT)
            check_id(place, act->txn, &opened.body.record.id);
        if (own && opened.header.entry_class == KITH_CLASS_PROJECT &&
            place->link->ended[place->side] && !many_company(place)->in_doubt)
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
        !place->link->lied && !many_back_touches(world, place->link) &&
        many_company(place)->number != world->liar)
        sim_fail(&place->world->base, "a link of honest companies is frozen");
}

/* COUNT entries of log *NUMBER were looked at: LOG is another one, or it went
 * back. */
static void restart(uint64_t *count, uint32_t *number,
                    const struct store_log *log)
{
    if (*number != log->number)
        *count = 0;
    *number = log->number;
    if (*count > log->tree.size)
        *count = log->tree.size;
}

void many_check_committed(const struct many_place *place)
{
    struct many_world *world = place->world;
    struct many_end *end = many_end(place);
    struct act act = {.company = &many_company(place)->company,
                      .arena = world->reading,
                      .now =
                          sim_now(&world->base) + many_company(place)->clock_s};
    struct store_link link;
    if (world->base.failed ||
        !sim_ok(&world->base,
                store_begin(many_company(place)->store, false, &act.txn),
                "read"))
        return;
    kith_arena_reset(world->reading);
    if (sim_ok(&world->base, store_link_get(act.txn, end->number, &link),
               "link read")) {
        restart(&end->made, &end->made_number, &link.out);
        restart(&end->taken, &end->taken_number, &link.in);
        for (; end->made < link.out.tree.size; end->made++)
            check_entry(place, &act, &link,
                        &(struct reopen_place){STORE_OUT, end->made});
        for (; end->taken < link.in.tree.size; end->taken++)
            check_entry(place, &act, &link,
                        &(struct reopen_place){STORE_IN, end->taken});
        if (many_back_touches(world, place->link))
            many_back_frozen(place, &act, &link);
        check_frozen(place, &link);
    }
    store_abort(&act.txn);
}

/* A frame is sealed: no text stands in it. */
void many_check_sent(const struct many_place *place, struct kith_bytes frame)
{
    struct many_mark mark;
    size_t at = 0;
    if (many_mark_next(frame, &at, &mark))
        sim_fail(&place->world->base, "text of company %d goes in clear",
                 mark.company);
    many_back_sent(place, frame);
    many_bounds_sent(place, frame);
}
