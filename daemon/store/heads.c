/* heads - the heads of records and items, found by place and by id.
 *
 * An id that the store has drawn leads to its head by itself; others have an
 * index row, which is held against the head on the way back: one that leads
 * elsewhere is damage, not «not found». Heads are kept at hand (fresh.h) and go
 * into their rows once, however often they change meanwhile.
 * Not here: names (names.c), texts (revisions.c, entries.c).
 */
#include "store/records.h"

#include "store/head_ids.h"
#include "store/pack.h"
#include "store/txn.h"

enum {
    HEAD_LEN = KITH_ID_LEN + 4 + 4 * 8 + 4 + 8 + 1 + 1,
    HEAD_INACTIVE = 1,
    HEAD_WITHDRAWN = 2
};

static struct kv_place head_place(uint32_t owner, uint64_t project,
                                  uint64_t record)
{
    struct kv_place place = kv_place(KV_HEAD);

    kv_place_add(&place, owner, 4);
    kv_place_add(&place, project, 8);
    kv_place_add(&place, record, 8);
    return place;
}

static enum kith_status write_head(struct store_txn *txn,
                                   const struct store_head *head)
{
    struct kv_place place =
        head_place(head->ref.owner, head->ref.project, head->ref.record);
    uint8_t plain[HEAD_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_bytes(&pack, head->id.b, KITH_ID_LEN);
    pack_u32(&pack, head->kind);
    pack_u64(&pack, head->revision);
    pack_u64(&pack, head->slot);
    pack_u64(&pack, head->newest);
    pack_u64(&pack, head->parent);
    pack_u32(&pack, head->log_number);
    pack_i64(&pack, head->changed_at);
    pack_u8(&pack, head->label);
    pack_u8(&pack, (uint8_t)((head->inactive ? HEAD_INACTIVE : 0) |
                             (head->withdrawn ? HEAD_WITHDRAWN : 0)));
    return row_put(txn, &place, KV_APPEND, pack_done(&pack));
}

static struct store_head read_head(const struct kv_key *key,
                                   const uint8_t plain[HEAD_LEN])
{
    struct store_head head = {0};
    struct unpack unpack = unpack_from(plain, HEAD_LEN);
    uint8_t flags = 0;

    head.ref.owner = (uint32_t)kv_key_number(key, 0, 4);
    head.ref.project = kv_key_number(key, 4, 8);
    head.ref.record = kv_key_number(key, 12, 8);
    unpack_bytes(&unpack, head.id.b, KITH_ID_LEN);
    head.kind = unpack_u32(&unpack);
    head.revision = unpack_u64(&unpack);
    head.slot = unpack_u64(&unpack);
    head.newest = unpack_u64(&unpack);
    head.parent = unpack_u64(&unpack);
    head.log_number = unpack_u32(&unpack);
    head.changed_at = unpack_i64(&unpack);
    head.label = unpack_u8(&unpack);
    flags = unpack_u8(&unpack);
    head.inactive = (flags & HEAD_INACTIVE) != 0;
    head.withdrawn = (flags & HEAD_WITHDRAWN) != 0;
    return head;
}

enum kith_status heads_flush(struct store_txn *txn)
{
    struct fresh *fresh = txn->store->fresh;
    enum kith_status status = KITH_OK;

    if (fresh == NULL)
        return KITH_OK;
    for (size_t i = 0; i < fresh->n_heads && status == KITH_OK; i++)
        status = write_head(txn, &fresh->heads[fresh->head_order[i]]);
    /* after a failure all are forgotten together: fresh_forget */
    for (size_t i = 0; i < fresh->n_heads && status == KITH_OK; i++)
        fresh->head_used[fresh->head_order[i]] = false;
    if (status == KITH_OK)
        fresh->n_heads = 0;
    return status;
}

static bool same_ref(const struct store_ref *a, const struct store_ref *b)
{
    return a->owner == b->owner && a->project == b->project &&
           a->record == b->record;
}

/* Keeps HEAD at hand; another one at its place is written. */
static enum kith_status keep_head(struct store_txn *txn,
                                  const struct store_head *head)
{
    const size_t at = head->ref.record % FRESH_HEADS;
    struct fresh *fresh = txn_fresh(txn);
    enum kith_status status = KITH_OK;

    if (fresh == NULL)
        return write_head(txn, head);
    if (!fresh->head_used[at])
        fresh->head_order[fresh->n_heads++] = (uint16_t)at;
    else if (!same_ref(&fresh->heads[at].ref, &head->ref))
        status = write_head(txn, &fresh->heads[at]);
    fresh->heads[at] = *head;
    fresh->head_used[at] = true;
    txn->changed = true;
    return status;
}

/* The head that ID leads to when the store has drawn it. */
static enum kith_status read_placed(struct store_txn *txn,
                                    const struct kith_id *id,
                                    struct store_head *ret_head)
{
    struct placed_id placed = {STORE_OWN, 0, 0};
    struct store_head head;
    enum kith_status status = KITH_NOT_FOUND;

    if (!placed_id_read(&txn->store->seal.id_key, id, &placed) ||
        placed.record > txn->store->root.records)
        return KITH_NOT_FOUND;
    head.ref = (struct store_ref){STORE_OWN, placed.project, placed.record};
    status = store_head_get(txn, &head.ref, &head);
    if (status == KITH_OK && !kith_id_equal(&head.id, id))
        return KITH_NOT_FOUND;
    if (status == KITH_OK)
        *ret_head = head;
    return status;
}

/* Gives a new head its id: drawn by us, or brought along and indexed. */
static enum kith_status settle_id(struct store_txn *txn,
                                  struct store_head *head)
{
    struct rowseal *seal = &txn->store->seal;
    struct placed_id placed = {STORE_OWN, head->ref.project, head->ref.record};
    struct store_head other;
    uint32_t salt = 0;
    enum kith_status status = KITH_OK;

    if (kith_id_is_none(&head->id)) {
        rowseal_random(seal, &salt, sizeof(salt));
        if (head->ref.owner == STORE_OWN &&
            placed_id_make(&seal->id_key, &placed, salt, &head->id) == KITH_OK)
            return KITH_OK;
        head->id = kith_id_random();
    }
    if (head->ref.owner == STORE_OWN) {
        /* one that comes back to its own place leads there by itself */
        if (placed_id_read(&seal->id_key, &head->id, &placed) &&
            placed.project == head->ref.project &&
            placed.record == head->ref.record)
            return KITH_OK;
        status = read_placed(txn, &head->id, &other);
        if (status != KITH_NOT_FOUND)
            return status == KITH_OK ? KITH_CONFLICT : status;
    }
    return head_ids_add(txn, &head->id, &head->ref);
}

enum kith_status store_head_draw(struct store_txn *txn, struct store_head *head)
{
    struct store_head added = *head;
    enum kith_status status = txn_ready(txn, true);

    if (status != KITH_OK)
        return status;
    added.ref.record = txn->store->root.records + 1;
    status = settle_id(txn, &added);
    if (status == KITH_OK)
        status = slot_claim(txn, &added.slot);
    if (status != KITH_OK)
        return status;
    txn->store->root.records = added.ref.record;
    *head = added;
    return KITH_OK;
}

enum kith_status store_head_add(struct store_txn *txn, struct store_head *head)
{
    struct store_head added = *head;
    enum kith_status status = store_head_draw(txn, &added);

    if (status == KITH_OK)
        status = keep_head(txn, &added);
    if (status == KITH_OK)
        *head = added;
    return status;
}

enum kith_status store_head_put(struct store_txn *txn,
                                const struct store_head *head)
{
    enum kith_status status = txn_ready(txn, true);

    return status != KITH_OK ? status : keep_head(txn, head);
}

enum kith_status store_head_get(struct store_txn *txn,
                                const struct store_ref *ref,
                                struct store_head *ret_head)
{
    const size_t at = ref->record % FRESH_HEADS;
    const struct fresh *fresh = txn->store->fresh;
    struct kv_place place = head_place(ref->owner, ref->project, ref->record);
    uint8_t plain[HEAD_LEN];
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    if (fresh != NULL && fresh->head_used[at] &&
        same_ref(&fresh->heads[at].ref, ref)) {
        *ret_head = fresh->heads[at];
        return KITH_OK;
    }
    status = row_get(txn, &place, plain, sizeof(plain));
    if (status == KITH_OK)
        *ret_head = read_head(&place.key, plain);
    return status;
}

enum kith_status store_head_by_id(struct store_txn *txn, uint32_t owner,
                                  const struct kith_id *id,
                                  struct store_head *ret_head)
{
    enum kith_status status = txn_ready(txn, false);
    struct store_head head = {0};

    if (status != KITH_OK)
        return status;
    if (owner == STORE_OWN) {
        status = read_placed(txn, id, ret_head);
        if (status != KITH_NOT_FOUND)
            return status;
    }
    status = head_ids_find(txn, owner, id, &head.ref);
    if (status != KITH_OK)
        return status;
    status = store_head_get(txn, &head.ref, &head);
    if (status == KITH_NOT_FOUND ||
        (status == KITH_OK && !kith_id_equal(&head.id, id)))
        return txn_fail(txn, KITH_DAMAGED);
    if (status == KITH_OK)
        *ret_head = head;
    return status;
}

enum kith_status store_head_next(struct store_txn *txn, uint32_t owner,
                                 uint64_t project, uint64_t after,
                                 struct store_head *ret_head)
{
    struct kv_place place;
    struct kith_bytes sealed = {NULL, 0};
    uint8_t plain[HEAD_LEN];
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    if (after == UINT64_MAX)
        return KITH_NOT_FOUND;
    if (txn->write)
        status = heads_flush(txn);
    if (status != KITH_OK)
        return status;
    place = head_place(owner, project, after + 1);
    status = row_seek(txn, KV_FORWARD, &place, 12, &sealed);
    if (status != KITH_OK)
        return status;
    status = row_open(txn, &place, sealed, plain, sizeof(plain));
    if (status == KITH_OK)
        *ret_head = read_head(&place.key, plain);
    return status;
}
