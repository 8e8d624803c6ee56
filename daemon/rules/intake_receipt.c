/* intake_receipt - cosigns what is verified and processed, never below an
 * earlier cosignature (PROTOCOL.md 5.5).
 */
#include "kith/session.h"
#include "rules/act.h"
#include "rules/intake.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"

/* The newest checkpoint of the partner that nothing pending stands below. */
static enum kith_status find_checkpoint(struct act *act,
                                        const struct store_link *link,
                                        struct kith_checkpoint *checkpoint)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    uint64_t size =
        link->in.pending != 0 ? link->in.pending - 1 : link->in.noted;
    struct keyring_note note = {
        .link = link, .side = STORE_IN, .log_number = link->in.number};
    enum kith_status status;

    status = store_note_at(act->txn, &log, STORE_CHECKPOINT, &size, act->arena,
                           &note.note);
    if (status == KITH_OK && size <= link->in.receipted)
        status = KITH_NOT_FOUND;
    if (status != KITH_OK)
        return status;
    status = keyring_checkpoint(act, &note, checkpoint);
    /* Above the last good size of its key: a newer note will do. */
    return status == KITH_UNTRUSTED ? KITH_NOT_FOUND : status;
}

static enum kith_status cosign(struct act *act, struct store_link *link,
                               struct kith_buf *note)
{
    const struct store_log_id log = logkeys_id(link, STORE_IN);
    struct kith_receipt_signer signer = {
        .receiver = act->company->id,
        .receipt_key = &act->company->receipt,
        .time_s =
            (uint64_t)(act->now > link->in.last_time ? act->now
                                                     : link->in.last_time)};
    struct kith_checkpoint checkpoint;
    enum kith_status status = find_checkpoint(act, link, &checkpoint);

    if (status == KITH_OK)
        status = kith_receipt_sign(&checkpoint, &signer, note);
    if (status == KITH_OK)
        status = store_note_put(act->txn, &log, STORE_RECEIPT, checkpoint.size,
                                kith_buf_bytes(note));
    if (status != KITH_OK)
        return status;
    link->in.receipted = checkpoint.size;
    link->in.last_time = (int64_t)signer.time_s;
    link->last_sync = act->now;
    return store_link_put(act->txn, link);
}

enum kith_status intake_receipt(struct act *act, struct store_link *link,
                                struct kith_buf *frame)
{
    struct kith_receipt receipt = {.log_number = link->in.number,
                                   .processed = link->in.processed};
    struct kith_buf note = {0};
    enum kith_status status;

    if (link->in.number == 0 || link->in.frozen)
        return KITH_NOT_FOUND;
    /* a cosignature bears a time */
    status = act->time_doubted ? KITH_NOT_FOUND : cosign(act, link, &note);
    if (status == KITH_NOT_FOUND &&
        (link->in.pending != 0 || act->time_doubted))
        status = KITH_OK; /* «processed up to» moves without a cosignature */
    receipt.note = kith_buf_bytes(&note);
    if (status == KITH_OK)
        status = kith_receipt_encode(&receipt, frame);
    kith_buf_clear(&note);
    return status;
}
