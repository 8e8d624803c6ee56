/* head_ids - the index from ids that were brought along to heads.
 *
 * A row stands at the keyed hash of owner and id. New ones stand behind all of
 * these first, by record number, so that a commit writes few pages; they are
 * in memory too (recent.h), and are moved to their places in the order of the
 * index when SETTLE_AT have gathered.
 * Not here: ids that the store has drawn: they lead to a row by themselves.
 */
#include "store/head_ids.h"

#include <stdlib.h>
#include <string.h>

#include "store/pack.h"
#include "store/recent.h"

enum {
    PLACE_LEN = 2 * 8,
    RECENT_LEN = 4 + 8 + KITH_ID_LEN,
    RECENT_PREFIX = 16, /* bytes 0xff: behind all hashes, which are as long */
    SETTLE_AT = RECENT_MAX - 1024
};

/* Where a recent id will stand. */
struct move {
    struct kv_place to;
    struct store_ref ref;
};

static struct kv_place hashed_place(const struct store_txn *txn, uint32_t owner,
                                    const struct kith_id *id)
{
    uint8_t name[4 + KITH_ID_LEN];
    struct pack pack = pack_into(name, sizeof(name));

    pack_u32(&pack, owner);
    pack_bytes(&pack, id->b, KITH_ID_LEN);
    return row_hashed(txn, KV_HEAD_ID, pack_done(&pack));
}

static struct kv_place recent_place(uint64_t record)
{
    struct kv_place place = kv_place(KV_HEAD_ID);

    memset(place.key.b, 0xff, RECENT_PREFIX);
    place.key.len = RECENT_PREFIX;
    kv_place_add(&place, record, 8);
    return place;
}

static enum kith_status write_hashed(struct store_txn *txn,
                                     const struct kv_place *place,
                                     const struct store_ref *ref)
{
    uint8_t plain[PLACE_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_u64(&pack, ref->project);
    pack_u64(&pack, ref->record);
    return row_put(txn, place, KV_NEW, pack_done(&pack));
}

static enum kith_status write_recent(struct store_txn *txn,
                                     const struct kith_id *id,
                                     const struct store_ref *ref)
{
    struct kv_place place = recent_place(ref->record);
    uint8_t plain[RECENT_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_u32(&pack, ref->owner);
    pack_u64(&pack, ref->project);
    pack_bytes(&pack, id->b, KITH_ID_LEN);
    return row_put(txn, &place, KV_APPEND | KV_NEW, pack_done(&pack));
}

/* Keeps it in memory. False: no memory, or no room. */
static bool remember(struct store *store, const struct kith_id *id,
                     const struct store_ref *ref)
{
    if (store->recent == NULL)
        store->recent = recent_new();
    return store->recent != NULL && recent_add(store->recent, id, ref);
}

enum kith_status head_ids_add(struct store_txn *txn, const struct kith_id *id,
                              const struct store_ref *ref)
{
    struct kv_place place = hashed_place(txn, ref->owner, id);
    struct kv *kv = txn->store->kv;
    struct kith_bytes there = {NULL, 0};
    enum kith_status status;

    if (recent_find(txn->store->recent, ref->owner, id) != NULL)
        return KITH_CONFLICT;
    status = kv->ops->get(kv, &place, &there);
    if (status != KITH_NOT_FOUND)
        return status == KITH_OK ? KITH_CONFLICT : txn_fail(txn, status);
    if (!remember(txn->store, id, ref))
        return write_hashed(txn, &place, ref);
    return write_recent(txn, id, ref);
}

enum kith_status head_ids_find(struct store_txn *txn, uint32_t owner,
                               const struct kith_id *id,
                               struct store_ref *ret_ref)
{
    const struct store_ref *recent = recent_find(txn->store->recent, owner, id);
    struct kv_place place;
    uint8_t plain[PLACE_LEN];
    enum kith_status status;

    if (recent != NULL) {
        *ret_ref = *recent;
        return KITH_OK;
    }
    place = hashed_place(txn, owner, id);
    status = row_get(txn, &place, plain, sizeof(plain));
    if (status == KITH_OK)
        *ret_ref = (struct store_ref){owner, kith_be_get64(plain),
                                      kith_be_get64(plain + 8)};
    return status;
}

enum kith_status head_ids_load(struct store_txn *txn)
{
    struct kv_place place = recent_place(0);
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status;

    for (;;) {
        uint8_t plain[RECENT_LEN];
        struct unpack unpack = unpack_from(plain, sizeof(plain));
        struct store_ref ref = {0};
        struct kith_id id;

        status = row_seek(txn, KV_FORWARD, &place, RECENT_PREFIX, &sealed);
        if (status == KITH_OK)
            status = row_open(txn, &place, sealed, plain, sizeof(plain));
        if (status != KITH_OK)
            break;
        ref.owner = unpack_u32(&unpack);
        ref.project = unpack_u64(&unpack);
        unpack_bytes(&unpack, id.b, KITH_ID_LEN);
        ref.record = kv_key_number(&place.key, RECENT_PREFIX, 8);
        if (!remember(txn->store, &id, &ref))
            return txn_fail(txn, KITH_NOMEM);
        place = recent_place(ref.record + 1);
    }
    recent_keep(txn->store->recent);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static int order_moves(const void *a, const void *b)
{
    return kv_key_compare(&((const struct move *)a)->to.key,
                          &((const struct move *)b)->to.key);
}

static enum kith_status move_rows(struct store_txn *txn, struct move *moves,
                                  size_t count)
{
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < count && status == KITH_OK; i++) {
        struct kv_place from = recent_place(moves[i].ref.record);

        status = row_del(txn, &from);
    }
    qsort(moves, count, sizeof(*moves), order_moves);
    for (size_t i = 0; i < count && status == KITH_OK; i++)
        status = write_hashed(txn, &moves[i].to, &moves[i].ref);
    /* A row that is gone, or one that was there: the index and memory differ. */
    if (status == KITH_NOT_FOUND || status == KITH_CONFLICT)
        status = txn_fail(txn, KITH_DAMAGED);
    return status;
}

enum kith_status head_ids_settle(struct store_txn *txn, bool *ret_moved)
{
    const struct recent *recent = txn->store->recent;
    const size_t count = recent_count(recent);
    struct move *moves = NULL;
    enum kith_status status;

    *ret_moved = false;
    if (count < SETTLE_AT)
        return KITH_OK;
    moves = calloc(count, sizeof(*moves));
    if (moves == NULL)
        return KITH_OK; /* they stay where they are until there is memory */
    for (size_t i = 0; i < count; i++) {
        struct kith_id id;

        moves[i].ref = *recent_at(recent, i, &id);
        moves[i].to = hashed_place(txn, moves[i].ref.owner, &id);
    }
    status = move_rows(txn, moves, count);
    free(moves);
    *ret_moved = status == KITH_OK;
    return status;
}
