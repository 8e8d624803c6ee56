/* fork - keeps the proof and freezes; nothing is decided here, only a person
 * resumes.
 *
 * Not here: seeing that there is a fork (intake.c, pump_receipt.c,
 * link_claim.c), ending sessions (link_state.c).
 */
#include "rules/fork.h"

#include "rules/act.h"
#include "rules/audit.h"
#include "rules/logkeys.h"

enum kith_status fork_keep(struct act *act, struct store_link *link,
                           const struct fork_note *fork)
{
    const struct store_log_id log = logkeys_id(link, fork->side);
    struct store_log *frozen = fork->side == STORE_OUT ? &link->out : &link->in;
    enum kith_status status =
        store_note_put(act->txn, &log, STORE_SECOND, fork->size, fork->note);

    if (status != KITH_OK && status != KITH_FORK)
        return status;
    frozen->frozen = true;
    status = store_link_put(act->txn, link);
    if (status != KITH_OK)
        return status;
    return audit_add(act, &(struct audit_line){.what = "fork_seen",
                                               .link = link->number,
                                               .text = fork->side == STORE_OUT
                                                           ? "own log"
                                                           : "partner's log",
                                               .log_number = log.number,
                                               .index = fork->size});
}
