/* link_claim - claims of a hello about both logs.
 *
 * Responsible for: which notes prove what we say, and what the partner's
 * claims prove about a restore, a clone or a fork.
 * Not here: what follows from it (link_hello), session numbers (link_hello).
 */
#include "rules/link_claim.h"

#include "kith/note.h"
#include "rules/act.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"

/* The note of KIND at exactly SIZE; empty when there is none. */
static enum kith_status note_of_size(struct link_call *call,
                                     enum store_side side, enum store_note kind,
                                     uint64_t size, struct kith_bytes *ret_note)
{
    struct store_log_id id = logkeys_id(&call->link, side);
    struct kith_bytes note = {0};
    uint64_t found = size;
    enum kith_status status = store_note_at(call->act->txn, &id, kind, &found,
                                            call->act->arena, &note);
    if (status != KITH_OK && status != KITH_NOT_FOUND)
        return status;
    if (status == KITH_NOT_FOUND || found != size)
        note = (struct kith_bytes){0};
    *ret_note = note;
    return KITH_OK;
}

/* The partner's newest checkpoint, with our cosignature when we gave it: the
 * partner's own signature is what makes our claim count. */
static enum kith_status note_of_theirs(struct link_call *call,
                                       struct kith_bytes *ret_note)
{
    struct kith_bytes checkpoint = {0};
    struct kith_bytes receipt = {0};
    struct kith_buf both = {0};
    uint64_t size = call->link.in.noted;
    enum kith_status status =
        note_of_size(call, STORE_IN, STORE_CHECKPOINT, size, &checkpoint);
    if (status == KITH_OK)
        status = note_of_size(call, STORE_IN, STORE_RECEIPT, size, &receipt);
    if (status == KITH_OK && checkpoint.len == 0)
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return status;
    if (receipt.len == 0) {
        *ret_note = checkpoint;
        return KITH_OK;
    }
    status = kith_note_merge(checkpoint, receipt, &both);
    if (status != KITH_OK) {
        status = status == KITH_NOMEM ? status : KITH_DAMAGED;
        goto out;
    }
    struct kith_bytes copy =
        kith_arena_copy(call->act->arena, kith_buf_bytes(&both));
    status = copy.data == NULL ? KITH_NOMEM : KITH_OK;
    if (status == KITH_OK)
        *ret_note = copy;
out:
    kith_buf_clear(&both);
    return status;
}

enum kith_status claim_make(struct link_call *call, struct kith_hello *hello)
{
    const struct store_link *link = &call->link;
    hello->mine.log_number = link->out.number;
    hello->mine.size = link->out.noted;
    hello->yours.log_number = link->in.number;
    hello->yours.size = link->in.processed;
    enum kith_status status = KITH_OK;
    if (link->out.noted > 0)
        status = note_of_size(call, STORE_OUT, STORE_CHECKPOINT,
                              link->out.noted, &hello->mine.note);
    if (status == KITH_OK && link->in.processed > 0)
        status = note_of_theirs(call, &hello->yours.note);
    return status;
}

/* Is CHECKPOINT a beginning of the log as we hold it? */
static enum kith_status is_prefix(struct link_call *call, enum store_side side,
                                  const struct kith_checkpoint *checkpoint,
                                  bool *ret_prefix)
{
    struct kith_hash root;
    enum kith_status status =
        logkeys_root(call->act, &call->link, side, checkpoint->size, &root);
    if (status == KITH_OK)
        *ret_prefix = kith_hash_equal(&root, &checkpoint->root);
    return status;
}

/* A note without its log, a size without a note, or the other way round. */
static bool holds_together(const struct kith_log_claim *claim)
{
    if (claim->log_number == 0)
        return claim->size == 0 && claim->note.len == 0;
    return (claim->size == 0) == (claim->note.len == 0);
}

static enum kith_status verify_note(struct link_call *call,
                                    enum store_side side,
                                    const struct kith_log_claim *claim,
                                    const struct kith_key *fresh,
                                    struct kith_checkpoint *ret_checkpoint)
{
    const struct keyring_note note = {.link = &call->link,
                                      .side = side,
                                      .log_number = claim->log_number,
                                      .note = claim->note,
                                      .fresh = fresh};
    return keyring_checkpoint(call->act, &note, ret_checkpoint);
}

/* A note of ours above the last good size of its key counts when it says what
 * we hold, for then it proves nothing new; else a thief may have made it. */
static enum kith_status verify_ours(struct link_call *call,
                                    const struct kith_log_claim *claim,
                                    struct kith_checkpoint *ret_checkpoint)
{
    const struct keyring_note ever = {.link = &call->link,
                                      .side = STORE_OUT,
                                      .log_number = claim->log_number,
                                      .note = claim->note,
                                      .ever = true};
    struct kith_checkpoint checkpoint;
    bool prefix = false;
    enum kith_status status =
        verify_note(call, STORE_OUT, claim, NULL, ret_checkpoint);
    if (status != KITH_UNTRUSTED ||
        claim->log_number != call->link.out.number ||
        keyring_checkpoint(call->act, &ever, &checkpoint) != KITH_OK ||
        checkpoint.size > call->link.out.tree.size)
        return status;
    status = is_prefix(call, STORE_OUT, &checkpoint, &prefix);
    if (status == KITH_OK && !prefix)
        status = KITH_UNTRUSTED;
    if (status == KITH_OK)
        *ret_checkpoint = checkpoint;
    return status;
}

/* A status of verify_note that is the partner's fault, as a verdict. */
static enum kith_status judge_note(enum kith_status status,
                                   enum claim_verdict *ret_verdict)
{
    if (status == KITH_NOMEM)
        return status;
    *ret_verdict = CLAIM_UNTRUSTED;
    return KITH_OK;
}

/* What the partner says that it holds of our log. */
static enum kith_status judge_ours(struct link_call *call,
                                   const struct kith_log_claim *claim,
                                   enum claim_verdict *ret_verdict)
{
    const struct store_log *log = &call->link.out;
    const struct session_floor *floor = &call->session->floor;
    struct kith_checkpoint checkpoint;
    bool prefix = true;
    *ret_verdict = CLAIM_FAULT;
    if (!holds_together(claim))
        return KITH_OK;
    if (claim->size > 0) {
        enum kith_status status = verify_ours(call, claim, &checkpoint);
        /* of a log that was lost with its key: it comes back later */
        if (status == KITH_UNTRUSTED && call->link.recovering &&
            claim->log_number < log->number) {
            *ret_verdict = CLAIM_GOOD;
            return KITH_OK;
        }
        if (status != KITH_OK)
            return judge_note(status, ret_verdict);
        if (claim->size > checkpoint.size)
            return KITH_OK; /* more than our signature covers */
        *ret_verdict = CLAIM_WE_ARE_BACK;
        if (claim->log_number > log->number ||
            (claim->log_number == log->number &&
             checkpoint.size > log->tree.size))
            return KITH_OK;
        if (claim->log_number == log->number)
            status = is_prefix(call, STORE_OUT, &checkpoint, &prefix);
        if (status != KITH_OK || !prefix)
            return status;
    } else if (claim->log_number > log->number) {
        return KITH_OK;
    }
    bool less = claim->log_number < floor->out_number
                    ? floor->out_processed > 0
                    : claim->log_number == floor->out_number &&
                          claim->size < floor->out_processed;
    *ret_verdict = less ? CLAIM_THEY_ARE_BACK : CLAIM_GOOD;
    return KITH_OK;
}

/* What the partner says of its own log. */
static enum kith_status judge_theirs(struct link_call *call,
                                     const struct kith_log_claim *claim,
                                     const struct kith_key *fresh,
                                     enum claim_verdict *ret_verdict)
{
    const struct store_log *log = &call->link.in;
    const struct session_floor *floor = &call->session->floor;
    struct kith_checkpoint checkpoint = {0};
    bool prefix = true;
    enum kith_status status = KITH_OK;
    *ret_verdict = CLAIM_FAULT;
    if (!holds_together(claim))
        return KITH_OK;
    if (claim->size > 0)
        status = verify_note(call, STORE_IN, claim, fresh, &checkpoint);
    if (status != KITH_OK)
        return judge_note(status, ret_verdict);
    if (claim->size != checkpoint.size)
        return KITH_OK;
    *ret_verdict = CLAIM_THEY_ARE_BACK;
    if (claim->log_number < floor->in_number ||
        (claim->log_number == floor->in_number &&
         claim->size < floor->in_noted))
        return KITH_OK;
    /* it has gone on in a next log; ours is still open: a person's matter */
    if (claim->log_number > log->number && log->tree.size > 0)
        return KITH_OK;
    if (claim->log_number == log->number && claim->size > 0 &&
        claim->size <= log->tree.size)
        status = is_prefix(call, STORE_IN, &checkpoint, &prefix);
    if (status != KITH_OK)
        return status;
    *ret_verdict = prefix ? CLAIM_GOOD : CLAIM_FORK;
    return KITH_OK;
}

enum kith_status claim_judge(struct link_call *call,
                             const struct kith_hello *hello,
                             const struct kith_key *fresh,
                             enum claim_verdict *ret_verdict)
{
    enum claim_verdict verdict = CLAIM_GOOD;
    enum kith_status status = judge_ours(call, &hello->yours, &verdict);
    if (status == KITH_OK && verdict == CLAIM_GOOD)
        status = judge_theirs(call, &hello->mine, fresh, &verdict);
    if (status == KITH_OK)
        *ret_verdict = verdict;
    return status;
}
