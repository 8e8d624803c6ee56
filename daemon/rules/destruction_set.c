/* destruction_set - see the header. */
#include "rules/destruction_set.h"

#include <stdlib.h>

#include "kith/kinds.h"
#include "kith/sign.h"
#include "kith/signed.h"
#include "rules/act.h"
#include "store/records.h"

enum {
    FIRST_SLOTS = 256
};

/* Slots as they are found; many revisions of an item share one. */
struct collector {
    struct act *act;
    const struct destruction_set *set;
    struct destruction_found *found;
    size_t room;
};

static enum kith_status add_slot(struct collector *collector, uint64_t slot)
{
    struct destruction_found *found = collector->found;

    if (slot == 0 ||
        (found->n_slots > 0 && found->slots[found->n_slots - 1] == slot))
        return KITH_OK;
    if (found->n_slots == collector->room) {
        size_t room = collector->room == 0 ? FIRST_SLOTS : 2 * collector->room;
        uint64_t *grown = realloc(found->slots, room * sizeof(*grown));

        if (grown == NULL)
            return KITH_NOMEM;
        found->slots = grown;
        collector->room = room;
    }
    found->slots[found->n_slots++] = slot;
    return KITH_OK;
}

static bool in_project(const struct destruction_set *set,
                       const struct store_entry *entry)
{
    return set->project == 0 || entry->project == set->project ||
           entry->record == set->project;
}

/* Grants of the partner are items here; ours are told of no record. */
static enum kith_status is_grant(struct collector *collector,
                                 const struct store_entry *entry,
                                 bool *ret_grant)
{
    const struct store_ref ref = {collector->set->link, entry->project,
                                  entry->record};
    struct store_head head;
    enum kith_status status;

    *ret_grant = entry->record == 0;
    if (collector->set->side == STORE_OUT || entry->record == 0)
        return KITH_OK;
    status = store_head_get(collector->act->txn, &ref, &head);
    *ret_grant = status == KITH_OK && head.kind == KITH_KIND_GRANT;
    return status;
}

static enum kith_status look_at(struct collector *collector,
                                const struct store_log_id *log, uint64_t index)
{
    struct destruction_found *found = collector->found;
    struct kith_entry_header header;
    struct store_entry entry;
    struct kith_hash leaf;
    bool grant = false;
    enum kith_status status = store_entry_get(collector->act->txn, log, index,
                                              collector->act->arena, &entry);

    kith_wipe(&entry.ek, sizeof(entry.ek));
    if (status == KITH_OK)
        status = kith_entry_decode(entry.header, &header);
    if (status != KITH_OK)
        return status;
    if (header.entry_class != KITH_CLASS_PROJECT || entry.sealed.len == 0 ||
        !in_project(collector->set, &entry))
        return KITH_OK;
    if (collector->set->side == STORE_IN)
        status = add_slot(collector, entry.slot);
    if (status == KITH_OK)
        status = is_grant(collector, &entry, &grant);
    if (status != KITH_OK || grant || entry.verdict != STORE_PROCESSED)
        return status;
    kith_tree_leaf_hash(entry.header.data, entry.header.len, &leaf);
    kith_destroyed_add(&found->digest, log->number, index, &leaf);
    found->entries++;
    return KITH_OK;
}

static enum kith_status walk_log(struct collector *collector, uint32_t number)
{
    const struct destruction_set *set = collector->set;
    const struct store_log_id log = {set->link, set->side, number};
    const struct kith_arena_mark mark = kith_arena_mark(collector->act->arena);
    enum kith_status status = KITH_OK;
    uint64_t index;

    for (index = 0;
         status == KITH_OK && (number != set->log_number || index < set->size);
         index++) {
        status = look_at(collector, &log, index);
        kith_arena_rewind(collector->act->arena, mark);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status; /* a log that ended */
}

enum kith_status destruction_find(struct act *act,
                                  const struct destruction_set *set,
                                  struct destruction_found *ret_found)
{
    struct collector collector = {.act = act, .set = set, .found = ret_found};
    struct store_log_id log = {set->link, set->side, 0};
    enum kith_status status;

    *ret_found = (struct destruction_found){.slots = NULL};
    kith_destroyed_begin(&ret_found->digest);
    status = store_log_next(act->txn, &log);
    while (status == KITH_OK && log.number <= set->log_number) {
        status = walk_log(&collector, log.number);
        if (status == KITH_OK)
            status = store_log_next(act->txn, &log);
    }
    if (status == KITH_NOT_FOUND)
        status = KITH_OK;
    if (status != KITH_OK) {
        free(ret_found->slots);
        *ret_found = (struct destruction_found){.slots = NULL};
    }
    return status;
}
