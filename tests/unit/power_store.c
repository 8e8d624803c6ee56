/* power_store - see power_store.h.
 */
#include "power_store.h"

#include "kith/be.h"
#include "kith/record.h"
#include "store/records.h"
#include "store/state.h"

enum kith_status power_store_write(struct store *store, uint64_t number)
{
    uint8_t bytes[8];
    struct kith_bytes value = {bytes, sizeof(bytes)};
    struct store_head head = {.kind = 1};
    struct kith_record record = {.kind = 1, .revision = number};
    struct kith_buf buf = {0};
    struct store_txn *txn = NULL;
    enum kith_status status = store_begin(store, true, &txn);

    kith_be_put64(bytes, number);
    if (status == KITH_OK)
        status = store_value_put(txn, 1, value);
    if (status == KITH_OK)
        status = store_head_add(txn, &head);
    if (status == KITH_OK)
        status = kith_record_encode(&record, &buf);
    if (status == KITH_OK)
        status = store_revision_add(txn, &head, kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    if (status == KITH_OK)
        return store_commit(&txn);
    store_abort(&txn);
    return status;
}

/* What a cut left of record NUMBER: 0 as it should be. */
static int judge_text(struct store_txn *txn, const struct store_head *head,
                      uint64_t number, struct kith_arena *arena,
                      const struct power_promise *promise)
{
    struct kith_bytes text = {NULL, 0};
    struct kith_record record;
    enum kith_status status =
        store_revision_get(txn, head, head->newest, arena, &text);

    if (number == POWER_DOOMED && status == KITH_UNREADABLE)
        return promise->doom > 0 ? 0 : 20;
    if (status != KITH_OK)
        return 21;
    if (number == POWER_DOOMED && promise->doom == 2)
        return 22;
    if (kith_record_decode(arena, text, &record) != KITH_OK ||
        record.revision != number)
        return 23;
    return 0;
}

/* Reads everything; sets *ret_number to the last commit that is there. */
static int judge_rows(struct store *store, struct kith_arena *arena,
                      const struct power_promise *promise, uint64_t *ret_number)
{
    struct kith_bytes value = {NULL, 0};
    struct store_head head = {0};
    struct store_txn *txn = NULL;
    uint64_t number = 0, count = 0;
    enum kith_status status = store_begin(store, false, &txn);
    int verdict = 0;

    if (status == KITH_OK)
        status = store_value_get(txn, 1, arena, &value);
    if (status == KITH_OK)
        number = kith_be_get64(value.data);
    else if (status != KITH_NOT_FOUND)
        verdict = 10;
    while (verdict == 0 &&
           (status = store_head_next(txn, STORE_OWN, 0, head.ref.record,
                                     &head)) == KITH_OK)
        verdict = judge_text(txn, &head, ++count, arena, promise);
    if (verdict == 0 && (status != KITH_NOT_FOUND || count != number))
        verdict = 11;
    /* What was acknowledged, and at most the one on its way. */
    if (verdict == 0 && promise->acked >= 0 &&
        (number < (uint64_t)promise->acked ||
         number > (uint64_t)promise->acked + 1))
        verdict = 12;
    store_abort(&txn);
    *ret_number = number;
    return verdict;
}

int power_store_judge(const struct store_options *base, const char *folder,
                      const struct power_promise *promise)
{
    struct store_options options = *base;
    struct store_check_report report;
    struct kith_arena *arena = NULL;
    struct store *store = NULL;
    enum kith_status status = KITH_OK;
    uint64_t number = 0;
    int verdict = 0;

    options.dir = folder;
    if (kith_arena_new((size_t)1 << 20, &arena) != KITH_OK)
        return 1;
    status = store_open(&options, &store, NULL);
    if (status == KITH_NOT_FOUND && promise->acked < 0 &&
        store_create(&options, NULL) == KITH_OK)
        status = store_open(&options, &store, NULL);
    if (status != KITH_OK)
        return 2;
    verdict = judge_rows(store, arena, promise, &number);
    if (verdict == 0 && power_store_write(store, number + 1) != KITH_OK)
        verdict = 3;
    store_close(&store);
    if (verdict == 0 && store_check(&options, NULL, &report, NULL) != KITH_OK)
        verdict = 4;
    kith_arena_destroy(&arena);
    return verdict;
}
