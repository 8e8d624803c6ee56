/* many_shown - what a company whose store went back, or runs twice, may not do:
 * contradict itself.
 *
 * Nobody ever holds two entries of one place, and a store that went back does
 * not even send a second one. A log that is frozen for two histories has both
 * notes kept.
 */
#include <inttypes.h>

#include "kith/session.h"
#include "kith/tree.h"
#include "sim/many_world.h"
#include "store/logs.h"

/* REMEMBER: it is held; else it is only on its way. */
static void show(struct many_world *world, const struct many_shown *entry,
                 bool remember)
{
    struct many_back *back = &world->back;
    for (size_t i = 0; i < back->n_shown; i++) {
        const struct many_shown *held = &back->shown[i];
        if (held->link != entry->link || held->side != entry->side ||
            held->log_number != entry->log_number ||
            held->index != entry->index)
            continue;
        if (!kith_hash_equal(&held->leaf, &entry->leaf))
            sim_fail(&world->base,
                     "company %d has shown two entries at one place, %" PRIu64
                     " of log %" PRIu32,
                     entry->link->ends[entry->side].company, entry->index,
                     entry->log_number);
        return;
    }
    if (!remember)
        return;
    if (back->n_shown == MANY_SHOWN_MAX)
        sim_fail(&world->base, "more entries than the simulator's table holds");
    else
        back->shown[back->n_shown++] = *entry;
}

void many_back_held(const struct many_place *place, struct act *act,
                    const struct store_link *link, uint64_t index)
{
    struct store_log_id log = {link->number, STORE_IN, link->in.number};
    struct many_shown shown = {.link = place->link,
                               .side = 1 - place->side,
                               .log_number = log.number,
                               .index = index};
    struct store_entry row;
    if (place->world->back.company < 0 ||
        !sim_ok(&place->world->base,
                store_entry_get(act->txn, &log, index, act->arena, &row),
                "entry read"))
        return;
    kith_tree_leaf_hash(row.header.data, row.header.len, &shown.leaf);
    show(place->world, &shown, true);
}

void many_back_sent(const struct many_place *place, struct kith_bytes frame)
{
    struct many_world *world = place->world;
    struct kith_push push;
    /* of two hosts neither can know what the other has sent */
    if (world->back.fate != MANY_GOES_BACK || frame.data[0] != KITH_FRAME_PUSH)
        return;
    kith_arena_reset(world->reading);
    if (!sim_ok(&world->base, kith_push_decode(world->reading, frame, &push),
                "push read"))
        return;
    for (size_t i = 0; i < push.n_entries; i++) {
        struct many_shown shown = {.link = place->link,
                                   .side = place->side,
                                   .log_number = push.log_number,
                                   .index = push.first + i};
        kith_tree_leaf_hash(push.entries[i].header.data,
                            push.entries[i].header.len, &shown.leaf);
        show(world, &shown, false);
    }
}

/* The partner's next log began with what does not fit the one before it: the
 * entry itself says so. */
static bool is_refused(const struct store_log_id *log, struct act *act)
{
    struct store_entry first;
    return log->side == STORE_IN &&
           store_entry_get(act->txn, log, 0, act->arena, &first) == KITH_OK &&
           first.verdict == STORE_REJECTED;
}

void many_back_frozen(const struct many_place *place, struct act *act,
                      const struct store_link *link)
{
    struct many_world *world = place->world;
    const enum store_side side = link->out.frozen ? STORE_OUT : STORE_IN;
    struct store_log_id log = {link->number, side,
                               side == STORE_OUT ? link->out.number
                                                 : link->in.number};
    struct kith_bytes note;
    uint64_t size = 0;
    if (link->stall != 0 || (!link->out.frozen && !link->in.frozen) ||
        many_end(place)->frozen || is_refused(&log, act))
        return;
    world->back.forked = true;
    world->back.n_forks++;
    if (store_note_from(act->txn, &log, STORE_SECOND, &size, act->arena,
                        &note) != KITH_OK)
        sim_fail(&world->base,
                 "company %d froze a log for two histories and keeps one",
                 many_company(place)->number);
    else if (world->back.fate != MANY_RUNS_TWICE)
        sim_fail(&world->base, "a store that went back told two histories");
}
