/* pump_receipt - the partner's cosignature over our log.
 *
 * Only a receipt that verifies frees credit and raises a rung (inv. 2, 10).
 */
#include "kith/session.h"
#include "rules/act.h"
#include "rules/fork.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"
#include "rules/pump.h"

/* The cosigned checkpoint must be one that we made, byte for byte in root. */
static enum kith_status hold_against_ours(struct act *act,
                                          const struct store_link *link,
                                          const struct kith_checkpoint *theirs)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    struct keyring_note note = {.link = link,
                                .side = STORE_OUT,
                                .log_number = log.number,
                                .ever = true};
    struct kith_checkpoint ours;
    uint64_t size = theirs->size;
    enum kith_status status = store_note_at(act->txn, &log, STORE_CHECKPOINT,
                                            &size, act->arena, &note.note);

    if (status == KITH_NOT_FOUND || (status == KITH_OK && size != theirs->size))
        return KITH_GAP;
    if (status != KITH_OK)
        return status;
    status = keyring_checkpoint(act, &note, &ours);
    if (status == KITH_UNTRUSTED || status == KITH_MALFORMED)
        return KITH_DAMAGED; /* we signed it once */
    if (status != KITH_OK)
        return status;
    return kith_checkpoint_equal(&ours, theirs) ? KITH_OK : KITH_FORK;
}

/* The newest receipt once more, over our checkpoint: as it was, or under a key
 * that took a compromised one's place. */
static enum kith_status renew(struct act *act, const struct store_link *link,
                              const struct kith_checkpoint *theirs,
                              struct kith_bytes note)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    struct kith_bytes former;
    uint64_t size = theirs->size;
    enum kith_status status = store_note_at(act->txn, &log, STORE_RECEIPT,
                                            &size, act->arena, &former);

    if (status != KITH_OK || kith_bytes_equal(former, note))
        return status == KITH_NOT_FOUND ? KITH_OK : status;
    return store_note_renew(act->txn, &log, STORE_RECEIPT, theirs->size, note);
}

static enum kith_status take_note(struct act *act, struct store_link *link,
                                  struct kith_bytes note, int64_t *ret_time)
{
    const struct store_log_id log = logkeys_id(link, STORE_OUT);
    const struct keyring_note question = {.link = link,
                                          .side = STORE_OUT,
                                          .log_number = log.number,
                                          .note = note};
    struct kith_receipt_read read;
    enum kith_status status = keyring_receipt(act, &question, &read);

    if (status != KITH_OK)
        return status;
    /* also when it comes late or again: a lie about an old size is one */
    status = hold_against_ours(act, link, &read.checkpoint);
    if (status == KITH_FORK) {
        const struct fork_note fork = {
            .side = STORE_OUT, .size = read.checkpoint.size, .note = note};

        status = fork_keep(act, link, &fork);
        return status == KITH_OK ? KITH_FORK : status;
    }
    if (status == KITH_OK && read.checkpoint.size == link->out.receipted)
        return renew(act, link, &read.checkpoint, note);
    if (status == KITH_OK && read.checkpoint.size < link->out.receipted)
        return KITH_OK; /* an older one tells nothing new */
    if (status == KITH_OK)
        status = store_note_put(act->txn, &log, STORE_RECEIPT,
                                read.checkpoint.size, note);
    if (status != KITH_OK)
        return status;
    link->out.receipted = read.checkpoint.size;
    *ret_time = (int64_t)read.time_s;
    return KITH_OK;
}

enum kith_status pump_receipt(struct act *act, struct store_link *link,
                              struct kith_bytes frame, int64_t *ret_time)
{
    struct kith_receipt receipt;
    int64_t time = 0;
    enum kith_status status = kith_receipt_decode(act->arena, frame, &receipt);

    if (status != KITH_OK)
        return status;
    if (receipt.log_number != link->out.number)
        return KITH_MALFORMED;
    if (receipt.processed > link->out.noted)
        return KITH_GAP;
    if (receipt.note.len != 0)
        status = take_note(act, link, receipt.note, &time);
    if (status != KITH_OK)
        return status;
    if (receipt.processed > link->out.processed)
        link->out.processed = receipt.processed;
    link->last_sync = act->now;
    *ret_time = time;
    return store_link_put(act->txn, link);
}
