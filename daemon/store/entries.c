/* entries - one row for each entry of a log (STORE.md).
 *
 * A row is header || sealed body || sealed rest. The rest (slot, record, EK,
 * verdict ...) is sealed with header and body as further associated data, so
 * that no byte of the row can change unnoticed while neither is sealed twice.
 * EK is masked by a hash under its slot besides: without the slot it is gone.
 * Not here: the tree over the headers (nodes.c), notes (notes.c).
 */
#include "store/entries.h"

#include <sodium.h>
#include <string.h>

#include "store/pack.h"

enum {
    REST_LEN = 5 * 8 + 1 + 2 + 1 + KITH_HASH_LEN,
    REST_SEALED = REST_LEN + ROWSEAL_OVERHEAD,
    ENTRY_MIN = KITH_ENTRY_HEADER_LEN + REST_SEALED
};

struct kv_place entry_place(const struct store_log_id *log, uint64_t index)
{
    struct kv_place place =
        kv_place(log->side == STORE_OUT ? KV_ENTRY_OUT : KV_ENTRY_IN);

    kv_place_add(&place, log->link, 4);
    kv_place_add(&place, log->number, 4);
    kv_place_add(&place, index, 8);
    return place;
}

/* Masks or unmasks EK. The nonce is fresh with every writing of the row, so a
 * mask is never used for two keys. */
static enum kith_status mask_ek(struct store_txn *txn, uint64_t slot,
                                const uint8_t nonce[ROWSEAL_NONCE],
                                uint8_t ek[KITH_HASH_LEN])
{
    uint8_t key[SLOT_KEY], mask[KITH_HASH_LEN];
    enum kith_status status = slot_key(txn, slot, key);

    if (status != KITH_OK)
        return status;
    crypto_generichash(mask, sizeof(mask), nonce, ROWSEAL_NONCE, key,
                       sizeof(key));
    for (size_t i = 0; i < KITH_HASH_LEN; i++)
        ek[i] ^= mask[i];
    sodium_memzero(key, sizeof(key));
    sodium_memzero(mask, sizeof(mask));
    return KITH_OK;
}

/* Associated data of the rest, built in the scratch buffer. */
static enum kith_status build_ad(struct store_txn *txn,
                                 const struct kv_place *place,
                                 struct kith_bytes header,
                                 struct kith_bytes sealed,
                                 struct kith_bytes *ret_ad)
{
    struct kith_buf *scratch = &txn->store->scratch;
    uint8_t ad[ROWSEAL_AD_MAX];
    size_t len = rowseal_ad(&txn->store->seal, place, ad);
    enum kith_status status = KITH_OK;

    scratch->len = 0;
    status = kith_buf_reserve(scratch, len + header.len + sealed.len);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    memcpy(scratch->data, ad, len);
    memcpy(scratch->data + len, header.data, header.len);
    if (sealed.len > 0)
        memcpy(scratch->data + len + header.len, sealed.data, sealed.len);
    scratch->len = len + header.len + sealed.len;
    *ret_ad = kith_buf_bytes(scratch);
    return KITH_OK;
}

static void pack_rest(const struct store_entry *entry,
                      const uint8_t ek[KITH_HASH_LEN],
                      uint8_t ret_plain[REST_LEN])
{
    struct pack pack = pack_into(ret_plain, REST_LEN);

    pack_u64(&pack, entry->slot);
    pack_u64(&pack, entry->record);
    pack_u64(&pack, entry->project);
    pack_u64(&pack, entry->before);
    pack_i64(&pack, entry->at);
    pack_u8(&pack, entry->verdict);
    pack_u16(&pack, entry->code);
    pack_u8(&pack, entry->has_ek ? 1 : 0);
    pack_bytes(&pack, ek, KITH_HASH_LEN);
}

static enum kith_status write_entry(struct store_txn *txn,
                                    const struct kv_place *place,
                                    const struct store_entry *entry,
                                    unsigned flags)
{
    struct store *store = txn->store;
    uint8_t nonce[ROWSEAL_NONCE], ek[KITH_HASH_LEN] = {0};
    uint8_t plain[REST_LEN], *space = NULL;
    struct kith_bytes ad = {NULL, 0};
    size_t clear = entry->header.len + entry->sealed.len;
    enum kith_status status =
        build_ad(txn, place, entry->header, entry->sealed, &ad);

    rowseal_nonce(&store->seal, nonce);
    if (status == KITH_OK && entry->has_ek) {
        memcpy(ek, entry->ek.b, sizeof(ek));
        status = mask_ek(txn, entry->slot, nonce, ek);
    }
    if (status == KITH_OK)
        status = store->kv->ops->put(store->kv, place, flags,
                                     clear + REST_SEALED, &space);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    txn->changed = true;
    pack_rest(entry, ek, plain);
    memcpy(space, entry->header.data, entry->header.len);
    if (entry->sealed.len > 0)
        memcpy(space + entry->header.len, entry->sealed.data,
               entry->sealed.len);
    memcpy(space + clear, nonce, sizeof(nonce));
    rowseal_seal_with(&store->seal, ad,
                      (struct kith_bytes){plain, sizeof(plain)}, space + clear);
    return KITH_OK;
}

/* Entry INDEX has no row: a hole below the end of its log is damage. */
static enum kith_status miss_entry(struct store_txn *txn,
                                   const struct store_log_id *log,
                                   uint64_t index)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = entry_place(log, index);
    const struct store_log *known = NULL;
    struct kv_around around;
    struct store_link link;
    enum kith_status status = row_missing(txn, &place);

    if (status == KITH_NOT_FOUND)
        status = kv->ops->around(kv, &place, &around);
    if (status != KITH_OK)
        return txn_fail(txn, status);
    if (kv_key_under(&around.above.key, &place.key, 8, place.key.len))
        return txn_fail(txn, KITH_DAMAGED);
    status = store_link_get(txn, log->link, &link);
    known = log->side == STORE_OUT ? &link.out : &link.in;
    if (status == KITH_OK && known->number == log->number &&
        index < known->tree.size)
        return txn_fail(txn, KITH_DAMAGED);
    return status == KITH_OK ? KITH_NOT_FOUND : status;
}

static enum kith_status find_entry(struct store_txn *txn,
                                   const struct store_log_id *log,
                                   uint64_t index, struct kith_bytes *ret_row)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = entry_place(log, index);
    struct kith_bytes row = {NULL, 0};
    enum kith_status status = kv->ops->get(kv, &place, &row);

    if (status == KITH_NOT_FOUND)
        return miss_entry(txn, log, index);
    if (status == KITH_OK && row.len < ENTRY_MIN)
        status = KITH_DAMAGED;
    if (status == KITH_OK)
        *ret_row = row;
    return txn_fail(txn, status);
}

static struct store_entry unpack_rest_of(const uint8_t plain[REST_LEN])
{
    struct store_entry entry = {0};
    struct unpack unpack = unpack_from(plain, REST_LEN);

    entry.slot = unpack_u64(&unpack);
    entry.record = unpack_u64(&unpack);
    entry.project = unpack_u64(&unpack);
    entry.before = unpack_u64(&unpack);
    entry.at = unpack_i64(&unpack);
    entry.verdict = unpack_u8(&unpack);
    entry.code = unpack_u16(&unpack);
    entry.has_ek = unpack_u8(&unpack) != 0;
    unpack_bytes(&unpack, entry.ek.b, KITH_HASH_LEN);
    return entry;
}

/* Points header and sealed of ENTRY into ROW; returns the sealed rest. */
static struct kith_bytes split_row(struct kith_bytes row,
                                   struct store_entry *entry)
{
    const uint8_t *body = row.data + KITH_ENTRY_HEADER_LEN;
    const size_t body_len = row.len - ENTRY_MIN;

    entry->header = (struct kith_bytes){row.data, KITH_ENTRY_HEADER_LEN};
    entry->sealed = (struct kith_bytes){body, body_len};
    return (struct kith_bytes){body + body_len, REST_SEALED};
}

/* Opens the row of INDEX; header and sealed of *ret_entry are borrowed from
 * the table, EK is still masked. */
static enum kith_status open_entry(struct store_txn *txn,
                                   const struct store_log_id *log,
                                   uint64_t index,
                                   struct store_entry *ret_entry,
                                   const uint8_t **ret_nonce)
{
    struct kv_place place = entry_place(log, index);
    struct kith_bytes row = {NULL, 0}, rest, ad;
    struct store_entry outside = {0};
    uint8_t plain[REST_LEN];
    enum kith_status status = find_entry(txn, log, index, &row);

    if (status != KITH_OK)
        return status;
    rest = split_row(row, &outside);
    status = build_ad(txn, &place, outside.header, outside.sealed, &ad);
    if (status != KITH_OK)
        return status;
    if (!rowseal_open(&txn->store->seal, ad, rest, plain))
        return txn_fail(txn, KITH_DAMAGED);
    *ret_entry = unpack_rest_of(plain);
    ret_entry->header = outside.header;
    ret_entry->sealed = outside.sealed;
    *ret_nonce = rest.data;
    return KITH_OK;
}

/* Entry INDEX if this transaction made it: what the row seals is at hand. */
static enum kith_status recall_entry(struct store_txn *txn,
                                     const struct store_log_id *log,
                                     uint64_t index,
                                     struct store_entry *ret_entry)
{
    const struct store_entry *kept = fresh_entry(txn->store->fresh, log, index);
    struct kith_bytes row = {NULL, 0};
    enum kith_status status;

    if (kept == NULL)
        return KITH_NOT_FOUND;
    status = find_entry(txn, log, index, &row);
    if (status != KITH_OK)
        return status;
    *ret_entry = *kept;
    (void)split_row(row, ret_entry);
    return KITH_OK;
}

/* Entry INDEX from its row, EK unmasked; without its slot it has none. */
static enum kith_status unwrap_entry(struct store_txn *txn,
                                     const struct store_log_id *log,
                                     uint64_t index,
                                     struct store_entry *ret_entry)
{
    const uint8_t *nonce = NULL;
    enum kith_status status = open_entry(txn, log, index, ret_entry, &nonce);

    if (status != KITH_OK || !ret_entry->has_ek)
        return status;
    status = mask_ek(txn, ret_entry->slot, nonce, ret_entry->ek.b);
    ret_entry->has_ek = status == KITH_OK;
    return status == KITH_UNREADABLE ? KITH_OK : status;
}

enum kith_status store_entry_get(struct store_txn *txn,
                                 const struct store_log_id *log, uint64_t index,
                                 struct kith_arena *arena,
                                 struct store_entry *ret_entry)
{
    struct store_entry entry;
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK)
        status = recall_entry(txn, log, index, &entry);
    if (status == KITH_NOT_FOUND)
        status = unwrap_entry(txn, log, index, &entry);
    if (status != KITH_OK)
        return status;
    if (!entry.has_ek)
        memset(&entry.ek, 0, sizeof(entry.ek));
    entry.header = kith_arena_copy(arena, entry.header);
    if (entry.header.data == NULL)
        return KITH_NOMEM;
    if (entry.sealed.len > 0) {
        entry.sealed = kith_arena_copy(arena, entry.sealed);
        if (entry.sealed.data == NULL)
            return KITH_NOMEM;
    }
    *ret_entry = entry;
    return KITH_OK;
}

enum kith_status store_entry_append(struct store_txn *txn,
                                    const struct store_log_id *log,
                                    uint64_t index,
                                    const struct store_entry *entry)
{
    struct kv_place place = entry_place(log, index);
    struct store_entry added = *entry;
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK && (entry->header.len != KITH_ENTRY_HEADER_LEN ||
                              log->link == 0 || log->number == 0))
        status = KITH_INVALID;
    if (status == KITH_OK)
        status = nodes_expect(txn, log, index);
    if (status == KITH_OK && added.has_ek && added.slot == 0)
        status = slot_claim(txn, &added.slot);
    if (status == KITH_OK)
        status = write_entry(txn, &place, &added, KV_APPEND | KV_NEW);
    if (status == KITH_OK)
        status = nodes_append(txn, log, index, &added);
    if (status == KITH_OK && log->side == STORE_OUT)
        fresh_add_entry(txn_fresh(txn), log, index, &added);
    return status;
}

enum kith_status store_entry_put(struct store_txn *txn,
                                 const struct store_log_id *log, uint64_t index,
                                 const struct store_entry *entry)
{
    struct kv_place place = entry_place(log, index);
    struct store_entry old, changed = *entry;
    const uint8_t *nonce = NULL;
    enum kith_status status = txn_ready(txn, true);

    if (status == KITH_OK)
        status = open_entry(txn, log, index, &old, &nonce);
    if (status != KITH_OK)
        return status;
    /* The header is a leaf of the tree: it never changes. */
    if (!kith_bytes_equal(old.header, entry->header))
        return KITH_INVALID;
    if (changed.slot == 0)
        changed.slot = old.slot;
    if (changed.has_ek && changed.slot == 0)
        status = slot_claim(txn, &changed.slot);
    fresh_forget_entries(txn->store->fresh);
    return status != KITH_OK ? status : write_entry(txn, &place, &changed, 0);
}

enum kith_status entry_reseal(struct store_txn *from, struct store_txn *to,
                              const struct kv_place *place,
                              struct kith_bytes row)
{
    struct store_entry entry, outside = {0};
    struct kith_bytes rest, ad = {NULL, 0};
    uint8_t plain[REST_LEN];
    enum kith_status status = KITH_OK;

    if (row.len < ENTRY_MIN)
        return txn_fail(from, KITH_DAMAGED);
    rest = split_row(row, &outside);
    status = build_ad(from, place, outside.header, outside.sealed, &ad);
    if (status == KITH_OK && !rowseal_open(&from->store->seal, ad, rest, plain))
        status = txn_fail(from, KITH_DAMAGED);
    if (status != KITH_OK)
        return status;
    entry = unpack_rest_of(plain);
    entry.header = outside.header;
    entry.sealed = outside.sealed;
    if (entry.has_ek)
        status = mask_ek(from, entry.slot, rest.data, entry.ek.b);
    if (status == KITH_UNREADABLE) {
        entry.has_ek = false; /* destroyed: what is left of it is noise */
        status = KITH_OK;
    }
    if (status == KITH_OK)
        status = write_entry(to, place, &entry, KV_APPEND | KV_NEW);
    sodium_memzero(&entry.ek, sizeof(entry.ek));
    return status;
}

enum kith_status store_entry_header(struct store_txn *txn,
                                    const struct store_log_id *log,
                                    uint64_t index,
                                    struct kith_bytes *ret_header)
{
    struct kith_bytes row = {NULL, 0};
    enum kith_status status = find_entry(txn, log, index, &row);

    if (status != KITH_OK)
        return status;
    ret_header->data = row.data;
    ret_header->len = KITH_ENTRY_HEADER_LEN;
    return KITH_OK;
}
