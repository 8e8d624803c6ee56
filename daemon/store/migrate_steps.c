/* migrate_steps - see the header. Not here: copying and verifying (migrate.c).
 */
#include "store/migrate_steps.h"

#include "kith/entry.h"
#include "kith/limits.h"
#include "store/pack.h"

/* Schema 1: a link row may end behind its logs. */
enum {
    LINK_HEAD = KITH_COMPANY_ID_LEN + KITH_HASH_LEN + 6 * 8 + 2,
    LINK_LOG = 4 + 5 * 8 + 1,
    ENTRY_REST = 5 * 8 + 1 + 2 + 1 + KITH_HASH_LEN + ROWSEAL_OVERHEAD
};

static void skip(struct unpack *unpack, size_t len)
{
    if (unpack_rest(unpack).len < len)
        unpack->short_of = true;
    else
        unpack->at += len;
}

/* Bytes of the partner's entries as its quota counts them (quota_ask). */
static enum kith_status sum_entries(struct store_txn *from, uint32_t link,
                                    uint64_t *ret_bytes)
{
    struct kv *kv = from->store->kv;
    struct kv_place place = kv_place(KV_ENTRY_IN);
    struct kv_around around;
    enum kith_status status = KITH_OK;

    kv_place_add(&place, link, 4);
    *ret_bytes = 0;
    for (;;) {
        const struct kv_row *row = &around.above;

        status = kv->ops->around(kv, &place, &around);
        if (status != KITH_OK)
            return txn_fail(from, status);
        if (row->key.len != 4 + 4 + 8 || kv_key_number(&row->key, 0, 4) != link)
            return KITH_OK;
        if (row->value.len < KITH_ENTRY_HEADER_LEN + ENTRY_REST)
            return txn_fail(from, KITH_DAMAGED);
        *ret_bytes += row->value.len - ENTRY_REST + KITH_QUOTA_ENTRY_BYTES;
        place.key = row->key;
        kv_place_add(&place, 0, 1); /* the least key behind it */
    }
}

/* 1 to 2: every link row says how many bytes the partner's entries take up. A
 * row that was not written since its kithd could count did not: the quota of
 * that partner began at nothing. */
static enum kith_status count_stored(struct store_txn *from,
                                     const struct kv_place *place,
                                     struct kith_buf *plain)
{
    struct unpack unpack = unpack_from(plain->data, plain->len);
    uint64_t bytes = 0;
    uint8_t number[8];
    enum kith_status status;

    if (place->table != KV_LINK)
        return KITH_OK;
    skip(&unpack, LINK_HEAD);
    for (int i = 0; i < 2; i++) /* alias, endpoint */
        skip(&unpack, unpack_u16(&unpack));
    for (int i = 0; i < 2; i++) { /* logs, with their trees */
        skip(&unpack, LINK_LOG);
        skip(&unpack, unpack_u16(&unpack));
    }
    if (unpack.short_of ||
        (unpack_rest(&unpack).len != 0 && unpack_rest(&unpack).len != 8))
        return txn_fail(from, KITH_DAMAGED);
    if (unpack_rest(&unpack).len == 8)
        return KITH_OK;
    status =
        sum_entries(from, (uint32_t)kv_key_number(&place->key, 0, 4), &bytes);
    kith_be_put64(number, bytes);
    return status == KITH_OK ? kith_buf_add(plain, number, sizeof(number))
                             : status;
}

/* steps[i] leads from schema i + 1 to i + 2. */
static enum kith_status (*const steps[])(
    struct store_txn *from, const struct kv_place *place,
    struct kith_buf *plain) = {
    count_stored,
};

enum kith_status migrate_row(struct store_txn *from,
                             const struct kv_place *place,
                             struct kith_buf *plain)
{
    enum kith_status status = KITH_OK;

    for (uint32_t schema = from->store->seal.schema;
         schema < STORE_SCHEMA && status == KITH_OK; schema++)
        status = steps[schema - 1](from, place, plain);
    return status;
}
