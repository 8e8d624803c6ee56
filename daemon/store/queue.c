/* queue - what is to be told to a link and has no index yet.
 *
 * The length stands in a row of its own under the link; within a transaction
 * it is kept at hand and written once, at commit. So are places that a person
 * has just filled (fresh.h): the pump mostly takes them again before.
 * Not here: what is queued and why (rules).
 */
#include "store/logs.h"

#include "store/pack.h"
#include "store/txn.h"

enum {
    QUEUED_FIXED = 1 + 3 * 8 + 8
};

static struct kv_place length_place(uint32_t link)
{
    struct kv_place place = kv_place(KV_QUEUE);

    kv_place_add(&place, link, 4);
    return place;
}

static struct kv_place queued_place(uint32_t link, uint64_t sequence)
{
    struct kv_place place = length_place(link);

    kv_place_add(&place, sequence, 8);
    return place;
}

static enum kith_status write_length(struct store_txn *txn,
                                     struct store_length *kept)
{
    struct kv_place place = length_place(kept->link);
    uint8_t plain[8];
    struct kith_bytes bytes = {plain, sizeof(plain)};
    enum kith_status status = KITH_OK;

    kith_be_put64(plain, kept->length);
    status = row_put(txn, &place, 0, bytes);
    if (status == KITH_OK)
        kept->dirty = false;
    return status;
}

static enum kith_status write_place(struct store_txn *txn, uint32_t link,
                                    const struct store_queued *queued)
{
    struct kv_place place = queued_place(link, queued->sequence);
    struct kith_buf *scratch = &txn->store->scratch;
    uint8_t fixed[QUEUED_FIXED];
    struct pack pack = pack_into(fixed, sizeof(fixed));
    enum kith_status status = KITH_OK;

    pack_u8(&pack, queued->cause);
    pack_u64(&pack, queued->project);
    pack_u64(&pack, queued->record);
    pack_u64(&pack, queued->revision_row);
    pack_i64(&pack, queued->at);
    scratch->len = 0;
    status = kith_buf_add(scratch, fixed, sizeof(fixed));
    if (status == KITH_OK && queued->body.len > 0)
        status = kith_buf_add(scratch, queued->body.data, queued->body.len);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    return row_put(txn, &place, KV_APPEND, kith_buf_bytes(scratch));
}

/* Gives every place that is kept at hand its row. */
static enum kith_status write_fresh(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct fresh *fresh = store->fresh;
    enum kith_status status = KITH_OK;

    if (fresh == NULL)
        return KITH_OK;
    for (size_t i = 0; i < fresh->n_places && status == KITH_OK; i++) {
        const struct fresh_place *place = &fresh->places[i];

        if (place->link != 0)
            status = write_place(txn, place->link, &place->queued);
    }
    fresh->n_places = 0;
    for (size_t i = 0; i < STORE_LENGTHS; i++)
        store->lengths[i].fresh = 0;
    return status;
}

enum kith_status queue_flush(struct store_txn *txn)
{
    struct store *store = txn->store;
    enum kith_status status = write_fresh(txn);

    for (size_t i = 0; i < STORE_LENGTHS && status == KITH_OK; i++) {
        if (store->lengths[i].link != 0 && store->lengths[i].dirty)
            status = write_length(txn, &store->lengths[i]);
    }
    return status;
}

/* The length of LINK's queue, kept at hand; another one makes room. */
static enum kith_status keep_length(struct store_txn *txn, uint32_t link,
                                    struct store_length **ret_kept)
{
    struct store *store = txn->store;
    struct kv_place place = length_place(link);
    struct store_length *kept = NULL;
    uint8_t plain[8] = {0};
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < STORE_LENGTHS; i++) {
        if (store->lengths[i].link == link) {
            *ret_kept = &store->lengths[i];
            return KITH_OK;
        }
    }
    status = row_get(txn, &place, plain, sizeof(plain));
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    kept = &store->lengths[store->next_length++ % STORE_LENGTHS];
    status = KITH_OK;
    if (kept->link != 0 && kept->fresh != 0)
        status = write_fresh(txn);
    if (status == KITH_OK && kept->link != 0 && kept->dirty)
        status = write_length(txn, kept);
    if (status != KITH_OK)
        return status;
    kept->link = link;
    kept->fresh = 0;
    kept->length = kith_be_get64(plain);
    kept->dirty = false;
    *ret_kept = kept;
    return KITH_OK;
}

/* Keeps ADDED at hand. False: it has a body, or there is no room. */
static bool keep_place(struct store_txn *txn, struct store_length *kept,
                       const struct store_queued *added)
{
    struct fresh *fresh = txn_fresh(txn);

    if (fresh == NULL || added->body.len != 0 ||
        fresh->n_places == FRESH_PLACES)
        return false;
    fresh->places[fresh->n_places++] = (struct fresh_place){kept->link, *added};
    kept->fresh++;
    return true;
}

/* The place of LINK that is kept at hand with a sequence above AFTER. */
static struct fresh_place *find_fresh(struct store_txn *txn, uint32_t link,
                                      uint64_t after)
{
    struct fresh *fresh = txn->store->fresh;
    uint64_t first, i;

    if (fresh == NULL || fresh->n_places == 0)
        return NULL;
    first = fresh->places[0].queued.sequence;
    for (i = after < first ? 0 : after + 1 - first; i < fresh->n_places; i++) {
        if (fresh->places[i].link == link)
            return &fresh->places[i];
    }
    return NULL;
}

enum kith_status store_queue_add(struct store_txn *txn, uint32_t link,
                                 struct store_queued *queued)
{
    struct store_queued added = *queued;
    struct store_length *kept = NULL;
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && link == 0)
        status = KITH_INVALID;
    if (status == KITH_OK)
        status = keep_length(txn, link, &kept);
    if (status != KITH_OK)
        return status;
    added.sequence = txn->store->root.queued + 1;
    if (!keep_place(txn, kept, &added)) {
        /* rows stand before what is kept: none may be added behind it */
        status = write_fresh(txn);
        if (status == KITH_OK)
            status = write_place(txn, link, &added);
    }
    if (status != KITH_OK)
        return status;
    kept->length++;
    kept->dirty = true;
    txn->changed = true;
    txn->store->root.queued = added.sequence;
    queued->sequence = added.sequence;
    return KITH_OK;
}

/* May LINK have a place in a row? */
static bool has_rows(const struct store_txn *txn, uint32_t link)
{
    for (size_t i = 0; i < STORE_LENGTHS; i++) {
        const struct store_length *kept = &txn->store->lengths[i];

        if (kept->link == link)
            return kept->length > kept->fresh;
    }
    return true;
}

enum kith_status store_queue_next(struct store_txn *txn, uint32_t link,
                                  uint64_t after, struct kith_arena *arena,
                                  struct store_queued *ret_queued)
{
    struct kv_place place;
    struct kith_bytes sealed = {NULL, 0}, plain = {NULL, 0};
    struct store_queued queued = {0};
    struct unpack unpack;
    const struct fresh_place *fresh = NULL;
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK && after == UINT64_MAX)
        status = KITH_NOT_FOUND;
    if (status != KITH_OK)
        return status;
    fresh = find_fresh(txn, link, after);
    if (fresh != NULL && !has_rows(txn, link)) {
        *ret_queued = fresh->queued;
        return KITH_OK;
    }
    place = queued_place(link, after + 1);
    status = row_seek(txn, KV_FORWARD, &place, 4, &sealed);
    if (status == KITH_NOT_FOUND && fresh != NULL) {
        *ret_queued = fresh->queued;
        return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    status = row_open_arena(txn, &place, sealed, arena, &plain);
    if (status != KITH_OK)
        return status;
    unpack = unpack_from(plain.data, plain.len);
    queued.sequence = kv_key_number(&place.key, 4, 8);
    queued.cause = unpack_u8(&unpack);
    queued.project = unpack_u64(&unpack);
    queued.record = unpack_u64(&unpack);
    queued.revision_row = unpack_u64(&unpack);
    queued.at = unpack_i64(&unpack);
    queued.body = unpack_rest(&unpack);
    if (unpack.short_of)
        return txn_fail(txn, KITH_DAMAGED);
    *ret_queued = queued;
    return KITH_OK;
}

enum kith_status store_queue_drop(struct store_txn *txn, uint32_t link,
                                  uint64_t sequence)
{
    struct kv_place place = queued_place(link, sequence);
    struct fresh_place *fresh = NULL;
    struct store_length *kept = NULL;
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && (link == 0 || sequence == 0))
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = keep_length(txn, link, &kept);
    if (status != KITH_OK)
        return status;
    fresh = find_fresh(txn, link, sequence - 1);
    if (fresh != NULL && fresh->queued.sequence == sequence) {
        fresh->link = 0;
        kept->fresh--;
    } else {
        status = row_del(txn, &place);
    }
    if (status != KITH_OK)
        return status;
    if (kept->length == 0)
        return txn_fail(txn, KITH_DAMAGED);
    kept->length--;
    kept->dirty = true;
    return KITH_OK;
}

enum kith_status store_queue_length(struct store_txn *txn, uint32_t link,
                                    uint64_t *ret_length)
{
    struct store *store = txn->store;
    struct kv_place place = length_place(link);
    uint8_t plain[8] = {0};
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    for (size_t i = 0; i < STORE_LENGTHS; i++) {
        if (link != 0 && store->lengths[i].link == link) {
            *ret_length = store->lengths[i].length;
            return KITH_OK;
        }
    }
    status = row_get(txn, &place, plain, sizeof(plain));
    if (status == KITH_NOT_FOUND)
        status = KITH_OK;
    if (status == KITH_OK)
        *ret_length = kith_be_get64(plain);
    return status;
}
