/* reads - which revision of an item a person has read last.
 *
 * Not here: who may read (rules).
 */
#include "store/state.h"

#include "store/pack.h"
#include "store/txn.h"

enum {
    READ_LEN = 16
};

static struct kv_place read_place(uint64_t person, const struct store_ref *ref)
{
    struct kv_place place = kv_place(KV_READ);

    kv_place_add(&place, person, 8);
    kv_place_add(&place, ref->owner, 4);
    kv_place_add(&place, ref->project, 8);
    kv_place_add(&place, ref->record, 8);
    return place;
}

enum kith_status store_read_put(struct store_txn *txn, uint64_t person,
                                const struct store_ref *ref, uint64_t revision,
                                int64_t at)
{
    struct kv_place place = read_place(person, ref);
    uint8_t plain[READ_LEN];
    struct pack pack = pack_into(plain, sizeof(plain));
    enum kith_status status = txn_ready(txn, true);

    if (status != KITH_OK)
        return status;
    pack_u64(&pack, revision);
    pack_i64(&pack, at);
    return row_put(txn, &place, 0, pack_done(&pack));
}

enum kith_status store_read_get(struct store_txn *txn, uint64_t person,
                                const struct store_ref *ref,
                                uint64_t *ret_revision)
{
    struct kv_place place = read_place(person, ref);
    uint8_t plain[READ_LEN] = {0};
    enum kith_status status = txn_ready(txn, false);

    if (status == KITH_OK)
        status = row_get(txn, &place, plain, sizeof(plain));
    if (status == KITH_NOT_FOUND)
        status = KITH_OK;
    if (status == KITH_OK)
        *ret_revision = kith_be_get64(plain);
    return status;
}
