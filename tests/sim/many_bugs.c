/* many_bugs - calls that go wrong on purpose, which only schedules of several
 * companies show (sim_bugs.c: the others).
 */
#include "kith/card.h"
#include "rules/act.h"
#include "rules/agreement_again.h"
#include "rules/grant_change.h"
#include "rules/key_change.h"
#include "rules/keyring.h"
#include "rules/link_claim.h"
#include "rules/next_log.h"
#include "rules/openness.h"
#include "rules/openness_change.h"
#include "rules/outbox.h"
#include "rules/partner.h"
#include "rules/quota.h"
#include "rules/recover_entry.h"
#include "sim/sim_break.h"
#include "sim/sim_wrap.h"

WRAP(enum kith_status, claim_judge, struct link_call *call,
     const struct kith_hello *hello, const struct kith_key *fresh,
     enum claim_verdict *ret_verdict)
{
    enum kith_status status =
        __real_claim_judge(call, hello, fresh, ret_verdict);
    if (sim_bugs_chosen() == SIM_BREAK_BLIND_CLAIMS)
        *ret_verdict = CLAIM_GOOD;
    return status;
}

WRAP(enum kith_status, next_log_open, struct act *act, struct store_link *link)
{
    const uint32_t number = link->out.number;
    enum kith_status status = __real_next_log_open(act, link);
    if (sim_bugs_chosen() != SIM_BREAK_SAME_LOG || status != KITH_OK)
        return status;
    link->out.number = number;
    return store_link_put(act->txn, link);
}

WRAP(enum kith_status, recover_entry, struct act *act,
     const struct recovered *entry, struct store_entry *row,
     struct recovery *recovery)
{
    return sim_bugs_chosen() == SIM_BREAK_NO_RETURN
               ? KITH_OK
               : __real_recover_entry(act, entry, row, recovery);
}

WRAP(enum kith_status, agreement_own_step, struct act *act,
     const struct store_link *link, uint32_t kind,
     const struct kith_hash *digest, struct terms_signed *ret_step)
{
    return sim_bugs_chosen() == SIM_BREAK_UNSIGNED
               ? KITH_NOT_FOUND
               : __real_agreement_own_step(act, link, kind, digest, ret_step);
}

WRAP(enum kith_status, key_change_tell, struct act *act,
     const struct key_change *change)
{
    return sim_bugs_chosen() == SIM_BREAK_UNTOLD_KEY
               ? KITH_OK
               : __real_key_change_tell(act, change);
}

WRAP(enum kith_status, keyring_pin, struct act *act,
     const struct store_link *link, const struct kith_card *held,
     const struct kith_card *offered)
{
    return sim_bugs_chosen() == SIM_BREAK_UNPINNED
               ? KITH_OK
               : __real_keyring_pin(act, link, held, offered);
}

WRAP(enum kith_status, partner_take_card, struct act *act,
     struct store_link *link, struct kith_bytes bytes, struct kith_card *card,
     enum kith_card_order *ret_order)
{
    *ret_order = KITH_CARD_SAME;
    return sim_bugs_chosen() == SIM_BREAK_SAME_KEYS
               ? KITH_OK
               : __real_partner_take_card(act, link, bytes, card, ret_order);
}

WRAP(enum quota_bound, quota_ask, const struct act *act,
     const struct store_link *link, struct quota_use *use,
     const struct quota_cost *cost)
{
    enum quota_bound bound = __real_quota_ask(act, link, use, cost);
    return sim_bugs_chosen() == SIM_BREAK_NO_QUOTA ? QUOTA_NONE : bound;
}

WRAP(enum kith_status, grant_narrow, struct act *act, uint64_t number,
     const struct grant_narrowing *narrowing, bool settle, uint64_t *ret_number)
{
    if (sim_bugs_chosen() == SIM_BREAK_NARROW_UNTOLD)
        settle = false;
    return __real_grant_narrow(act, number, narrowing, settle, ret_number);
}

WRAP(enum kith_status, openness_lower, struct act *act,
     const struct openness_wish *wish, bool settle)
{
    if (sim_bugs_chosen() == SIM_BREAK_LOWER_UNTOLD)
        settle = false;
    return __real_openness_lower(act, wish, settle);
}

WRAP(bool, openness_covers, const struct openness_level *level,
     enum kith_label label, uint32_t kind)
{
    return sim_bugs_chosen() == SIM_BREAK_OPEN_ANYWAY ||
           __real_openness_covers(level, label, kind);
}

WRAP(enum kith_status, outbox_step_back, struct act *act, uint32_t link)
{
    return sim_bugs_chosen() == SIM_BREAK_SIGNATURE_LAST
               ? KITH_OK
               : __real_outbox_step_back(act, link);
}
