/* held - see the header. Not here: when it is asked for (link_recover.c), what
 * the one who asked makes of it (recover.c).
 */
#include "rules/held.h"

#include <string.h>

#include "kith/seal.h"
#include "kith/session.h"
#include "kith/sign.h"
#include "rules/act.h"
#include "rules/keyring.h"
#include "rules/peer.h"
#include "store/logs.h"

/* One answer on its way; lives in the arena. */
struct holding {
    struct act *act;
    const struct store_link *link;
    struct store_log_id log;
    struct kith_held held;
    struct kith_push push;
    struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX];
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX];
    size_t n_eks;
};

/* The newest note of KIND of LOG; empty when there is none. */
static enum kith_status newest(struct holding *holding,
                               const struct store_log_id *log,
                               enum store_note kind, uint64_t *ret_size,
                               struct kith_bytes *ret_note)
{
    enum kith_status status;

    *ret_size = UINT64_MAX;
    status = store_note_at(holding->act->txn, log, kind, ret_size,
                           holding->act->arena, ret_note);
    if (status == KITH_NOT_FOUND) {
        *ret_size = 0;
        *ret_note = (struct kith_bytes){NULL, 0};
        return KITH_OK;
    }
    return status;
}

static enum kith_status find_size(struct holding *holding)
{
    struct kith_held *held = &holding->held;
    uint64_t receipted = 0;
    enum kith_status status = newest(holding, &holding->log, STORE_CHECKPOINT,
                                     &held->size, &held->note);

    if (status == KITH_OK && held->size != 0)
        status = newest(holding, &holding->log, STORE_RECEIPT, &receipted,
                        &held->receipt);
    return status;
}

/* The next log that a checkpoint is held of: of one that only was shown in
 * proof of a fork there is nothing to give back. */
static enum kith_status find_next(struct holding *holding)
{
    struct store_log_id next = holding->log;
    enum kith_status status;

    while ((status = store_log_next(holding->act->txn, &next)) == KITH_OK) {
        const struct kith_arena_mark mark =
            kith_arena_mark(holding->act->arena);
        struct kith_bytes note;
        uint64_t size;

        status = newest(holding, &next, STORE_CHECKPOINT, &size, &note);
        kith_arena_rewind(holding->act->arena, mark);
        if (status != KITH_OK)
            return status;
        if (size != 0) {
            holding->held.next_log = next.number;
            return KITH_OK;
        }
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status add_entry(struct holding *holding, uint64_t index)
{
    struct kith_push_entry *row = &holding->entries[holding->push.n_entries];
    struct store_entry entry;
    enum kith_status status = store_entry_get(
        holding->act->txn, &holding->log, index, holding->act->arena, &entry);

    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
    *row = (struct kith_push_entry){.header = entry.header};
    if (entry.has_ek && entry.sealed.len > 0) {
        row->sealed = entry.sealed;
        memcpy(holding->eks[holding->n_eks].b, entry.ek.b, KITH_EK_LEN);
        holding->n_eks++;
    }
    kith_wipe(&entry.ek, sizeof(entry.ek));
    holding->push.n_entries++;
    return KITH_OK;
}

/* Entries FROM up to the next checkpoint, as a push to their owner. */
static enum kith_status build_push(struct holding *holding, uint64_t from,
                                   struct kith_buf *push)
{
    const struct peer *peer;
    struct kith_buf box = {0};
    uint64_t end = from + 1;
    enum kith_status status =
        store_note_from(holding->act->txn, &holding->log, STORE_CHECKPOINT,
                        &end, holding->act->arena, &holding->push.checkpoint);

    if (status == KITH_OK && end - from > KITH_PUSH_ENTRIES_MAX)
        status = KITH_DAMAGED;
    for (uint64_t i = from; status == KITH_OK && i < end; i++)
        status = add_entry(holding, i);
    if (status == KITH_OK)
        status = peer_get(holding->act, holding->link, &peer);
    if (status == KITH_OK && holding->n_eks != 0)
        status = kith_ek_box_seal(&peer->sealing, holding->eks, holding->n_eks,
                                  &box);
    if (status == KITH_OK) {
        holding->push.log_number = holding->log.number;
        holding->push.first = from;
        holding->push.entries = holding->entries;
        holding->push.keys = kith_buf_bytes(&box);
        status = kith_push_encode(&holding->push, push);
    }
    kith_buf_clear(&box);
    return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
}

enum kith_status held_answer(struct act *act, const struct store_link *link,
                             uint32_t log_number, uint64_t from,
                             struct kith_buf *frame)
{
    struct holding *holding = kith_arena_alloc(act->arena, sizeof(*holding));
    struct kith_buf push = {0};
    enum kith_status status;

    if (holding == NULL)
        return KITH_NOMEM;
    *holding = (struct holding){.act = act,
                                .link = link,
                                .log = {link->number, STORE_IN, log_number},
                                .held.log_number = log_number};
    status = find_size(holding);
    if (status == KITH_OK)
        status = find_next(holding);
    if (status == KITH_OK && from < holding->held.size)
        status = build_push(holding, from, &push);
    holding->held.push = kith_buf_bytes(&push);
    if (status == KITH_OK)
        status = kith_held_encode(&holding->held, frame);
    kith_wipe(holding->eks, sizeof(holding->eks));
    kith_buf_clear(&push);
    return status;
}

enum kith_status held_card(struct act *act, const struct store_link *link,
                           uint64_t *number_inout, struct kith_buf *frame)
{
    struct kith_held held = {.log_number = 0};
    struct keyring_row row;
    enum kith_status status;

    do {
        status = keyring_next(act, link->number, number_inout, &row);
    } while (status == KITH_OK &&
             (row.ours || row.use != KITH_LINK_KEY_USE_LOG));
    if (status == KITH_OK)
        status = store_card_get(act->txn, &row.card, act->arena, &held.card);
    else
        return status;
    if (status == KITH_OK)
        status = kith_held_encode(&held, frame);
    return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
}
