/* revisions - the texts of our own records, one row a revision.
 *
 * A row holds a head (whose it is, the row before) and the encoded record,
 * encrypted with XChaCha20 under the record's slot and the row's nonce; both
 * are sealed under the store key, which authenticates them. Emptying the slot
 * destroys every revision of the text while the rows stay countable.
 * Not here: texts of partners' items: they stay in their entries.
 */
#include "store/records.h"

#include <sodium.h>
#include <string.h>

#include "store/pack.h"
#include "store/revisions.h"

enum {
    REVISION_HEAD = 4 * 8, /* slot, project, record, row before */
    REVISION_TEXT_AT = ROWSEAL_NONCE + REVISION_HEAD
};

struct revision {
    uint64_t slot, project, record, previous;
    uint8_t nonce[ROWSEAL_NONCE];
    uint8_t *plain; /* the caller's room for the opened row */
    uint8_t *text;  /* in plain, still encrypted under the slot */
    size_t len;
};

static struct kv_place revision_place(uint64_t number)
{
    struct kv_place place = kv_place(KV_REVISION);

    kv_place_add(&place, number, 8);
    return place;
}

static enum kith_status write_row(struct store_txn *txn, uint64_t number,
                                  const struct store_head *head,
                                  struct kith_bytes record)
{
    struct store *store = txn->store;
    struct kv_place place = revision_place(number);
    uint8_t ad[ROWSEAL_AD_MAX], key[SLOT_KEY];
    struct kith_bytes ad_bytes = {ad, rowseal_ad(&store->seal, &place, ad)};
    size_t len = REVISION_HEAD + record.len;
    struct pack pack;
    uint8_t *space = NULL;
    enum kith_status status = slot_key(txn, head->slot, key);

    if (status != KITH_OK)
        return status;
    status = store->kv->ops->put(store->kv, &place, KV_APPEND,
                                 len + ROWSEAL_OVERHEAD, &space);
    if (status != KITH_OK) {
        sodium_memzero(key, sizeof(key));
        return txn_fail(txn, status);
    }
    txn->changed = true;
    rowseal_nonce(&store->seal, space);
    pack = pack_into(space + ROWSEAL_NONCE, REVISION_HEAD);
    pack_u64(&pack, head->slot);
    pack_u64(&pack, head->ref.project);
    pack_u64(&pack, head->ref.record);
    pack_u64(&pack, head->newest);
    (void)crypto_stream_xchacha20_xor(space + REVISION_TEXT_AT, record.data,
                                      record.len, space, key);
    rowseal_seal_with(&store->seal, ad_bytes,
                      (struct kith_bytes){space + ROWSEAL_NONCE, len}, space);
    sodium_memzero(key, sizeof(key));
    return KITH_OK;
}

enum kith_status store_revision_add(struct store_txn *txn,
                                    struct store_head *head,
                                    struct kith_bytes record)
{
    enum kith_status status = txn_ready(txn, true);
    uint64_t number = txn->store->root.revisions + 1;
    struct store_head changed = *head;

    if (status == KITH_OK && head->ref.owner != STORE_OWN)
        status = KITH_INVALID;
    if (status == KITH_OK)
        status = write_row(txn, number, head, record);
    if (status != KITH_OK)
        return status;
    txn->store->root.revisions = number;
    fresh_add_text(txn_fresh(txn), number, &head->ref, record);
    changed.newest = number;
    status = store_head_put(txn, &changed);
    if (status == KITH_OK)
        *head = changed;
    return status;
}

/* Finds row NUMBER, which a head gave: one that was drawn and is missing is
 * damage. */
static enum kith_status find_row(struct store_txn *txn, uint64_t number,
                                 struct kith_bytes *ret_sealed)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = revision_place(number);
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    status = kv->ops->get(kv, &place, ret_sealed);
    if (status == KITH_NOT_FOUND && number > 0 &&
        number <= txn->store->root.revisions)
        status = KITH_DAMAGED;
    if (status == KITH_OK && ret_sealed->len < REVISION_HEAD + ROWSEAL_OVERHEAD)
        status = KITH_DAMAGED;
    return txn_fail(txn, status);
}

/* Opens the row at PLACE into row->plain, which has room for all of SEALED. */
static enum kith_status unseal_row(struct store_txn *txn,
                                   const struct kv_place *place,
                                   struct kith_bytes sealed,
                                   struct revision *row)
{
    size_t len = sealed.len - ROWSEAL_OVERHEAD;
    struct unpack unpack = unpack_from(row->plain, len);
    enum kith_status status = row_open(txn, place, sealed, row->plain, len);

    if (status != KITH_OK)
        return status;
    row->slot = unpack_u64(&unpack);
    row->project = unpack_u64(&unpack);
    row->record = unpack_u64(&unpack);
    row->previous = unpack_u64(&unpack);
    memcpy(row->nonce, sealed.data, ROWSEAL_NONCE);
    row->text = row->plain + REVISION_HEAD;
    row->len = len - REVISION_HEAD;
    return KITH_OK;
}

/* The same for row NUMBER, which must be of HEAD's record. */
static enum kith_status open_row(struct store_txn *txn,
                                 const struct store_head *head, uint64_t number,
                                 struct kith_bytes sealed, struct revision *row)
{
    struct kv_place place = revision_place(number);
    enum kith_status status = unseal_row(txn, &place, sealed, row);

    if (status == KITH_OK &&
        (row->project != head->ref.project || row->record != head->ref.record))
        status = KITH_NOT_FOUND;
    return status;
}

enum kith_status store_revision_get(struct store_txn *txn,
                                    const struct store_head *head,
                                    uint64_t number, struct kith_arena *arena,
                                    struct kith_bytes *ret_record)
{
    struct kith_bytes sealed = {NULL, 0}, text = {NULL, 0};
    struct revision row;
    uint8_t key[SLOT_KEY];
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    if (fresh_text(txn->store->fresh, number, &head->ref, &text)) {
        *ret_record = kith_arena_copy(arena, text);
        return ret_record->data == NULL ? KITH_NOMEM : KITH_OK;
    }
    status = find_row(txn, number, &sealed);
    if (status != KITH_OK)
        return status;
    row.plain = kith_arena_alloc(arena, sealed.len);
    if (row.plain == NULL)
        return KITH_NOMEM;
    status = open_row(txn, head, number, sealed, &row);
    if (status == KITH_OK)
        status = slot_key(txn, row.slot, key);
    if (status != KITH_OK)
        return status;
    (void)crypto_stream_xchacha20_xor(row.text, row.text, row.len, row.nonce,
                                      key);
    sodium_memzero(key, sizeof(key));
    ret_record->data = row.text;
    ret_record->len = row.len;
    return KITH_OK;
}

enum kith_status store_revision_before(struct store_txn *txn,
                                       const struct store_head *head,
                                       uint64_t number, uint64_t *ret_previous)
{
    struct kith_buf *scratch = &txn->store->scratch;
    struct kith_bytes sealed = {NULL, 0};
    struct revision row;
    enum kith_status status = find_row(txn, number, &sealed);

    scratch->len = 0;
    if (status == KITH_OK)
        status = txn_fail(txn, kith_buf_reserve(scratch, sealed.len));
    row.plain = scratch->data;
    if (status == KITH_OK)
        status = open_row(txn, head, number, sealed, &row);
    if (status == KITH_OK)
        *ret_previous = row.previous;
    return status;
}

enum kith_status revision_reseal(struct store_txn *from, struct store_txn *to,
                                 const struct kv_place *place,
                                 struct kith_bytes sealed)
{
    struct kith_buf *scratch = &from->store->scratch;
    struct store_head head = {0};
    struct revision row;
    uint8_t key[SLOT_KEY];
    enum kith_status status = KITH_OK;

    if (sealed.len < REVISION_HEAD + ROWSEAL_OVERHEAD)
        return txn_fail(from, KITH_DAMAGED);
    scratch->len = 0;
    status = txn_fail(from, kith_buf_reserve(scratch, sealed.len));
    if (status != KITH_OK)
        return status;
    row.plain = scratch->data;
    status = unseal_row(from, place, sealed, &row);
    if (status == KITH_OK)
        status = slot_key(from, row.slot, key);
    if (status == KITH_UNREADABLE) /* destroyed: the noise stays as it is */
        return row_put(to, place, KV_APPEND | KV_NEW,
                       (struct kith_bytes){row.plain, REVISION_HEAD + row.len});
    if (status != KITH_OK)
        return status;
    (void)crypto_stream_xchacha20_xor(row.text, row.text, row.len, row.nonce,
                                      key);
    head.slot = row.slot;
    head.ref.project = row.project;
    head.ref.record = row.record;
    head.newest = row.previous;
    status = write_row(to, kv_key_number(&place->key, 0, 8), &head,
                       (struct kith_bytes){row.text, row.len});
    sodium_memzero(key, sizeof(key));
    sodium_memzero(scratch->data, sealed.len);
    return status;
}
