/* link_judge - what follows from the numbers and claims of a good hello.
 *
 * Not here: whether a claim holds (link_claim), taking the hello (link_hello).
 */
#include "rules/link_judge.h"

#include "rules/fork.h"
#include "rules/link_claim.h"
#include "rules/next_log.h"

/* Session numbers: both sides commit them, so one that was seen, or that we
 * never drew, shows a restore or a clone. Numbers that crossed on two sessions
 * are no sign of that: only what was known before our greet counts, and no
 * number comes twice. */
static bool number_was_seen(const struct link_call *call, uint64_t number)
{
    if (number <= call->session->floor.partner_session)
        return true;
    for (size_t i = 0; i < LINK_SEEN_MAX; i++)
        if (call->machine->seen[i] == number)
            return true;
    return false;
}

/* CLAIM, signed by the partner, is of another history than we hold. */
static enum kith_status freeze_fork(struct link_call *call,
                                    const struct kith_log_claim *claim)
{
    const struct fork_note fork = {
        .side = STORE_IN, .size = claim->size, .note = claim->note};
    enum kith_status status = fork_keep(call->act, &call->link, &fork);
    if (status != KITH_OK)
        return status;
    return link_freeze(call, STORE_IN,
                       "the refused side signed two histories of its log");
}

/* The partner has shown a checkpoint of ours that we do not hold: it is what
 * our next log will name. */
static enum kith_status keep_proof(struct link_call *call,
                                   const struct kith_log_claim *claim)
{
    if (claim->log_number != call->link.out.number || claim->note.len == 0)
        return KITH_OK;
    return next_log_keep(call->act, &call->link, claim->note);
}

enum kith_status judge_hello(struct link_call *call,
                             const struct kith_hello *hello,
                             const struct kith_key *fresh, bool *ret_good)
{
    static const char we_are_back[] =
        "the refusing side was restored from an older backup or runs twice: "
        "the partner proves more than it holds";
    static const char they_are_back[] =
        "the refused side was restored from an older backup or runs twice: "
        "it says less than it had said before";
    enum claim_verdict verdict = CLAIM_GOOD;
    *ret_good = false;
    enum kith_status status = claim_judge(call, hello, fresh, &verdict);
    if (status != KITH_OK)
        return status;
    if (hello->partner_session > call->link.session) {
        if (verdict == CLAIM_WE_ARE_BACK)
            status = keep_proof(call, &hello->yours);
        return status == KITH_OK ? link_restored(call, we_are_back) : status;
    }
    if (number_was_seen(call, hello->session))
        return link_restored(call, they_are_back);
    switch (verdict) {
    case CLAIM_FAULT:
        return link_refuse(call->machine, call->session, KITH_REFUSE_FRAME,
                           "the claims in the hello do not hold together");
    case CLAIM_UNTRUSTED:
        return link_refuse(call->machine, call->session, KITH_REFUSE_SIGNATURE,
                           "a claim in the hello lacks its signature");
    case CLAIM_WE_ARE_BACK:
        status = keep_proof(call, &hello->yours);
        return status == KITH_OK ? link_restored(call, we_are_back) : status;
    case CLAIM_THEY_ARE_BACK:
        return link_restored(call, they_are_back);
    case CLAIM_FORK:
        return freeze_fork(call, &hello->mine);
    case CLAIM_GOOD:
        break;
    }
    *ret_good = true;
    return KITH_OK;
}
