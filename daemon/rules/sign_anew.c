/* sign_anew - see the header. Not here: ranges of keys (key_change.c), taking
 * such a note from a partner (intake.c, pump_receipt.c).
 */
#include "rules/sign_anew.h"

#include "kith/checkpoint.h"
#include "rules/act.h"
#include "rules/logkeys.h"
#include "store/logs.h"

/* What signs CHECKPOINT; appends the note. */
typedef enum kith_status sign_one(const struct act *act,
                                  const struct kith_checkpoint *checkpoint,
                                  uint64_t time_s, struct kith_buf *note);

/* The notes of one kind in one log. */
struct renewal {
    struct act *act;
    struct store_log_id log;
    struct kith_origin origin;
    enum store_note kind;
    sign_one *sign;
    uint64_t time_s; /* of cosignatures */
};

static enum kith_status sign_checkpoint(
    const struct act *act, const struct kith_checkpoint *checkpoint,
    uint64_t time_s, struct kith_buf *note)
{
    (void)time_s;
    return kith_checkpoint_sign(checkpoint, &act->company->log, note);
}

static enum kith_status sign_receipt(const struct act *act,
                                     const struct kith_checkpoint *checkpoint,
                                     uint64_t time_s, struct kith_buf *note)
{
    const struct kith_receipt_signer signer = {.receiver = act->company->id,
                                               .receipt_key =
                                                   &act->company->receipt,
                                               .time_s = time_s};

    return kith_receipt_sign(checkpoint, &signer, note);
}

/* The root is that of the entries held here, whatever the old note says. */
static enum kith_status renew_one(const struct renewal *renewal, uint64_t size)
{
    struct kith_checkpoint checkpoint = {.origin = renewal->origin,
                                         .size = size};
    struct kith_buf note = {0};
    enum kith_status status =
        logkeys_root_of(renewal->act, &renewal->log, size, &checkpoint.root);

    if (status == KITH_OK)
        status =
            renewal->sign(renewal->act, &checkpoint, renewal->time_s, &note);
    if (status == KITH_OK)
        status = store_note_renew(renewal->act->txn, &renewal->log,
                                  renewal->kind, size, kith_buf_bytes(&note));
    kith_buf_clear(&note);
    return status;
}

static enum kith_status renew_all(const struct renewal *renewal,
                                  uint64_t last_good, uint64_t *ret_count)
{
    struct act *act = renewal->act;
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    uint64_t size = last_good + 1, count = 0;
    enum kith_status status = KITH_OK;

    while (status == KITH_OK) {
        struct kith_bytes former;

        status = store_note_from(act->txn, &renewal->log, renewal->kind, &size,
                                 act->arena, &former);
        if (status == KITH_OK)
            status = renew_one(renewal, size);
        kith_arena_rewind(act->arena, mark);
        count += status == KITH_OK;
        size++;
    }
    *ret_count = count;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status sign_anew_checkpoints(struct act *act,
                                       const struct store_link *link,
                                       uint64_t last_good, uint64_t *ret_count)
{
    struct renewal renewal = {.act = act,
                              .log = logkeys_id(link, STORE_OUT),
                              .kind = STORE_CHECKPOINT,
                              .sign = sign_checkpoint};

    logkeys_origin(act, link, STORE_OUT, &renewal.origin);
    return renew_all(&renewal, last_good, ret_count);
}

enum kith_status sign_anew_receipts(struct act *act, struct store_link *link,
                                    uint64_t last_good, uint64_t *ret_count)
{
    const int64_t time =
        act->now > link->in.last_time ? act->now : link->in.last_time;
    struct renewal renewal = {.act = act,
                              .log = logkeys_id(link, STORE_IN),
                              .kind = STORE_RECEIPT,
                              .sign = sign_receipt,
                              .time_s = (uint64_t)time};
    enum kith_status status;

    logkeys_origin(act, link, STORE_IN, &renewal.origin);
    status = renew_all(&renewal, last_good, ret_count);
    if (status != KITH_OK || *ret_count == 0)
        return status;
    link->in.last_time = time;
    return store_link_put(act->txn, link);
}
